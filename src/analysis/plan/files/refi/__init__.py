"""What stands in REFI-QDA files: their XML, the tree of codes, GUIDs, how all is written."""
