"""pgTAP: its own assertions where it has one for the claim, else ``ok`` around the claim's query.

Source: https://pgtap.org/documentation.html (The Schema Things, Column Tests).
"""

import re
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import assert_never

from confiture.engine.killing.claim import About, Claim, Fact, literal
from confiture.engine.killing.styles.style import Style, indented
from confiture.model.lines import line_end_of
from confiture.model.script import Script, Statement
from confiture.model.span import Edit, Span
from confiture.sql import parse_script

_USES = re.compile(r"\b(no_plan|plan|runtests|finish)\s*\(", re.IGNORECASE)
_PLAN = re.compile(r"\bplan\s*\(\s*(\d+)\s*\)", re.IGNORECASE)
_FRAME = "BEGIN;\nSELECT plan(0);\n\nSELECT * FROM finish();\nROLLBACK;\n"


def recognises(path: Path, text: str) -> bool:
    """A file that plans its tests."""
    return path.suffix == ".sql" and any(_USES.search(each.text) for each in parse_script(path, text).statements)


def begin(head: str, _example: str) -> str:
    """A transaction that is taken back, with the plan of no test."""
    return head + _FRAME


def say(claims: Sequence[Claim], text: str) -> str:
    """One assertion per claim."""
    newline = line_end_of(text)
    return newline.join(_assertion(claim).replace("\n", newline) for claim in claims)


def insert(text: str, claims: Sequence[Claim]) -> tuple[Edit, ...]:
    """Assertions go before ``finish()``, and the plan counts them."""
    script = parse_script(Path(), text)
    place = _place(script)
    newline = line_end_of(text)
    if place is None:
        return (*_plan(text, script, len(claims)), Edit(Span(len(text), len(text)), newline + say(claims, text)))
    said = f"{say(claims, text)}{newline}"
    return (*_plan(text, script, len(claims)), Edit(Span(place, place), said))


def _place(script: Script) -> int | None:
    """Where the line begins that ends the file's tests, or the comments right above it."""
    finish = next((each for each in script.statements if _calls_finish(each)), None)
    if finish is None:
        return None
    start = script.text.rfind("\n", 0, finish.span.start) + 1
    above = script.text[:start].splitlines(keepends=True)
    return start - sum(map(len, takewhile(lambda line: line.lstrip().startswith("--"), reversed(above))))


def _calls_finish(statement: Statement) -> bool:
    return any(token.word == "FINISH" for token in statement.tokens)


def _plan(text: str, script: Script, more: int) -> tuple[Edit, ...]:
    for statement in script.statements:
        planned = _PLAN.search(text, statement.span.start, statement.span.end)
        if planned:
            return (Edit(Span(*planned.span(1)), str(int(planned[1]) + more)),)
    return ()


def _assertion(claim: Claim) -> str:
    words = literal(claim.words)
    own = _own_words(claim.fact) if claim.fact else None
    if own:
        line = f"SELECT {own}, {words});\n"
        return line if len(line) <= 121 else f"SELECT {own},\n    {words});\n"
    query = indented(claim.query, 4)
    if claim.many:
        call = f"ok(bool_and(holds IS TRUE), {words})"
        return f"SELECT {call} FROM (\n{query}\n) AS claim (holds);\n"  # noqa: S608 - text of a test of the user's
    return f"SELECT ok((\n{query}\n), {words});\n"


def _own_words(fact: Fact) -> str | None:
    """The call of pgTAP's assertion for ``fact``, up to its description."""
    owner = ", ".join(map(literal, (fact.name.schema, *fact.name.parts)))
    has = "has" if fact.answer is True else "hasnt"
    match fact.about:
        case About.COLUMN | About.TABLE | About.VIEW | About.MATERIALIZED_VIEW | About.SEQUENCE | About.TRIGGER:
            return f"{has}_{fact.about.value}({owner}"
        case About.SCHEMA | About.EXTENSION:
            return f"{has}_{fact.about.value}({literal(fact.name.last)}"
        case About.NULLABLE:
            return f"{'col_not_null' if fact.answer == 'NO' else 'col_is_null'}({owner}"
        case About.COLUMN_TYPE:
            return f"col_type_is({owner}, {literal(str(fact.answer))}"
        case _:
            assert_never(fact.about)


STYLE = Style("pgTAP", ".sql", recognises, begin, say, insert)
