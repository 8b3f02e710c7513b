"""What is planted in the pilot comes out of the analysis, and nothing else does."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.collect import interviews
from analysis.findings.prepare import check_everything, process
from analysis.learn import integration, longitudinal, themes
from analysis.measure import agreement
from analysis.rehearse.simulate import read_planted

DATA = Path(__file__).parents[1] / "data"
WITHIN = 0.11  # scale points; docs/decisions/0005


@pytest.fixture(scope="module")
def pilot():
    study, raw, _ = check_everything(DATA)
    return study, process(raw, study)


@pytest.fixture(scope="module")
def contrasts(pilot):
    study, tables = pilot
    found = longitudinal.compare_waves(tables["scores"], tables["respondents"], study.plan)
    return longitudinal.settle(found["contrasts"], {}, study.plan).set_index("evidence_id")


@pytest.fixture(scope="module")
def planted(pilot):
    study, _ = pilot
    return read_planted(study.raw, study.plan)[0]


@pytest.fixture(scope="module")
def truth():
    rows = pd.read_csv(DATA / "raw" / "planted-truth.csv")
    return rows.set_index(["region", "scale", "wave"])["change"]


def changes(contrasts):
    found = contrasts[(contrasts["kind"] == "change") & (contrasts["region"] != "all")]
    return found[found["start"] == found["start"].iloc[0]]


def test_planted_changes_of_the_levels_are_recovered(contrasts, truth):
    rows = changes(contrasts)
    levels = rows[rows["planned"].astype(bool)]
    assert len(levels) == 9
    for row in levels.itertuples():
        assert row.estimate == pytest.approx(truth[row.region, row.scale, row.end], abs=WITHIN)


def test_nearly_every_interval_holds_the_truth(contrasts, truth):
    rows = changes(contrasts)
    known = [truth[row.region, row.scale, row.end] for row in rows.itertuples()]
    holds = (rows["low"] <= known) & (known <= rows["high"])
    assert len(rows) > 100
    assert holds.mean() > 0.90


def test_equal_scales_are_called_equal_or_unknown_and_falling_ones_falling(contrasts, planted):
    waves = [*next(iter(planted.regions.values())).people]
    for name, region in planted.regions.items():
        for scale, means in region.scales.items():
            verdict = contrasts.loc[f"change/{name}/{scale}/{waves[0]}-{waves[-1]}", "verdict"]
            if means[waves[0]] == means[waves[-1]]:
                assert verdict in {"same", "unknown"}
            else:
                assert verdict in {"clear_down", "probable_down"}


def test_exactly_the_planted_divergences_are_found(pilot, contrasts, planted):
    study, tables = pilot
    said = interviews.Conversations.of(tables)
    agreed = agreement.agree(agreement.cut_passages(said), study)
    talk = themes.measure_talk(said, study, agreed)
    joint = integration.join_displays(contrasts.reset_index(), talk, study)
    found = {(row.region, row.level): row.label for row in joint.itertuples()}
    waves = [*study.plan.waves]
    for (region, level), label in found.items():
        share = planted.interviews.helping[region][level]
        turned = share[waves[-1]] < share[waves[0]]
        assert (label == "divergent") == turned, (region, level)
    labels = [*found.values()]
    assert labels.count("divergent") == 2
    # A change too unsure to have a direction is silent: it neither agrees nor disagrees.
    assert labels.count("convergent") >= len(labels) - 3


def test_what_people_connect_at_the_last_wave_is_found_and_one_published_pair_is_not(
    pilot, planted
):
    study, tables = pilot
    said = interviews.Conversations.of(tables)
    spoken = said.heard(study)
    place = ["region", "wave", "document", "segment"]

    def passages(one, other):
        both = spoken[spoken["code"] == one].merge(
            spoken.loc[spoken["code"] == other, place], on=place
        )
        return both.groupby(["region", "wave"]).size()

    last = [*study.plan.waves][-1]
    traced = [pair for pair in planted.interviews.pairs if pair.traced]
    assert {region: 3 for region in study.regions} == {
        region: sum(region in pair.regions for pair in traced) for region in study.regions
    }
    for pair in traced:
        found = passages(*pair.codes)
        (region,) = pair.regions
        assert found.get((region, last), 0) >= 2, pair.codes
        assert found.get((region, last)) > found.drop((region, last)).max() if len(found) > 1 else 1
    assert passages("con_caregiver_contact", "out_parents_share_sooner").empty
