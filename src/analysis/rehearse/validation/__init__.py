"""How often the methods are right, over many simulated pilots whose truth is known."""

from analysis.rehearse.validation.run import validate
from analysis.rehearse.validation.told import tell_claims, tell_coverage, tell_divergences

__all__ = ["tell_claims", "tell_coverage", "tell_divergences", "validate"]
