"""Workbench for longitudinal mixed-methods research on interprofessional collaboration."""

__version__ = "0.1.0"
