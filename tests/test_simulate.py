"""What the synthetic pilot promises: the same bytes every time, and what was planted is in it."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pandas import DataFrame

from analysis.collect.interviews import read_interviews
from analysis.plan.problems import StudyError
from analysis.plan.study import Study, read_study
from analysis.rehearse.simulate import draw_conversations, draw_survey, read_planted, simulate
from analysis.rehearse.simulate.planted import Phrases, Planted

RAW = Path(__file__).parents[1] / "data" / "raw"
SEGMENT = ["region", "document", "start", "end"]


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(RAW.parent)


@pytest.fixture(scope="module")
def written(study: Study, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("again")
    paths = simulate(study, folder)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def recipe(study: Study) -> tuple[Planted, Phrases]:
    return read_planted(study.raw, study.plan)


@pytest.fixture(scope="module")
def forms(study: Study, recipe: tuple[Planted, Phrases]) -> DataFrame:
    """The forms as drawn, before a region's layout is put on them."""
    tables = [
        drawn.assign(region=name, wave=wave)
        for name, region in recipe[0].regions.items()
        for wave, drawn in draw_survey(study.plan, recipe[0], region).items()
    ]
    return pd.concat(tables, ignore_index=True)


@pytest.fixture(scope="module")
def interviews(study: Study) -> dict[str, DataFrame]:
    tables, problems = read_interviews(study)
    assert problems == []
    return tables


@pytest.fixture(scope="module")
def codings(study: Study, interviews: dict[str, DataFrame]) -> DataFrame:
    spoken = interviews["codings"].merge(interviews["segments"])
    tables = [spoken.merge(interviews["documents"])]
    placed = study.crosswalk.query("strength == 'primary'").set_index("code")
    every = pd.concat(tables, ignore_index=True)
    return every.assign(
        level=every["code"].map(placed["level"]), pillar=every["code"].map(placed["pillar"])
    )


def test_regenerating_gives_the_same_bytes(written: dict[str, bytes]) -> None:
    different = [name for name, text in written.items() if (RAW / name).read_bytes() != text]
    assert different == []


def test_no_synthetic_file_is_left_over_from_another_recipe(written: dict[str, bytes]) -> None:
    shipped = {
        path.relative_to(RAW).as_posix()
        for kind in ("survey", "interviews")
        for path in RAW.glob(f"regions/*/{kind}/**/*")
        if path.is_file()
    }
    assert shipped <= set(written)


def test_another_seed_changes_its_own_region_only(
    study: Study, recipe: tuple[Planted, Phrases]
) -> None:
    planted, _ = recipe
    first, second, *_ = planted.regions
    other = planted.regions[first].model_copy(update={"seed": 1})
    changed = planted.model_copy(update={"regions": {**planted.regions, first: other}})

    def drawn(some: Planted, name: str) -> str:
        frames = draw_survey(study.plan, some, some.regions[name])
        return "".join(frame.to_csv() for frame in frames.values())

    assert drawn(changed, first) != drawn(planted, first)
    assert drawn(changed, second) == drawn(planted, second)


def test_each_wave_has_the_planned_number_of_forms(
    forms: DataFrame, recipe: tuple[Planted, Phrases]
) -> None:
    planned = {
        (name, wave): people
        for name, region in recipe[0].regions.items()
        for wave, people in region.people.items()
    }
    seen = forms.groupby(["region", "wave"]).size()
    assert all(people <= seen[place] <= 1.06 * people for place, people in planned.items())


def test_about_three_hundred_people_took_part_and_ninety_stayed(forms: DataFrame) -> None:
    sent = forms[forms["submitted"] == "yes"]
    linked = sent[sent["participant"] != ""].groupby(["region", "participant"])["wave"].nunique()
    without_code = (sent["participant"] == "").sum()
    assert 280 <= len(linked) + without_code <= 340
    assert 75 <= (linked == 3).sum() <= 105


def test_fewer_people_answered_than_were_invited(forms: DataFrame, study: Study) -> None:
    sent = forms[forms["submitted"] == "yes"].groupby(["region", "wave"]).size()
    assert all(
        people < (study.regions[region].waves[wave].invited or 0)
        for (region, wave), people in sent.items()
    )


def test_participant_codes_say_that_they_are_synthetic(forms: DataFrame) -> None:
    codes = forms.loc[forms["participant"] != "", "participant"]
    assert codes.str.fullmatch(r"SYN-[A-Z]{2}[0-9]{2}").all()


def test_teachers_skip_governance_far_more_often_than_the_municipality(
    forms: DataFrame, study: Study
) -> None:
    items = [item for item in study.plan.all_items if "_gov_" in item]
    sent = forms[forms["submitted"] == "yes"].set_index("role")[items]
    rates = (sent == "nvt").groupby(level=0).mean().mean(axis=1)
    assert rates["teacher"] == pytest.approx(0.25, abs=0.05)
    assert rates["municipality"] < 0.06


def test_the_truth_keeps_the_equal_scale_equal_and_lets_the_falling_scale_fall(
    recipe: tuple[Planted, Phrases],
) -> None:
    truth = pd.read_csv(RAW / "planted-truth.csv").set_index(["region", "scale", "wave"])["change"]
    exact = {
        (name, scale): list(means.values())
        for name, region in recipe[0].regions.items()
        for scale, means in region.scales.items()
    }
    last = [*next(iter(recipe[0].regions.values())).people][-1]
    assert exact
    for (name, scale), means in exact.items():
        assert truth[name, scale, last] == pytest.approx(means[-1] - means[0], abs=0.05)


def test_every_tool_hands_over_the_very_codings_that_were_drawn(
    study: Study, recipe: tuple[Planted, Phrases], interviews: dict[str, DataFrame]
) -> None:
    planted, phrases = recipe
    columns = ["document", "start", "end", "speaker", "code", "coder", "stance", "text"]
    read = interviews["codings"].merge(interviews["segments"])
    for name in planted.regions:
        drawn = draw_conversations(study.plan, planted, phrases, name, study.crosswalk)
        wanted = drawn.tables["codings"][columns].sort_values(columns, ignore_index=True)
        found = read[read["region"] == name][columns].sort_values(columns, ignore_index=True)
        assert found.to_numpy().tolist() == wanted.to_numpy().tolist()


def test_each_region_brings_its_codings_in_another_tool(
    recipe: tuple[Planted, Phrases], interviews: dict[str, DataFrame]
) -> None:
    tools = [region.coding_tool for region in recipe[0].regions.values()]
    log = interviews["import_log"]
    assert len(set(tools)) == len(tools) == 3
    assert log["what"].str.startswith("proven: offsets count").sum() == 2


def test_the_planted_helping_shares_are_in_the_conversations(
    codings: DataFrame, recipe: tuple[Planted, Phrases], study: Study
) -> None:
    said = codings[
        (codings["coder"] == study.plan.leading_coder) & (codings["stance"] != "neutral")
    ]
    helps = said.assign(helps=said["stance"] == "helps")
    per_document = helps.groupby(["region", "level", "wave", "document"])["helps"].mean()
    seen = per_document.groupby(["region", "level", "wave"]).mean()
    for region, levels in recipe[0].interviews.helping.items():
        for level in set(levels) & set(study.plan.levels):
            for wave, share in levels[level].items():
                assert seen[region, level, wave] == pytest.approx(share, abs=0.12)


def test_each_conversation_says_enough_of_each_level(codings: DataFrame, study: Study) -> None:
    said = codings[
        (codings["coder"] == study.plan.leading_coder) & (codings["stance"] != "neutral")
    ]
    spoken = said[said["level"].isin(study.plan.levels)].drop_duplicates([*SEGMENT, "level"])
    assert spoken.groupby(["region", "document", "level"]).size().min() >= 5


def test_preventive_talk_has_the_planted_share(
    codings: DataFrame, recipe: tuple[Planted, Phrases], study: Study
) -> None:
    balance = recipe[0].interviews.balance
    said = codings[codings["coder"] == study.plan.leading_coder]
    weighed = said[said["code"].isin([*balance.case, *balance.preventive])]
    seen = (
        weighed.assign(preventive=weighed["code"].isin(balance.preventive))
        .groupby(["region", "wave"])["preventive"]
        .mean()
    )
    for region, waves in balance.preventive_share.items():
        for wave, share in waves.items():
            assert seen[region, wave] == pytest.approx(share, abs=0.10)


def test_a_quarter_of_the_segments_is_coded_twice(codings: DataFrame) -> None:
    coders = codings.groupby(SEGMENT)["coder"].nunique()
    assert (coders == 2).mean() == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize(
    ("column", "members", "planted_kappa"),
    [
        ("level", ["relational"], 0.76),
        ("level", ["governance"], 0.64),
        ("pillar", ["embedding"], 0.49),
        ("code", ["con_preventive_group_work", "gro_movement_preventive"], 0.58),
    ],
)
def test_the_second_coder_agrees_as_planted(
    codings: DataFrame, column: str, members: list[str], planted_kappa: float
) -> None:
    marked = codings.assign(given=codings[column].isin(members))
    given = marked.groupby([*SEGMENT, "coder"])["given"].any().unstack("coder").dropna()
    one, other = (given[coder].astype(float) for coder in given)
    chance = one.mean() * other.mean() + (1 - one.mean()) * (1 - other.mean())
    kappa = ((one == other).mean() - chance) / (1 - chance)
    assert kappa == pytest.approx(planted_kappa, abs=0.04)


def test_no_approved_quotation_names_anybody(
    codings: DataFrame, recipe: tuple[Planted, Phrases], study: Study
) -> None:
    decided = study.decisions.quotations.set_index("sha256")["decision"]
    said = codings.drop_duplicates("text").assign(decision=lambda rows: _hashes(rows["text"]))
    said["decision"] = said["decision"].map(decided)
    names = said["text"].str.contains("|".join(recipe[1].identifying.marks))
    assert set(said.loc[names, "decision"]) == {"no"}
    assert not names[said["decision"] == "yes"].any()


def test_approved_quotations_help_and_hinder_at_every_wave_with_consent(
    codings: DataFrame, study: Study
) -> None:
    approved = study.decisions.quotations.query("decision == 'yes'")["sha256"]
    shown = codings[_hashes(codings["text"]).isin(approved)]
    assert set(shown["consent"]) == {"yes"}
    for region in study.regions:
        here = shown[shown["region"] == region]
        assert len(set(here["text"])) >= 8
        assert {"helps", "hinders"} <= set(here["stance"])
        assert set(here["wave"]) == set(study.plan.waves)


def test_every_planted_code_stands_in_a_codebook(
    recipe: tuple[Planted, Phrases], study: Study
) -> None:
    assert set(recipe[1].phrases) <= set(study.codes["id"])


def test_the_conversations_use_many_codes_and_many_sentences(
    codings: DataFrame, study: Study
) -> None:
    said = codings[codings["coder"] == study.plan.leading_coder]
    assert said["code"].nunique() >= 35
    assert said["text"].nunique() / len(said.drop_duplicates(SEGMENT)) > 0.8


def test_conversations_are_drawn_without_the_other_regions(
    study: Study, recipe: tuple[Planted, Phrases]
) -> None:
    planted, phrases = recipe
    name = next(iter(planted.regions))
    alone = planted.model_copy(update={"regions": {name: planted.regions[name]}})
    both = [
        draw_conversations(study.plan, some, phrases, name, study.crosswalk).transcripts
        for some in (planted, alone)
    ]
    assert both[0] == both[1]


def test_a_region_with_real_answers_is_never_written_over(study: Study, tmp_path: Path) -> None:
    name, region = next(iter(study.regions.items()))
    real = region.model_copy(update={"synthetic": False})
    mixed = replace(study, regions={**study.regions, name: real})
    with pytest.raises(StudyError, match="synthetic: true"):
        simulate(mixed, tmp_path)
    assert not any(tmp_path.iterdir())


def test_a_misspelt_key_in_planted_yaml_is_a_letter(study: Study, tmp_path: Path) -> None:
    shutil.copy(RAW / "planted-phrases.yaml", tmp_path)
    text = (RAW / "planted.yaml").read_text(encoding="utf-8")
    (tmp_path / "planted.yaml").write_text(text.replace("newcomers:", "newcommers:"), "utf-8")
    with pytest.raises(StudyError, match="newcommers"):
        read_planted(tmp_path, study.plan)


def _hashes(texts: "pd.Series[str]") -> "pd.Series[str]":
    return texts.map(lambda text: hashlib.sha256(text.encode()).hexdigest())
