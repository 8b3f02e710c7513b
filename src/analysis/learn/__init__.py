"""Who stayed, how scores changed, what was said, and what both say together."""

# A room imports only from wings earlier in the line, and from rooms named before it here.
ROOMS = (
    "participation",
    "longitudinal",
    "robustness",
    "themes",
    "lenses",
    "integration",
    "expectations",
)
