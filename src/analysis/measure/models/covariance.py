"""What a covariance must answer for REML: V is a sum of parameters times known matrices.

V = theta_1 V_1 + ... + theta_K V_K. No room ever forms V or a V_k: everything REML,
Satterthwaite and Kenward-Roger ask of them is in these two protocols.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int_]


class Solved(Protocol):
    """A covariance at one value of theta."""

    @property
    def logdet(self) -> float:
        """The logarithm of the determinant of V."""

    def solve(self, columns: Floats) -> Floats:
        """Return V^-1 times an n x m matrix."""

    def traces(self) -> Floats:
        """Return tr(V^-1 V_k) for every k."""

    def products(self) -> Floats:
        """Return the K x K matrix of tr(V^-1 V_k V^-1 V_l)."""


class Covariance(Protocol):
    """A family of covariances of n rows."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the K parameters; the last is the residual where there is one."""

    @property
    def is_variance(self) -> bool:
        """Whether every parameter is a variance, so that none may be negative."""

    def start(self, variance: float) -> Floats:
        """Return starting values, given the variance around the fixed part."""

    def at(self, theta: Floats) -> Solved | None:
        """Return V at theta, or nothing where it is not positive definite."""

    def times(self, k: int, columns: Floats) -> Floats:
        """Return V_k times an n x m matrix."""
