"""In which language a run speaks: that of the plan, and without a plan that of the machine."""

import locale
import os
import re
from pathlib import Path

FIRST_LANGUAGE = re.compile(r"""(?m)^languages:\s*[\[-]?\s*["']?(nl|en)\b""")
SPOKEN = ("LC_ALL", "LC_MESSAGES", "LANG")


def first_language(folder: Path | None) -> str:
    """Return the first of `languages:` in study.yaml, even of a plan that cannot be used.

    A plan that names none is told of in English. Where there is no plan it is Dutch on a Dutch
    machine, else English.
    """
    try:
        text = (folder / "raw" / "study.yaml").read_text(encoding="utf-8-sig") if folder else None
    except UnicodeDecodeError:
        return "en"
    except OSError:
        text = None
    if text is None:
        return _of_machine()
    found = FIRST_LANGUAGE.search(text)
    return found[1] if found else "en"


def _of_machine() -> str:
    named = [os.environ[name] for name in SPOKEN if os.environ.get(name)]
    spoken = named[0] if named else locale.getlocale()[0] or ""
    return "nl" if spoken.casefold().startswith(("nl", "dutch")) else "en"
