"""How often the methods are right, over many simulated pilots whose truth is known."""

from analysis.validation.run import validate
from analysis.validation.told import tell_claims, tell_coverage, tell_divergences

__all__ = ["tell_claims", "tell_coverage", "tell_divergences", "validate"]
