"""Promises about places in a text: in which unit they count, and when nobody can tell.

The texts are made so that one place can be read in two ways, each end of it well cut or not.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.collect.interviews.coded import Coded, Marks, Source, Spans
from analysis.collect.interviews.offsets import Proof, prove, squeezed
from analysis.collect.interviews.units import Letters, Unit, last_resorts, rivals
from analysis.plan.problems import StudyError

POINTS, UTF16, UTF8 = "code points", "UTF-16 units", "UTF-8 bytes"
# What stands before an end and after it, by whether it is cut well as written and one earlier.
OPENS = {(1, 0): (" ", "m"), (0, 1): (".m", "m"), (1, 1): ("..", ".m"), (0, 0): ("mm", "m")}
CLOSES = {(1, 0): ("mm", ". "), (0, 1): ("mm ", " "), (1, 1): ("m..", ". "), (0, 0): ("mm", "mm ")}
# Two bytes and one letter, so that a count of bytes reads every place one letter earlier.
E_ACUTE = "\u00e9 "


def coded(text, spans, *, snippets=(), is_coded=None, mark=False, **more):
    """A project of one text with places in it, all of them coded unless it is said which."""
    said = [*snippets, *[""] * (len(spans) - len(snippets))]
    found = Spans()
    for number, ((start, end), snippet) in enumerate(zip(spans, said, strict=True)):
        found.add(f"s{number}", 0, start, end, snippet)
    marks = Marks()
    for span in range(len(spans)) if is_coded is None else is_coded:
        marks.add(f"m{span}", span, "trust", "ann")
    source = Source("d", "d", text, has_bom=mark)
    return Coded("a tool", [source], spans=found, marks=marks, **more)


def proven(*project, **more) -> Proof:
    """How the places of a project were read."""
    return prove(coded(*project, **more), "p.qdpx")


def is_refused(*project, **more) -> bool:
    """Whether a project is refused because its places can be read in two ways."""
    with pytest.raises(StudyError) as caught:
        proven(*project, **more)
    return [problem.id for problem in caught.value.problems] == ["interviews.tie"]


def places(*ends, before=E_ACUTE):
    """A text and places in it, each made of how well its start and its end are cut in two ways."""
    text, spans = before, []
    for opens, closes in ends:
        start = len(text) + len(OPENS[opens][0])
        text += "".join(OPENS[opens]) + "mmm" + CLOSES[closes][0]
        spans.append((start, len(text)))
        text += CLOSES[closes][1]
    return text, spans


BOTH, NEITHER = ((1, 1), (1, 1)), ((0, 0), (0, 0))
AS_WRITTEN, START_AS_WRITTEN = ((1, 0), (1, 0)), ((1, 0), (0, 0))


# Which fit is clear


def test_places_that_are_cut_well_in_one_unit_alone_are_read_in_it():
    text, spans = places(AS_WRITTEN)
    found = proven(text, spans)
    assert found.unit == POINTS
    assert [*zip(found.start, found.end, strict=True)] == spans
    told = "of 1 places on which units differ 2 of 2 ends are cut well and 0 snippets found; "
    assert found.detail == (
        f"100% of the ends are cut well, 0 snippets found; {told}next best UTF-8 bytes: 0 and 0"
    )


def test_places_one_byte_further_are_read_one_letter_earlier():
    text, spans = places(AS_WRITTEN, AS_WRITTEN)
    found = proven(text, [(start + 1, end + 1) for start, end in spans])
    assert found.unit == UTF8
    assert [*zip(found.start, found.end, strict=True)] == spans


@pytest.mark.parametrize("ends", [[BOTH], [BOTH] * 3, [NEITHER], [AS_WRITTEN, ((0, 1), (0, 1))]])
def test_a_fit_without_a_lead_is_refused(ends):
    assert is_refused(*places(*ends))


def test_a_perfect_fit_needs_a_lead_of_one_end_alone():
    assert proven(*places(((1, 1), (1, 0)))).unit == POINTS
    assert is_refused(*places(START_AS_WRITTEN))


@pytest.mark.parametrize("lead", [1, 2])
def test_any_other_fit_of_few_places_needs_a_lead_of_two_ends(lead):
    text, spans = places(*[START_AS_WRITTEN] * lead, NEITHER)
    assert is_refused(text, spans) if lead < 2 else proven(text, spans).unit == POINTS


@pytest.mark.parametrize(("lead", "is_clear"), [(3, False), (4, True)])
def test_of_many_places_a_twentieth_of_the_ends_must_lead(lead, is_clear):
    text, spans = places(*[START_AS_WRITTEN] * lead, *[NEITHER] * (40 - lead))
    assert proven(text, spans).unit == POINTS if is_clear else is_refused(text, spans)


def test_places_that_every_unit_reads_alike_decide_nothing():
    text, spans = places(AS_WRITTEN)
    found = proven("mmm. mm " + text.replace("\u00e9", "e"), [(0, 3), *spans])
    assert found.unit == POINTS and "every unit gives the same places" in found.detail
    text, spans = places(*[NEITHER] * 3)
    early = "mmmm " * 4
    spans = [(5 * n, 5 * n + 4) for n in range(4)] + [(a + 20, b + 20) for a, b in spans]
    assert is_refused(early + text, spans)


# Snippets


def test_one_snippet_weighs_more_than_the_ends_of_words():
    text, spans = places(AS_WRITTEN, AS_WRITTEN, NEITHER)
    start, end = spans[2]
    text = text[:start] + "abcdefg"[: end - start] + text[end:]
    found = proven(text, spans, snippets=["", "", text[start - 1 : end - 1]])
    assert found.unit == UTF8


@pytest.mark.parametrize("mark", ["\u2026", "...", "", " \u2026"])
@pytest.mark.parametrize(("letters", "is_proof"), [(3, False), (4, True), (5, True)])
def test_a_snippet_that_was_cut_off_proves_from_four_letters(letters, is_proof, mark):
    text, spans = "\u00e9abcdefghijklm", [(2, 9)]
    project = (text, spans)
    snippets = [text[2 : 2 + letters] + mark]
    if not is_proof:
        assert is_refused(*project, snippets=snippets)
    else:
        found = proven(*project, snippets=snippets)
        assert (found.unit, [*found.start]) == (POINTS, [2])
        assert "0 of 2 ends are cut well and 1 snippets found" in found.detail


def test_a_short_snippet_proves_where_all_of_it_stands():
    text = "\u00e9abcdefghijklm"
    assert proven(text, [(2, 4)], snippets=["bc"]).unit == POINTS
    assert proven(text, [(2, 4)], snippets=["ab"]).unit == UTF8


def test_a_whole_snippet_weighs_as_much_as_two_that_were_cut_off():
    text = "\u00e9abcdefghijklmabcdefghijklmabcdefghijklm"
    whole, cut = "abcdefg", "bcdefg\u2026"
    spans = [(2, 9), (15, 23), (28, 36)]
    assert text[1:8] == whole and all(text[start:end].startswith("bcdefg") for start, end in spans)
    assert proven(text, spans[:2], snippets=[whole, cut]).unit == UTF8
    assert is_refused(text, spans, snippets=[whole, cut, cut])


def test_a_place_that_takes_the_space_before_a_word_is_one_letter_off():
    text = "\u00e9 abcd  ef"
    found = proven(text, [(2, 7)], snippets=["abcd"])
    assert (found.unit, [*found.start]) == (POINTS, [2])
    found = proven(text, [(2, 7)], snippets=[" abcd"])
    assert (found.unit, [*found.start]) == (UTF8, [1])


def test_what_stands_nowhere_in_one_unit_is_a_snippet_of_the_other():
    text = "mmmmmmmm\u00e9abc"
    found = proven(text, [(10, 13)], snippets=["abc"])
    assert (found.unit, [*found.start], [*found.end]) == (UTF8, [9], [12])


def test_snippets_are_compared_without_line_ends_and_control_characters():
    assert squeezed(" een\r\n\ttwee\u2003drie ") == "een twee drie"
    for sign in "\x00\x07\x08\x0e\x1f\ufffe\uffff\ud800\udfff":
        assert squeezed(f"e{sign}en") == "een"
    for sign in "\ufffd\ue000\u007f":
        assert squeezed(f"e{sign}en") == f"e{sign}en"


@pytest.mark.parametrize(("rows", "found"), [(7999, 7999), (8000, 4000)])
def test_from_eight_thousand_places_on_only_some_thousands_of_snippets_are_looked_up(rows, found):
    text = "samen "
    said = proven(text, [(0, 5)] * rows, snippets=["samen"] * rows).detail
    assert f"{found} snippets found" in said


# What the file says of itself


def test_a_stated_unit_breaks_a_tie():
    text, spans = places(BOTH)
    for unit in (POINTS, UTF16, UTF8):
        found = proven(text, spans, unit=unit)
        assert found.unit == unit
        assert "so it was said, and nothing on 1 places speaks against it" in found.detail
        assert [*found.start] == [spans[0][0] - (unit == UTF8)]


def test_a_stated_unit_that_nobody_knows_breaks_no_tie():
    assert is_refused(*places(BOTH), unit="sheets")


def test_a_stated_unit_is_kept_against_the_ends_of_words():
    text, spans = places(*[AS_WRITTEN] * 4)
    found = proven(text, spans, unit=UTF8)
    assert found.unit == UTF8 and "so it was said" in found.detail


def test_a_stated_unit_is_ignored_where_a_snippet_speaks_against_it():
    text, spans = places(AS_WRITTEN)
    start, end = spans[0]
    found = proven(text, spans, snippets=[text[start:end]], unit=UTF8)
    assert found.unit == POINTS and "so it was said" not in found.detail
    assert [*found.start] == [start]


def test_a_stated_unit_that_is_clearly_right_is_told_as_what_was_found():
    text, spans = places(AS_WRITTEN)
    found = proven(text, spans, unit=POINTS)
    assert found.unit == POINTS and "2 of 2 ends are cut well" in found.detail


# Places without a code


def test_places_without_a_code_do_not_decide_where_others_have_one():
    text, spans = places(AS_WRITTEN, ((0, 1), (0, 1)), ((0, 1), (0, 1)))
    assert proven(text, spans, is_coded=[0]).unit == POINTS
    assert proven(text, spans, is_coded=[1, 2]).unit == UTF8
    assert proven(text, spans, is_coded=[]).unit == UTF8


def test_of_units_that_read_the_codings_alike_the_one_that_fits_the_rest_is_named():
    text, spans = places(AS_WRITTEN, before=f"mmm mm {E_ACUTE}")
    start, end = spans[0]
    for shift, unit in ((0, POINTS), (1, UTF8)):
        found = proven(text, [(0, 3), (start + shift, end + shift)], is_coded=[0])
        assert found.unit == unit
        assert "every unit gives the same places of codings" in found.detail
        assert [*found.start] == [0, start]
    text, spans = places(NEITHER, before=f"mmm mm {E_ACUTE}")
    start, end = spans[0]
    text = text[:start] + "abcdefg"[: end - start] + text[end:]
    said = ["", text[start - 1 : end - 1]]
    assert proven(text, [(0, 3), (start, end)], is_coded=[0], snippets=said).unit == UTF8


# Counting from one


def test_places_from_one_are_recognised_only_where_the_tool_may_count_so():
    text, spans = "Wij werken samen.", [(1, 3), (5, 10), (12, 16)]
    found = proven(text, spans, counts_from_one=True)
    assert found.unit == "code points, from 1, the end included"
    assert [text[a:b] for a, b in zip(found.start, found.end, strict=True)] == [
        "Wij",
        "werken",
        "samen",
    ]
    assert [*proven(text, spans).start] == [1, 5, 12]


def test_a_tool_that_may_count_from_one_may_count_from_nothing_too():
    text, spans = "Wij werken samen.", [(0, 3), (4, 10), (11, 16)]
    found = proven(text, spans, counts_from_one=True)
    assert (found.unit, [*found.start]) == (POINTS, [0, 4, 11])


def test_plain_windows_line_ends_are_counted_once_or_twice_by_their_fit():
    text = "Wij werken.\r\nSamen doen we.\r\nDat is alles hier.\r\n"
    for word in ("Samen", "alles"):
        at = text.index(word)
        spans = [(at - text[:at].count("\r\n"), at - text[:at].count("\r\n") + len(word))]
        found = proven(text, spans)
        assert (found.unit, [*found.start]) == (f"{POINTS}, CRLF as 1", [at])
        found = proven(text, [(at, at + len(word))])
        assert (found.unit, [*found.start]) == (POINTS, [at])


# Rarer ways of counting


def lines(*ends):
    """A text after one bare line feed: where that counts for two, places are one earlier."""
    return places(*ends, before="m\n")


LATER = ((0, 1), (0, 1))


@pytest.mark.parametrize(("rows", "unit"), [(4, POINTS), (5, f"{POINTS}, LF as 2")])
def test_rarer_ways_of_counting_need_five_places(rows, unit):
    assert proven(*lines(*[LATER] * rows)).unit == unit


@pytest.mark.parametrize(
    ("ends", "is_rare"),
    [
        # Of ten ends six or five are cut well as written, and all ten one letter earlier.
        ([BOTH] * 3 + [LATER] * 2, False),
        ([BOTH] * 2 + [((1, 1), (0, 1))] + [LATER] * 2, True),
        # None as written; nine or eight one letter earlier.
        ([LATER] * 4 + [((0, 1), (0, 0))], True),
        ([LATER] * 4 + [NEITHER], False),
    ],
)
def test_rarer_ways_of_counting_are_for_what_fits_badly_and_must_fit_well(ends, is_rare):
    text, spans = lines(*ends)
    found = proven(text, spans)
    assert found.unit == (f"{POINTS}, LF as 2" if is_rare else POINTS)
    assert found.start[0] == spans[0][0] - is_rare
    if is_rare:
        assert found.detail.endswith("of the ends are cut well, 0 snippets found")


def test_a_snippet_found_as_written_keeps_rarer_ways_of_counting_away():
    text, spans = lines(*[LATER] * 5)
    start, end = spans[0]
    assert proven(text, spans, snippets=[text[start:end]]).unit == POINTS
    assert proven(text, spans, snippets=[text[start - 1 : end - 1]]).unit == f"{POINTS}, LF as 2"


def test_places_in_sources_without_a_text_do_not_count_as_places():
    text, spans = lines(*[LATER] * 4)
    project = coded(text, spans)
    project.sources.append(Source("e", "e", None))
    for place in range(3):
        project.spans.add(f"e{place}", 1, 1, 3, "")
    found = prove(project, "p.qdpx")
    assert found.unit == POINTS
    assert [*found.start[4:]] == [*found.end[4:]] == [-1] * 3
    assert found.detail.startswith("0% of the ends are cut well")


def test_a_project_without_a_text_has_no_places_and_no_doubt():
    found = proven(None, [(0, 3)])
    assert ([*found.start], [*found.end], found.unit) == ([-1], [-1], POINTS)
    assert found.detail.startswith("100% of the ends")
    assert len(proven("Samen.", []).start) == 0


# What no unit can read


@pytest.mark.parametrize(
    "span",
    [(3, 3), (5, 3), (-5, 3), (0, 99), (6, 7), (0, 10**30), (-(10**30), 3), (10**30, 10**30 + 4)],
)
def test_a_place_outside_the_text_or_without_length_is_nowhere(span):
    found = proven("samen.", [(0, 5), span])
    assert [*found.start] == [0, -1] and [*found.end] == [5, -1]


def test_a_number_too_large_for_any_text_spoils_no_other_place():
    found = proven("samen doen.", [(-5, 5), (6, 10), (0, 10**30)])
    assert [*found.start] == [-1, 6, -1] and [*found.end] == [-1, 10, -1]


def test_what_covers_its_whole_source_covers_it_in_any_unit():
    text, spans = places(AS_WRITTEN)
    project = coded(text, [*spans, (0, 0)])
    project.spans.whole.append(1)
    found = prove(project, "p.qdpx")
    assert (found.start[1], found.end[1]) == (0, len(text))
    project = coded("", [(0, 4)])
    project.spans.whole.append(0)
    found = prove(project, "p.qdpx")
    assert ([*found.start], [*found.end]) == ([-1], [-1])


def test_each_source_is_read_by_its_own_letters():
    text, spans = places(AS_WRITTEN)
    project = coded("plain mm", [(0, 5)])
    project.sources.append(Source("e", "e", text))
    start, end = spans[0]
    project.spans.add("e", 1, start + 1, end + 1, "")
    project.marks.add("e", 1, "trust", "ann")
    project.spans.add("d2", 0, 6, 8, "")
    found = prove(project, "p.qdpx")
    assert (found.unit, [*found.start]) == (UTF8, [0, start, 6])


def test_a_mark_at_the_start_counts_only_where_places_say_so():
    text = "Wij werken samen."
    found = proven(text, [(5, 11)], mark=True)
    assert (found.unit, [*found.start]) == (f"{POINTS}, a byte order mark counted", [4])
    found = proven(text, [(4, 10)], mark=True)
    assert (found.unit, [*found.start]) == (POINTS, [4])
    assert [*proven(text, [(7, 13)], mark=True).start] == [4]


# Units, letter by letter

EDGES = "a \r\n_.\x7f\x80\u07ff\u0800\u20ff\u2100\u2101\u3000\uffff\U00010000\U0001f44b\u0660"
TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from(EDGES), st.characters(exclude_categories=["Cs"]))
)


def counted(text, unit):
    """Count the letters of a text as a tool would, by the textbook."""
    if unit.line_ends == "CRLF as 1":
        text = text.replace("\r\n", "\n")
    elif unit.line_ends == "LF as 2":
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    if unit.counts == UTF16:
        return len(text.encode("utf-16-le")) // 2
    return len(text.encode()) if unit.counts == UTF8 else len(text)


UNITS = [
    Unit(count, end) for count in (POINTS, UTF16, UTF8) for end in ("", "CRLF as 1", "LF as 2")
]


@given(TEXTS, st.sampled_from(UNITS))
def test_every_letter_stands_where_the_textbook_counts_it(text, unit):
    found = Letters.of(text, has_mark=False).positions(unit)
    # Between a carriage return and its line feed there is no place to count.
    apart = [place for place in range(len(text) + 1) if text[place - 1 : place + 1] != "\r\n"]
    assert [found[place] for place in apart] == [counted(text[:place], unit) for place in apart]


@given(TEXTS.filter(bool), st.sampled_from(UNITS), st.booleans(), st.booleans())
def test_a_mark_moves_every_letter_where_it_is_there_and_counted(text, unit, is_there, is_counted):
    marked = replace(unit, with_mark=is_counted)
    moved = Letters.of(text, has_mark=is_there).positions(marked)
    size = (3 if unit.counts == UTF8 else 1) if is_there and is_counted else 0
    assert [*moved - Letters.of(text, has_mark=False).positions(unit)] == [size] * (len(text) + 1)


@given(TEXTS, st.sampled_from([POINTS, UTF16, UTF8]))
def test_a_place_turned_into_code_points_is_the_place_it_was_made_from(text, counts):
    letters, unit = Letters.of(text, has_mark=False), Unit(counts)
    at = letters.positions(unit)
    pairs = [(a, b) for a in range(len(at)) for b in range(len(at))]
    first, last = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    start, end = letters.turn(at[first], at[last], unit)
    assert [*zip(start, end, strict=True)] == [(a, b) if a < b else (-1, -1) for a, b in pairs]


def turned(text, start, end, **unit):
    found = Letters.of(text, has_mark=False).turn(np.array([start]), np.array([end]), Unit(**unit))
    return tuple(int(side[0]) for side in found)


def test_half_a_letter_is_no_place():
    assert turned("\U0001f44b!", 1, 3, counts=UTF16) == (-1, -1)
    assert turned("\u00e9!", 0, 1, counts=UTF8) == (-1, -1)


def test_an_end_that_names_the_last_letter_takes_it_along():
    assert turned("samen", 0, 4, counts=POINTS, with_end=True) == (0, 5)
    assert turned("samen", 0, 3, counts=POINTS, with_end=True) == (0, 4)
    assert turned("samen", 2, 2, counts=POINTS, with_end=True) == (2, 3)
    assert turned("samen", 0, 0, counts=POINTS, with_end=True) == (0, 1)
    assert turned("samen", 0, 5, counts=POINTS, with_end=True) == (-1, -1)


def test_a_start_that_counts_from_one_is_one_less():
    assert turned("samen", 1, 5, counts=POINTS, from_one=True) == (0, 5)
    assert turned("samen", 0, 5, counts=POINTS, from_one=True) == (-1, -1)


def is_well_cut(text, start, end):
    """Count the ends of a place where a person would cut, letter by letter."""

    def is_word(letter):
        return letter.isalnum() or letter == "_"

    before, first, last, after = text[start - 1], text[start], text[end - 1], text[end : end + 1]
    opens = start == 0 or before in "\r\n" or not (is_word(before) or first.isspace())
    closes = not after or after in "\r\n" or last in "\r\n"
    return opens + (closes or not (is_word(after) or last.isspace()))


@given(TEXTS.filter(bool))
def test_ends_are_cut_well_at_the_edge_of_a_word_or_of_a_line(text):
    pairs = [(a, b) for b in range(1, len(text) + 1) for a in range(b)]
    start, end = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    found = Letters.of(text, has_mark=False).cut_well(start, end)
    assert [*found] == [is_well_cut(text, *pair) for pair in pairs]
    nowhere = np.array([-1])
    assert [*Letters.of(text, has_mark=False).cut_well(nowhere, nowhere)] == [0]


@given(TEXTS, st.booleans())
def test_a_plain_text_counts_alike_in_every_unit_and_no_other_does(text, has_mark):
    letters = Letters.of(text, has_mark=has_mark)
    counts = [tuple(letters.positions(unit)) for unit in rivals([letters])]
    assert letters.is_plain == (len({*counts}) == 1)
    assert letters.has_windows_ends == ("\r\n" in text)


def test_units_are_rivals_where_a_text_can_tell_them_apart():
    def named(text, *, has_mark=False, **more):
        return [str(unit) for unit in rivals([Letters.of(text, has_mark=has_mark)], **more)]

    three = [POINTS, UTF16, UTF8]
    assert named("a\nb") == three
    assert named("a\r\nb") == [*three, *(f"{one}, CRLF as 1" for one in three)]
    marked = [f"{one}, a byte order mark counted" for one in three]
    assert named("ab", has_mark=True) == [*three, *marked]
    from_one = "code points, from 1, the end included"
    assert named("a\nb", from_one=True) == [*three, from_one]
    assert named("a\r\nb", from_one=True)[-2:] == [
        from_one,
        "code points, CRLF as 1, from 1, the end included",
    ]


def test_rarer_ways_of_counting_are_line_feeds_of_two_and_ends_that_are_included():
    assert [str(unit) for unit in last_resorts()] == [
        *(f"{count}, LF as 2" for count in (POINTS, UTF16, UTF8)),
        *(f"{count}, the end included" for count in (POINTS, UTF16, UTF8)),
    ]
