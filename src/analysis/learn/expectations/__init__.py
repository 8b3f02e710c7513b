"""The published patterns, tested on the published claims and on the loaded data."""

from pandas import DataFrame

from analysis.collect.interviews import Conversations
from analysis.learn.expectations import links, order, shares, size, spoken
from analysis.learn.expectations.claimed import CLAIM_RULES
from analysis.learn.expectations.comparisons import Scored
from analysis.learn.expectations.echoes import hear_claims
from analysis.learn.expectations.outcome import Outcome, combine, untestable
from analysis.learn.expectations.spoken import Spoken
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study
from analysis.plan.study.rules import Tests

__all__ = ["hear_claims", "weigh_expectations"]

SCORE_RULES = {
    "order_of_gain": order.order_of_gain,
    "follows": order.follows,
    "order_of_means": order.order_of_means,
    "distinct_starts": order.distinct_starts,
    "gain_in_some": size.gain_in_some,
    "compare_gain": size.compare_gain,
    "same_direction": size.same_direction,
    "different_size": size.different_size,
}
INTERVIEW_RULES = {
    "presence": spoken.presence,
    "distinct_starts": spoken.distinct_codes,
    "order_of_gain": spoken.onset,
    "gain_in_some": spoken.present_in_some,
    "co_occurrence": links.co_occurrence,
    "share_rises": shares.share_rises,
    "share_larger": shares.share_larger,
}


def weigh_expectations(
    study: Study,
    contrasts: DataFrame,
    means: DataFrame,
    themes: DataFrame,
    conversations: Conversations,
) -> DataFrame:
    """Give every published pattern a verdict, by the rules of rules.yaml.

    Returns
    -------
    Two rows per expectation: on the published claims (restatements dropped) and on the loaded
    data. Scores and interviews are both data: where both are tested, both must confirm to confirm;
    one contradiction counts unless the other kind confirms. `found` says what each part showed,
    `evidence` on which rows it rests, `changes_if` what would change the verdict, `matters` what
    hangs on it. A gain is a change that is clearly or probably up; the same, or down, is no gain;
    the rest is indecisive.
    """
    scored = Scored.of(study, contrasts, means)
    said = Spoken.of(study, themes, conversations)
    rows = []
    for name in study.expectations["exp_id"]:
        tests = study.rules.get(name)
        claims = _on_claims(tests, study) if tests else _no_rule()
        data = _on_data(tests, scored, said, study) if tests else _no_rule()
        matters = dict(tests.matters)["en"] if tests and tests.matters else ""
        for source, outcome in (("claims", claims), ("data", data)):
            rows.append([*_outcome_row(name, source, outcome), matters])
    return described.table("expectations", rows)


def _no_rule() -> Outcome:
    return untestable("rules.yaml has no rule for this pattern")


def _on_claims(tests: Tests, study: Study) -> Outcome:
    test = tests.claims
    if test.rule not in CLAIM_RULES:
        return untestable(test.why or "the claims hold nothing that this rule reads")
    return CLAIM_RULES[test.rule](test, study)


def _on_data(tests: Tests, scored: Scored, said: Spoken, study: Study) -> Outcome:
    parts: dict[str, Outcome] = {}
    if tests.scores is not None:
        test = tests.scores
        known = SCORE_RULES.get(test.rule)
        parts["scores"] = known(test, scored, study) if known else untestable(test.why)
    if tests.interviews is not None:
        test = tests.interviews
        heard = INTERVIEW_RULES.get(test.rule)
        parts["interviews"] = heard(test, said, study) if heard else untestable(test.why)
    return combine(parts)


def _outcome_row(name: str, source: str, outcome: Outcome) -> list[str]:
    return [
        evidence_id("expectation", EVERY, name, source),
        name,
        source,
        outcome.rule,
        outcome.verdict,
        outcome.threshold,
        outcome.found,
        " ".join(dict.fromkeys(outcome.evidence)),
        outcome.changes_if,
    ]
