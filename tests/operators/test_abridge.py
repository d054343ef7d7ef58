"""Long scripts: what is read of them, where its mutants stand, and what is said of the rest."""

import sys
from pathlib import Path

from confiture.model.script import Script
from confiture.model.span import Span
from confiture.operators import mutants
from confiture.operators.abridge import KEPT, LONGEST, LONGEST_STATEMENT, abridged
from confiture.operators.silence import Silence, silences
from confiture.sql import parse_script

BODY = "x" * LONGEST
LOG = "INSERT INTO log (id, note) VALUES ({0}, 'note {0}');\n"
TABLE = "CREATE TABLE t{0} (id bigint PRIMARY KEY, note text NOT NULL);\n"


def script(text: str) -> Script:
    return parse_script(Path("up.sql"), text)


def many(pattern: str, *, length: int = 2 * LONGEST) -> str:
    return "".join(pattern.format(number) for number in range(length // len(pattern)))


def test_a_short_script_is_read_as_a_whole() -> None:
    short = script(many(LOG, length=LONGEST // 2))
    assert abridged(short).script is short


def test_of_statements_that_do_the_same_the_first_and_last_are_read() -> None:
    whole = script(f"{many(LOG)}{TABLE.format(0)}")
    read = abridged(whole).statements
    count = len(whole.statements)
    assert [s.index for s in read] == [*range(KEPT // 2), *range(count - 1 - KEPT // 2, count)]


def test_mutants_stand_at_their_places_of_the_whole_script() -> None:
    whole = script(f"{many(LOG)}{TABLE.format(0)}")
    found = mutants(whole)
    assert {mutant.operator[:4] for mutant in found} == {"SCH_", "DATA"}
    for mutant in found:
        statement = whole.statements[mutant.statement]
        whole_statement = Span(statement.span.start, statement.end)
        assert whole_statement.contains(mutant.span)
        assert all(whole_statement.contains(edit.span) for edit in mutant.edits)


def test_of_many_rows_the_last_is_left_out_alone() -> None:
    rows = many("({0}, 'it''s ({0}'),\n")
    whole = script(f"INSERT INTO log (id, note) VALUES {rows}(-1, 'last');")
    found = {mutant.apply(whole) for mutant in mutants(whole)}
    assert f"INSERT INTO log (id, note) VALUES {rows.removesuffix(',' + chr(10))};" in found
    assert "" in found
    assert all(len(text) > len(rows) or not text for text in found)


def test_each_row_that_is_read_has_its_place() -> None:
    head = "INSERT INTO log VALUES "
    whole = script(f"{head}{many('({0}),')}(0);")
    view = abridged(whole)
    position = len(head)
    rows = view.script.text.removeprefix(head).removesuffix(";").split(",")
    assert len(rows) == KEPT
    for row in rows:
        assert view.place(Span(position, position + len(row))).of(whole.text) == row
        position += len(row) + 1


def test_a_long_statement_and_the_middle_of_a_script_are_left_out_and_said() -> None:
    whole = script(
        f"CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '{BODY}' $$;\n{many(TABLE, length=LONGEST)}"
    )
    assert len(whole.statements[0].text) > LONGEST_STATEMENT
    quiet = silences(whole, mutants(whole))
    assert quiet[0] == (whole.statements[0], Silence.LONG)
    assert {silence for _, silence in quiet} == {Silence.LONG}
    assert 0 < len(whole.statements) - len(quiet) <= LONGEST / len(TABLE.format(1))


def test_steps_grow_with_the_length_only() -> None:
    """Function calls are counted, which no other process disturbs."""
    first, second = (calls(many(LOG, length=size * LONGEST)) for size in (2, 4))
    assert second < 2.1 * first


def calls(text: str) -> int:
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counted)
    try:
        mutants(script(text))
    finally:
        sys.setprofile(None)
    return count
