"""Words that Dutch and English spreadsheets use for the same column or answer."""

from collections.abc import Mapping

from pandas import DataFrame

from analysis.problems import Phrase

HEADERS = {
    "document": ("document", "gesprek", "bron"),
    "file": ("file", "bestand"),
    "wave": ("wave", "meting", "meetmoment"),
    "method": ("method", "methode", "werkvorm"),
    "group": ("group", "groep"),
    "people": ("people", "mensen", "deelnemers", "aantal"),
    "asked": ("asked", "gevraagd"),
    "consent": ("consent", "toestemming"),
    "start": ("start", "begin"),
    "end": ("end", "einde", "eind"),
    "speaker": ("speaker", "spreker"),
    "role": ("role", "rol", "functie"),
    "participant": ("participant", "deelnemer", "deelnemerscode"),
    "code": ("code", "codenaam"),
    "coder": ("coder", "codeur"),
    "round": ("round", "ronde"),
    "stance": ("stance", "houding", "richting"),
    "text": ("text", "tekst", "fragment"),
}
OURS = {name: ours for ours, names in HEADERS.items() for name in names}
# What coding tools call the columns of a list of coded segments.
CODED = {
    "document": (
        "document name",
        "documentnaam",
        "naam document",
        "dokumentname",
        "dokument",
        "media title",
        "file name",
        "filename",
        "bestandsnaam",
        "source",
        "source name",
        "quelle",
        "interview",
        "transcript",
        "file",
        "bestand",
        "case",
        "doc",
        "document title",
        "title",
    ),
    "code": (
        "code name",
        "codename",
        "tag",
        "codes",
        "tags",
        "tagged with",
        "codes applied combined",
        "kode",
        "node",
        "thema",
        "theme",
        "category",
        "categorie",
        "quirk",
    ),
    "text": (
        "segment",
        "gecodeerd segment",
        "gecodeerde tekst",
        "coded segment",
        "coded text",
        "codierte segmente",
        "content",
        "quotation content",
        "quotation",
        "quote",
        "citaat",
        "quotation text",
        "excerpt",
        "excerpt copy",
        "seltext",
        "highlight",
        "inhoud",
        "passage",
    ),
    "start": (
        "beginning",
        "anfang",
        "startpositie",
        "start position",
        "start_position",
        "start_offset",
        "pos0",
        "van",
    ),
    "end": ("ende", "eindpositie", "end position", "end_position", "end_offset", "pos1", "tot"),
    "coder": (
        "gecodeerd door",
        "coded by",
        "created by",
        "gemaakt door",
        "user",
        "gebruiker",
        "owner",
        "excerpt creator",
        "creator",
        "erstellt von",
        "bearbeiter",
    ),
    "comment": ("comment", "opmerking", "memo", "kommentar", "comments"),
}
STANCES = {
    "helps": "helps",
    "helpt": "helps",
    "hinders": "hinders",
    "hindert": "hinders",
    "belemmert": "hinders",
    "neutral": "neutral",
    "neutraal": "neutral",
    "": "",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ANSWERS = {"yes": "yes", "ja": "yes", "no": "no", "nee": "no"}


def shown(cell: str) -> str | Phrase:
    """Show an id, but never a text: somebody may have said it."""
    is_id = len(cell) <= 60 and len(cell.split()) <= 4
    return repr(cell) if is_id else Phrase("interviews.a_text", n=len(cell))


def is_count(cell: str) -> bool:
    """Say whether a cell is a whole number that a table can hold: 0 to 999 999 999."""
    return cell.isascii() and cell.isdecimal() and len(cell) <= 9


def rename_headers(rows: DataFrame) -> DataFrame:
    """Give the columns our names; a column that no list knows keeps its own."""
    taken = {column: OURS.get(column.casefold().strip(), column) for column in rows.columns}
    return rows.rename(columns=taken)


def rename_coded(columns: list[str], mapped: Mapping[str, str]) -> list[str]:
    """Give the columns of a list of coded segments our names: as mapped, ours, then a tool's.

    A name is given once, to the column that is closest to it.
    """
    theirs = {name.casefold().strip(): ours for ours, name in mapped.items()}
    tools = {name: ours for ours, names in CODED.items() for name in names}
    cells = [column.casefold().strip().strip("\ufeff") for column in columns]
    renamed = [*columns]
    taken: set[str] = set()
    for known in (theirs, OURS, tools):
        for place, cell in enumerate(cells):
            ours = known.get(cell)
            if ours and ours not in taken and renamed[place] not in taken:
                renamed[place] = ours
                taken.add(ours)
    return renamed


def guarded(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula."""
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def unguarded(cell: str) -> str:
    """Take the guard off again."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith((*FORMULA, "'")) else cell
