"""What is planted: the models of planted.yaml and planted-phrases.yaml, read strictly."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from analysis.plan.problems import Problem, StudyError
from analysis.plan.study.nouns import Noun, Text
from analysis.plan.study.plan import Plan
from analysis.plan.study.yamlfile import read_model

Stance = Literal["helps", "hinders"]
Share = Annotated[float, Field(ge=0, le=1)]
CodingTool = Literal["spreadsheet", "refi_qda", "qualcoder"]
PerWave = dict[str, float]
PURPOSES = ("people", "answers", "panel", "forms", "talk", "wording", "coders", "truth", "codes")


class ItemSpread(Noun):
    """How far the items of one scale lie apart."""

    seed: int
    spread: float


class Spread(Noun):
    """Standard deviations of the latent answer, in scale points."""

    site: float
    site_wave: float
    participant: float
    participant_scale: float
    participant_wave: float
    answer: float


class Role(Noun):
    """Where a role works and how it answers, per level."""

    works_at: str
    effects: dict[str, float]
    dont_know: dict[str, Share]


class DropOut(Noun):
    """Who leaves, in log odds."""

    intercept: float
    previous_score: float
    unseen_score: float
    roles: dict[str, float]
    skips_a_wave: Share


class Rates(Noun):
    """How often something ordinary goes wrong with a form."""

    not_submitted: Share
    twice: Share
    no_code: Share
    mistyped_code: Share
    missing: Share
    breaks_off: Share
    items_after_break: int


class PlantedRegion(Noun):
    """One region's people and means."""

    seed: int
    export: Literal["plain", "limesurvey", "excel", "spss"] = "plain"
    first_letters: str
    sites: dict[str, tuple[str, ...]]
    people: dict[str, int]
    invited: dict[str, int]
    means: dict[str, PerWave]
    extras: dict[str, PerWave] = {}
    scales: dict[str, PerWave] = {}
    roles: dict[str, Share]
    coding_tool: CodingTool = "spreadsheet"

    @property
    def all_sites(self) -> tuple[str, ...]:
        """Every site, in the order of the file."""
        return tuple(site for sites in self.sites.values() for site in sites)


class Method(Noun):
    """One kind of conversation."""

    letter: str
    groups: int
    segments: int
    fewest_people: int
    most_people: int
    double_coded: int


class PlantedCode(Noun):
    """How often a code is drawn, and where it can occur; no list means everywhere."""

    weight: float
    regions: tuple[str, ...] = ()
    waves: tuple[str, ...] = ()


class Pair(PlantedCode):
    """Two codes that are spoken of in one sentence; `traced` ones must be found as connected."""

    codes: tuple[str, str]
    traced: bool = False


class Balance(Noun):
    """Preventive against case-based talk."""

    level: str
    segments: Share
    case: dict[str, float]
    preventive: dict[str, float]
    preventive_share: dict[str, dict[str, Share]]


class Family(Noun):
    """Codes that the second coder confuses equally often."""

    family: str
    same: Share
    codes: tuple[str, ...] = ()
    level: str | None = None
    pillar: str | None = None


class PlantedInterviews(Noun):
    """The conversations and their codings."""

    draw: int
    second_coder: str
    methods: dict[str, Method]
    not_asked: dict[str, tuple[str, ...]]
    no_consent: dict[str, tuple[str, ...]]
    identifying: int
    neutral: Share
    document_spread: float
    segment_shares: dict[str, Share]
    helping: dict[str, dict[str, dict[str, Share]]]
    balance: Balance
    codes: dict[str, PlantedCode]
    pairs: tuple[Pair, ...]
    preventive_pairs: tuple[Pair, ...]
    confusion: tuple[Family, ...]
    stance_confusion: Share
    approved: dict[Stance, int]


class PlantedAgreement(Noun):
    """What a region agreed after a wave, what it says became of it, and what is to be seen of it.

    `seen` is `score` where the score rises, `talk_helps` or `talk_hinders` where conversations come
    to name it so, and `unseen` where neither is sure.
    """

    region: str
    what: Text
    who: str
    about_kind: Literal["scale", "composite", "code"]
    about: str
    state: Literal["open", "kept", "partly", "dropped"]
    seen: Literal["score", "talk_helps", "talk_hinders", "unseen"]


class PlantedAgreements(Noun):
    """The agreements of every region, all made after one wave and due before another."""

    wave: str
    due_wave: str
    all: tuple[PlantedAgreement, ...] = ()


class Planted(Noun):
    """Everything in planted.yaml."""

    approved_on: str
    items: ItemSpread
    spread: Spread
    newcomers: float
    pillar_offsets: dict[str, PerWave]
    roles: dict[str, Role]
    drop_out: DropOut
    rates: Rates
    dont_know: str
    population: int
    regions: dict[str, PlantedRegion]
    interviews: PlantedInterviews
    agreements: PlantedAgreements | None = None


class Identifying(Noun):
    """Sentences that name somebody, and the marks by which a reviewer sees it."""

    marks: tuple[str, ...]
    sentences: dict[Stance, tuple[str, ...]]


class Phrases(Noun):
    """The phrase bank: main clauses per code and stance, and what frames them."""

    openers: tuple[str, ...]
    closers: tuple[str, ...]
    fillers: tuple[str, ...]
    questions: tuple[str, ...]
    welcome: str
    thanks: str
    slots: dict[str, tuple[str, ...]]
    identifying: Identifying
    phrases: dict[str, dict[Stance, tuple[str, ...]]]


def read_planted(raw: Path, plan: Plan) -> tuple[Planted, Phrases]:
    """Read what is planted in a study's raw folder.

    Raises
    ------
    StudyError naming every value that is missing, misspelt or unknown to the plan.
    """
    _, planted, problems = read_model(raw / "planted.yaml", "raw/planted.yaml", Planted)
    name = "planted-phrases.yaml"
    _, phrases, found = read_model(raw / name, f"raw/{name}", Phrases)
    problems = [*problems, *found]
    if planted and phrases:
        problems += _unknown_names(planted, phrases, plan)
    if problems or planted is None or phrases is None:
        raise StudyError(problems)
    return planted, phrases


def stream(seed: int, purpose: str, *draw: int) -> np.random.Generator:
    """Return the random numbers of one purpose; no purpose disturbs another."""
    return np.random.default_rng([seed, PURPOSES.index(purpose), *draw])


def _unknown_names(planted: Planted, phrases: Phrases, plan: Plan) -> list[Problem]:
    regions = planted.regions.values()
    spoken = {*phrases.phrases}
    checks = [
        ("pillar_offsets", {*planted.pillar_offsets}, {*plan.pillars}),
        ("roles", {*planted.roles}, {*plan.roles}),
        ("means", {level for one in regions for level in one.means}, {*plan.levels}),
        ("scales", {scale for one in regions for scale in one.scales}, {*plan.scales}),
        ("people", {wave for one in regions for wave in one.people}, {*plan.waves}),
        ("methods", {*planted.interviews.methods}, {*plan.methods}),
        ("roles", {role for one in regions for role in one.roles}, {*planted.roles}),
        ("codes", {*planted.interviews.codes}, spoken),
        ("pairs", {code for pair in planted.interviews.pairs for code in pair.codes}, spoken),
    ]
    return [
        Problem("run.planted_name", "raw/planted.yaml", key=key, name=name, known=sorted(allowed))
        for key, names, allowed in checks
        for name in sorted(names - allowed)
    ]
