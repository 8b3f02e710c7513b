"""Promises about testing the published patterns on claims and on data."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from pandas import DataFrame

from analysis.collect.interviews import Conversations
from analysis.learn import expectations
from analysis.learn.expectations import claimed, links, order, shares, size, spoken
from analysis.learn.expectations.comparisons import Scored
from analysis.learn.expectations.outcome import Outcome, combine
from analysis.learn.expectations.spoken import Spoken
from analysis.plan.study import Slider, read_study
from analysis.plan.study.rules import NEEDS, Test

DATA = Path(__file__).resolve().parents[1] / "data"
WAVES = ("w1", "w2", "w3")
LEVELS = ("near", "craft", "boards")
REGIONS = ("harbour", "upland", "valley")


BALANCE = Slider(
    label={"nl": "zaak - preventie", "en": "case - prevention"},
    pole_a={"nl": "zaak", "en": "case"},
    pole_b={"nl": "preventie", "en": "prevention"},
    pole_a_codes=("case",),
    pole_b_codes=("prevent",),
)


def english(name):
    return SimpleNamespace(label={"en": name}, leading_coder="")


@pytest.fixture
def study():
    """Three regions, three waves and three levels, each with a composite of its own name."""
    of_level = {level: level for level in LEVELS}
    codes = ["calm", "presence", "start_a", "start_b", "case", "prevent"]
    plan = SimpleNamespace(
        levels={level: english(level) for level in LEVELS},
        waves=dict.fromkeys(WAVES),
        measure_of_level=of_level,
        smallest_change=0.25,
        leading_coder="ann",
        sliders={"balance": BALANCE},
    )
    table = DataFrame({"id": codes, "path": codes, "valence": ""})
    regions = {region: english(region) for region in REGIONS}
    return SimpleNamespace(plan=plan, regions=regions, codes=table)


def scored(study, verdicts, **more):
    """Changes by (region, level, end wave) from the first wave, with their verdicts."""
    rows = [
        {
            "evidence_id": f"change/{region}/{level}/w1-{end}",
            "kind": "change",
            "region": region,
            "scale": level,
            "start": "w1",
            "end": end,
            "verdict": verdict,
            "estimate": 0.5,
        }
        for (region, level, end), verdict in verdicts.items()
    ]
    contrasts = DataFrame([*rows, *more.get("others", [])])
    names = ["evidence_id", "region", "scale", "wave", "estimate"]
    columns = ["kind", "region", "scale", "start", "end"]
    contrasts = contrasts if len(contrasts) else DataFrame(columns=columns)
    return Scored.of(study, contrasts, DataFrame(more.get("means", []), columns=names))


def everywhere(near, craft):
    """The same verdicts in every region: (at w2, at w3) for two levels."""
    return {
        (region, level, wave): verdict
        for region in REGIONS
        for level, verdicts in (("near", near), ("craft", craft))
        for wave, verdict in zip(WAVES[1:], verdicts, strict=True)
    }


UP, SAME, OPEN = "clear_up", "same", "unknown"
ORDER = Test(rule="order_of_gain", levels=("near", "craft"), waves=WAVES)


@pytest.mark.parametrize(
    ("near", "craft", "verdict"),
    [
        ((UP, UP), (SAME, UP), "confirmed"),
        ((SAME, UP), (UP, UP), "contradicted"),
        ((UP, UP), (UP, UP), "indecisive"),
        ((UP, UP), (OPEN, UP), "indecisive"),
        ((OPEN, OPEN), (OPEN, OPEN), "indecisive"),
        (("too_few", "too_few"), ("too_few", "too_few"), "not_testable"),
    ],
)
def test_the_order_of_gain_needs_an_earlier_wave(study, near, craft, verdict):
    found = order.order_of_gain(ORDER, scored(study, everywhere(near, craft)), study)
    assert found.verdict == verdict


def test_one_reversed_region_contradicts_an_order(study):
    verdicts = everywhere((UP, UP), (SAME, UP))
    verdicts |= {("valley", "near", "w2"): SAME, ("valley", "craft", "w2"): UP}
    assert order.order_of_gain(ORDER, scored(study, verdicts), study).verdict == "contradicted"


@pytest.mark.parametrize(
    ("near", "craft", "verdict"),
    [
        ((UP, UP), (OPEN, "probable_up"), "confirmed"),
        ((UP, UP), (OPEN, SAME), "contradicted"),
        ((UP, UP), (OPEN, "seems_up"), "indecisive"),
        ((SAME, SAME), (UP, UP), "indecisive"),
    ],
)
def test_what_follows_gains_at_the_same_wave_or_later(study, near, craft, verdict):
    test = Test(rule="follows", levels=("near", "craft"), waves=WAVES)
    assert order.follows(test, scored(study, everywhere(near, craft)), study).verdict == verdict


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ((UP, SAME, SAME), "confirmed"),
        ((UP, UP, UP), "contradicted"),
        ((SAME, SAME, "clear_down"), "contradicted"),
        ((UP, UP, OPEN), "indecisive"),
        ((UP, SAME, OPEN), "confirmed"),
        ((SAME, SAME, "seems_up"), "indecisive"),
        ((UP, UP, "too_few"), "indecisive"),
        (("too_few", "too_few", "too_few"), "not_testable"),
    ],
)
def test_a_gain_in_some_regions_is_neither_none_nor_all(study, verdicts, verdict):
    changes = {(r, "boards", "w3"): v for r, v in zip(REGIONS, verdicts, strict=True)}
    test = Test(rule="gain_in_some", levels=("boards",), waves=("w1", "w3"), least=1, most=2)
    assert size.gain_in_some(test, scored(study, changes), study).verdict == verdict


def growth(low, high, pair="harbour-upland", kind="growth", wave=None, p=0.5):
    return {
        "evidence_id": f"{kind}/{pair}/boards",
        "kind": kind,
        "region": pair,
        "scale": "boards",
        "start": wave or "w1",
        "end": wave or "w3",
        "estimate": (low + high) / 2,
        "low": low,
        "high": high,
        "low_90": low,
        "high_90": high,
        "p_adjusted": p,
    }


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.1, 0.5, "contradicted"), (-0.5, -0.1, "confirmed"), (-0.1, 0.3, "indecisive")],
)
def test_growth_is_compared_whichever_way_it_was_stored(study, low, high, verdict):
    test = Test(
        rule="compare_gain", levels=("boards",), regions=("harbour", "upland"), waves=("w1", "w3")
    )
    # The row is upland minus harbour; the pattern says harbour grew more.
    known = scored(study, {}, others=[growth(low, high)])
    assert size.compare_gain(test, known, study).verdict == verdict


def test_a_region_that_is_not_here_makes_a_comparison_untestable(study):
    test = Test(
        rule="compare_gain", levels=("boards",), regions=("harbour", "moon"), waves=("w1", "w3")
    )
    assert size.compare_gain(test, scored(study, {}), study).verdict == "not_testable"


def test_sizes_differ_when_one_adjusted_difference_is_clear(study):
    test = Test(rule="different_size", levels=("boards",), waves=("w1", "w3"))
    clear = scored(study, {}, others=[growth(0.3, 0.9, p=0.01)])
    alike = scored(study, {}, others=[growth(-0.1, 0.1)])
    vague = scored(study, {}, others=[growth(-0.9, 0.9)])
    verdicts = [size.different_size(test, one, study).verdict for one in (clear, alike, vague)]
    assert verdicts == ["confirmed", "contradicted", "indecisive"]


@pytest.mark.parametrize(
    ("means", "verdict"),
    [
        ((3.9, 3.8, 3.1), "confirmed"),
        ((3.9, 3.5, 3.7), "indecisive"),
        ((3.4, 3.5, 3.7), "contradicted"),
    ],
)
def test_an_inversion_contradicts_only_when_it_matters(study, means, verdict):
    rows = [
        (f"mean/{region}/{level}/w3", region, level, "w3", mean)
        for region in REGIONS
        for level, mean in zip(LEVELS, means, strict=True)
    ]
    test = Test(rule="order_of_means", levels=LEVELS, waves=("w3",))
    assert order.order_of_means(test, scored(study, {}, means=rows), study).verdict == verdict


def test_starts_are_ranked_by_their_differences(study):
    test = Test(rule="distinct_starts", levels=("boards",), regions=REGIONS, waves=("w1",))
    pairs = ("harbour-upland", "harbour-valley", "upland-valley")
    rows = [growth(0.2, 0.6, pair, "difference", "w1") for pair in pairs]
    assert order.distinct_starts(test, scored(study, {}, others=rows), study).verdict == "confirmed"
    rows[0] = growth(-0.6, -0.2, pairs[0], "difference", "w1")
    found = order.distinct_starts(test, scored(study, {}, others=rows), study)
    assert found.verdict == "contradicted"


def test_one_fall_contradicts_the_same_direction_and_standing_still_does_not(study):
    test = Test(rule="same_direction", levels=("near", "craft"), waves=("w1", "w3"))
    verdicts = everywhere((UP, UP), (UP, UP))
    assert size.same_direction(test, scored(study, verdicts), study).verdict == "confirmed"
    verdicts["valley", "craft", "w3"] = SAME
    assert size.same_direction(test, scored(study, verdicts), study).verdict == "indecisive"
    verdicts["valley", "craft", "w3"] = "probable_down"
    assert size.same_direction(test, scored(study, verdicts), study).verdict == "contradicted"


def said(study, rows, per_region=3, wave="w3", regions=REGIONS):
    """Conversations d0..dn per region; rows are region, document, segment, code, stance.

    Each also holds a statement on something else: one without codings was not coded yet.
    """
    rows = [
        *rows,
        *((r, f"d{n}", "other", "start_a", "helps") for r in regions for n in range(per_region)),
    ]
    documents = DataFrame(
        [(r, f"d{n}", wave, "yes") for r in regions for n in range(per_region)],
        columns=["region", "document", "wave", "asked"],
    )
    names = ["region", "document", "segment", "code", "stance"]
    codings = DataFrame(rows, columns=names).assign(coder="ann", round=1)
    themes = DataFrame({"evidence_id": [f"theme/{r}/calm/all" for r in regions]})
    segments = codings[names[:3]].drop_duplicates()
    return Spoken.of(study, themes, Conversations(documents, segments, codings))


def named(code, counts, stance="helps"):
    """So many conversations of each region name the code."""
    return [
        (region, f"d{n}", f"{region}{n}", code, stance)
        for region, count in zip(REGIONS, counts, strict=True)
        for n in range(count)
    ]


PRESENT = Test(rule="presence", codes={"calm": ("calm",)})


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [((2, 2, 3), "confirmed"), ((2, 2, 1), "indecisive"), ((2, 2, 0), "contradicted")],
)
def test_presence_is_counted_in_conversations(study, counts, verdict):
    found = spoken.presence(PRESENT, said(study, named("calm", counts)), study)
    assert found.verdict == verdict
    assert f"{counts[2]} of 3" in found.found


def test_what_is_spoken_of_as_hindering_is_not_present(study):
    known = said(study, named("calm", (3, 3, 3), "hinders"))
    assert spoken.presence(PRESENT, known, study).verdict == "contradicted"
    test = PRESENT.model_copy(update={"hindering": ("calm",)})
    assert spoken.presence(test, known, study).verdict == "confirmed"


def test_without_conversations_nothing_is_testable(study):
    found = spoken.presence(PRESENT, said(study, [], per_region=0), study)
    assert found.verdict == "not_testable"


def test_evidence_points_only_to_rows_that_exist(study):
    found = spoken.presence(PRESENT, said(study, named("calm", (2, 2, 2))), study)
    assert set(found.evidence) == {f"theme/{region}/calm/all" for region in REGIONS}
    later = PRESENT.model_copy(update={"waves": ("w3",)})
    known = said(study, named("calm", (2, 2, 2)))
    assert spoken.presence(later, known, study).evidence == ()


def test_a_link_is_two_codes_in_one_statement(study):
    test = Test(rule="co_occurrence", codes={"calm": ("calm",)}, beside={"near": ("presence",)})
    together = named("calm", (2, 2, 2)) + named("presence", (2, 2, 2))
    assert links.co_occurrence(test, said(study, together), study).verdict == "confirmed"
    apart = [(r, d, f"{s}x", c, t) for r, d, s, c, t in named("presence", (2, 2, 2))]
    known = said(study, named("calm", (2, 2, 2)) + apart)
    assert links.co_occurrence(test, known, study).verdict == "contradicted"


def test_a_link_claimed_of_one_region_is_rarer_elsewhere(study):
    test = Test(
        rule="co_occurrence",
        codes={"calm": ("calm",)},
        beside={"near": ("presence",)},
        where={"harbour": ("calm",)},
        only_there=True,
    )
    verdicts = [
        links.co_occurrence(
            test, said(study, named("calm", counts) + named("presence", counts)), study
        ).verdict
        for counts in ((3, 1, 0), (2, 3, 2))
    ]
    assert verdicts == ["confirmed", "contradicted"]


def balance(before, after):
    """In every conversation ten statements: so many of them preventive, or one more."""
    return [
        (
            region,
            f"{wave}-{n}",
            f"{wave}-{n}-{place}",
            "prevent" if place < few + n % 2 else "case",
            "helps",
        )
        for region in REGIONS
        for wave, few in (("w1", before), ("w3", after))
        for n in range(4)
        for place in range(10)
    ]


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [(3, 7, "confirmed"), (7, 3, "contradicted"), (5, 5, "indecisive")],
)
def test_a_share_rises_when_its_interval_lies_above_zero(study, before, after, verdict):
    rows = balance(before, after)
    documents = DataFrame(
        sorted({(r, d, d[:2], "yes") for r, d, *_ in rows}),
        columns=["region", "document", "wave", "asked"],
    )
    names = ["region", "document", "segment", "code", "stance"]
    codings = DataFrame(rows, columns=names).assign(coder="ann", round=1)
    said = Conversations(documents, codings[names[:3]], codings)
    known = Spoken.of(study, DataFrame({"evidence_id": []}), said)
    test = Test(rule="share_rises", slider="balance", waves=("w1", "w3"))
    assert shares.share_rises(test, known, study).verdict == verdict


def part(verdict):
    return Outcome("presence", verdict, "", "", "")


@pytest.mark.parametrize(
    ("scores", "interviews", "verdict"),
    [
        ("confirmed", "confirmed", "confirmed"),
        ("confirmed", "indecisive", "indecisive"),
        ("confirmed", "not_testable", "indecisive"),
        ("confirmed", "contradicted", "indecisive"),
        ("contradicted", "contradicted", "contradicted"),
        ("contradicted", "indecisive", "contradicted"),
        ("not_testable", "not_testable", "not_testable"),
    ],
)
def test_scores_and_interviews_must_both_confirm(scores, interviews, verdict):
    parts = {"scores": part(scores), "interviews": part(interviews)}
    assert combine(parts).verdict == verdict
    assert combine(dict(reversed(parts.items()))).verdict == verdict


def test_a_single_kind_of_data_is_named():
    assert combine({"interviews": part("confirmed")}).found.startswith("Interviews only")


@pytest.fixture(scope="module")
def pilot():
    return read_study(DATA)


def on_claims(pilot, name):
    test = pilot.rules[name].claims
    return claimed.CLAIM_RULES[test.rule](test, pilot) if test.rule in claimed.CLAIM_RULES else None


def test_restatements_are_dropped_before_claims_are_counted(pilot):
    assert len(claimed.distinct_claims(pilot)) == 116


# What the real published claims show; a new reading of a claim may change this on purpose.
ON_CLAIMS = {
    "confirmed": "E03 E04 E06 E07 E09 E10 E11 E12 E13 E14 E16 E17 E18 E19",
    "indecisive": "E01 E02 E15",
    "not_testable": "E05 E08 E20",
}


@pytest.mark.parametrize(
    ("name", "verdict"),
    [(name, verdict) for verdict, names in ON_CLAIMS.items() for name in names.split()],
)
def test_the_published_claims_show_their_patterns(pilot, name, verdict):
    found = on_claims(pilot, name)
    assert (found.verdict if found else "not_testable") == verdict


def test_a_claim_of_no_region_in_particular_decides_nothing_per_region(pilot):
    assert "of no region in particular" in on_claims(pilot, "E01").found


def test_every_verdict_rests_on_claims_that_exist(pilot):
    pairs = zip(pilot.claims["region"], pilot.claims["claim_id"], strict=True)
    known = {f"claim/{region}/{claim}" for region, claim in pairs}
    for name in pilot.rules:
        found = on_claims(pilot, name)
        assert found is None or set(found.evidence) <= known


def test_every_rule_of_the_vocabulary_has_its_function():
    functions = {
        "claims": claimed.CLAIM_RULES,
        "scores": expectations.SCORE_RULES,
        "interviews": expectations.INTERVIEW_RULES,
    }
    for kind, rules in NEEDS.items():
        assert {*functions[kind], "not_testable"} == {*rules}


def test_a_study_without_publications_has_no_expectations(tiny):
    study = read_study(tiny)
    nothing = DataFrame(columns=["kind", "region", "scale", "start", "end", "wave", "evidence_id"])
    documents = DataFrame(columns=["region", "document", "wave", "asked"])
    names = ["region", "document", "segment", "code", "stance", "coder", "round"]
    codings = DataFrame(columns=names)
    table = expectations.weigh_expectations(
        study, nothing, nothing, nothing, Conversations(documents, codings[names[:3]], codings)
    )
    assert table.empty
    assert "verdict" in table.columns
