"""What reading a large coding project costs, against parsing its XML and nothing else."""

import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from analysis.collect.interviews.coded import Coded, Marks, Source, Spans
from analysis.collect.interviews.recognise import read_coded
from analysis.collect.interviews.refi import write_project
from analysis.collect.interviews.tables import settle
from analysis.collect.interviews.units import POINTS
from analysis.plan.files.refi.codetree import Code
from analysis.plan.files.refi.guids import named_guid

CODINGS, SOURCES, CODES = 100_000, 100, 120
READ = "read a REFI-QDA project with 100 000 codings against parsing its XML alone"
MEMORY = "its peak memory (MB) against its unpacked size"
AGAIN = "export 100 000 codings and open them again against parsing their XML alone"
SENTENCE = "wij bellen élkaar nu gewoon even op 👋 als er iets speelt en dan is het snel klaar"
PEAK = """
import sys
from pathlib import Path
import numpy, pandas
from analysis.collect.interviews.recognise import read_coded
from analysis.collect.interviews.tables import settle
def peak():
    # The usual counter starts at what the parent process had; this one starts at nothing.
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
before = peak()
found = settle(read_coded(Path(sys.argv[1]), "bench"), "bench")
print(peak() - before, len(found.codings))
"""


class Measured(NamedTuple):
    """One figure before it is rounded and judged."""

    figure: str
    ours: float
    peer: float
    target: float


def measure_codings(say: Callable[[str], None]) -> Iterator[Measured]:
    """Write a project of 100 000 codings, read it back, and measure time and memory.

    The peer is the fastest parser of the standard library on the same XML, already unpacked.
    """
    say("100 000 codings")
    with tempfile.TemporaryDirectory(prefix="analysis-bench-") as folder:
        path = Path(folder, "large.qdpx")
        project = settle(_large(), "bench")
        path.write_bytes(write_project(project, "bench", "bench"))
        with zipfile.ZipFile(path) as archive:
            xml = archive.read("project.qde")
            unpacked = sum(entry.file_size for entry in archive.infolist()) / 2**20
        parsing = _best(lambda: ElementTree.parse(BytesIO(xml)))
        reading = _best(lambda: settle(read_coded(path, "bench"), "bench"))
        writing = _best(lambda: write_project(project, "bench", "bench"))
        peak = _peak(path)
    yield Measured(READ, reading, parsing, 3)
    if peak is not None:
        yield Measured(MEMORY, peak, unpacked, 10)
    yield Measured(AGAIN, writing + reading, parsing, 6)


def _peak(path: Path) -> float | None:
    """Return how many MB reading adds to a fresh process; only Linux keeps that count."""
    if not Path("/proc/self/status").exists():
        return None
    command = [sys.executable, "-c", PEAK, str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(told.split()[0])


def _best(work: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of some runs, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def _large() -> Coded:
    """Make a project out of one sentence in many lengths: accents, an emoji, a tree of codes."""
    guids = [named_guid("code", number) for number in range(CODES)]
    codes = [Code(one, f"code {n}", guids[n // 3] if n else "") for n, one in enumerate(guids)]
    spans, marks, sources = Spans(), Marks(), []
    words = SENTENCE.split()
    for place in range(SOURCES):
        lines: list[str] = []
        start = 0
        for number in range(place, CODINGS, SOURCES):
            line = " ".join(words[: 5 + number % 12])
            span = spans.add(named_guid("span", number), place, start, start + len(line), line)
            code = guids[number % CODES]
            marks.add(named_guid("mark", number), span, code, "ab"[number % 2])
            lines.append(line)
            start += len(line) + 1
        sources.append(Source(named_guid("source", place), f"talk {place}", "\n".join(lines)))
    return Coded("bench", sources, codes, spans, marks, unit=POINTS)
