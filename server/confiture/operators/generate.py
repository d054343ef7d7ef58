"""From an operator's proposals to mutants: sound ones, each once, with a stable id."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from confiture.model.mutant import Mutant
from confiture.model.script import Script, Statement
from confiture.model.span import Span, apply_edits
from confiture.operators.operator import Context, Operator, Proposal
from confiture.sql.parses import statement_count, still_parses

ARID = frozenset({"COMMENT", "ANALYZE", "VACUUM", "SECURITY", "UNREADABLE"})
"""Kinds of statements in which a mistake is not worth a test."""


def generate(script: Script, context: Context, *, operators: Iterable[Operator]) -> tuple[Mutant, ...]:
    """All mutants of ``script``, in the order of the text, then of ``operators``.

    A text that two operators would produce belongs to the first one.
    """
    mutants: list[Mutant] = []
    texts = {script.text}
    seen: Counter[str] = Counter()
    for operator in operators:
        if context.role not in operator.roles:
            continue
        for proposal in operator.propose(script, context):
            text = apply_edits(script.text, proposal.edits)
            if proposal.statement.kind in ARID or text in texts or not _sound(script, proposal):
                continue
            texts.add(text)
            mutants.append(_mutant(script, operator, proposal, context=context, seen=seen))
    return tuple(sorted(mutants, key=lambda mutant: (mutant.statement, mutant.span)))


def _sound(script: Script, proposal: Proposal) -> bool:
    """Whether each statement that the edits touch still parses, or is gone as a whole."""
    return all(_sound_statement(script, statement, proposal) for statement in _touched(script, proposal))


def _touched(script: Script, proposal: Proposal) -> Iterator[Statement]:
    for statement in script.statements:
        whole = Span(statement.span.start, statement.end)
        if any(edit.span.start < whole.end and whole.start <= edit.span.start for edit in proposal.edits):
            yield statement


def _sound_statement(script: Script, statement: Statement, proposal: Proposal) -> bool:
    whole = Span(statement.span.start, statement.end)
    inside = [edit for edit in proposal.edits if whole.contains(edit.span)]
    edits = tuple(type(edit)(edit.span.shift(-whole.start), edit.replacement) for edit in inside)
    edited = apply_edits(whole.of(script.text), edits)
    count = statement_count(edited)
    return (
        count == 0
        or len(inside) != len(proposal.edits)
        or (count is not None and (count > 1 or still_parses(statement.text, edited)))
    )


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
