"""From an operator's proposals to mutants: sound ones, each once, with a stable id."""

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from confiture.model.migration import Role
from confiture.model.mutant import Mutant
from confiture.model.script import Script
from confiture.model.span import Edit, Span, apply_edits
from confiture.operators.abridge import Abridged, abridged
from confiture.operators.operator import Context, Operator, Proposal
from confiture.sql.parses import is_sound
from confiture.sql.writes import is_bookkeeping

ARID = frozenset({"COMMENT", "ANALYZE", "VACUUM", "SECURITY", "UNREADABLE"})
"""Kinds of statements in which a mistake is not worth a test."""

Changes: TypeAlias = frozenset[tuple[int, str]]
"""The changed statements, by their index, each with its new text up to its semicolon."""


def generate(script: Script, context: Context, *, operators: Iterable[Operator]) -> tuple[Mutant, ...]:
    """All mutants of ``script``, in the order of the text, then of ``operators``.

    A text that two operators would produce belongs to the first one. Long scripts are `abridged`.
    """
    whole = abridged(script)
    context = replace(context, other=context.other and abridged(context.other).script)
    mutants: list[Mutant] = []
    known: set[Changes] = {frozenset()}
    seen: Counter[str] = Counter()
    for operator in operators:
        if context.role not in operator.roles:
            continue
        for proposal in operator.propose(whole.script, context):
            edits = whole.restored(sorted(proposal.edits))
            changes = _changes(whole.script, proposal.edits)
            if edits is None or changes in known or not _matters(whole.script, changes):
                continue
            if all(is_sound(after) for _, after in changes):
                known.add(changes)
                mutants.append(_mutant(whole, operator, proposal, edits=edits, role=context.role, seen=seen))
    return tuple(sorted(mutants, key=lambda mutant: (mutant.statement, mutant.span)))


def _changes(script: Script, edits: Iterable[Edit]) -> Changes:
    """What ``edits``, each within one statement, make of the script."""
    inside: dict[int, list[Edit]] = {}
    for edit in edits:
        index = bisect_right(script.statements, edit.span.start, key=lambda statement: statement.span.start) - 1
        inside.setdefault(index, []).append(edit)
    changes: set[tuple[int, str]] = set()
    for index, found in inside.items():
        whole = Span(script.statements[index].span.start, script.statements[index].end)
        shifted = (Edit(edit.span.shift(-whole.start), edit.replacement) for edit in found)
        after = apply_edits(whole.of(script.text), shifted)
        if after != whole.of(script.text):
            changes.add((index, after))
    return frozenset(changes)


def _matters(script: Script, changes: Changes) -> bool:
    """Whether a mistake in the changed statements is worth a test."""
    changed = [script.statements[index] for index, _ in changes]
    return not any(statement.kind in ARID or is_bookkeeping(statement.table) for statement in changed)


def _mutant(
    whole: Abridged, operator: Operator, proposal: Proposal, *, edits: tuple[Edit, ...], role: Role, seen: Counter[str]
) -> Mutant:
    script, read = whole.script, sorted(proposal.edits)
    span = proposal.place or _without_blanks(script.text, Span(read[0].span.start, max(edit.span.end for edit in read)))
    changes = [(edit.span.of(script.text), edit.replacement) for edit in read]
    statement = whole.statements[proposal.statement.index]
    place = f"{operator.id}|{role.value}|{statement.operation}|{changes}"
    seen[place] += 1
    digest = hashlib.sha256(f"{place}|{seen[place]}".encode()).hexdigest()[:10]
    return Mutant(
        id=f"{operator.id}-{digest}",
        operator=operator.id,
        category=operator.category,
        severity=operator.severity,
        description=proposal.description,
        role=role,
        statement=statement.index,
        span=whole.place(span),
        edits=edits,
    )


def _without_blanks(text: str, span: Span) -> Span:
    """``span`` without the blanks at its ends, so that the words are underlined that the mistake is about."""
    words = span.of(text)
    if not words.strip():
        return span
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip()))
