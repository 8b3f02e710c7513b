"""What a whole simulated study would have said: the words on changes, cells and expectations."""

from pandas import DataFrame

from analysis.collect.interviews import Conversations
from analysis.learn import expectations, integration, longitudinal, robustness, themes
from analysis.measure import agreement
from analysis.plan.study import Study
from analysis.rehearse.simulate.planted import Phrases, Planted
from analysis.rehearse.validation.pilots import survey_of, talk_of


def claims_of(planted: Planted, phrases: Phrases, study: Study) -> DataFrame:
    """Draw one study and say what its reports would claim.

    Returns
    -------
    One row per claim: `kind` is change (a planned comparison, its rung of the ladder), cell (a
    level in a region, its label) or expectation (its verdict on the data); `subject`; `said`.
    """
    surveyed, spoken = survey_of(planted, study.plan), talk_of(planted, phrases, study)
    said = Conversations.of(spoken)
    compared = _compared(surveyed, study)
    contrasts = compared["contrasts"]
    agreed = agreement.agree(agreement.cut_passages(said), study)
    talk = themes.measure_talk(said, study, agreed)
    joint = integration.join_displays(contrasts, talk, study)
    counted = themes.count_themes(said, study)
    tested = expectations.weigh_expectations(study, contrasts, compared["means"], counted, said)
    planned = contrasts[contrasts["planned"].astype(bool)]
    on_data = tested[tested["source"] == "data"]
    rows = [
        *(("change", f"{row.region} {row.scale}", row.verdict) for row in planned.itertuples()),
        *(("cell", f"{row.region} {row.level}", row.label) for row in joint.itertuples()),
        *(("expectation", row.expectation, row.verdict) for row in on_data.itertuples()),
    ]
    return DataFrame(rows, columns=["kind", "subject", "said"])


def _compared(tables: dict[str, DataFrame], study: Study) -> dict[str, DataFrame]:
    """Compare the waves of every composite, and run the other methods where they can matter.

    Whether a change holds decides between clearly and probably only, so the other methods are run
    on planned changes whose adjusted p is below .05, and nowhere else.
    """
    plan = study.plan
    keys = ["region", "wave", "participant"]
    scores = tables["scores"][tables["scores"]["scale"].isin([*plan.composites])]
    compared = longitudinal.compare_waves(scores, tables["respondents"], plan)
    contrasts = compared["contrasts"]
    matters = contrasts["planned"].astype(bool) & (contrasts["p_adjusted"] < 0.05)
    sited = scores.merge(tables["respondents"][[*keys, "site", "has_code"]], on=keys)
    robust = robustness.compare_methods(sited, tables["answers"], contrasts[matters], plan)
    judged = robustness.judge_robustness(robust)
    holds = dict(zip(judged["change_id"], judged["holds"], strict=True))
    return {**compared, "contrasts": longitudinal.settle(contrasts, holds, plan)}
