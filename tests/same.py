"""Prove that a change of the code changed no result: build three studies at two commits, compare.

`make same BEFORE=<commit>` builds the shipped pilot, the tiny study and, where the reference
folder stands beside the project, a real three-wave survey, with the code of that commit and with
the code in this folder. Text, counts, verdicts and ids must be equal; numbers with a fraction to
1e-10 of their size, in rows of the GEE to 1e-6. Code cells and the prose of notebooks are left out.

A difference that is meant is named in its commit, one pattern of places a line:

    Differs: findings/fits.csv:has_code, internal/04-*.html:text
"""

import argparse
import csv
import fnmatch
import hashlib
import io
import math
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup

PROJECT = Path(__file__).resolve().parents[1]
SURVEY = PROJECT.parent / "shared" / "reference" / "data" / "univbct.csv"
FRACTION = re.compile(r"-?\d+\.\d{7,}(?:e[-+]?\d+)?")
CLOSE, CLOSE_GEE = 1e-10, 1e-6
BUILD = """
import sys
from pathlib import Path
study, reports, tests, survey = sys.argv[1:]
sys.path.insert(0, tests)
study = Path(study)
if study.name == "tiny":
    from tiny_study import lay_out_tiny_study
    lay_out_tiny_study(study)
elif study.name == "univbct":
    from real_survey import lay_out_univbct
    lay_out_univbct(Path(survey), study)
from analysis.__main__ import main
main(["report", "--data", str(study), "--reports", reports])
"""


def build(code: Path, out: Path) -> None:
    """Build every study with the code in one folder."""
    names = ["pilot", "tiny", *(["univbct"] if SURVEY.exists() else [])]
    if not SURVEY.exists():
        print("The reference folder is not here: the real survey is left out.")
    for name in names:
        if name == "pilot":
            shutil.copytree(code / "data" / "raw", out / name / "raw")
        words = [out / name, out / name / "reports", code / "tests", SURVEY]
        threads = {f"{kind}_NUM_THREADS": "1" for kind in ("OMP", "OPENBLAS", "MKL")}
        done = subprocess.run(
            [sys.executable, "-c", BUILD, *map(str, words)],
            env={**os.environ, **threads, "PYTHONPATH": str(code / "src")},
            cwd=out,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.exit(f"{name} does not build with the code in {code}:\n{done.stderr}")


def check_out(commit: str, folder: Path) -> None:
    """Lay the files of a commit in a folder."""
    packed = subprocess.check_output(["git", "archive", commit], cwd=PROJECT)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def built_before(commit: str) -> Path:
    """Return what an earlier commit builds; it is kept for the next comparison on this machine."""
    name = subprocess.check_output(["git", "rev-parse", commit], cwd=PROJECT, text=True).strip()
    kept = Path(tempfile.gettempdir()) / f"same-{os.getuid()}" / name
    if not (kept / "whole").exists():
        shutil.rmtree(kept, ignore_errors=True)
        (kept / "out").mkdir(parents=True)
        check_out(name, kept / "code")
        build(kept / "code", kept / "out")
        (kept / "whole").touch()
    return kept / "out"


def close(before: str, after: str, within: float = CLOSE) -> bool:
    """Tell whether two words are the same, or the same number but for rounding in the machine."""
    if before == after:
        return True
    if not any("." in word or "e" in word for word in (before, after)):
        return False
    try:
        one, other = float(before), float(after)
    except ValueError:
        return False
    return math.isclose(one, other, rel_tol=within, abs_tol=within * 1e-3)


def same_text(before: str, after: str) -> bool:
    """Compare two texts word for word, and the long fractions in them as numbers."""
    if before == after:
        return True
    one, other = FRACTION.findall(before), FRACTION.findall(after)
    words = FRACTION.sub("#", before) == FRACTION.sub("#", after)
    return words and all(close(was, now) for was, now in zip(one, other, strict=True))


def differing_cells(before: Path, after: Path) -> Iterator[tuple[str, str]]:
    """Yield the columns of a table in which rows differ, with an example."""
    one, other = (list(csv.DictReader(io.StringIO(p.read_text("utf-8")))) for p in (before, after))
    columns, now = (list(rows[0]) if rows else [] for rows in (one, other))
    for column in [c for c in columns if c not in now] + [c for c in now if c not in columns]:
        yield column, "the column is new" if column in now else "the column is gone"
    if len(one) != len(other):
        yield "rows", f"{len(one)} rows, now {len(other)}"
    for number, (row, changed) in enumerate(zip(one, other, strict=False), start=2):
        within = CLOSE_GEE if row.get("method") == "gee" else CLOSE
        for column in (c for c in columns if c in now):
            was, now_is = row[column] or "", changed[column] or ""
            if not close(was, now_is, within) and not same_text(was, now_is):
                yield column, f"line {number}: {was[:300]!r}, now {now_is[:300]!r}"


def told(page: Path) -> list[tuple[str, str]]:
    """Return what a page tells: its sentences and cells, its evidence ids, its pictures."""
    html = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    left_out = [*html.select("style, nav, footer")]
    left_out += [one.parent for one in html.select("details > summary") if one.text == "Code"]
    if page.parent.name == "internal":
        left_out += [*html.select("main > section")]
    for one in left_out:
        one.decompose()
    found = [("text", " ".join(line.split())) for line in html.get_text("\n").splitlines()]
    found += [("ids", mark["data-evidence"]) for mark in html.select("[data-evidence]")]
    found += [("text", picture["alt"]) for picture in html.select("img[alt]")]
    for picture in html.select("img[src]"):
        found.append(("picture", hashlib.sha256(picture["src"].encode()).hexdigest()))
    return [one for one in found if one[1]]


def differing_words(before: Path, after: Path) -> Iterator[tuple[str, str]]:
    """Yield in which kind of thing two pages differ, with an example."""
    for kind in ("text", "ids", "picture"):
        one, other = ([what for k, what in told(page) if k == kind] for page in (before, after))
        if len(one) == len(other) and all(map(same_text, one, other)):
            continue
        gone, new = Counter(one) - Counter(other), Counter(other) - Counter(one)
        yield kind, f"was {[*gone][:4]!r}, now {[*new][:4]!r}" if gone or new else "another order"


def differences(before: Path, after: Path) -> Iterator[tuple[str, str]]:
    """Yield every place in which two builds differ, with what differs there."""
    for study in sorted(path.name for path in after.iterdir()):
        shelves = {"processed": "processed", "": "reports"}
        for shown, folder in shelves.items():
            was, now = before / study / folder, after / study / folder
            files = {f.relative_to(top) for top in (was, now) for f in top.rglob("*.*")}
            for file in sorted(f for f in files if f.suffix in (".csv", ".html")):
                place = f"{shown}/{file.as_posix()}".lstrip("/")
                if not (was / file).exists() or not (now / file).exists():
                    yield f"{place}:file", f"{study}: the file is new or gone"
                    continue
                compare = differing_cells if file.suffix == ".csv" else differing_words
                for part, what in compare(was / file, now / file):
                    yield f"{place}:{part}", f"{study}: {what}"


def allowed(commit: str) -> list[str]:
    """Read which differences the commits since then name."""
    log = subprocess.check_output(
        ["git", "log", "--format=%B", f"{commit}..HEAD"], cwd=PROJECT, text=True
    )
    lines = re.findall(r"^Differs: *(.+)$", log, re.MULTILINE)
    return [pattern.strip() for line in lines for pattern in line.split(",")]


def main() -> None:
    """Compare this folder with an earlier commit; end with 1 where a difference is not named."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("before", help="a commit")
    words.add_argument("--differs", action="append", default=[], help="a pattern of places")
    chosen = words.parse_args()
    named = [*allowed(chosen.before), *chosen.differs]
    before = built_before(chosen.before)
    with tempfile.TemporaryDirectory() as scratch:
        build(PROJECT, Path(scratch))
        seen: dict[str, list[str]] = {}
        for place, what in differences(before, Path(scratch)):
            seen.setdefault(place, []).append(what)
    meant = {p for p in seen if any(fnmatch.fnmatch(p, pattern) for pattern in named)}
    for place, what in seen.items():
        print(f"{'meant' if place in meant else 'DIFFERS'}  {place} ({len(what)})  {what[0]}")
    unnamed = len(seen) - len(meant)
    print(f"Places that differ: {len(seen)}, of which not named: {unnamed}.")
    sys.exit(1 if unnamed else 0)


if __name__ == "__main__":
    main()
