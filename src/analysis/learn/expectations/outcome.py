"""What a test of an expectation returns, and how two kinds of evidence are combined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Verdict = Literal["confirmed", "contradicted", "indecisive", "not_testable"]
State = Literal["holds", "fails", "unclear", "missing"]


@dataclass(frozen=True)
class Outcome:
    """A verdict with its reasons."""

    rule: str
    verdict: Verdict
    threshold: str
    found: str
    changes_if: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One place where a pattern holds, fails, is unclear, or has no data; and what was seen."""

    name: str
    state: State
    seen: str
    evidence: tuple[str, ...] = ()


def untestable(why: str) -> Outcome:
    """Say why nothing can be tested."""
    found = why or "this kind of data cannot show the pattern"
    return Outcome("not_testable", "not_testable", "", found, "data that can show the pattern")


def weigh(cells: Sequence[Cell], *, failing: int = 1) -> Verdict:
    """Confirm when every cell holds, contradict when at least `failing` cells fail."""
    states = [cell.state for cell in cells]
    if not states or set(states) == {"missing"}:
        return "not_testable"
    if states.count("fails") >= failing:
        return "contradicted"
    return "confirmed" if set(states) == {"holds"} else "indecisive"


def weigh_links(cells: Sequence[Cell], absent_in: int) -> Verdict:
    """Weigh cells named `region, group`: enough regions must lack a link to contradict."""
    lacking = {cell.name.split(",")[0] for cell in cells if cell.state == "fails"}
    verdict = weigh(cells)
    return "indecisive" if verdict == "contradicted" and len(lacking) < absent_in else verdict


def tell(cells: Sequence[Cell]) -> str:
    """Say what was seen, cell by cell, after the count of cells that hold."""
    holding = sum(cell.state == "holds" for cell in cells)
    seen = "; ".join(f"{cell.name}: {cell.seen}" for cell in cells)
    return f"{holding} of {len(cells)} hold ({seen})"


def evidence_of(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Gather the evidence of all cells, each id once."""
    return tuple(dict.fromkeys(name for cell in cells for name in cell.evidence))


def combine(parts: Mapping[str, Outcome]) -> Outcome:
    """Combine scores and interviews: both must confirm to confirm.

    A contradiction by one kind counts unless the other kind confirms; then the data disagree.
    Where only one kind is tested, `found` says which.
    """
    if not parts:
        return untestable("no data kind is named in the rule")
    if len(parts) == 1:
        kind, only = next(iter(parts.items()))
        return replace(only, found=f"{kind.capitalize()} only: {only.found}")
    verdicts = {outcome.verdict for outcome in parts.values()}
    return Outcome(
        " + ".join(dict.fromkeys(outcome.rule for outcome in parts.values())),
        _together(verdicts),
        _joined({kind: outcome.threshold for kind, outcome in parts.items()}),
        _joined({kind: f"{one.verdict}, {one.found}" for kind, one in parts.items()}),
        _joined({kind: outcome.changes_if for kind, outcome in parts.items()}),
        tuple(dict.fromkeys(name for outcome in parts.values() for name in outcome.evidence)),
    )


def _together(verdicts: set[Verdict]) -> Verdict:
    if len(verdicts) == 1:
        return next(iter(verdicts))
    if "contradicted" in verdicts and "confirmed" not in verdicts:
        return "contradicted"
    return "indecisive"


def _joined(texts: Mapping[str, str]) -> str:
    return ". ".join(f"{kind.capitalize()}: {text}" for kind, text in texts.items() if text)
