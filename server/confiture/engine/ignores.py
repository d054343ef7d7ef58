"""``ignore`` directives: mutants that the user decided not to test."""

import re
from collections.abc import Collection, Iterator

from confiture.model.mutant import Mutant
from confiture.model.script import Directive, Script
from confiture.operators import find_operator

_IGNORING = frozenset({"ignore", "ignore-start", "ignore-file"})
_LEAD = re.compile(r"[\s:—-]*(?:reason\s*:)?[\s:—-]*", re.IGNORECASE)
"""What can stand before the words of a reason."""


def ignored(script: Script, mutant: Mutant) -> str | None:
    """The reason why the file ignores ``mutant``; None when it does not."""
    directive = next((each for each in _around(script, mutant) if _names(each, mutant)), None)
    if directive is None:
        return None
    return _LEAD.sub("", directive.arguments.partition(" ")[2], count=1).rstrip() or "ignored without a reason"


def unused(script: Script, mutants: Collection[Mutant], *, skipped: Collection[str]) -> Iterator[Directive]:
    """The directives of ``script`` that ignore none of its ``mutants``; not those of operators ``skipped`` anyway."""
    used = {each for mutant in mutants for each in _around(script, mutant) if _names(each, mutant)}
    for directive in (*script.directives, *(each for statement in script.statements for each in statement.directives)):
        operator = find_operator(_word(directive))
        is_skipped = operator is not None and (operator.id in skipped or operator.name in skipped)
        if directive.verb in _IGNORING and directive not in used and not is_skipped:
            yield directive


def _around(script: Script, mutant: Mutant) -> Iterator[Directive]:
    """The directives that speak of the place of ``mutant``."""
    for directive in (*script.directives, *script.statements[mutant.statement].directives):
        if directive.verb == "ignore-start":
            end = next((each.span.start for each in script.directives if _ends(each, directive)), len(script.text))
            if directive.span.end <= mutant.span.start < end:
                yield directive
        elif directive.verb in _IGNORING and _covers(directive, mutant):
            yield directive


def _covers(directive: Directive, mutant: Mutant) -> bool:
    """Whether a directive in a body speaks of the place of ``mutant``; one outside speaks of all in its statement."""
    return directive.scope is None or directive.scope.start <= mutant.span.start < directive.scope.end


def _ends(directive: Directive, start: Directive) -> bool:
    return (
        directive.verb == "ignore-end"
        and directive.span.start > start.span.start
        and _word(directive) in ("", _word(start))
    )


def _names(directive: Directive, mutant: Mutant) -> bool:
    word = _word(directive)
    operator = find_operator(word)
    return word == mutant.id or (operator is not None and operator.id == mutant.operator)


def _word(directive: Directive) -> str:
    return directive.arguments.partition(" ")[0].rstrip(":,")
