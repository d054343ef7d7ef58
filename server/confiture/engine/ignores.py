"""``ignore`` directives: mutants that the user decided not to test."""

from collections.abc import Iterator, Sequence
from itertools import chain

from confiture.model.mutant import Mutant
from confiture.model.script import Directive, Script
from confiture.operators import Operator, find_operator

_VERBS = frozenset({"ignore", "ignore-file"})


def ignored(script: Script, mutant: Mutant) -> str | None:
    """The reason why the file ignores ``mutant``; None when it does not."""
    statement = script.statements[mutant.statement]
    for directive in (*script.directives, *statement.directives):
        if directive.verb in _VERBS and _is_meant(directive, mutant):
            return directive.arguments.partition(" ")[2].strip(" :—-") or "ignored without a reason"
    return None


def needless(script: Script, mutants: Sequence[Mutant], *, operators: Sequence[Operator]) -> Iterator[Directive]:
    """The directives of ``script`` that ignore none of its ``mutants``, of which ``operators`` would have made them."""
    of_statements = [(d, s.index) for s in script.statements for d in s.directives if d.verb == "ignore"]
    of_file = [(d, None) for d in script.directives if d.verb == "ignore-file"]
    for directive, index in chain(of_file, of_statements):
        near = (mutant for mutant in mutants if index in (None, mutant.statement))
        operator = find_operator(_word(directive))
        if (operator is None or operator in operators) and not any(_is_meant(directive, each) for each in near):
            yield directive


def _is_meant(directive: Directive, mutant: Mutant) -> bool:
    scope = directive.scope
    if scope and not scope.start <= mutant.span.start < scope.end:
        return False
    operator = find_operator(_word(directive))
    return _word(directive) == mutant.id or (operator is not None and operator.id == mutant.operator)


def _word(directive: Directive) -> str:
    return directive.arguments.partition(" ")[0].rstrip(":,")
