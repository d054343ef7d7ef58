"""Names of types as PostgreSQL's catalog spells them, and which types are alike."""

import re

from confiture.model.script import Tokens
from confiture.sql.lexer import LexError, tokenize
from confiture.sql.tokens import closing, identifier

_SYNONYMS = {
    "int": "integer",
    "int4": "integer",
    "serial": "integer",
    "serial4": "integer",
    "int8": "bigint",
    "bigserial": "bigint",
    "serial8": "bigint",
    "int2": "smallint",
    "smallserial": "smallint",
    "serial2": "smallint",
    "bool": "boolean",
    "decimal": "numeric",
    "varchar": "character varying",
    "char": "character",
    "bpchar": "character",
    "float8": "double precision",
    "float": "double precision",
    "float4": "real",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "time": "time without time zone",
}
_MODIFIERS = re.compile(r"\d+(?=[\s\d,]*\))")
_SERIAL = frozenset({"serial", "serial2", "serial4", "serial8", "bigserial", "smallserial"})
_FAMILIES = {
    "smallint": "integer",
    "bigint": "integer",
    "character varying": "text",
    "character": "text",
    "citext": "text",
    "real": "double precision",
}


def base_type(type_name: str) -> str:
    """``type_name`` without modifiers, in the catalog's spelling: ``varchar(20)`` is ``character varying``."""
    try:
        tokens = tokenize(type_name)
    except LexError:
        return type_name
    words: list[str] = []
    index = 0
    while index < len(tokens):
        if tokens[index].word == "(":
            index = closing(tokens, index)
        elif tokens[index].word != "]":
            token = tokens[index]
            words.append("[]" if token.word == "[" else identifier(token))
        index += 1
    name = " ".join(words).replace(" . ", ".").removeprefix("pg_catalog.").replace(" []", "[]")
    return _SYNONYMS.get(name, name)


def is_type(known: str, written: str) -> bool:
    """Whether a column of the type that the catalog calls ``known`` stays as it is when it becomes ``written``."""
    return base_type(known) == base_type(written) and _MODIFIERS.findall(known) == _MODIFIERS.findall(written)


def type_family(type_name: str) -> str:
    """One name for the types whose values a person could confuse: all integers, all texts."""
    base = base_type(type_name)
    return _FAMILIES.get(base, base)


def is_serial(type_tokens: Tokens) -> bool:
    """Whether a column's type is one of the serial pseudo-types, which are NOT NULL and have a default."""
    return bool(type_tokens) and type_tokens[-1].text.lower() in _SERIAL
