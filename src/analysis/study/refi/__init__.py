"""The codes of a REFI-QDA file: its XML, its tree of codes, its GUIDs."""
