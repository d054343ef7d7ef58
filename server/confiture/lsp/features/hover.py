"""Hover over a statement: what it costs, and each of its mutants with its verdict."""

from collections.abc import Iterator

from lsprotocol import types

from confiture.lsp.convert import to_offset
from confiture.lsp.feature import Feature
from confiture.lsp.record import Record
from confiture.lsp.session import Session
from confiture.lsp.words import cost_in_short, milliseconds, verdict_in_short
from confiture.model.migration import Role
from confiture.model.profile import Comparison
from confiture.model.script import Statement


def hover(session: Session, params: types.HoverParams) -> types.Hover | None:
    """What is known of the statement under the cursor."""
    path = session.path_of(params.text_document.uri)
    text = session.text_of(path) if path else None
    if path is None or text is None:
        return None
    offset = to_offset(text, params.position, encoding=session.encoding)
    for record in session.records_of(path):
        for role, statement, place in record.statements(path):
            if place.start <= offset <= place.end:
                lines = list(_lines(record, role, statement))
                content = types.MarkupContent(types.MarkupKind.Markdown, "\n".join(lines))
                return types.Hover(content, session.range_of(path, place)) if lines else None
    return None


def _lines(record: Record, role: Role, statement: Statement) -> Iterator[str]:
    comparison = record.comparison(role, statement)
    if comparison:
        yield from _cost(comparison)
    judgements = record.judgements(role, statement)
    if judgements:
        yield f"**{len(judgements)} mutants**\n"
        for judgement in judgements:
            reason = f" — {judgement.verdict.reason}" if judgement.verdict.reason else ""
            verdict = verdict_in_short(judgement.verdict)
            yield f"- {verdict}: {judgement.mutant.description} (`{judgement.mutant.operator}`){reason}"


def _cost(comparison: Comparison) -> Iterator[str]:
    yield f"**{comparison.profile.operation}**\n"
    yield f"{cost_in_short(comparison)}\n"
    profile = comparison.profile
    samples = ", ".join(milliseconds(sample) for sample in profile.samples)
    yield f"Samples {samples} · {profile.rows} rows · {profile.wal_bytes} bytes of WAL\n"
    if comparison.baseline:
        where = comparison.baseline.environment
        reason = f" · {comparison.reason}" if comparison.reason else ""
        yield f"Baseline of {comparison.baseline.accepted}, PostgreSQL {where.server}, {where.machine}{reason}\n"


FEATURES = (Feature(types.TEXT_DOCUMENT_HOVER, hover),)
