"""A new folder with everything in it, or none: what the door writes outside a study."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from analysis.plan.problems import refuse


def refuse_taken(out: Path) -> None:
    """Raise StudyError if a place holds something already: nothing is ever written over."""
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise refuse("study.taken_file" if out.is_file() else "study.taken_folder", str(out))


def write_whole(out: Path, content: Mapping[str, bytes]) -> None:
    """Write files into a folder beside, which then takes the place of the empty one."""
    out.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(dir=out.parent, prefix=".", suffix=".part"))
    try:
        for name, content_of in content.items():
            path = half / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content_of)
        half.chmod(0o755)
        if out.is_dir():
            out.rmdir()
        half.rename(out)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
