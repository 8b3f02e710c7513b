"""The words that tools and people use for one thing: YAML beside the code that knows them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml


def read_words(path: Path) -> dict[str, Any]:
    """Read lists of words, each under what it stands for."""
    words: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return words


def by_word(lists: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Say of each word of some lists what it stands for."""
    return {word: ours for ours, words in lists.items() for word in words}
