"""From an operator's proposals to mutants: sound ones, each once, with a stable id."""

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from confiture.model.migration import Role
from confiture.model.mutant import Category, Mutant
from confiture.model.script import Script, Statement
from confiture.model.span import Edit, Span, apply_edits
from confiture.operators.abridge import Abridged, abridged
from confiture.operators.operator import Context, Operator, Proposal
from confiture.sql.bodies import as_sql, of_routine, with_blocks, with_statements
from confiture.sql.evolution import evolve
from confiture.sql.parses import still_parses
from confiture.sql.readings import read_once
from confiture.sql.tokens import depth
from confiture.sql.writes import is_bookkeeping

ARID = frozenset({"COMMENT", "ANALYZE", "VACUUM", "SECURITY", "UNREADABLE"})
"""Kinds of statements in which a mistake is not worth a test."""

DEEPEST = 50
"""So many parentheses, brackets and CASEs within each other are read: readers look into each level anew."""
MOST_EDITED = 250_000
"""Characters that the mutants of one statement by one operator have in all: each is read again. Ten there may be."""

Changes: TypeAlias = frozenset[tuple[int, str]]
"""The changed statements, by where they begin, each with its new text up to its semicolon."""


def generate(script: Script, context: Context, *, operators: Iterable[Operator]) -> tuple[Mutant, ...]:
    """All mutants of ``script``, in the order of the text, then of ``operators``.

    A text that two operators would produce belongs to the first one. Long scripts are `abridged`.
    """
    whole = abridged(script)
    context = replace(context, other=context.other and _readable(abridged(context.other).script))
    mutants: list[Mutant] = []
    known: set[Changes] = {frozenset()}
    seen: Counter[str] = Counter()
    edited: Counter[tuple[str, int]] = Counter()
    parts = _parts(whole.script, context)
    for operator in operators:
        if context.role not in operator.roles:
            continue
        for part, surroundings in parts[operator.category]:
            for proposal in operator.propose(part, surroundings):
                place = operator.id, proposal.statement.span.start
                edited[place] += min(len(proposal.statement.text), MOST_EDITED // 10)
                if edited[place] > MOST_EDITED:
                    continue
                edits = whole.restored(sorted(proposal.edits))
                changes = _changes(part, proposal.edits)
                if edits is None or changes in known or not _matters(part, changes):
                    continue
                if _keeps_quotes(whole.script, part, changes) and _sound(part, changes):
                    known.add(changes)
                    mutants.append(_mutant(whole, operator, proposal, edits=edits, role=context.role, seen=seen))
    return tuple(sorted(mutants, key=lambda mutant: (mutant.statement, mutant.span)))


@read_once
def is_readable(statement: Statement) -> bool:
    """Whether operators can read ``statement``: something in it has no end, or it is nested deeper than `DEEPEST`."""
    return bool(statement.tokens) and depth(statement.tokens) <= DEEPEST


def _readable(script: Script) -> Script:
    """``script`` without the statements that operators cannot read."""
    return with_statements(script, filter(is_readable, script.statements))


def _parts(script: Script, context: Context) -> dict[Category, list[tuple[Script, Context]]]:
    """What operators of each category see: DO blocks run where they stand, routines do not and so stand alone."""
    whole = _readable(with_blocks(script))
    routines = [
        (_readable(body), replace(context, schema=schema))
        for statement, schema in evolve(whole, schema=context.schema)
        if (body := of_routine(whole, statement))
    ]
    opened = [(whole, context), *routines]
    return {
        Category.SCHEMA: opened,
        Category.DATA: opened,
        Category.ROLLBACK: [(_readable(script), context)],
        Category.PERFORMANCE: [(whole, context)],
    }


def _changes(script: Script, edits: Iterable[Edit]) -> Changes:
    """What ``edits``, each within one statement, make of the script."""
    inside: dict[int, list[Edit]] = {}
    for edit in edits:
        inside.setdefault(_at(script, edit.span.start).span.start, []).append(edit)
    changes: set[tuple[int, str]] = set()
    for start, found in inside.items():
        whole = Span(start, _at(script, start).end)
        shifted = (Edit(edit.span.shift(-start), edit.replacement) for edit in found)
        after = apply_edits(whole.of(script.text), shifted)
        if after != whole.of(script.text):
            changes.add((start, after))
    return frozenset(changes)


def _at(script: Script, offset: int) -> Statement:
    """The last statement that begins at or before ``offset``."""
    return script.statements[bisect_right(script.statements, offset, key=lambda statement: statement.span.start) - 1]


def _matters(script: Script, changes: Changes) -> bool:
    """Whether a mistake in the changed statements is worth a test."""
    changed = [_at(script, start) for start, _ in changes]
    is_arid = all(statement.kind in ARID for statement in changed)
    return not is_arid and not any(is_bookkeeping(statement.table) for statement in changed)


def _sound(script: Script, changes: Changes) -> bool:
    """Whether each changed statement still parses, like itself or one that it was exchanged with, or is gone."""
    originals = [as_sql(statement, statement.text) for statement in (_at(script, start) for start, _ in changes)]
    edited = [as_sql(_at(script, start), after) for start, after in changes]
    return all(any(still_parses(original, after) for original in originals) for after in edited)


def _keeps_quotes(script: Script, part: Script, changes: Changes) -> bool:
    """Whether no statement of a body gets its first quote: the body may be quoted itself."""
    inner = ((_at(part, start), after) for start, after in changes if _at(script, start).span.start != start)
    return not any("'" in after and "'" not in statement.text for statement, after in inner)


def _mutant(
    whole: Abridged, operator: Operator, proposal: Proposal, *, edits: tuple[Edit, ...], role: Role, seen: Counter[str]
) -> Mutant:
    script, read = whole.script, sorted(proposal.edits)
    span = proposal.place or _without_blanks(script.text, Span(read[0].span.start, max(edit.span.end for edit in read)))
    changes = [(edit.span.of(script.text), edit.replacement) for edit in read]
    outer = _at(script, proposal.statement.span.start)
    statement = whole.statements[outer.index]
    is_inner = outer.span != proposal.statement.span
    operation = proposal.statement.operation if is_inner else statement.operation
    place = f"{operator.id}|{role.value}|{operation}|{changes}"
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
