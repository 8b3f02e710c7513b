"""Coding tools that keep a project in SQLite: one file per tool."""

from analysis.collect.interviews.databases.qualcoder import read_qualcoder
from analysis.collect.interviews.databases.requal import read_requal
from analysis.collect.interviews.databases.rqda import read_rqda
from analysis.collect.interviews.databases.sqlitefile import Database
from analysis.collect.interviews.databases.taguette import read_taguette

__all__ = ["Database", "read_qualcoder", "read_requal", "read_rqda", "read_taguette"]
