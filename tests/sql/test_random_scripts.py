"""Statements of the operators' cases in any order, with anything that may stand between them."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confiture.model.migration import Role
from confiture.model.mutant import Mutant
from confiture.model.script import Script
from confiture.operators import Context, mutants
from confiture.sql import parse_script, read_source

CASES = Path(__file__).parents[1] / "operators" / "cases"
PATH = Path("script.sql")
WORDS_OF_BODIES = [read_source(path).split() for path in sorted((Path(__file__).parent / "cases/bodies").glob("*.sql"))]
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def statements_of_cases() -> list[str]:
    scripts = (parse_script(path, read_source(path)) for path in sorted(CASES.glob("*/*.sql")))
    return sorted({statement.text for script in scripts for statement in script.statements})


STATEMENTS = st.sampled_from(statements_of_cases())
FILLERS = st.lists(
    st.sampled_from(
        [
            " ",
            "\n",
            "\r\n",
            "\t",
            ";",
            "-- é; 'x\n",
            '-- "\r\n',
            "/* ; ' /* $$ */ */",
            "/**/",
            "\n-- confiture: ignore X\n",
        ]
    ),
    max_size=4,
).map("".join)


@st.composite
def scripts(draw: st.DrawFn, *, unique: bool = False) -> tuple[list[str], Script]:
    """Statements, and the script that they and what stands between them make."""
    statements = draw(st.lists(STATEMENTS, max_size=6, unique=unique))
    source = draw(st.sampled_from(["", "\ufeff"])) + draw(FILLERS)
    for statement in statements:
        source += statement + draw(st.sampled_from(["", "\n", " /* ; */ "])) + ";" + draw(FILLERS)
    return statements, parse_script(PATH, source)


@UNHURRIED
@given(scripts())
def test_each_statement_stands_at_its_place(drawn: tuple[list[str], Script]) -> None:
    statements, script = drawn
    assert [statement.text for statement in script.statements] == statements
    for statement in script.statements:
        assert statement.text == statement.span.of(script.source)
        assert script.source[statement.end - 1] == ";"
        assert all(token.text == token.span.of(script.source) for token in statement.tokens)


@UNHURRIED
@given(scripts(), FILLERS)
def test_operations_do_not_depend_on_what_stands_between(drawn: tuple[list[str], Script], filler: str) -> None:
    statements, script = drawn
    other = parse_script(PATH, filler + "".join(f"{statement};{filler}" for statement in statements))
    operations = [statement.operation for statement in script.statements]
    assert operations == [statement.operation for statement in other.statements]
    assert len(set(operations)) == len(operations)


@UNHURRIED
@given(scripts(unique=True), st.sampled_from(Role))
def test_mutants_differ_only_in_their_edits(drawn: tuple[list[str], Script], role: Role) -> None:
    _, script = drawn
    found = mutants(script, Context(role=role))
    assert len({mutant.id for mutant in found}) == len(found)
    assert len({mutant.apply(script) for mutant in found} - {script.text}) == len(found)
    for mutant in found:
        assert_is_confined(mutant, script)


@UNHURRIED
@given(
    st.lists(st.tuples(st.sampled_from(WORDS_OF_BODIES), st.integers(0, 80), st.integers(1, 20)), max_size=8),
    st.sampled_from(["plpgsql", "sql"]),
)
def test_anything_may_stand_in_a_body(drawn: list[tuple[list[str], int, int]], language: str) -> None:
    body = " ".join(word for words, start, count in drawn for word in words[start : start + count])
    source = (
        f"CREATE FUNCTION f() RETURNS void LANGUAGE {language} AS $body_$ {body} $body_$; DO $body_$ {body} $body_$"
    )
    script = parse_script(PATH, source)
    found = mutants(script)
    assert len({mutant.apply(script) for mutant in found} - {source}) == len(found)
    for mutant in found:
        assert_is_confined(mutant, script)


def assert_is_confined(mutant: Mutant, script: Script) -> None:
    """Each edit lies within a statement, and all else stays as it is, in the same order."""
    rest = mutant.apply_to_source(script)
    position = 0
    for edit in mutant.edits:
        statement = next(s for s in reversed(script.statements) if s.span.start <= edit.span.start)
        assert edit.span.end <= statement.end
        assert statement.index >= mutant.statement
        expected = script.source[position : edit.span.start] + edit.replacement
        assert rest.startswith(expected)
        rest = rest[len(expected) :]
        position = edit.span.end
    assert rest == script.source[position:]
