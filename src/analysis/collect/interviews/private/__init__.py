"""What in a text may tell who spoke or who was spoken of: flagged for a person to read.

Nothing here approves, changes or hides a text. Measured recall of such tools is .5 to .9.
"""

from analysis.collect.interviews.private.flags import (
    Flag,
    KnownNames,
    describe_flags,
    find_private,
    mark_flags,
)

__all__ = ["Flag", "KnownNames", "describe_flags", "find_private", "mark_flags"]
