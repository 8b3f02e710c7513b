"""Read interviews: one row per segment, coder and code, with offsets that were proven."""

from analysis.interviews.convert import convert
from analysis.interviews.private import KnownNames, describe_flags, find_private, mark_flags
from analysis.interviews.reading import coded_documents, leading_codings, people_in
from analysis.interviews.recognise import is_coding_file
from analysis.interviews.room import TABLES, read_interviews

__all__ = [
    "TABLES",
    "KnownNames",
    "coded_documents",
    "convert",
    "describe_flags",
    "find_private",
    "is_coding_file",
    "leading_codings",
    "mark_flags",
    "people_in",
    "read_interviews",
]
