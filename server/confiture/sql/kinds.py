"""What a statement is: its command, its main object and its table."""

from dataclasses import dataclass

from confiture.model.script import Tokens
from confiture.sql.tokens import closing, find, matches, name_at, top_level

_MODIFIERS = frozenset(
    [
        "OR",
        "REPLACE",
        "TEMP",
        "TEMPORARY",
        "UNLOGGED",
        "GLOBAL",
        "LOCAL",
        "UNIQUE",
        "RECURSIVE",
        "CONSTRAINT",
        "TRUSTED",
    ]
)
_NAME_PREFIXES = frozenset(["CONCURRENTLY", "IF", "NOT", "EXISTS", "ONLY", "FOR"])
_TWO_WORD_OBJECTS = frozenset(
    {("MATERIALIZED", "VIEW"), ("FOREIGN", "TABLE"), ("EVENT", "TRIGGER"), ("FOREIGN", "DATA"), ("USER", "MAPPING")}
    | {
        ("DEFAULT", "PRIVILEGES"),
        ("TEXT", "SEARCH"),
        ("OPERATOR", "CLASS"),
        ("OPERATOR", "FAMILY"),
        ("ACCESS", "METHOD"),
    }
)
_OPTIONS = frozenset({"FULL", "FREEZE", "VERBOSE", "ANALYZE", "INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM"})
_ON_TABLE = frozenset({"INDEX", "TRIGGER", "POLICY", "RULE"})
_SELF_TABLE = frozenset({"TABLE", "FOREIGN TABLE", "MATERIALIZED VIEW"})
_VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES"})
_SYNONYMS = {"START": "BEGIN", "END": "COMMIT", "ABORT": "ROLLBACK"}


@dataclass(frozen=True, slots=True)
class Kind:
    """Command, main object and table of a statement; see `Statement` for the attributes."""

    kind: str
    name: str = ""
    table: str | None = None


def kind_of(tokens: Tokens) -> Kind:
    """Classifies a statement by its ``tokens``, of which there are none where it cannot be cut into any."""
    first = tokens[0].word if tokens else ""
    match first:
        case "CREATE" | "ALTER" | "DROP":
            return _definition(tokens)
        case "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "TRUNCATE" | "COPY" | "LOCK":
            return _manipulation(tokens, 0)
        case "WITH":
            verb = next((index for index, token in top_level(tokens) if token.word in _VERBS), None)
            return Kind("SELECT") if verb is None else _manipulation(tokens, verb)
        case "REFRESH":
            index = _skip(tokens, 3)
            name, _ = name_at(tokens, index)
            return Kind("REFRESH MATERIALIZED VIEW", name, name)
        case "REINDEX" | "VACUUM" | "ANALYZE" | "CLUSTER":
            return Kind(first, name_at(tokens, _behind_options(tokens))[0])
        case "COMMENT" | "SECURITY":
            start = (find(tokens, "ON") or 0) + 1
            return Kind(first, " ".join(token.text for token in tokens[start : find(tokens, "IS")]).replace(" . ", "."))
        case "(" | "TABLE":
            return Kind("SELECT")
        case "SET" | "RESET":
            scope = 2 if len(tokens) > 1 and tokens[1].word in ("LOCAL", "SESSION") else 1
            return Kind(first, name_at(tokens, scope)[0])
        case _:
            return Kind(_SYNONYMS.get(first, first))


def _definition(tokens: Tokens) -> Kind:
    index = 1
    while index < len(tokens) and tokens[index].word in _MODIFIERS:
        index += 1
    if index >= len(tokens):
        return Kind(tokens[0].word)
    what = tokens[index].word
    if index + 1 < len(tokens) and (what, tokens[index + 1].word) in _TWO_WORD_OBJECTS:
        index += 1
        what = f"{what} {tokens[index].word}"
    start = _skip(tokens, index + 1)
    name, after = (
        ("", start)
        if what == "INDEX" and tokens[start : start + 1] and tokens[start].word == "ON"
        else (name_at(tokens, start))
    )
    table = name if what in _SELF_TABLE else None
    if what in _ON_TABLE and (tokens[0].word, what) != ("ALTER", "INDEX"):
        on = find(tokens, "TO" if (tokens[0].word, what) == ("CREATE", "RULE") else "ON", start=after)
        table = name_at(tokens, _skip(tokens, on + 1))[0] if on is not None else None
        name = name or f"on {table}"
    return Kind(f"{tokens[0].word} {what}", name, table)


def _manipulation(tokens: Tokens, verb: int) -> Kind:
    kind = tokens[verb].word
    index = verb + 1
    while index < len(tokens) and tokens[index].word in ("INTO", "FROM", "ONLY", "TABLE"):
        index += 1
    name = "" if kind in ("SELECT", "VALUES") else name_at(tokens, index)[0]
    return Kind(kind, name, name or None)


def _behind_options(tokens: Tokens) -> int:
    """Where the name begins behind ``REINDEX (VERBOSE) TABLE``, ``VACUUM FULL`` or the like."""
    index = closing(tokens, 1) + 1 if matches(tokens, 1, "(") else 1
    while index < len(tokens) and tokens[index].word in _OPTIONS:
        index += 1
    return _skip(tokens, index)


def _skip(tokens: Tokens, index: int) -> int:
    while index < len(tokens) and tokens[index].word in _NAME_PREFIXES:
        index += 1
    return index


def is_transaction_control(tokens: Tokens) -> bool:
    """Whether the statement begins or ends a transaction block; savepoints do not."""
    match kind_of(tokens).kind:
        case "BEGIN" | "COMMIT":
            return True
        case "ROLLBACK":
            return find(tokens, "TO") is None
        case "PREPARE":
            return matches(tokens, 1, "TRANSACTION")
        case _:
            return False


def sets_isolation(tokens: Tokens) -> bool:
    """Whether the statement is SET TRANSACTION ISOLATION LEVEL, which no query of its transaction may precede."""
    return matches(tokens, 0, "SET", "TRANSACTION") and find(tokens, "ISOLATION") is not None
