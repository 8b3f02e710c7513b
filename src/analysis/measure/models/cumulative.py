"""The chance of one ordered answer under a cumulative logit, with its derivatives."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.measure.models.covariance import Floats

SMALLEST_CHANCE = 1e-100


@dataclass(frozen=True)
class AnswerChances:
    """Log chances of answers between two ends of a logistic, all of one shape.

    `a` and `-b` are the first derivatives to the upper and the lower end, `aa`, `ab` and `bb` the
    second; `upper` and `lower` are the logistic at the ends.
    """

    log: Floats
    upper: Floats
    lower: Floats
    a: Floats
    b: Floats
    aa: Floats
    bb: Floats

    @classmethod
    def between(cls, lower: Floats, upper: Floats) -> "AnswerChances":
        """Compute the chances of answers between `lower` and `upper`, which may be infinite."""
        F, f = special.expit(upper), special.expit(lower)
        above, below = special.expit(-upper), special.expit(-lower)
        # Far above the middle the two probabilities are both nearly 1: subtract the other tails.
        chance = np.maximum(np.where(lower > 0, below - above, F - f), SMALLEST_CHANCE)
        a, b = F * above / chance, f * below / chance
        aa, bb = a * (1 - 2 * F) - a**2, -b * (1 - 2 * f) - b**2
        return cls(np.log(chance), F, f, a, b, aa, bb)

    @property
    def ab(self) -> Floats:
        """The mixed second derivative."""
        return self.a * self.b

    @property
    def first(self) -> Floats:
        """The slope when both ends move together."""
        return self.a - self.b

    @property
    def second(self) -> Floats:
        """The curvature when both ends move together."""
        return self.aa + self.bb + 2 * self.ab

    @property
    def first_to_ends(self) -> tuple[Floats, Floats]:
        """How `first` changes with the upper and with the lower end."""
        return self.aa + self.ab, self.ab + self.bb

    @property
    def second_to_ends(self) -> tuple[Floats, Floats]:
        """How `second` changes with the upper and with the lower end."""
        a, b, aa, bb, ab = self.a, self.b, self.aa, self.bb, self.ab
        up, low = 1 - 2 * self.upper, 1 - 2 * self.lower
        up_bent = 2 * a * self.upper * (1 - self.upper)
        low_bent = 2 * b * self.lower * (1 - self.lower)
        to_upper = aa * up - up_bent - 2 * a * aa + ab * low + 2 * b * ab
        to_lower = ab * up - 2 * a * ab + bb * low + low_bent + 2 * b * bb
        return to_upper + 2 * (aa * b - a * ab), to_lower + 2 * (ab * b - a * bb)
