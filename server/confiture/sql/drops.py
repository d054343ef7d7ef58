"""What a DROP names."""

from confiture.model.script import Statement, Tokens
from confiture.sql.readings import read_once
from confiture.sql.tokens import name_at, split

_PREFIXES = frozenset({"CONCURRENTLY", "IF", "EXISTS"})
_BEHAVIOURS = frozenset({"CASCADE", "RESTRICT"})


@read_once
def dropped_items(statement: Statement) -> tuple[Tokens, ...]:
    """What a DROP lists, each with its arguments or ``ON table``; none for other statements."""
    tokens = statement.tokens
    if not statement.kind.startswith("DROP "):
        return ()
    start = len(statement.kind.split())
    while start < len(tokens) and tokens[start].word in _PREFIXES:
        start += 1
    end = len(tokens) - 1 if tokens[-1].word in _BEHAVIOURS else len(tokens)
    return tuple(split(tokens[start:end]))


@read_once
def dropped_names(statement: Statement) -> tuple[str, ...]:
    """The names of what a DROP lists."""
    return tuple(name_at(item, 0)[0] for item in dropped_items(statement))
