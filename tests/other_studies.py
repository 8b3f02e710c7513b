"""Small studies of other kinds than the pilot, written as a new user would from the docs alone."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tiny_study import write

PROJECT = Path(__file__).resolve().parents[1].parent / "shared/samples/qda/qc_cproctor_demo.qdpx"
TRUST = "  trust: {label: vertrouwen, items: [q1, q2, q3], range: [1, 5], least_answered: 2}\n"
SAID = {"helps": "We call each other now, case {n}.", "hinders": "Again someone left, case {n}."}


@dataclass(frozen=True)
class Asked:
    """How one scale is answered in a made-up export: its items, its range, its growth per wave."""

    items: tuple[str, ...]
    lowest: int
    highest: int
    growth: float


Q = {"trust": Asked(("q1", "q2", "q3"), 1, 5, 0.12)}


def plan(study: Path, waves: Mapping[str, str], more: str) -> None:
    """Write study.yaml: the waves, and what else a study says of itself."""
    held = "".join(f"  {wave}: {{label: {label}}}\n" for wave, label in waves.items())
    write(study / "raw/study.yaml", f"label: Een ander onderzoek\nwaves:\n{held}{more}")


def region(study: Path, name: str, order: int, waves: Mapping[str, str]) -> Path:
    """Lay out one region and return its folder."""
    place = study / "raw/regions" / name
    held = "".join(f"  {wave}: {{invited: 30}}\n" for wave in waves)
    head = f"label: {name.title()}\norder: {order}\nsynthetic: true\nwaves:\n{held}"
    write(place / "region.yaml", head)
    return place


def survey(place: Path, seed: int, waves: Mapping[str, str], asked: Mapping[str, Asked]) -> None:
    """Draw answers of the same sixteen people at every wave."""
    items = [item for one in asked.values() for item in one.items]
    for number, wave in enumerate(waves):
        rows = [",".join(["participant", "site", *items])]
        for person in range(16):
            steady = np.random.default_rng([seed, person]).normal(0, 0.1)
            draw = np.random.default_rng([seed, person, number])
            cells = [
                round(
                    one.lowest
                    + (one.highest - one.lowest)
                    * np.clip(0.5 + steady + draw.normal(0, 0.08) + one.growth * number, 0, 1)
                )
                for one in asked.values()
                for _ in one.items
            ]
            rows.append(",".join([f"SYN-{seed}-{person}", f"s{person % 4}", *map(str, cells)]))
        write(place / f"survey/{wave}.csv", "\n".join(rows) + "\n")


def conversations(place: Path, waves: Mapping[str, str], helps: str, hinders: str) -> None:
    """Write four conversations per wave, talk turning from hindering to helping."""
    documents, codings = (
        ["document,file,wave,method,group,people,asked,consent"],
        ["document,code,coder,text"],
    )
    for number, wave in enumerate(waves):
        for group in range(4):
            name, text = f"{wave}-{group}", ""
            for line in range(6):
                stance = "helps" if line < 1 + 4 * number else "hinders"
                said = SAID[stance].format(n=f"{number}{group}{line}")
                text += f"P1: {said}\n"
                code = helps if stance == "helps" else hinders
                codings.append(f'{name},{code},ann,"{said}"')
            write(place / f"interviews/transcripts/{name}.txt", text)
            documents.append(f"{name},transcripts/{name}.txt,{wave},,g{group},6,yes,yes")
    write(place / "interviews/documents.csv", "\n".join(documents) + "\n")
    write(place / "interviews/codings.csv", "\n".join(codings) + "\n")


def one_region(study: Path) -> None:
    """One scale, one organisation, two waves."""
    waves = {"before": "vooraf", "after": "achteraf"}
    plan(study, waves, f"scales:\n{TRUST}planned:\n  - {{scale: trust, from: before, to: after}}\n")
    survey(region(study, "hospital", 1, waves), 1, waves, Q)


def numbered_waves(study: Path) -> None:
    """Waves that are called 1 and 2."""
    waves = {"1": "ronde 1", "2": "ronde 2"}
    plan(study, waves, f"scales:\n{TRUST}planned:\n  - {{scale: trust, from: 1, to: 2}}\n")
    survey(region(study, "east", 1, waves), 1, waves, Q)


def own_codebook(study: Path) -> None:
    """A codebook of its own, no levels or pillars, a scale set beside its codes."""
    waves = {"t0": "nulmeting", "t1": "eindmeting"}
    plan(study, waves, f"scales:\n{TRUST}beside: {{trust: [relying, leaving]}}\n")
    book = "id,label,valence\nrelying,elkaar vertrouwen,helps\nleaving,wisselingen,hinders\n"
    write(study / "raw/codebooks/ideas.csv", book)
    place = region(study, "town", 1, waves)
    survey(place, 1, waves, Q)
    conversations(place, waves, "relying", "leaving")


def health_care(study: Path) -> None:
    """Twelve municipalities, three scales of other ranges; of one of them low is good."""
    waves = {"start": "begin", "end": "eind"}
    told = "rises: {nl: de werkdruk is gestegen, en: the work burden rose}, "
    told += "falls: {nl: de werkdruk is gedaald, en: the work burden fell}"
    scales = f"""scales:
  wellbeing: {{label: welbevinden, items: [w1, w2], range: [0, 10]}}
  teamwork: {{label: teamwerk, items: [t1, t2], range: [1, 7]}}
  burden: {{label: werkdruk, items: [b1, b2], range: [1, 5], good: low, {told}}}
"""
    plan(study, waves, scales)
    asked = {
        "wellbeing": Asked(("w1", "w2"), 0, 10, 0.1),
        "teamwork": Asked(("t1", "t2"), 1, 7, 0.0),
        "burden": Asked(("b1", "b2"), 1, 5, -0.2),
    }
    for order in range(1, 13):
        survey(region(study, f"town{order}", order, waves), order, waves, asked)


def two_waves(study: Path) -> None:
    """Two waves, a survey in one region and conversations in another."""
    waves = {"spring": "voorjaar", "autumn": "najaar"}
    plan(study, waves, f"scales:\n{TRUST}")
    book = "id,label_en\nrelying,relying on each other\nleaving,people who leave\n"
    write(study / "raw/codebooks/ideas.csv", book)
    survey(region(study, "asked", 1, waves), 1, waves, Q)
    conversations(region(study, "spoken", 2, waves), waves, "relying", "leaving")


def conversations_only(study: Path) -> None:
    """A real project of a coding tool and its own codebook; no survey."""
    from analysis.collect.interviews import convert

    waves = {"once": "het gesprek"}
    plan(study, waves, "")
    place = region(study, "board", 1, waves)
    convert(PROJECT, study / "read")
    (study / "raw/codebooks").mkdir()
    shutil.move(study / "read/codebook.qdc", study / "raw/codebooks/board.qdc")
    rows = "document,file,wave,method,group,people,asked,consent\nboard_2017,,once,,,9,yes,yes\n"
    write(place / "interviews/documents.csv", f"{rows}admin-1,,once,,,2,yes,yes\n")
    shutil.copy(PROJECT, place / "interviews")


STUDIES: dict[str, Callable[[Path], None]] = {
    one.__name__: one for one in (one_region, numbered_waves, own_codebook, health_care, two_waves)
} | {"conversations_only": conversations_only}
