"""From an operator's proposals to mutants: sound ones, each once, with a stable id."""

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from confiture.model.mutant import Mutant
from confiture.model.script import Script
from confiture.model.span import Edit, Span, apply_edits
from confiture.operators.operator import Context, Operator, Proposal
from confiture.sql.parses import still_parses
from confiture.sql.writes import is_bookkeeping

ARID = frozenset({"COMMENT", "ANALYZE", "VACUUM", "SECURITY", "UNREADABLE"})
"""Kinds of statements in which a mistake is not worth a test."""

Changes: TypeAlias = frozenset[tuple[int, str]]
"""The changed statements, by their index, each with its new text up to its semicolon."""


def generate(script: Script, context: Context, *, operators: Iterable[Operator]) -> tuple[Mutant, ...]:
    """All mutants of ``script``, in the order of the text, then of ``operators``.

    A text that two operators would produce belongs to the first one.
    """
    mutants: list[Mutant] = []
    known: set[Changes] = {frozenset()}
    seen: Counter[str] = Counter()
    for operator in operators:
        if context.role not in operator.roles:
            continue
        for proposal in operator.propose(script, context):
            changes = _changes(script, proposal.edits)
            if changes not in known and _matters(script, changes) and _sound(script, changes):
                known.add(changes)
                mutants.append(_mutant(script, operator, proposal, context=context, seen=seen))
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
    is_arid = all(statement.kind in ARID for statement in changed)
    return not is_arid and not any(is_bookkeeping(statement.table) for statement in changed)


def _sound(script: Script, changes: Changes) -> bool:
    """Whether each changed statement still parses, like itself or one that it was exchanged with, or is gone."""
    originals = [script.statements[index].text for index, _ in changes]
    return all(any(still_parses(original, after) for original in originals) for _, after in changes)


def _mutant(script: Script, operator: Operator, proposal: Proposal, *, context: Context, seen: Counter[str]) -> Mutant:
    edits = tuple(sorted(proposal.edits))
    span = proposal.place or _without_blanks(
        script.text, Span(edits[0].span.start, max(edit.span.end for edit in edits))
    )
    changes = [(edit.span.of(script.text), edit.replacement) for edit in edits]
    place = f"{operator.id}|{context.role.value}|{proposal.statement.operation}|{changes}"
    seen[place] += 1
    digest = hashlib.sha256(f"{place}|{seen[place]}".encode()).hexdigest()[:10]
    return Mutant(
        id=f"{operator.id}-{digest}",
        operator=operator.id,
        category=operator.category,
        severity=operator.severity,
        description=proposal.description,
        role=context.role,
        statement=proposal.statement.index,
        span=span,
        edits=edits,
    )


def _without_blanks(text: str, span: Span) -> Span:
    """``span`` without the blanks at its ends, so that the words are underlined that the mistake is about."""
    words = span.of(text)
    if not words.strip():
        return span
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip()))
