"""Tokens are those of PostgreSQL's own lexer, each with its place."""

from pathlib import Path

import postgast
import pytest
from postgast.pg_query_pb2 import C_COMMENT, SQL_COMMENT  # pyright: ignore[reportMissingTypeStubs]

from confiture.model.script import TokenKind
from confiture.sql import parse_script, read_source
from confiture.sql.lexer import LexError, tokenize, word_at
from confiture.sql.splits import split_text

REPOSITORY = Path(__file__).parents[2]
FILES = sorted([*REPOSITORY.glob("examples/**/*.sql"), *REPOSITORY.glob("tests/**/*.sql")])
TEXTS = Path(__file__).parent / "cases" / "tokens.txt"


def places(text: str) -> list[tuple[int, int]]:
    """Places of PostgreSQL's tokens, in code points."""
    data = text.encode()
    found = [token for token in postgast.scan(text).tokens if token.token not in (SQL_COMMENT, C_COMMENT)]
    return [(len(data[: token.start].decode()), len(data[: token.end].decode())) for token in found]


def our_places(text: str) -> list[tuple[int, int]]:
    return [(token.span.start, token.span.end) for token in tokenize(text)]


@pytest.mark.parametrize("text", TEXTS.read_text(encoding="utf-8").splitlines())
def test_agrees_with_postgresql_about_a_line(text: str) -> None:
    assert our_places(text) == places(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_agrees_with_postgresql_about_a_file(path: Path) -> None:
    text = parse_script(path, read_source(path)).text
    try:
        expected = places(text)
    except postgast.PgQueryError:
        with pytest.raises(LexError):
            tokenize(text)
    else:
        assert our_places(text) == expected


@pytest.mark.parametrize("text", ["SELECT 'a", 'SELECT "a', "SELECT $$a", "SELECT $x$ a $y$", "/* /* */", "E'\\'"])
def test_unterminated_text_is_an_error(text: str) -> None:
    with pytest.raises(LexError):
        tokenize(text)


def test_only_words_and_symbols_can_be_keywords() -> None:
    tokens = tokenize("select \"select\" 'select' $$select$$ 1 !~~ $1")
    assert [(token.kind, token.word) for token in tokens] == [
        (TokenKind.WORD, "SELECT"),
        (TokenKind.QUOTED, ""),
        (TokenKind.STRING, ""),
        (TokenKind.BODY, ""),
        (TokenKind.NUMBER, ""),
        (TokenKind.SYMBOL, "!~~"),
        (TokenKind.SYMBOL, "$1"),
    ]


def test_comments_may_hold_comments() -> None:
    text = "/* a /* b */ -- c */ SELECT '--x' /**/ -- d\r\n, \"/*\" --"
    found = [span.of(text) for span in split_text(text).comments]
    assert found == ["/* a /* b */ -- c */", "/**/", "-- d", "--"]


@pytest.mark.parametrize(
    ("offset", "word"), [(0, "SELECT"), (2, "LECT"), (7, "été_1$"), (13, ","), (14, " "), (15, "😀"), (16, "")]
)
def test_word_at_an_offset(offset: int, word: str) -> None:
    text = "SELECT été_1$, 😀"
    assert word_at(text, offset).of(text) == word
