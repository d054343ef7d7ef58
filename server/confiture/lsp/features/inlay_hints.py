"""Hints for clients that have no lenses: the score behind the first line, cost and kills behind each statement."""

from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from confiture.lsp.convert import to_offset, to_position
from confiture.lsp.feature import Feature
from confiture.lsp.record import Record
from confiture.lsp.session import Session
from confiture.lsp.showing import LENSES
from confiture.lsp.words import cost_in_short, kills_in_short, outcome_in_short


def inlay_hints(session: Session, params: types.InlayHintParams) -> list[types.InlayHint]:
    """What lenses would say of the part of the file that the client asks for."""
    path = session.path_of(params.text_document.uri)
    text = session.text_of(path) if path else None
    if path is None or text is None or session.can(LENSES):
        return []
    start, end = (to_offset(text, each, encoding=session.encoding) for each in (params.range.start, params.range.end))
    labels: dict[int, list[str]] = {}
    for record in session.records_of(path):
        for offset, label in _of_record(record, path, text):
            labels.setdefault(offset, []).append(label)
    return [
        types.InlayHint(to_position(text, offset, encoding=session.encoding), " — ".join(each), padding_left=True)
        for offset, each in labels.items()
        if start <= offset <= end
    ]


def _of_record(record: Record, path: Path, text: str) -> Iterator[tuple[int, str]]:
    yield len(text.partition("\n")[0].rstrip("\r")), outcome_in_short(record.outcome, running=record.running)
    for role, statement, place in record.statements(path):
        comparison = record.comparison(role, statement)
        said = (kills_in_short(record.judgements(role, statement)), cost_in_short(comparison) if comparison else None)
        label = " · ".join(filter(None, said))
        if label:
            yield place.end + statement.end - statement.span.end, label


FEATURES = (Feature(types.TEXT_DOCUMENT_INLAY_HINT, inlay_hints),)
