"""What breaks a YAML file, in plain words: the parser speaks to programmers."""

import re

from analysis.plan.problems import Phrase

WORDS = {
    r"found character '\\t'.*": "yaml.tab",
    r"mapping values are not allowed.*": "yaml.colon",
    r"could not find expected ':'.*": "yaml.no_colon",
    r"found undefined alias.*": "yaml.alias",
    r"found duplicate anchor.*": "yaml.anchor_twice",
    r"found unexpected end of stream|unexpected end.*": "yaml.open",
    r"found unexpected document separator": "yaml.dashes",
    r"found character '(.+)' that cannot start any token": "yaml.no_start",
    r"found unknown escape character '(.*)'": "yaml.escape",
    r"expected ',' or '\]'.*": "yaml.list",
    r"expected ',' or '\}'.*": "yaml.brace",
    r"expected <block end>.*": "yaml.indent",
    r"expected the node content.*": "yaml.no_value",
    r"expected a single document.*|but found another document": "yaml.documents",
    r".*expected alphabetic or numeric character.*": "yaml.no_name",
    r"special characters are not allowed": "yaml.sign",
    r"could not determine a constructor.*": "yaml.tag",
}


def said_plainly(problem: str) -> Phrase:
    """Say what the parser found wrong."""
    for pattern, phrase in WORDS.items():
        if found := re.fullmatch(pattern, problem):
            return Phrase(phrase, **({"sign": found[1]} if found.re.groups else {}))
    return Phrase("yaml.line")
