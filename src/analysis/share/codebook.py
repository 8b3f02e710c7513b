"""One framework of codes as a codebook to code with: for a coding tool, and for people in Word."""

from collections.abc import Mapping
from io import BytesIO

from docx import Document
from docx.shared import Cm, Pt
from pandas import DataFrame

from analysis.collect.interviews.refi import write_codebook
from analysis.plan.files.refi.guids import named_guid
from analysis.plan.problems import near, refuse
from analysis.plan.study import Study
from analysis.plan.study.labels import Labels

PARTS = {
    "definition": {"nl": "Wat het is", "en": "Definition"},
    "include_hint": {"nl": "Wel", "en": "Include"},
    "exclude_hint": {"nl": "Niet", "en": "Exclude"},
    "example": {"nl": "Voorbeeld", "en": "Example"},
    "guiding_question": {"nl": "Vraag", "en": "Question"},
    "source": {"nl": "Bron", "en": "Source"},
}
LEAD = {
    "nl": "Codeer met de namen zoals ze hier staan; het bestand .qdc opent in uw codeerprogramma.",
    "en": "Code with the names as they stand here; the .qdc file opens in your coding tool.",
}
DEEPEST = 4


def codebook_files(study: Study, framework: str, language: str) -> dict[str, bytes]:
    """Return a framework as `<framework>.qdc` and `<framework>.docx`, by file name.

    Raises
    ------
    StudyError naming the frameworks there are, if none is called that.
    """
    codes = study.codes[study.codes["framework"] == framework]
    if codes.empty:
        allowed = near(framework, [*dict.fromkeys(study.codes["framework"])])
        raise refuse("run.no_codebook", "codebook", name=framework[:60], allowed=allowed)
    return {
        f"{framework}.qdc": write_codebook(_for_a_tool(codes, language), "analysis"),
        f"{framework}.docx": _for_people(study, framework, codes, language),
    }


def _for_a_tool(codes: DataFrame, language: str) -> DataFrame:
    """Lay out codes as coding tools know them; ours are found again by their GUIDs."""
    guids = {code: named_guid("code", code) for code in codes["id"]}
    told = [_parts_of(row, language) for row in codes.to_dict("records")]
    return DataFrame(
        {
            "code": codes["id"],
            "name": codes[f"label_{language}"],
            "guid": codes["id"].map(guids),
            "parent": codes["parent"].map(guids).fillna(""),
            "description": [" ".join(f"{head}: {text}" for head, text in one) for one in told],
            "color": "",
            "is_codable": "yes",
        }
    )


def _parts_of(row: Mapping[object, object], language: str) -> list[tuple[str, str]]:
    """Return what is known of a code: in this language where its codebook has it."""
    found = []
    for part, heads in PARTS.items():
        names = (f"{part}_{language}", f"{part}_en", f"{part}s_en", part)
        text = next((str(row[name]) for name in names if row.get(name)), "")
        if text:
            found.append((heads[language], text))
    return found


def _for_people(study: Study, framework: str, codes: DataFrame, language: str) -> bytes:
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(10.5)
    document.add_heading(Labels(study, language).framework(framework), level=0)
    document.add_paragraph(LEAD[language])
    for row in codes.to_dict("records"):
        depth = str(row["path"]).count("/")
        document.add_heading(str(row[f"label_{language}"]), level=min(depth + 1, DEEPEST))
        for head, text in _parts_of({str(key): one for key, one in row.items()}, language):
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.left_indent = Cm(0.5 * depth)
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.add_run(f"{head}: ").bold = True
            paragraph.add_run(text)
    document.core_properties.author = ""
    written = BytesIO()
    document.save(written)
    return written.getvalue()
