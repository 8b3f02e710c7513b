"""From exports to tidy tables: answers, conversations, and what was kept of both."""

# A room imports only from wings earlier in the line, and from rooms named before it here.
ROOMS = ("survey", "interviews", "processed")
