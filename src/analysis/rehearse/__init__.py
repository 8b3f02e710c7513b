"""The synthetic pilot with its planted truth, and how often the methods are right."""

# A room imports only from wings earlier in the line, and from rooms named before it here.
ROOMS = ("simulate", "validation")
