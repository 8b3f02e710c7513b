"""Every sentence of a page held against its rows, and turned into plain values."""

from collections.abc import Iterator, Sequence
from typing import Any

from analysis.findings import Findings
from analysis.plan.evidence import Sentence
from analysis.plan.study.labels import Labels
from analysis.tell.narrative.founded import UnfoundedSentence, faults_of
from analysis.tell.narrative.voice import rows_of


def verify(sentences: Sequence[Sentence], findings: Findings) -> None:
    """Stop the build if a sentence has no evidence, a wrong number, or an unapproved quotation.

    Raises
    ------
    UnfoundedSentence naming every fault.
    """
    wanted = {one for sentence in sentences for one in sentence.evidence}
    rows = {
        str(row["evidence_id"]): row
        for name in findings.names
        if len(table := findings.rows(name))
        for row in rows_of(table[table["evidence_id"].isin(wanted)])
    }
    name = Labels(findings.study, findings.language)
    faults = [
        fault
        for sentence in sentences
        for fault in faults_of(sentence, [rows[i] for i in sentence.evidence if i in rows], name)
    ]
    if faults:
        raise UnfoundedSentence("\n".join(faults))


def sentences_in(value: Any) -> Iterator[Sentence]:
    """Go through every sentence of some values, in the order of the page."""
    if isinstance(value, Sentence):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from sentences_in(part)


def plain(value: Any) -> Any:
    """Turn sentences into values that JSON can hold."""
    if isinstance(value, Sentence):
        return {"text": value.text, "evidence": [*value.evidence]}
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list) else value
