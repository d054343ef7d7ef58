"""Folding: up and down sections, statements and comments of several lines."""

import asyncio
from collections.abc import Iterator

from lsprotocol import types

from confiture.lsp.convert import to_range
from confiture.lsp.feature import Feature
from confiture.lsp.outline import Section, is_divided, sections
from confiture.lsp.session import Session
from confiture.model.span import Span
from confiture.sql.lexer import block_comments


async def folding_ranges(session: Session, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    """What can be folded, whole lines each."""
    path = session.path_of(params.text_document.uri)
    text = session.text_of(path) if path else None
    if path is None or text is None:
        return []
    found = await asyncio.to_thread(sections, path, text, session.settings.of(path))
    ranges = ((to_range(text, span, encoding=session.encoding), kind) for span, kind in _folds(text, found))
    return [
        types.FoldingRange(place.start.line, place.end.line, kind=kind)
        for place, kind in ranges
        if place.start.line < place.end.line
    ]


def _folds(text: str, found: tuple[Section, ...]) -> Iterator[tuple[Span, types.FoldingRangeKind | None]]:
    if is_divided(found):
        yield from ((section.span, types.FoldingRangeKind.Region) for section in found)
    for section in found:
        yield from ((statement.span, None) for statement in section.script.statements)
    yield from ((span, types.FoldingRangeKind.Comment) for span in block_comments(text))


FEATURES = (Feature(types.TEXT_DOCUMENT_FOLDING_RANGE, folding_ranges),)
