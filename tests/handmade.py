"""A study and its findings written by hand, for the rooms that tell: two regions, three waves."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pandas import DataFrame

from analysis.findings import Table
from analysis.learn.integration import find_phases, lay_out_plane
from analysis.plan.study.plan import Plan
from analysis.plan.study.regions import Region

WAVES = ("w1", "w2", "w3")
REGIONS = ("harbour", "upland")
LEVELS = ("near", "craft", "boards")
START = {"near": 2.5, "craft": 3.25, "boards": 3.125}
# Per region and level: the verdict, and the change from first to last wave.
VERDICTS = {
    ("harbour", "near"): ("probable_up", 1.2),
    ("harbour", "craft"): ("same", 0.02),
    ("harbour", "boards"): ("probable_up", 0.5),
    ("upland", "near"): ("probable_down", -0.4),
    ("upland", "craft"): ("unknown", 0.1),
    ("upland", "boards"): ("too_few", float("nan")),
}
TALK = {"near": 0.3, "craft": 0.01, "boards": -0.4}
CODES = {
    "fixed_faces": ("vaste gezichten", "fixed faces"),
    "clear_roles": ("heldere rollen", "clear roles"),
    "turnover": ("wisseling van mensen", "turnover of people"),
}


def both(nl: str, en: str) -> dict[str, str]:
    """Write one text in two languages."""
    return {"nl": nl, "en": en}


def make_plan() -> Plan:
    """Plan three waves and three levels of one scale with two items each."""
    readers = {
        "near": both("het vertrouwen in elkaar", "trust in each other"),
        "craft": both("de gezamenlijke aanpak", "the joint approach"),
        "boards": both("de afspraken", "the agreements"),
    }
    scales = {
        f"talks_{level}": {
            "label": both(f"praten {level}", f"talks {level}"),
            "reader": both(f"het praten over {level}", f"talking about {level}"),
            "level": level,
            "items": [f"{level}_1", f"{level}_2"],
            "range": [1, 5],
        }
        for level in LEVELS
    }
    levels = {level: {"label": level, "reader": readers[level]} for level in LEVELS}
    labels = (both("eerste", "first"), both("tweede", "second"), both("derde", "third"))
    return Plan.model_validate(
        {
            "label": both("Samenwerken in de haven", "Working together in the harbour"),
            "design": both(
                "Er is geen groep zonder proef om mee te vergelijken.",
                "There is no group without the trial to compare with.",
            ),
            "waves": {w: {"label": label} for w, label in zip(WAVES, labels, strict=True)},
            "levels": levels,
            "scales": scales,
            "composites": {level: {**levels[level], "level": level} for level in LEVELS},
            "planned": [{"scale": level, "from": "w1", "to": "w3"} for level in LEVELS],
            "roles": {"teacher": {"label": both("leraar", "teacher")}},
            "sliders": {
                "reach": {
                    "label": both("per kind - met de groep", "per child - with the group"),
                    "pole_a": both("per kind", "per child"),
                    "pole_b": both("met de groep", "with the group"),
                }
            },
            "growth": {
                "in_place": {"mean": 3.5, "lower_limit": 3.25},
                "also_at": [3.25, 3.75],
                "organisation": "craft",
                "reach": "reach",
            },
        }
    )


def make_study() -> Any:
    """Lay out a study as the reading rooms would hand it over."""
    regions = {
        name: Region(
            id=name,
            folder=Path(name),
            label=name.title(),
            order=order,
            synthetic=True,
            starting_position=both("Scholen begonnen net.", "Schools had just begun."),
            question=both("Wie doet wat?", "Who does what?"),
        )
        for order, name in enumerate(REGIONS, start=1)
    }
    codes = [
        {"id": code, "label_nl": nl, "label_en": en, "framework": "conditions", "path": code}
        for code, (nl, en) in CODES.items()
    ]
    patterns = [
        {"exp_id": f"E{n}", "label_nl": f"patroon {n}", "label_en": f"pattern {n}"} for n in (1, 2)
    ]
    return SimpleNamespace(
        plan=make_plan(),
        regions=regions,
        codes=DataFrame(codes).assign(node_type="code", valence=""),
        published=SimpleNamespace(story={}),
        expectations=DataFrame(patterns),
        frameworks=DataFrame(columns=["framework", "label_nl", "label_en"]),
        crosswalk=DataFrame(columns=["code", "level", "strength"]),
        claims=DataFrame(columns=["claim_id"]),
        decisions=SimpleNamespace(notes={}),
        is_synthetic=True,
    )


class Handmade:
    """Findings by hand: the same questions as the real ones, answered from frames."""

    def __init__(self, study: Any, tables: dict[str, DataFrame], language: str = "en") -> None:
        self.study = study
        self.language = language
        self.tables = tables
        self.names = tuple(tables)
        self.languages = study.plan.languages
        self.stamp = SimpleNamespace(data="3f9a0c77", code="0.1.0", lock="77aa", seed=1)

    def table(self, name: str, **where: Any) -> Table:
        """Open a table."""
        return Table(name, self.rows(name, **where), self.study, self.language)

    def in_language(self, language: str) -> "Handmade":
        """Return the same findings, told in another language."""
        return Handmade(self.study, self.tables, language)

    def rows(self, name: str, **where: Any) -> DataFrame:
        """Return the rows of a table where each column holds one of the values asked for."""
        rows = self.tables.get(name, COLUMNS[name])
        for column, wanted in where.items():
            values = wanted if isinstance(wanted, list | tuple) else [wanted]
            rows = rows[rows[column].isin(values)]
        return rows.copy()

    def without(self, *names: str) -> "Handmade":
        """Return the same findings with some tables left empty."""
        kept = {name: rows for name, rows in self.tables.items() if name not in names}
        return Handmade(self.study, kept, self.language)


def opened(rows: DataFrame, study: Any, language: str = "en") -> Table:
    """Return rows as a table of a study, told in one language."""
    return Table("", rows, study, language)


def make_findings() -> Handmade:
    """Write findings of every table the telling rooms read."""
    tables = {
        "plan": _plan(),
        "participation": _participation(),
        "reliability": _reliability(),
        "answers": _answers(),
        "means": _means(),
        "contrasts": _contrasts(),
        "agreement": _agreement(),
        "themes": _themes(),
        "heard": _heard(),
        "theme_changes": _theme_changes(),
        "methods_of_talk": _methods_of_talk(),
        "talk": _talk(),
        "joint": _joint(),
        "quotations": _quotations(),
        "expectations": _expectations(),
        "exclusions": _exclusions(),
        "fits": _fits(),
        "robustness": _robustness(),
        "cooccurrence": _together(),
        "saturation": _saturation(),
        "lens_summary": _lens_summary(),
        "flow": _flow(),
        "attrition": _attrition(),
        "leaving": _leaving(),
        "analysed": _analysed(),
        "item_reliability": _item_reliability(),
        "drift": _drift(),
        "omnibus": _omnibus(),
        "effects": _effects(),
        "sliders": _sliders(),
    }
    study = make_study()
    tables |= find_phases(tables["means"], study)
    tables["plane"] = lay_out_plane(tables["means"], tables["sliders"], study)
    marked = {name: tables[name].assign(synthetic=True) for name in ("levels", "phases", "plane")}
    return Handmade(study, tables | marked)


def _sliders() -> DataFrame:
    rows = [
        (region, "reach", wave, "counted", share, share - 0.1, share + 0.1, 5 + place, own)
        for region in REGIONS
        for place, (wave, share) in enumerate(zip(WAVES, (0.25, 0.4, 0.65), strict=True))
        for own in [4.0 if (region, wave) == ("harbour", "w3") else float("nan")]
    ]
    columns = ["region", "slider", "wave", "state", "estimate", "low", "high", "documents"]
    told = DataFrame(rows, columns=[*columns, "own_score"]).assign(
        asked=8, people=20, at_a=6, at_b=9, basis="our_reading", note="", synthetic=True
    )
    return _named(told, "slider", "region", "slider", "wave")


def _plan() -> DataFrame:
    rows = [
        {
            "evidence_id": "plan/study/label",
            "region": "study",
            "subject": "label",
            "text_nl": "Samenwerken in de haven",
            "text_en": "Working together in the harbour",
        },
        {
            "evidence_id": "plan/study/design",
            "region": "study",
            "subject": "design",
            "text_nl": "Er is geen groep zonder proef om mee te vergelijken.",
            "text_en": "There is no group without the trial to compare with.",
        },
    ]
    for region in REGIONS:
        texts = {
            "starting-position": ("Scholen begonnen net.", "Schools had just begun."),
            "question": ("Wie doet wat?", "Who does what?"),
        }
        rows += [
            {
                "evidence_id": f"plan/{region}/{subject}",
                "region": region,
                "subject": subject,
                "text_nl": nl,
                "text_en": en,
            }
            for subject, (nl, en) in texts.items()
        ]
    return DataFrame(rows)


def _participation() -> DataFrame:
    counts = {"harbour": (60, 55, 50), "upland": (40, 35, 30)}
    rows = []
    for region, people in counts.items():
        for place, wave in enumerate(WAVES):
            stayed = 0 if place == 0 else people[place] - 10
            rows.append((region, wave, people[place], stayed, people[place] - stayed, 10, 30))
        rows.append((region, "all", sum(people) // 2, 30, 0, 0, 30))
    columns = ["region", "wave", "people", "stayed", "joined", "left", "all_waves"]
    told = DataFrame(rows, columns=columns).assign(
        invited=90, started=65, documents=5, unlinked=0, synthetic=True
    )
    told["response"] = (told["people"] / told["invited"]).where(told["wave"] != "all")
    told.loc[told["wave"].eq("all"), "documents"] = 15
    return _named(told, "participation", "region", "wave")


def _reliability() -> DataFrame:
    rows = [
        (region, f"talks_{level}", wave, 0.6 + 0.1 * place)
        for region in REGIONS
        for place, level in enumerate(LEVELS)
        for wave in WAVES
    ]
    told = DataFrame(rows, columns=["region", "scale", "wave", "alpha"]).assign(
        family="scale", items=2, n=50, note=""
    )
    told = told.assign(low=told["alpha"] - 0.1, high=told["alpha"] + 0.07)
    return _named(told, "reliability", "region", "scale", "wave")


def _answers() -> DataFrame:
    rows = [
        (region, f"{level}_{item}", answer, wave, people)
        for region in REGIONS
        for level in LEVELS
        for item in (1, 2)
        for wave in WAVES
        for answer, people in (("1", 5), ("2", 8), ("3", 10), ("4", 14), ("5", 9), ("dont_know", 4))
    ]
    told = DataFrame(rows, columns=["region", "item", "answer", "wave", "people"]).assign(n=46)
    subject = told["item"] + "." + told["answer"]
    return _named(told.assign(subject=subject), "answer", "region", "subject", "wave")


def _means() -> DataFrame:
    rows = []
    for (region, level), (_, change) in VERDICTS.items():
        for place, wave in enumerate(WAVES):
            estimate = START[level] + change * place / 2
            rows.append((region, level, wave, estimate, estimate - 0.2, estimate + 0.2))
    columns = ["region", "scale", "wave", "estimate", "low", "high"]
    told = DataFrame(rows, columns=columns).assign(family="composite", n=50, at_highest=0.05)
    return _named(told, "mean", "region", "scale", "wave")


def _contrasts() -> DataFrame:
    rows = []
    for (region, level), (verdict, change) in VERDICTS.items():
        rows.append((region, level, "composite", verdict, change))
        rows.append((region, f"talks_{level}", "scale", "probable_down", -0.3))
    columns = ["region", "scale", "family", "verdict", "estimate"]
    told = DataFrame(rows, columns=columns).assign(
        kind="change", start="w1", end="w3", planned=True, p=0.01, p_adjusted=0.02, n=90
    )
    told = told.assign(n_start=60, n_end=50, n_both=30, start_at_highest=0.05, note="")
    told["holds"] = ["yes" if family == "composite" else None for family in told["family"]]
    told["low"], told["high"] = told["estimate"] - 0.25, told["estimate"] + 0.25
    told["start_mean"] = told["scale"].map(START).fillna(3.0)
    told["span"] = told["start"] + "-" + told["end"]
    return _named(told, "change", "region", "scale", "span")


def _robustness() -> DataFrame:
    """Two methods per change of a level: one agrees, one differs for the first change."""
    rows = []
    for place, ((region, level), (_, change)) in enumerate(VERDICTS.items()):
        for method, shift in (("mmrm", 0.05), ("pairs", -2.0 if place == 0 else -0.05)):
            differs = "yes" if shift < -1 else "no"
            rows.append((region, level, f"{level}.{method}", method, change + shift, differs))
    columns = ["region", "scale", "subject", "method", "estimate", "changes_conclusion"]
    told = DataFrame(rows, columns=columns).assign(start="w1", end="w3", same_scale=True, n=60)
    told = told.assign(low=told["estimate"] - 0.3, high=told["estimate"] + 0.3, note="")
    told["span"] = told["start"] + "-" + told["end"]
    return _named(told, "robust", "region", "subject", "span")


def _agreement() -> DataFrame:
    alphas = {"all": 0.7, "fixed_faces": 0.75, "clear_roles": 0.8, "turnover": 0.4}
    rows = [("all", code, alpha) for code, alpha in alphas.items()]
    told = DataFrame(rows, columns=["region", "code", "alpha"]).assign(
        units=80, coders=2, percent=0.9, kappa=0.7, note=""
    )
    told = told.assign(low=told["alpha"] - 0.15, high=told["alpha"] + 0.15)
    told["tentative"] = told["alpha"] < 0.6
    return _named(told, "agreement", "region", "code")


def _themes() -> DataFrame:
    rows = []
    for region in REGIONS:
        for place, code in enumerate(CODES):
            for wave in WAVES:
                rows.append((region, code, wave, "counted", 4 - place, 5, 8, 2 + 3 * place))
            rows.append((region, code, "all", "counted", 12 - 3 * place, 15, 24, 6 + 9 * place))
    columns = ["region", "code", "wave", "state", "documents", "asked", "helps", "hinders"]
    told = DataFrame(rows, columns=columns).assign(
        framework="conditions", people=40, neutral=0, word_share=0.1
    )
    told["segments"] = told["helps"] + told["hinders"]
    return _named(told, "theme", "region", "code", "wave")


def _heard() -> DataFrame:
    """As it is shared: the first codes help more and more, the last one hinders."""
    rows = []
    for region in REGIONS:
        for place, code in enumerate(CODES):
            for at, wave in enumerate(WAVES):
                rows.append((region, code, "helps", wave, at + 1 if place < 2 else 0))
                rows.append((region, code, "hinders", wave, 3 if place == len(CODES) - 1 else 1))
    told = DataFrame(rows, columns=["region", "code", "stance", "wave", "documents"])
    told = told.assign(state="counted", asked=5, agreement="firm", worded="")
    low = told["documents"] <= 1
    told["worded"] = told["worded"].where(~low, "low")
    told["documents"] = told["documents"].where(~low).astype("Int64")
    told["subject"] = told["code"] + "." + told["stance"]
    return _named(told, "heard", "region", "subject", "wave").drop(columns="subject")


def _theme_changes() -> DataFrame:
    rows = []
    for region in REGIONS:
        for place, code in enumerate(CODES):
            for stance, (first, last) in (("helps", (1, 4)), ("hinders", (3 + place, 0))):
                rows.append((region, code, stance, first, last))
    columns = ["region", "code", "stance", "documents_start", "documents_end"]
    told = DataFrame(rows, columns=columns).assign(
        start=WAVES[0],
        end=WAVES[-1],
        heard_at=" ".join(WAVES),
        asked_start=5,
        asked_end=5,
        paired=5,
        agreement="firm",
    )
    told["passages_start"], told["passages_end"] = (
        told[f"documents_{end}"] / 4 for end in ("start", "end")
    )
    told["trajectory"] = ["fades" if last == 0 else "throughout" for last in told["documents_end"]]
    told["change"] = told["passages_end"] - told["passages_start"]
    told["low"], told["high"] = told["change"] - 0.5, told["change"] + 0.5
    told["share_low"], told["share_high"] = told["low"] / 4, told["high"] / 4
    told["direction"] = ["up" if change > 0 else "down" for change in told["change"]]
    told["theme"], told["span"] = told["code"] + "." + told["stance"], f"{WAVES[0]}-{WAVES[-1]}"
    return _named(told, "themechange", "region", "theme", "span")


def _methods_of_talk() -> DataFrame:
    rows = [
        (region, code, stance, documents, other)
        for region in REGIONS
        for code, documents, other in [
            ("all", 9, 6),
            *zip(CODES, (9, 4, 0), (5, 0, 2), strict=False),
        ]
        for stance in ("helps", "hinders")
    ]
    columns = ["region", "code", "stance", "documents", "other_documents"]
    told = DataFrame(rows, columns=columns).assign(held_as="interview", other_held_as="session")
    told = told.assign(asked=9, other_asked=6, low=-0.2, high=0.6, heard_in="both")
    told["per_conversation"], told["other_per_conversation"] = (
        told["documents"] / 2,
        told["other_documents"] / 4,
    )
    told["theme"], told["kinds"] = told["code"] + "." + told["stance"], "interview-session"
    return _named(told, "methods", "region", "theme", "kinds")


def _together() -> DataFrame:
    rows = [("all", "clear_roles", "fixed_faces", 6), ("all", "fixed_faces", "turnover", 2)]
    told = DataFrame(rows, columns=["region", "code", "other", "documents"]).assign(
        both=8, either=12, asked=15, segments=9, synthetic=True
    )
    told["pair"] = told["code"] + "+" + told["other"]
    return _named(told, "together", "region", "pair")


def _saturation() -> DataFrame:
    rows = [
        (region, place + 1, f"d{place}", wave, new, seen, seen - 0.5, seen - 1, seen)
        for region in REGIONS
        for place, (wave, new, seen) in enumerate([("w1", 2, 2), ("w1", 1, 3), ("w3", 0, 3)])
    ]
    columns = ["region", "conversations", "document", "wave", "new", "seen", "mean", "low", "high"]
    told = DataFrame(rows, columns=columns).assign(codes=3, seed=1)
    return _named(told, "saturation", "region", "conversations")


def _lens_summary() -> DataFrame:
    rows = [
        ("conditions", "seen", 20, 1.0, 0.0, 0.0, 0.0, 0),
        ("elements", "partly", 12, 0.0, 0.25, 0.25, 0.5, 3),
    ]
    columns = ["framework", "visibility", "segments", "coded", "stated", "name_match"]
    told = DataFrame(rows, columns=[*columns, "our_reading", "possibly"])
    told = told.assign(region="all", of_segments=24, note="")
    return _named(told, "lensum", "region", "framework")


def _talk() -> DataFrame:
    rows = []
    for region in REGIONS:
        for level, change in TALK.items():
            direction = "up" if change > 0.2 else "down" if change < -0.2 else "same"
            for place, wave in enumerate(WAVES):
                share = 0.6 + change * place / 2
                rows.append((region, level, "share", wave, "", share, wave, ""))
            rows.append((region, level, "change", "w1", "w3", change, "w1-w3", direction))
    columns = ["region", "level", "kind", "start", "end", "estimate", "when", "direction"]
    told = DataFrame(rows, columns=columns).assign(
        documents=10, n_start=5, n_end=5, people=30, segments=60, note=""
    )
    told["low"], told["high"] = told["estimate"] - 0.1, told["estimate"] + 0.1
    return _named(told, "talk", "region", "level", "when")


def _joint() -> DataFrame:
    labels = {"near": "convergent", "craft": "convergent", "boards": "divergent"}
    rows = [
        (
            region,
            level,
            labels[level],
            f"change/{region}/{level}/w1-w3",
            f"talk/{region}/{level}/w1-w3",
        )
        for region in REGIONS
        for level in LEVELS
        if (region, level) != ("upland", "boards")
    ]
    columns = ["region", "level", "label", "change_id", "talk_id"]
    told = DataFrame(rows, columns=columns).assign(start="w1", end="w3", note="")
    told["talk_direction"] = told["level"].map({"near": "up", "craft": "same", "boards": "down"})
    told["score_direction"] = told["level"].map({"near": "up", "craft": "same", "boards": "up"})
    told["span"] = "w1-w3"
    return _named(told, "joint", "region", "level", "span")


def _quotations() -> DataFrame:
    rows = []
    for region in REGIONS:
        for place, stance in enumerate(("helps", "helps", "hinders", "helps", "neutral")):
            text = f"Zin {'abcde'[place]} over {region}."
            rows.append((region, stance, text, f"{place}{'ab'[region == 'upland']}" * 32))
    told = DataFrame(rows, columns=["region", "stance", "text", "sha256"]).assign(
        wave="w3", document="d1", code="turnover", level="near", role="teacher", words=4
    )
    told = told.assign(consent=True, approved=True, candidate=True, short=told["sha256"].str[:12])
    return _named(told, "quote", "region", "short")


def _expectations() -> DataFrame:
    rows = [
        ("E1", "claims", "confirmed"),
        ("E1", "data", "contradicted"),
        ("E2", "claims", "indecisive"),
        ("E2", "data", "confirmed"),
    ]
    told = DataFrame(rows, columns=["expectation", "source", "verdict"]).assign(
        region="all", rule="sign", threshold="", found="", evidence="", changes_if=""
    )
    return _named(told, "expectation", "region", "expectation", "source")


def _exclusions() -> DataFrame:
    told = DataFrame(
        [("harbour", "not_submitted", "w1", 3)], columns=["region", "reason", "wave", "rows"]
    )
    return _named(told, "exclusion", "region", "reason", "wave")


MODEL = "score ~ wave + (1 | site) + (1 | site x wave) + (1 | participant)"


def _fits() -> DataFrame:
    told = DataFrame({"scale": LEVELS}).assign(
        region="harbour",
        left_out="",
        family="composite",
        model=MODEL,
        n_rows=300,
        n_people=150,
        sound=True,
    )
    told = told.assign(n_sites=12, var_site=0.05, var_site_wave=0.0, var_participant=0.25)
    told = told.assign(var_residual=0.2, var_total=0.5, icc_site=0.1, icc_participant=0.5)
    told = told.assign(certificate="sound", at_zero=True, note="variance at zero: site x wave")
    return _named(told, "fit", "region", "scale")


def _flow() -> DataFrame:
    """Two steps per region; everyone of the first wave stays, leaves or is away for one wave."""
    counts = {
        "w1-w2": {"stayed": 40, "lost": 15, "paused": 5, "joined": 12, "returned": 0},
        "w2-w3": {"stayed": 30, "lost": 22, "paused": 0, "joined": 8, "returned": 5},
    }
    counts["w1-w2"]["not_yet"], counts["w2-w3"]["still_lost"] = 8, 15
    rows = [
        (region, *span.split("-"), span, move, people)
        for region in REGIONS
        for span, moves in counts.items()
        for move, people in moves.items()
    ]
    rows += [(region, "w1", "w1", "w1", "unlinked", 3) for region in REGIONS]
    columns = ["region", "start", "end", "when", "move", "people"]
    told = DataFrame(rows, columns=columns).assign(synthetic=False)
    return _named(told, "flow", "region", "move", "when")


def _attrition() -> DataFrame:
    rows = [
        ("harbour", "near", -0.5, -0.8, -0.2, 0.004),
        ("upland", "near", 0.1, -0.3, 0.5, 0.6),
        ("upland", "craft", float("nan"), float("nan"), float("nan"), float("nan")),
    ]
    columns = ["region", "scale", "estimate", "low", "high", "p_adjusted"]
    told = DataFrame(rows, columns=columns).assign(
        kind="earlier_score", start="w1", end="w2", n_left=18, n_stayed=42, span="w1-w2", note=""
    )
    return _named(told, "attrition", "region", "scale", "span")


def _leaving() -> DataFrame:
    rows = [
        ("model", 120, 40, float("nan"), float("nan"), float("nan"), 0.01),
        ("score", 120, float("nan"), 0.6, 0.4, 0.9, 0.01),
        ("role", 120, float("nan"), float("nan"), float("nan"), float("nan"), 0.4),
        ("region", 120, float("nan"), float("nan"), float("nan"), float("nan"), 0.02),
    ]
    columns = ["term", "n", "n_left", "odds_ratio", "low", "high", "p"]
    told = DataFrame(rows, columns=columns).assign(region="all", level="", when="all", note="")
    told = told.assign(p_adjusted=told["p"].where(told["term"] != "model"))
    return _named(told, "leaving", "region", "term", "when")


def _analysed() -> DataFrame:
    rows = [
        ("harbour", "near", 60, 120, 58, 112, 6, 2, 30),
        ("upland", "near", 40, 80, 40, 80, 0, 0, 25),
    ]
    columns = ["region", "scale", "people", "rows", "people_in_model", "rows_in_model"]
    columns += ["rows_nothing_answered", "rows_too_little_answered", "pairs"]
    told = DataFrame(rows, columns=columns).assign(start="w1", end="w3", when="all")
    return _named(told, "analysed", "region", "scale", "when")


def _item_reliability() -> DataFrame:
    rows = [
        (region, f"talks_{level}", f"{level}_{item}", 0.3 + 0.1 * item)
        for region in REGIONS
        for level in LEVELS
        for item in (1, 2)
    ]
    told = DataFrame(rows, columns=["region", "scale", "item", "item_rest"]).assign(
        wave="w3", n=50, alarm="", note="", alpha_if_dropped=float("nan")
    )
    told.loc[told.index[1], ["item_rest", "alarm"]] = [-0.1, "reversed"]
    told.loc[told.index[3], "alarm"] = "ceiling"
    told = told.assign(low=told["item_rest"] - 0.25, high=told["item_rest"] + 0.25)
    return _named(told, "itemrest", "region", "item", "wave")


def _drift() -> DataFrame:
    rows = [
        ("harbour", "near_1", 0.4, 0.1, -0.3, "drift"),
        ("upland", "near_1", 0.4, 0.45, 0.05, ""),
    ]
    columns = ["region", "item", "change", "change_without", "shift", "alarm"]
    told = DataFrame(rows, columns=columns).assign(scale="talks_near", n=30, span="w1-w3")
    return _named(told, "drift", "region", "item", "span")


def _omnibus() -> DataFrame:
    rows = [("near", 8.25, 0.001), ("craft", 0.5, 0.61)]
    told = DataFrame(rows, columns=["scale", "F", "p"]).assign(
        region="all",
        term="region x wave",
        df_between=2.0,
        df_within=81.5,
        partial=False,
        note="",
        when="region-wave",
    )
    return _named(told, "omnibus", "region", "scale", "when")


def _effects() -> DataFrame:
    rows = [
        (region, level, change, change / 0.8, change / 0.82)
        for (region, level), (_, change) in VERDICTS.items()
    ]
    columns = ["region", "scale", "estimate", "d", "g_av"]
    told = DataFrame(rows, columns=columns).assign(pairs=30, planned=True, span="w1-w3")
    told = told.assign(d_low=told["d"] - 0.3, d_high=told["d"] + 0.3)
    return _named(told, "effect", "region", "scale", "span")


def _named(rows: DataFrame, kind: str, *keys: str) -> DataFrame:
    ids = rows[[*keys]].astype(str).agg("/".join, axis="columns").str.lower()
    told = rows.assign(evidence_id=kind + "/" + ids)
    return told[["evidence_id", *rows.columns]].drop(columns="short", errors="ignore")


COLUMNS: dict[str, DataFrame] = {}
COLUMNS.update({name: rows.iloc[:0] for name, rows in make_findings().tables.items()})
