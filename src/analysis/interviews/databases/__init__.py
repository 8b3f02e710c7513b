"""Coding tools that keep a project in SQLite: one file per tool."""

from analysis.interviews.databases.qualcoder import read_qualcoder
from analysis.interviews.databases.requal import read_requal
from analysis.interviews.databases.rqda import read_rqda
from analysis.interviews.databases.sqlitefile import Database
from analysis.interviews.databases.taguette import read_taguette

__all__ = ["Database", "read_qualcoder", "read_requal", "read_rqda", "read_taguette"]
