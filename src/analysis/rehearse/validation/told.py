"""The tables of docs/methods.md, written from the counts."""

from pandas import DataFrame

COVERAGE = ("sites", "method", "lowest", "mean", "highest", "on target", "mean bias", "mean width")


def tell_coverage(coverage: DataFrame) -> str:
    """Return, per scenario and method, how often the intervals of all contrasts hold the truth."""
    groups = coverage.groupby(["scenario", "method"], sort=False)
    rows = [
        (
            scenario.removeprefix("sites "),
            method,
            *(f"{getattr(here['coverage'], what)():.1%}" for what in ("min", "mean", "max")),
            f"{here['on_target'].sum()} of {len(here)}",
            f"{here['bias'].mean():+.3f}",
            f"{here['width'].mean():.2f}",
        )
        for (scenario, method), here in groups
    ]
    return _markdown(COVERAGE, rows)


def tell_claims(claims: DataFrame) -> str:
    """Return, per kind of claim and wording, its share of all changes, cells and expectations."""
    scenarios = [*claims["scenario"].unique()]
    counts = claims.groupby(["kind", "said", "scenario"])["studies"].sum().unstack(fill_value=0)
    shares = counts[scenarios] / counts[scenarios].groupby(level="kind").transform("sum")
    rows = [
        (f"{kind}: {said.replace('_', ' ')}", *(f"{share:.2%}" for share in here))
        for (kind, said), here in shares.iterrows()
    ]
    return _markdown(("what is said", *scenarios), rows)


def tell_divergences(claims: DataFrame) -> str:
    """Return, per level and region, in which share of the studies its cell was called divergent."""
    scenarios = [*claims["scenario"].unique()]
    cells = claims[claims["kind"] == "cell"].assign(
        studies=lambda rows: rows["studies"].where(rows["said"] == "divergent", 0)
    )
    found = cells.groupby(["subject", "scenario"])["studies"].sum().unstack(fill_value=0)
    of = cells.groupby(["subject", "scenario"])["of"].first().unstack()
    shares = (found / of)[scenarios]
    rows = [(str(cell), *(f"{share:.1%}" for share in here)) for cell, here in shares.iterrows()]
    return _markdown(("called divergent", *scenarios), rows)


def _markdown(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
