"""REFI-QDA 1.5: the exchange format of coding tools, read and written."""

from analysis.collect.interviews.refi.codebook import read_codebook, write_codebook
from analysis.collect.interviews.refi.reading import read_project
from analysis.collect.interviews.refi.writing import write_project

__all__ = ["read_codebook", "read_project", "write_codebook", "write_project"]
