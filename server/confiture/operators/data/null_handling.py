"""Swaps IS NULL with IS NOT NULL; drops COALESCE and NULLIF; compares with = where NULL must be equal too.

## Why it matters

NULL is equal to nothing, not even to NULL, so a comparison that forgets it leaves rows out silently: "Ordinary
comparison operators yield null (signifying 'unknown'), not true or false, when either input is null"
([Comparison functions](https://www.postgresql.org/docs/current/functions-comparison.html)). A lost COALESCE writes NULL
where a sum or a name should be.

## Example

```diff
-UPDATE accounts SET balance = COALESCE(balance, 0) + 10;
+UPDATE accounts SET balance = balance + 10;
```

```diff
-DELETE FROM drafts WHERE author_id IS NULL;
+DELETE FROM drafts WHERE author_id IS NOT NULL;
```

```diff
-UPDATE users SET locale = 'fr' WHERE country IS DISTINCT FROM 'UK';
+UPDATE users SET locale = 'fr' WHERE country <> 'UK';
```

## A test that kills it

```sql
SELECT bool_and(balance IS NOT NULL) FROM accounts;
```

## Left alone

COALESCE and IS [NOT] DISTINCT FROM on NOT NULL columns that no outer join reaches; `x IS NOT DISTINCT FROM 1` as a
condition, which `x = 1` equals; other values for a COALESCE where only NULL is updated.
"""

from collections.abc import Iterator

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement, Tokens
from confiture.model.span import Edit, Span
from confiture.operators.data.certain import is_never_null, same
from confiture.operators.edits import drop_tokens, insert_after
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import shown, subject, text_of
from confiture.sql.evolution import evolve
from confiture.sql.queries import Query, is_literal
from confiture.sql.sources import is_name, operand_before, operand_behind
from confiture.sql.tokens import arms, closing, group, matches, name_at, replace, span_of, split, unwrapped
from confiture.sql.writes import assigned_values, may_loop, own_tokens, written_queries

_TRUTHS = {"TRUE": "FALSE", "FALSE": "TRUE"}


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """In the order of the text."""
    for statement, schema in evolve(script, schema=context.schema):
        for query in written_queries(statement):
            tokens = own_tokens(query)
            for index, token in enumerate(tokens):
                match token.word:
                    case "IS" if not may_loop(statement, query):
                        yield from _tests(statement, query, tokens=tokens, index=index, schema=schema)
                    case "COALESCE" | "NULLIF" if matches(tokens, index + 1, "("):
                        yield from _calls(statement, query, tokens=tokens, index=index, schema=schema)
                    case _:
                        pass


def _tests(statement: Statement, query: Query, *, tokens: Tokens, index: int, schema: Schema) -> Iterator[Proposal]:
    """IS [NOT] NULL, IS NOT TRUE or FALSE, IS [NOT] DISTINCT FROM."""
    who = subject(statement, query)
    negated = matches(tokens, index + 1, "NOT")
    behind = index + (2 if negated else 1)
    left = operand_before(tokens, index)
    what = shown(statement, left) if left else "a value"
    if matches(tokens, behind, "NULL"):
        edit = drop_tokens(statement, (tokens[index + 1],)) if negated else insert_after(tokens[index], " NOT")
        state = "NULL" if negated else "not NULL"
        place = span_of((*left, *tokens[index : behind + 1]))
        yield Proposal(statement, (edit,), f"{who} asks for {what} that is {state}", place)
    elif negated and tokens[behind : behind + 1] and tokens[behind].word in _TRUTHS and left:
        if not is_never_null(left, query, schema=schema):
            edit = replace(tokens[index + 1 : behind + 1], _TRUTHS[tokens[behind].word])
            yield Proposal(statement, (edit,), f"{who} forgets that {what} may be NULL")
    elif matches(tokens, behind, "DISTINCT", "FROM") and left:
        right = operand_behind(tokens, behind + 2)
        sides = [is_never_null(side, query, schema=schema) for side in (left, right) if side]
        is_literal_equality = negated and len(right) == 1 and is_literal(right[0]) and right[0].word != "NULL"
        if not all(sides) and not is_literal_equality:
            edit = replace(tokens[index : behind + 2], "=" if negated else "<>")
            yield Proposal(statement, (edit,), f"{who} forgets that {what} may be NULL")


def _calls(statement: Statement, query: Query, *, tokens: Tokens, index: int, schema: Schema) -> Iterator[Proposal]:
    call = tokens[index : closing(tokens, index + 1) + 1]
    arguments = split(group(tokens, index + 1))
    if len(arguments) < 2 or is_never_null(arguments[0], query, schema=schema):
        return
    first, last = arguments[0], arguments[-1]
    who = subject(statement, query)
    if call[0].word == "NULLIF":
        what = f"{who} keeps {shown(statement, last)} in {shown(statement, first)} instead of NULL"
    elif len(last) == 1 and last[0].word == "NULL":
        return
    else:
        what = f"{who} forgets that {shown(statement, first)} may be NULL"
    yield Proposal(statement, (_only(statement, call, argument=first),), what)
    if call[0].word == "COALESCE" and _keeps_what_is_there(query, call, first=first):
        what = f"{who} overwrites {name_at(first, 0)[0]} where it is not NULL"
        yield Proposal(statement, (replace(call, text_of(statement, last)),), what)


def _keeps_what_is_there(query: Query, call: Tokens, *, first: Tokens) -> bool:
    """Whether the COALESCE is all that is assigned to its first argument, and other than NULL may be there."""
    column = name_at(first, 0)[0].rpartition(".")[2]
    where = query.clause("WHERE")
    tests = [part for part in arms(where.body)[1] if matches(part, len(part) - 2, "IS", "NULL")] if where else []
    assigned = any(value.column == column and same(value.tokens, call) for value in assigned_values(query))
    return assigned and not any(name_at(part, 0)[0].rpartition(".")[2] == column for part in tests)


def _only(statement: Statement, call: Tokens, *, argument: Tokens) -> Edit:
    """``call`` replaced by one of its arguments, in parentheses where these are needed."""
    text = text_of(statement, argument)
    _, after = name_at(argument, 0)
    is_call = matches(argument, after, "(") and closing(argument, after) == len(argument) - 1
    is_closed = len(argument) == 1 or is_name(argument) or is_call or unwrapped(argument) != argument
    return Edit(Span(call[0].span.start, call[-1].span.end), text if is_closed else f"({text})")


OPERATOR = Operator(
    id="DATA_004",
    name="null_handling",
    category=Category.DATA,
    severity=Severity.HIGH,
    summary="Forgets NULL: IS NULL, COALESCE, NULLIF, IS DISTINCT FROM",
    keywords=("null", "coalesce", "nullif", "is distinct from", "is not true"),
    propose=propose,
)
