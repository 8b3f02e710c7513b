"""Arrays in, estimates out; answers to scores; do items agree, do coders agree."""

# A room imports only from wings earlier in the line, and from rooms named before it here.
ROOMS = ("models", "groups", "cells", "apart", "scoring", "reliability", "agreement")
