"""What breaks a YAML file, in plain words: the parser speaks to programmers."""

import re

WORDS = {
    r"found character '\\t'.*": "a tab where spaces belong",
    r"mapping values are not allowed.*": "a colon where no value can stand",
    r"could not find expected ':'.*": "a name without a colon behind it",
    r"found undefined alias.*": "a * before a name that stands nowhere with a &",
    r"found duplicate anchor.*": "one name with a & in two places",
    r"found unexpected end of stream|unexpected end.*": "quotes or brackets that do not close",
    r"found unexpected document separator": "a line of dashes in the middle of a value",
    r"found character '(.+)' that cannot start any token": "a {sign} with which no value can begin",
    r"found unknown escape character '(.*)'": "an unknown sign {sign} behind a backslash",
    r"expected ',' or '\]'.*": "a list without a comma or closing bracket",
    r"expected ',' or '\}'.*": "a brace without a comma or closing brace",
    r"expected <block end>.*": "a line that is indented otherwise than the lines before it",
    r"expected the node content.*": "nothing where a value belongs",
    r"expected a single document.*|but found another document": "two documents in one file",
    r".*expected alphabetic or numeric character.*": "a & or * without a name behind it",
    r"special characters are not allowed": "a sign that belongs in no text",
    r"could not determine a constructor.*": "a ! before a word",
}
ANYTHING = "a line that cannot be read"


def said_plainly(problem: str) -> str:
    """Say what the parser found wrong."""
    for pattern, words in WORDS.items():
        if found := re.fullmatch(pattern, problem):
            return words.format(sign=found[1] if found.re.groups else "")
    return ANYTHING
