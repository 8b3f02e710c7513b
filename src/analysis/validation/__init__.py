"""How often the methods are right, over many simulated pilots whose truth is known."""

from analysis.validation.run import summarise, validate

__all__ = ["summarise", "validate"]
