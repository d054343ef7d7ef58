"""``ignore`` directives: mutants that the user decided not to test."""

from confiture.model.mutant import Mutant
from confiture.model.script import Directive, Script
from confiture.operators import find_operator


def ignored(script: Script, mutant: Mutant) -> str | None:
    """The reason why the file ignores ``mutant``; None when it does not."""
    statement = script.statements[mutant.statement]
    for directive in (*script.directives, *statement.directives):
        if directive.verb in ("ignore", "ignore-file") and _names(directive, mutant):
            return directive.arguments.partition(" ")[2].strip(" :—-") or "ignored without a reason"
    return None


def _names(directive: Directive, mutant: Mutant) -> bool:
    word = directive.arguments.partition(" ")[0].rstrip(":,")
    operator = find_operator(word)
    return word == mutant.id or (operator is not None and operator.id == mutant.operator)
