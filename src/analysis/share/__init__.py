"""Notebooks run, pages rendered, both shelves published whole or not at all."""

# A room imports only from wings earlier in the line, and from rooms named before it here.
ROOMS = ("codebook", "report")
