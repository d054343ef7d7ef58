"""Text that is no migration is read without a crash, at its places, and in time."""

from collections import Counter
from pathlib import Path

import pytest

from confiture.model.script import Script
from confiture.operators import mutants
from confiture.operators.generate import DEEPEST, MOST_EDITED
from confiture.operators.silence import Silence, silences
from confiture.sql import parse_script

PATH = Path("up.sql")


def kinds(text: str) -> list[str]:
    script = parse_script(PATH, text)
    check(script)
    return [statement.kind for statement in script.statements]


def check(script: Script) -> None:
    """Everything stands where it says, and each statement has mutants or a reason for having none."""
    for statement in script.statements:
        assert statement.text == statement.span.of(script.source)
        assert all(token.text == token.span.of(script.source) for token in statement.tokens)
    found = mutants(script)
    explained = {mutant.statement for mutant in found} | {statement.index for statement, _ in silences(script, found)}
    assert explained == {statement.index for statement in script.statements}


@pytest.mark.parametrize("text", ["SELECT 'a", 'SELECT "a', "SELECT 1 /* a", "SELECT $x$ a $y$", "SELECT E'\\'", "U&'"])
def test_what_has_no_end_makes_the_script_unreadable(text: str) -> None:
    script = parse_script(PATH, f"SELECT 1; {text};")
    check(script)
    assert [(s.kind, silence) for s, silence in silences(script, ())] == [("UNREADABLE", Silence.UNREADABLE)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DROP TABLE a); DROP TABLE b;", ["DROP TABLE", "DROP TABLE"]),
        ("DELETE FROM a WHERE (b; DROP TABLE c;", ["DELETE"]),
        ("DELETE FROM a WHERE ((((; ", ["DELETE"]),
        ("UPDATE a SET b = ] WHERE [", ["UPDATE"]),
        ("CREATE; ALTER; DROP; INSERT; UPDATE; DELETE", ["CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE"]),
    ],
)
def test_parentheses_and_statements_that_do_not_end(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize("text", ["DELETE FROM a WHERE b = '\0';\0DROP TABLE c", "\0", "DROP TABLE \0"])
def test_nul_characters_stay_where_they_are(text: str) -> None:
    check(parse_script(PATH, text))


def test_a_byte_order_mark_is_no_part_of_a_statement() -> None:
    assert kinds("\ufeffDROP TABLE a; DROP TABLE b") == ["DROP TABLE", "DROP TABLE"]


def test_a_carriage_return_ends_a_comment() -> None:
    assert kinds("-- a; 'b\rDROP TABLE c; -- d\rDROP TABLE e") == ["DROP TABLE", "DROP TABLE"]


def test_comments_within_comments_end_together() -> None:
    assert kinds("/* a /* ; ' */ ; /* /* $$ */ */ */ DROP TABLE b") == ["DROP TABLE"]
    assert kinds("/*" * 5000 + "*/" * 5000 + "DROP TABLE b") == ["DROP TABLE"]


def test_dollar_quotes_within_dollar_quotes_end_with_the_outer_one() -> None:
    assert kinds("DO $a$ BEGIN EXECUTE $b$ SELECT $$;$$; $b$; END $a$; DROP TABLE c") == ["DO", "DROP TABLE"]
    assert kinds("SELECT a$b$c; DROP TABLE d$b$") == ["SELECT", "DROP TABLE"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"DELETE FROM a WHERE b = E'\'; '; DROP TABLE c", ["DELETE", "DROP TABLE"]),
        (r"DELETE FROM a WHERE b = e'\\'; DROP TABLE c", ["DELETE", "DROP TABLE"]),
        (r"DELETE FROM a WHERE b = '\'; DROP TABLE c", ["DELETE", "DROP TABLE"]),
        (r"SET standard_conforming_strings = off; DELETE FROM a WHERE b = '\''", ["UNREADABLE"]),
        ("SELECT 'a'\n  '; b'; DROP TABLE c", ["SELECT", "DROP TABLE"]),
        ("SELECT E'a'\n '\\'; b'; DROP TABLE c", ["SELECT", "DROP TABLE"]),
    ],
)
def test_backslashes_escape_in_escape_strings_only(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_rows_behind_a_copy_are_no_statements() -> None:
    text = "COPY a (b) FROM stdin;\n1\tit's; \"\n\\.\n\nCOPY a FROM '/x';\nDROP TABLE c;"
    assert kinds(text) == ["COPY", "COPY", "DROP TABLE"]


@pytest.mark.timeout(60)
def test_ten_thousand_columns() -> None:
    columns = ", ".join(f"c{number} int NOT NULL" for number in range(10_000))
    assert kinds(f"CREATE TABLE t ({columns}); ALTER TABLE t DROP COLUMN c1;") == ["CREATE TABLE", "ALTER TABLE"]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT setval('orders_id_seq'",
        "SELECT setval()",
        "SELECT set_config()",
        "ALTER TABLE a ADD CHECK ((b = ANY (ARRAY[('x'::",
        "MERGE INTO a USING b ON () WHEN MATCHED THEN",
        "ALTER TABLE a ADD COLUMN b int DEFAULT",
        "DELETE FROM a WHERE ()",
    ],
)
def test_statements_that_stop_in_the_middle(text: str) -> None:
    assert len(kinds(text)) == 1


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", ["(", "'", "--\n", "$a", "a.", "/*", "((,"])
def test_very_much_of_one_thing(text: str) -> None:
    parse_script(PATH, text * 50_000)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("begin", "end"), [("COPY t FROM stdin;\n", "\n\\.\n"), ("SELECT '", "';")], ids=["rows", "string"]
)
def test_fifty_megabytes(begin: str, end: str) -> None:
    text = begin + "1\tit; $a; (\n" * 4_000_000 + end
    (statement,) = parse_script(PATH, text).statements
    assert statement.end >= len(text) - 1


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("begin", "middle", "end"),
    [
        ("(", "1", ")"),
        ("NOT (", "a", ")"),
        ("CASE WHEN a THEN ", "1", " END"),
        ("ARRAY[", "1", "]"),
        ("(SELECT ", "1", ")"),
    ],
)
def test_what_is_nested_too_deeply_is_said_not_to_be_read(begin: str, middle: str, end: str) -> None:
    def silence_of(depth: int) -> list[Silence]:
        script = parse_script(PATH, f"UPDATE t SET a = {begin * depth}{middle}{end * depth};")
        return [silence for _, silence in silences(script, mutants(script))]

    assert silence_of(DEEPEST) == []
    assert silence_of(DEEPEST + 1) == silence_of(3_000) == [Silence.DEEP]


@pytest.mark.timeout(60)
def test_fifty_thousand_parentheses_within_each_other_are_passed_over() -> None:
    script = parse_script(PATH, f"UPDATE t SET a = {'(' * 50_000}1{')' * 50_000}; DROP TABLE b;")
    found = mutants(script)
    assert {mutant.statement for mutant in found} == {1}
    assert [silence for _, silence in silences(script, found)] == [Silence.DEEP]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("opening", ["RETURN QUERY ", "PERFORM ", "UPDATE t SET a = "])
def test_a_body_nested_too_deeply_has_no_mutants(opening: str) -> None:
    body = f"BEGIN {opening}{'(' * 3_000}SELECT 1{')' * 3_000}; DELETE FROM t; END"
    found = mutants(parse_script(PATH, f"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ {body} $$;"))
    assert {mutant.description for mutant in found} == {
        "function f is missing",
        "no row of t is deleted",
        "only about half of the rows of t are deleted",
    }


@pytest.mark.timeout(60)
def test_mutants_of_a_long_statement_are_a_sample() -> None:
    text = f"DELETE FROM t WHERE {' AND '.join(f'a = {number}' for number in range(2_000))};"
    of_each = Counter(mutant.operator for mutant in mutants(parse_script(PATH, text)))
    assert max(of_each.values()) == MOST_EDITED // len(text.rstrip(";")) == 10
