"""Statements stand where they stand in the file, whatever the file is made of."""

from pathlib import Path

import postgast
import pytest

from confiture.errors import ProjectError
from confiture.model.script import Script
from confiture.model.span import Span
from confiture.sql import parse_script, read_source
from confiture.sql.psql import without_appearance

REPOSITORY = Path(__file__).parents[2]
FILES = sorted([*REPOSITORY.glob("examples/**/*.sql"), *REPOSITORY.glob("tests/**/*.sql")])
PATH = Path("script.sql")


def texts(source: str) -> list[str]:
    script = parse_script(PATH, source)
    assert len(script.text) == len(source)
    for statement in script.statements:
        assert statement.span.of(source) == statement.text
        assert all(token.span.of(source) == token.text for token in statement.tokens)
    return [statement.text for statement in script.statements]


@pytest.mark.parametrize(
    "source", ["", " \r\n\t", ";", " ; ;;\n", "-- only\r\n", "/* only ; */", "\ufeff", "\ufeff-- x"]
)
def test_text_without_statements(source: str) -> None:
    assert texts(source) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1;;SELECT 2;", ["SELECT 1", "SELECT 2"]),
        ("SELECT 1;\r\nSELECT\r\n 2\r\n;\r\n", ["SELECT 1", "SELECT\r\n 2"]),
        ("SELECT 1 -- no; end\r, 2; SELECT 3", ["SELECT 1 -- no; end\r, 2", "SELECT 3"]),
        ("\ufeffSELECT 1;\nSELECT 2", ["SELECT 1", "SELECT 2"]),
        ("SELECT '😀', \"🂡\"; UPDATE é SET ü = 'ß'", ["SELECT '😀', \"🂡\"", "UPDATE é SET ü = 'ß'"]),
        ("SELECT (1; SELECT 2", ["SELECT (1; SELECT 2"]),
        ("SELECT 1); SELECT 2", ["SELECT 1)", "SELECT 2"]),
    ],
)
def test_texts_of_statements(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


@pytest.mark.parametrize("source", ["SELECT 'a;\n SELECT 2; ", "\ufeff /* a\nSELECT 1", "DO $x$ BEGIN END $y$;"])
def test_unreadable_text_is_one_statement(source: str) -> None:
    (statement,) = parse_script(PATH, source).statements
    assert statement.kind == statement.operation == "UNREADABLE"
    assert statement.text == statement.span.of(source) == source.strip("\ufeff \n")
    assert statement.end == statement.span.end
    assert statement.tokens == ()


def test_statement_ends_behind_its_semicolon() -> None:
    source = "SELECT 1 /* ; */ ; SELECT 2 -- end"
    first, second = parse_script(PATH, source).statements
    assert source[: first.end].endswith("*/ ;")
    assert source[: second.end].endswith("SELECT 2")


def test_statement_is_found_by_any_offset_within() -> None:
    source = "SELECT 1 ; SELECT 2"
    script = parse_script(PATH, source)
    found = [script.statement_at(offset) for offset in range(len(source) + 1)]
    assert [None if statement is None else statement.index for statement in found] == [0] * 10 + [None] + [1] * 8 + [
        None
    ]


def test_what_belongs_to_other_scripts_is_blank() -> None:
    source = "-- up\r\nSELECT 'é';\r\n-- down\r\nSELECT 2;\r\n"
    down = parse_script(PATH, source, keep=[Span(source.index("-- down"), len(source))])
    assert down.text == "     \r\n           \r\n-- down\r\nSELECT 2;\r\n"
    assert [statement.text for statement in down.statements] == ["SELECT 2"]
    assert down.source == source


UNREADABLE = frozenset({"broken_sql", "command_of_psql", "pgtap_variables"})
"""Directories whose files PostgreSQL refuses, or psql changes first."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_postgresql_sees_the_same_statements(path: Path) -> None:
    script = parse_script(path, without_appearance(read_source(path)))
    try:
        expected = statements_of_postgresql(script)
    except postgast.PgQueryError:
        assert UNREADABLE.intersection(path.parts) or path.stem.startswith("unfinished")
        return
    assert len(expected) == len(script.statements)
    for place, statement in zip(expected, script.statements, strict=True):
        assert place.contains(statement.span)


def statements_of_postgresql(script: Script) -> list[Span]:
    """Places of the statements with the blanks and comments around them, without semicolons."""
    data = script.text.encode()
    places: list[Span] = []
    for statement in postgast.parse(script.text).stmts:
        start = statement.stmt_location
        end = start + statement.stmt_len if statement.stmt_len else len(data)
        places.append(Span(len(data[:start].decode()), len(data[:end].decode())))
    return places


def test_line_ends_and_marks_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "script.sql"
    path.write_bytes("\ufeffSELECT 'é';\r\n\r".encode())
    assert read_source(path) == "\ufeffSELECT 'é';\r\n\r"


def test_other_encodings_are_refused_with_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "script.sql"
    path.write_bytes("SELECT 'é';".encode("latin-1"))
    with pytest.raises(ProjectError, match=r"script\.sql: byte 8 is not UTF-8; save the file as UTF-8"):
        read_source(path)


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"missing\.sql: cannot be read: No such file"):
        read_source(tmp_path / "missing.sql")
