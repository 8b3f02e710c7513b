"""A complete study small enough to read: two regions, waves and scales, eight conversations."""

import hashlib
from pathlib import Path

import numpy as np

PLAN = """
label: {nl: Kleine studie, en: Tiny study}
design: {nl: Er is geen groep om mee te vergelijken., en: There is no group to compare with.}
seed: 7
leading_coder: ann
waves:
  first: {label: {nl: eerste meting, en: first wave}}
  second: {label: {nl: tweede meting, en: second wave}}
levels:
  bond: {label: {nl: band, en: bond}, reader: {nl: de onderlinge band, en: the ties between people}}
roles:
  helper: {label: {nl: helper, en: helper}}
  guide: {label: {nl: gids, en: guide}}
methods:
  talk: {label: {nl: gesprek, en: conversation}}
scales:
  nearness:
    label: {nl: nabijheid, en: nearness}
    level: bond
    items: [n1, n2, n3]
    range: [1, 5]
    reverse_scored: [n3]
    least_answered: 2
  honesty: {label: {nl: eerlijkheid, en: honesty}, level: bond, items: [h1, h2], range: [1, 5]}
composites:
  bond: {level: bond, label: {nl: band, en: bond},
         reader: {nl: de onderlinge band, en: the ties between people}}
planned:
  - {scale: bond, from: first, to: second}
"""
REGION = """
label: {{nl: {label}, en: {label}}}
order: {order}
synthetic: true
starting_position: {{nl: Mensen kenden elkaar net., en: People had just met.}}
question: {{nl: "Hoe leren we elkaar kennen?", en: "How do we get to know each other?"}}
waves:
  first: {{date: "2024-01-15", invited: 30}}
  second: {{date: "2025-01-15", invited: 30}}
missing: {{nvt: dont_know}}
"""
CODEBOOK = """id,framework,parent,node_type,label_nl,label_en,definition_en,source,valence
trust,ideas,,code,vertrouwen,trust,People rely on each other.,000 §1,helps
turnover,ideas,,code,wisselingen,turnover,People leave.,000 §1,hinders
"""
CROSSWALK = """framework,code,pillar,level,strength,basis,rationale,source
ideas,trust,,bond,primary,stated,trust is about ties,000 §1
ideas,turnover,,bond,primary,our_reading,people who leave take ties along,000 §1
"""
LINES = {
    "helps": "Wij bellen elkaar nu gewoon even op als er iets speelt, zaak {number}.",
    "hinders": "Er ging weer iemand weg en toen begon het opnieuw bij zaak {number}.",
}


def lay_out_tiny_study(folder: Path) -> Path:
    """Write a tiny study below `folder/raw` and return the folder."""
    raw = folder / "raw"
    write(raw / "study.yaml", PLAN)
    write(raw / "codebooks" / "ideas.csv", CODEBOOK)
    write(raw / "codebooks" / "crosswalk.csv", CROSSWALK)
    for order, (region, growth) in enumerate({"north": 0.8, "south": 0.0}.items(), start=1):
        place = raw / "regions" / region
        write(place / "region.yaml", REGION.format(label=region.title(), order=order))
        for number, wave in enumerate(("first", "second")):
            write(place / "survey" / f"{wave}.csv", survey(order, number, growth))
    quotations = interviews(raw / "regions" / "north" / "interviews")
    approve(raw, quotations[:2])
    return folder


def survey(order: int, number: int, growth: float, people: int = 24) -> str:
    """Draw one export; the same people at every wave, with rounding to whole answers."""
    steady = np.random.default_rng(order).normal(0, 0.5, people)
    noise = np.random.default_rng(10 * order + number).normal(0, 0.5, (people, 5))
    latent = 3 + growth * number + steady[:, None] + noise
    answers = np.clip(np.rint(latent), 1, 5).astype(int)
    answers[:, 2] = 6 - answers[:, 2]
    lines = ["participant,role,site,submitted,n1,n2,n3,h1,h2"]
    for person, row in enumerate(answers):
        role = "guide" if person % 3 == 0 else "helper"
        cells = [str(cell) for cell in row]
        if person == 0:
            cells[0] = "nvt"
        code, site = f"SYN-{order}{person:02d}", f"s{person % 4}"
        lines.append(",".join([code, role, site, "yes", *cells]))
    return "\n".join(lines) + "\n"


def interviews(place: Path) -> list[str]:
    """Write four conversations per wave, talk turning from hindering to helping; all quotations."""
    documents = ["document,file,wave,method,group,people,asked,consent"]
    codings = ["document,start,end,speaker,code,coder,stance,text"]
    speakers = ["document,speaker,role"]
    quotations = []
    for number, (wave, helping) in enumerate({"first": 2, "second": 5}.items()):
        for group in range(4):
            name = f"{wave}-{group}"
            documents.append(f"{name},transcripts/{name}.txt,{wave},talk,g{group},6,yes,yes")
            speakers.append(f"{name},P1,helper")
            text = ""
            for line in range(6 + group % 2):
                stance = "helps" if line < helping - group % 2 else "hinders"
                said = LINES[stance].format(number=100 * number + 10 * group + line)
                start = len(text) + len("P1: ")
                text += f"P1: {said}\n"
                code = "trust" if stance == "helps" else "turnover"
                end = start + len(said)
                for coder in ("ann", "bob"):
                    seen = "turnover" if coder == "bob" and line == 1 else code
                    codings.append(f'{name},{start},{end},P1,{seen},{coder},{stance},"{said}"')
                quotations.append(said)
            write(place / "transcripts" / f"{name}.txt", text)
    write(place / "documents.csv", "\n".join(documents) + "\n")
    write(place / "codings.csv", "\n".join(codings) + "\n")
    write(place / "speakers.csv", "\n".join(speakers) + "\n")
    return quotations


def approve(raw: Path, quotations: list[str]) -> None:
    """Write the approval of some quotations."""
    lines = ["sha256,decision,decided_by,decided_on"]
    lines += [
        f"{hashlib.sha256(text.encode()).hexdigest()},yes,a test,2025-02-01" for text in quotations
    ]
    write(raw / "decisions" / "quotations.csv", "\n".join(lines) + "\n")


def write(path: Path, text: str) -> None:
    """Write UTF-8 text with LF, making folders as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.lstrip("\n"), encoding="utf-8", newline="\n")
