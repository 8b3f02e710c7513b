"""Intervals for shares of conversations: the only unit that themes are counted in."""

from math import sqrt

Z = 1.959963984540054


def wilson(count: int, total: int) -> tuple[float, float]:
    """Compute Wilson's 95% interval for a share of conversations; no conversations, no interval.

    References
    ----------
    Wilson 1927. Agrees with statsmodels' proportion_confint(method="wilson").
    """
    if total == 0:
        return float("nan"), float("nan")
    share, shrink = count / total, 1 + Z**2 / total
    middle = (share + Z**2 / (2 * total)) / shrink
    half = Z * sqrt(share * (1 - share) / total + Z**2 / (4 * total**2)) / shrink
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(start: tuple[int, int], end: tuple[int, int]) -> tuple[float, float]:
    """Compute a 95% interval for the change between two shares, each a count of a total.

    References
    ----------
    Agresti & Caffo 2000, which keeps its promise with five conversations a side where others
    are too narrow. Agrees with statsmodels' confint_proportions_2indep(method="agresti-caffo").
    """
    if not start[1] or not end[1]:
        return float("nan"), float("nan")
    (first, size), (last, other) = ((count + 1, total + 2) for count, total in (start, end))
    moved = last / other - first / size
    spread = first * (size - first) / size**3 + last * (other - last) / other**3
    return max(-1.0, moved - Z * sqrt(spread)), min(1.0, moved + Z * sqrt(spread))
