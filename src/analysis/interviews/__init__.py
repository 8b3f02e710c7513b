"""Read interviews: one row per segment, coder and code, with offsets that were proven."""

from analysis.interviews.conversations import (
    CONVERSATION,
    EVERY,
    PLACE,
    Conversations,
    count_people,
    over_waves,
)
from analysis.interviews.convert import convert
from analysis.interviews.private import KnownNames, describe_flags, find_private, mark_flags
from analysis.interviews.recognise import is_coding_file
from analysis.interviews.room import TABLES, read_interviews

__all__ = [
    "TABLES",
    "Conversations",
    "count_people",
    "over_waves",
    "KnownNames",
    "CONVERSATION",
    "EVERY",
    "PLACE",
    "convert",
    "describe_flags",
    "find_private",
    "is_coding_file",
    "mark_flags",
    "read_interviews",
]
