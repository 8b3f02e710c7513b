"""How large a file may be, by itself and unpacked: one rule for exports, projects and workbooks."""

from pathlib import Path

from analysis.plan.problems import Problem

# The largest table, codebook, database or entry of an archive: a hundred thousand people and a
# hundred and fifty questions, or codings, take a quarter of it.
LARGEST = 256 * 2**20
# One conversation; a long novel is one megabyte.
LARGEST_TEXT = 64 * 2**20
LARGEST_TOTAL = 400 * 2**20
MOST_ENTRIES = 20_000
# Projects and workbooks of real tools pack up to ten to one; a bomb of zeros a thousand to one.
# What is small is no bomb, however well it packs.
HIGHEST_RATIO = 100
RATIO_MATTERS_FROM = 2 * 2**20


def too_large(path: Path, name: str) -> list[Problem]:
    """Refuse a file that is larger than any real one before it is read."""
    size = path.stat().st_size
    if size <= LARGEST:
        return []
    return [Problem("files.large", name, n=size // 2**20, most=LARGEST // 2**20)]


def is_bomb(unpacked: int, packed: int) -> bool:
    """Say whether something unpacks to far more than it is."""
    return unpacked > RATIO_MATTERS_FROM and unpacked > HIGHEST_RATIO * max(packed, 1)
