"""One word opens a study in Dutch: every figure, table and sentence follows."""

import re
from importlib import resources

import pytest
import yaml
from handmade import make_findings

from analysis import figures, narrative, open_findings, tables
from analysis.tell.tables.reading import Printer, columns_of, texts_of

FINDINGS = make_findings().in_language("nl")


def words_of(room: str, file: str) -> dict:
    """One file of words."""
    text = resources.files(f"analysis.tell.{room}").joinpath(file).read_text(encoding="utf-8")
    return yaml.safe_load(text)


def test_a_figure_opened_in_dutch_is_dutch_from_title_to_numbers():
    figure = figures.plot_changes(FINDINGS.table("contrasts", family="composite"))
    ax = figure.axes[0]
    assert figure.alt.startswith("Verandering van eerste naar derde, in schaalpunten")
    assert ax.get_xlabel() == "verandering in schaalpunten"
    assert "+1,20 [+0,95, +1,45]" in ax.texts[0].get_text()
    legend = [text.get_text() for text in figure.canvas.legends[0].get_texts()]
    assert legend == ["de kleinste verandering die ertoe doet"]
    assert figure.table.columns[:4] == ("schaal", "regio", "van", "naar")
    assert "waarschijnlijk omhoog" in {cell for row in figure.table.rows for cell in row}


def test_a_table_and_a_sentence_opened_in_dutch_are_dutch():
    changes = FINDINGS.table("contrasts", kind="change")
    shown = tables.show(changes)
    assert {"schaal", "schatting", "95%-interval", "oordeel", "bewijs"} <= {*shown}
    assert shown["95%-interval"].iloc[0] == "0,95 tot 1,45"
    assert "waarschijnlijk omhoog" in {*shown["oordeel"]}
    assert "steeg waarschijnlijk" in str(narrative.describe_changes(changes))


def test_a_table_keeps_its_language_when_rows_are_left_out():
    some = tables.lowest(FINDINGS.table("reliability").where(region="harbour"), "alpha").head(1)
    assert some.language == "nl" and len(some) == 1
    assert "alfa" in figures.plot_reliability(some).alt


@pytest.mark.parametrize("part", ["headings", "beside_figures", "texts"])
def test_no_word_of_a_table_is_missing_in_either_language(part):
    assert not [
        key for key, told in texts_of("words.yaml", part).items() if {*told} != {"nl", "en"}
    ]


def test_every_column_that_is_shown_has_a_heading_in_both_languages():
    shown = {
        column
        for part in ("page", "figure")
        for kind in words_of("tables", "columns.yaml")[part]
        for column in columns_of(kind, part)
    }
    printers = [Printer(FINDINGS.study, language) for language in ("nl", "en")]
    assert not [one for one in shown if any(one not in printer.headings for printer in printers)]


def test_no_word_of_a_figure_is_missing_in_either_language():
    words = words_of("figures", "words.yaml")
    # Only Dutch prints these other than they are stored.
    assert {*words["nl"]} - {*words["en"]} <= {"yes", "no"}
    assert {*words["en"]} <= {*words["nl"]}


def test_every_template_has_both_languages_and_the_same_values():
    for file in ("sentences.yaml", "brief.yaml"):
        for key, told in words_of("narrative", file).items():
            assert {*told} == {"nl", "en"}, key
    figure_words = words_of("figures", "words.yaml")
    for word in figure_words["en"]:
        both = [figure_words[language][word] for language in ("nl", "en")]
        assert len({frozenset(re.findall(r"{\w+}", text)) for text in both}) == 1, word


def test_a_language_there_are_no_words_for_is_refused_by_name():
    with pytest.raises(ValueError, match="nl, en"):
        open_findings(language="fr")
