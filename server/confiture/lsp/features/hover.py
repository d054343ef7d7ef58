"""Hover over a statement: its cost and its mutants with their verdicts; over a directive: what it means."""

import re
from collections.abc import Iterator

from lsprotocol import types
from pygls.capabilities import get_capability

from confiture.lsp.convert import to_offset
from confiture.lsp.directive_help import explained
from confiture.lsp.feature import Feature
from confiture.lsp.record import Record
from confiture.lsp.session import Session
from confiture.lsp.words import cost_in_short, milliseconds, verdict_in_short
from confiture.model.migration import Role
from confiture.model.profile import Comparison
from confiture.model.script import Statement

_MARKUP = re.compile(r"[\\`*]|<(?=[\w/!?])")
"""What a description may contain that Markdown would not show as it is."""


def hover(session: Session, params: types.HoverParams) -> types.Hover | None:
    """What is known of the statement or directive under the cursor."""
    path = session.path_of(params.text_document.uri)
    text = session.text_of(path) if path else None
    if path is None or text is None:
        return None
    offset = to_offset(text, params.position, encoding=session.encoding)
    if directive := explained(text, offset):
        place, meaning = directive
        return types.Hover(_content(session, meaning), session.range_of(path, place))
    for record in session.records_of(path):
        for role, statement, place in record.statements(path):
            if place.start <= offset <= place.end:
                markdown = "\n".join(_lines(record, role, statement))
                if markdown:
                    return types.Hover(_content(session, markdown), session.range_of(path, place))
    return None


def _content(session: Session, markdown: str) -> types.MarkupContent:
    """``markdown``, without its marks for a client that says it shows plain text only."""
    formats = get_capability(session.server.client_capabilities, "text_document.hover.content_format")
    if formats and types.MarkupKind.Markdown not in formats:
        return types.MarkupContent(types.MarkupKind.PlainText, re.sub(r"\\(.)|[*`]", r"\1", markdown))
    return types.MarkupContent(types.MarkupKind.Markdown, markdown)


def _lines(record: Record, role: Role, statement: Statement) -> Iterator[str]:
    comparison = record.comparison(role, statement)
    if comparison:
        yield from _cost(comparison)
    judgements = record.judgements(role, statement)
    if judgements:
        yield f"**{len(judgements)} mutants**\n"
        for judgement in judgements:
            reason = f" — {_literal(judgement.verdict.reason)}" if judgement.verdict.reason else ""
            verdict = _literal(verdict_in_short(judgement.verdict))
            yield f"- {verdict}: {_literal(judgement.mutant.description)} (`{judgement.mutant.operator}`){reason}"


def _literal(text: str) -> str:
    """``text`` so that Markdown shows it as it is, on one line."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))


def _cost(comparison: Comparison) -> Iterator[str]:
    yield f"**{_literal(comparison.profile.operation)}**\n"
    from confiture.report.costs import lock_words, plan_in_short  # late: they bring rich along
    from confiture.report.style import sparkline

    yield f"{_literal(cost_in_short(comparison))}\n"
    profile = comparison.profile
    samples = ", ".join(milliseconds(sample) for sample in profile.samples)
    yield f"Samples {samples} · {profile.rows} rows · {profile.wal_bytes} bytes of WAL\n"
    if comparison.history:
        past = sparkline((*comparison.history, profile.seconds))
        yield f"`{past}` {milliseconds(min(comparison.history))}–{milliseconds(max(comparison.history))} before\n"
    for mode in sorted({lock.mode for lock in profile.locks}, reverse=True):
        locks = [lock for lock in profile.locks if lock.mode is mode]
        yield f"- {_literal(lock_words(mode, locks))}"
    if profile.locks:
        yield ""
    if profile.rewrite_reason:
        yield f"Rewritten because {_literal(profile.rewrite_reason)}\n"
    if profile.plan:
        yield f"Plan: {_literal(plan_in_short(profile.plan))}\n"
    if comparison.baseline:
        where = comparison.baseline.environment
        reason = f" · {comparison.reason}" if comparison.reason else ""
        yield f"Baseline of {comparison.baseline.accepted}, PostgreSQL {where.server}, {where.machine}{reason}\n"


FEATURES = (Feature(types.TEXT_DOCUMENT_HOVER, hover),)
