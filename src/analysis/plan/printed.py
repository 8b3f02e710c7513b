"""Numbers as people of a language write them, through Babel."""

from babel.numbers import format_decimal

MINUS = "−"


def whole(value: float, language: str) -> str:
    """Print a count."""
    return _formatted(value, "0", language)


def decimal(value: float, language: str, places: int = 2) -> str:
    """Print a number with a fixed number of decimals, rounded half to even; zero has no sign."""
    return _formatted(value, f"0.{'0' * places}" if places else "0", language)


def signed(value: float, language: str, places: int = 2) -> str:
    """Print a number with its sign; what rounds to zero has none."""
    text = decimal(abs(value), language, places)
    return text if _is_zero(text) else (MINUS if value < 0 else "+") + text


def plain(value: float, language: str, places: int = 6) -> str:
    """Print a number without needless decimals."""
    return _formatted(value, f"0.{'#' * places}", language)


def _formatted(value: float, pattern: str, language: str) -> str:
    text = str(format_decimal(value, pattern, locale=language))
    return text.replace("-", "" if _is_zero(text) else MINUS)


def _is_zero(text: str) -> bool:
    return not any(digit in "123456789" for digit in text)
