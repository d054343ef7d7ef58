"""Proposals become mutants when they are sound, new and about something that matters."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from confiture.model.script import Script
from confiture.model.span import Edit, Span
from confiture.operators import ALL_OPERATORS, Context, Operator, mutants
from confiture.operators.operator import Proposal
from confiture.sql import parse_script

NOT_NULL = next(operator for operator in ALL_OPERATORS if operator.name == "flip_not_null")


def operator(id: str, *changes: tuple[str, str]) -> Operator:
    """An operator whose only proposal replaces words of the script, each the first of its kind."""

    def propose(script: Script, context: Context) -> Iterator[Proposal]:
        places = [(Span(at, at + len(old)), new) for old, new in changes if (at := script.text.index(old)) >= 0]
        statement = script.statement_at(min(place.start for place, _ in places))
        assert statement
        yield Proposal(statement, tuple(Edit(place, new) for place, new in places), id)

    return replace(ALL_OPERATORS[0], id=id, propose=propose)


def found(source: str, *operators: Operator) -> list[str]:
    script = parse_script(Path("up.sql"), source)
    return [f"{mutant.operator}: {mutant.apply(script)}" for mutant in mutants(script, operators=operators)]


def test_a_text_belongs_to_the_first_operator_that_makes_it() -> None:
    first, second = operator("A", ("1", "2")), operator("B", ("a = 1", "a = 2"))
    assert found("SELECT a = 1;", first, second) == ["A: SELECT a = 2;"]
    assert found("SELECT a = 1;", second, first) == ["B: SELECT a = 2;"]


def test_a_change_of_nothing_is_no_mutant() -> None:
    assert found("SELECT 1; SELECT 2", operator("A", ("1", "1"), ("2", "2"))) == []


@pytest.mark.parametrize("end", ["", ";", " -- end", "; SELECT 2;"])
def test_a_statement_whose_parentheses_do_not_match_is_no_mutant(end: str) -> None:
    assert found(f"SELECT a FROM t WHERE b{end}", operator("A", ("b", "(b"))) == []
    assert found(f"SELECT a FROM t WHERE b{end}", operator("A", ("b", "c"))) == [f"A: SELECT a FROM t WHERE c{end}"]


def test_each_of_several_changed_statements_must_be_sound() -> None:
    source = "SELECT a FROM t; SELECT b FROM u;"
    assert found(source, operator("A", ("a", "x"), ("b", "y"))) == ["A: SELECT x FROM t; SELECT y FROM u;"]
    assert found(source, operator("A", ("a", "x"), ("u", "u)"))) == []


def test_statements_of_different_kinds_may_change_places() -> None:
    swap = operator("A", ("DROP TABLE t", "DELETE FROM u"), ("DELETE FROM u", "DROP TABLE t"))
    assert found("DROP TABLE t; DELETE FROM u;", swap) == ["A: DELETE FROM u; DROP TABLE t;"]


@pytest.mark.parametrize(
    "source",
    [
        "COMMENT ON TABLE a IS 'b'",
        "ANALYZE a",
        "INSERT INTO schema_migrations VALUES ('a')",
        "ALTER TABLE public.alembic_version ADD COLUMN a int",
        'DROP TABLE "__EFMigrationsHistory"',
        "DELETE FROM pg_catalog.pg_depend WHERE a = 1",
    ],
)
def test_some_statements_do_not_matter(source: str) -> None:
    assert found(f"{source}; SELECT 1", operator("A", (source, ""))) == []
    assert found(f"{source}; SELECT 1", operator("A", (source, ""), ("SELECT 1", "SELECT 2"))) == []
    assert found(f"{source}; SELECT 1", operator("A", ("SELECT 1", "SELECT 2"))) == [f"A: {source}; SELECT 2"]


def test_equal_changes_of_one_statement_have_ids_of_their_own() -> None:
    script = parse_script(Path("up.sql"), "CREATE TABLE t (a int NOT NULL, b int NOT NULL);")
    changes = [(mutant.id, mutant.edits[0].replacement) for mutant in mutants(script, operators=[NOT_NULL])]
    assert [replacement for _, replacement in changes] == ["", ""]
    assert len({id for id, _ in changes}) == 2
