"""PostgreSQL text → tokens and comments, each with its place in the text."""

import re
from collections.abc import Iterator

from confiture.model.script import Token, TokenKind, Tokens
from confiture.model.span import Span

BLANKS = " \t\n\r\f\v"
# By what is none of them: a range that ends with Unicode takes 50 times as long to compile, 80 ms of each start.
_START, REST = r"[^\x00-@\[-^`{-\x7f]", r"[^\x00-#%-/:-@\[-^`{-\x7f]"
# No possessive quantifiers: CPython before 3.11.4, as in Debian 12, matches several of them wrongly (gh-100061).
_BEHIND_QUOTE = r"(?:[ \t\f\v]*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'"
_PLAIN = rf"(?:[bBxXnN]|[uU]&)?'[^']*'(?:'[^']*'|{_BEHIND_QUOTE}[^']*'))*"
_ESCAPED = r"[^'\\]*(?:(?:\\.|'')[^'\\]*)*'"
STRING = rf"[eE]'{_ESCAPED}(?:{_BEHIND_QUOTE}{_ESCAPED}))*|{_PLAIN}"
"""A string constant, whose parts can stand on several lines."""
QUOTED = r'(?:[uU]&)?"[^"]*(?:""[^"]*)*"'
WORD = rf"{_START}{REST}*"
DOLLAR = rf"\$(?:{_START}[^\x00-/:-@\[-^`{{-\x7f]*)?\$"
"""What begins and ends a dollar-quoted string."""
COMMENT = r"--[^\n\r]*|/\*"
OPEN = r"""(?:[eEbBxXnN]|[uU]&)?'|(?:[uU]&)?\""""
"""What begins a string or identifier that nothing ends."""
_SIGN_OR_NOT = r"(?:[+*<>=]|-(?!-)|/(?!\*))"
_LEXEME = re.compile(
    rf"""(?P<blank>[{BLANKS}]+)|(?P<comment>{COMMENT})|(?P<string>{STRING})|(?P<quoted>{QUOTED})|(?P<open>{OPEN})"""
    rf"|(?P<word>{WORD})|(?P<body>{DOLLAR})"
    rf"|(?P<number>(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?{REST}*)"
    # A sign ends an operator only if the operator has a character that keeps it:
    # https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-OPERATORS
    rf"|(?P<symbol>\$\d+|::|:=|\.\.|{_SIGN_OR_NOT}*[~!@#%^&|`?](?:{_SIGN_OR_NOT}|[~!@#%^&|`?])*"
    rf"|{_SIGN_OR_NOT}*(?:[*<>=]|/(?!\*))|.)",
    re.DOTALL,
)
_KINDS = {
    "string": TokenKind.STRING,
    "quoted": TokenKind.QUOTED,
    "body": TokenKind.BODY,
    "number": TokenKind.NUMBER,
    "word": TokenKind.WORD,
    "symbol": TokenKind.SYMBOL,
}
_WORDS = frozenset({TokenKind.WORD, TokenKind.SYMBOL})
_NO_CODE = re.compile(rf"(?P<comment>{COMMENT})|{STRING}|{QUOTED}|(?<![\w$])(?P<body>{DOLLAR})", re.DOTALL)
_COMMENT_MARK = re.compile(r"/\*|\*/")
_WORD_OR_CHARACTER = re.compile(r"[^\W\d][\w$]*|\S")


class LexError(Exception):
    """The text has an unterminated string, comment or identifier.

    Attributes:
        opening: what nothing ends.
    """

    def __init__(self, opening: re.Match[str]) -> None:
        super().__init__(f"unterminated {opening.group()} at offset {opening.start()}")
        self.opening = Span(*opening.span())


def tokenize(text: str) -> Tokens:
    """All tokens of ``text``, without comments.

    Raises:
        LexError: something in ``text`` is not terminated.
    """
    return tuple(lexemes(text))


def tokens_at(text: str, offset: int) -> Tokens:
    """The tokens of ``text``, which begins at ``offset`` of its file; none when something is not terminated."""
    try:
        return tuple(lexemes(text, offset=offset))
    except LexError:
        return ()


def lexemes(text: str, *, offset: int = 0) -> Iterator[Token]:
    """The tokens of ``text``, which begins at ``offset`` of its file, one by one.

    Raises:
        LexError: what comes next in ``text`` is not terminated.
    """
    position, end = 0, len(text)
    while position < end and (match := _LEXEME.match(text, position)):
        start, position = position, end_of(match)
        kind = _KINDS.get(match.lastgroup or "")
        if kind:
            lexeme = text[start:position]
            word = lexeme.upper() if kind in _WORDS else ""
            yield Token(kind, lexeme, word, Span(start + offset, position + offset))


def end_of(match: re.Match[str]) -> int:
    """Where the lexeme ends that begins with ``match``, which has a group for what needs a search.

    Raises:
        LexError: nothing ends it.
    """
    match match.lastgroup:
        case "open":
            raise LexError(match)
        case "comment" if match.group() == "/*":
            return _end_of_block(match.string, match)
        case "body":
            end = match.string.find(match.group(), match.end())
            if end < 0:
                raise LexError(match)
            return end + len(match.group())
        case _:
            return match.end()


def _end_of_block(text: str, opening: re.Match[str]) -> int:
    """Where the comment ends that ``opening`` begins; there can be others in it."""
    depth = 1
    for mark in _COMMENT_MARK.finditer(text, opening.end()):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    raise LexError(opening)


def block_comments(text: str) -> Iterator[Span]:
    """The comments between ``/*`` and ``*/``, the last one up to the end of ``text`` where nothing ends it.

    It reads what is being typed too: a quote that nothing ends is taken for a character.
    """
    position, last = 0, text.rfind("/*")
    while position <= last and (match := _NO_CODE.search(text, position)):
        try:
            position = end_of(match)
        except LexError:
            position = len(text) if match.lastgroup == "comment" else match.end()
        if match.group() == "/*":
            yield Span(match.start(), position)


def word_at(text: str, offset: int) -> Span:
    """The lexeme that begins at ``offset`` of ``text``, for instance to underline an error."""
    match = _WORD_OR_CHARACTER.match(text, offset)
    return Span(*match.span()) if match else Span(offset, min(offset + 1, len(text)))
