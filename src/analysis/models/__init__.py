"""Models: arrays in, estimates out. Nothing here knows regions, waves or scales."""

from analysis.models.mixed import CellMeans, fit_cell_means

__all__ = ["CellMeans", "fit_cell_means"]
