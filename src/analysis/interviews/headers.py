"""Words that Dutch and English spreadsheets use for the same column or answer."""

from pandas import DataFrame

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
ANSWERS = {"yes": "yes", "ja": "yes", "no": "no", "nee": "no"}


def shown(cell: str) -> str:
    """Show an id, but never a text: somebody may have said it."""
    is_id = len(cell) <= 60 and len(cell.split()) <= 4
    return repr(cell) if is_id else f"a text of {len(cell)} characters"


def is_count(cell: str) -> bool:
    """Say whether a cell is a whole number that a table can hold: 0 to 999 999 999."""
    return cell.isascii() and cell.isdecimal() and len(cell) <= 9


def rename_headers(rows: DataFrame) -> DataFrame:
    """Give the columns our names; a column that no list knows keeps its own."""
    taken = {column: OURS.get(column.casefold().strip(), column) for column in rows.columns}
    return rows.rename(columns=taken)
