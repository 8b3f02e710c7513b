"""Read interviews: one row per segment, coder and code, with offsets that were proven."""

from analysis.collect.interviews.conversations import (
    CONVERSATION,
    PLACE,
    Conversations,
    count_people,
    over_waves,
)
from analysis.collect.interviews.convert import convert
from analysis.collect.interviews.private import KnownNames, describe_flags, find_private, mark_flags
from analysis.collect.interviews.recognise import is_coding_file
from analysis.collect.interviews.room import read_interviews

__all__ = [
    "Conversations",
    "count_people",
    "over_waves",
    "KnownNames",
    "CONVERSATION",
    "PLACE",
    "convert",
    "describe_flags",
    "find_private",
    "is_coding_file",
    "mark_flags",
    "read_interviews",
]
