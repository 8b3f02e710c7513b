"""Independent rows: the covariance when nobody was seen twice and nothing groups the rows."""

from dataclasses import dataclass

import numpy as np

from analysis.measure.models.covariance import Floats


@dataclass(frozen=True)
class Independent:
    """The family with a residual variance alone; REML is then ordinary least squares."""

    rows: int
    names: tuple[str, ...] = ("residual",)
    is_variance: bool = True

    def start(self, variance: float) -> Floats:
        """Start at the least squares estimate, which is the answer."""
        return np.array([variance])

    def times(self, k: int, columns: Floats) -> Floats:  # noqa: ARG002
        """Return the columns: V_1 is the identity."""
        return columns

    def at(self, theta: Floats) -> "SolvedRows | None":
        """Return V at theta."""
        return SolvedRows(self.rows, float(theta[0])) if theta[0] > 0 else None


@dataclass(frozen=True)
class SolvedRows:
    """V at theta: a multiple of the identity."""

    rows: int
    variance: float

    @property
    def logdet(self) -> float:
        """The logarithm of the determinant of V."""
        return self.rows * float(np.log(self.variance))

    def solve(self, columns: Floats) -> Floats:
        """Return V^-1 times an n x m matrix."""
        return columns / self.variance

    def traces(self) -> Floats:
        """Return tr(V^-1 V_k) for every k."""
        return np.array([self.rows / self.variance])

    def products(self) -> Floats:
        """Return the K x K matrix of tr(V^-1 V_k V^-1 V_l)."""
        return np.array([[self.rows / self.variance**2]])
