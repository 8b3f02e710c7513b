"""The links behind every count, and how far two readers agreed on them."""

import pandas as pd
from pandas import DataFrame
from statsmodels.stats.inter_rater import cohens_kappa

from analysis.collect.interviews import PLACE
from analysis.learn.lenses.links import links_of
from analysis.learn.lenses.look import View, look_by
from analysis.plan import described
from analysis.plan.evidence import EVERY, evidence_id
from analysis.plan.study import Study

ASKED = ["relation", "stance", "basis", "reason_nl", "reason_en", "source", "source_lines"]


def list_links(view: View) -> DataFrame:
    """List every link that a lens may use, with what it shows in these conversations.

    Returns
    -------
    One row per link of code_links.csv: passages and conversations of all regions together in which
    its code was used in the stance for which the link holds. `possibly` is true where a reader
    doubted it, or where it holds of some passages only: such a link adds nothing to a count.
    """
    study = view.study
    rules = links_of(study)
    told = study.links[ASKED].assign(
        framework=rules["framework"],
        code=rules["lens"],
        from_code=rules["code"],
        possibly=rules["possibly"],
    )
    seen = look_by(view.led, rules).drop_duplicates([*PLACE, "code", "lens"])
    grouped = seen.groupby(["code", "lens"])
    found = grouped.size().rename("segments").to_frame()
    found["documents"] = (
        seen.assign(talk=seen["region"] + "/" + seen["document"])
        .groupby(["code", "lens"])["talk"]
        .nunique()
    )
    found = found.rename_axis(["from_code", "code"]).reset_index()
    rows = told.merge(found, on=["from_code", "code"], how="left")
    counts = {name: rows[name].fillna(0).astype("Int64") for name in ("segments", "documents")}
    names = rows[["framework", "code", "from_code"]].itertuples(index=False, name=None)
    rows = rows.assign(
        **counts,
        region=EVERY,
        evidence_id=[
            evidence_id("link", EVERY, f"{framework}.{code}", from_code)
            for framework, code, from_code in names
        ],
    )
    return described.table("lens_links", rows[described.columns("lens_links")])


def compare_readers(study: Study) -> DataFrame:
    """Say how far two readers agreed on which links hold always and which only sometimes.

    Returns
    -------
    One row, or none without two readings: `links` judged by both, the share on which they
    `agreed`, Cohen's `kappa` with its 95% interval, and how many were `doubted`.

    References
    ----------
    Cohen 1960; Fleiss, Cohen & Everitt 1969 (statsmodels' cohens_kappa).
    """
    judged = study.links[(study.links["reader1"] != "") & (study.links["reader2"] != "")]
    if judged.empty:
        return described.table("link_readers", [])
    words = sorted({*judged["reader1"], *judged["reader2"]})
    table = pd.crosstab(judged["reader1"], judged["reader2"])
    table = table.reindex(index=words, columns=words, fill_value=0)
    found = cohens_kappa(table.to_numpy()) if len(words) > 1 else None
    kappa = (found.kappa, found.kappa_low, found.kappa_upp) if found else (None, None, None)
    agreed = float((judged["reader1"] == judged["reader2"]).mean())
    doubted = int((study.links["second_reading"] == "doubt").sum())
    row = [evidence_id("readers", EVERY, "links"), EVERY, len(judged), agreed, *kappa, doubted]
    return described.table("link_readers", [row])
