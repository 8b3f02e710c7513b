"""GUIDs as REFI-QDA writes them, in one spelling."""

import re
import uuid

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DIGITS = set("0123456789abcdef-")
OURS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:QDA-XML:project:1.0")


def canonical(guid: str) -> str:
    """Write a GUID in lower case and without braces: tools differ in both."""
    return guid.strip(" \t\r\n{}").lower()


def is_guid(text: str) -> bool:
    """Say whether a text is a GUID in its one spelling."""
    return GUID.fullmatch(text) is not None


def are_guids(texts: list[str]) -> bool:
    """Say of many texts at once whether each is a GUID: a pattern per text is ten times slower."""
    if any(len(text) != 36 for text in texts):
        return False
    joined, dashes = "".join(texts), "-" * len(texts)
    in_place = all(joined[place::36] == dashes for place in (8, 13, 18, 23))
    return in_place and set(joined) <= DIGITS and joined.count("-") == 4 * len(texts)


def named_guid(*names: object) -> str:
    """Make the GUID of a thing that has a name but no GUID: always the same one."""
    return str(uuid.uuid5(OURS, "\n".join(str(name) for name in names)))
