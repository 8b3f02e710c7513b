"""What was asked, and the words, letters and files it is asked in."""

# A room imports only from wings earlier in the line, and from rooms named before it here.
ROOMS = ("problems", "evidence", "printed", "described", "files", "study")
