"""What may leave the house, and the sentences, pictures and tables that say it."""

# A room imports only from wings earlier in the line, and from rooms named before it here.
ROOMS = ("disclosure", "narrative", "tables", "figures")
