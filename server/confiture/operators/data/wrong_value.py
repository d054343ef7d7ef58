"""Writes another value: a literal, an arithmetic operator, a CASE branch or a cast that is slightly wrong.

## Why it matters

A backfill computes a value once, and the rows keep it. Integer division is the classic: "/ … division (integral:
truncates toward zero)" ([Mathematical functions](https://www.postgresql.org/docs/current/functions-math.html)), so a
cast that is missing or too narrow drops the cents of every price.

## Example

```diff
-UPDATE products SET price_cents = price * 100;
+UPDATE products SET price_cents = price / 100;
```

```diff
 UPDATE users SET tier = CASE
   WHEN spent > 1000 THEN 'gold'
-  WHEN spent > 100 THEN 'silver'
   ELSE 'bronze'
 END;
```

```diff
-INSERT INTO settings (name, enabled) VALUES ('beta', false);
+INSERT INTO settings (name, enabled) VALUES ('beta', true);
```

## A test that kills it

```sql
SELECT bool_and(price_cents = price * 100) FROM products;
```

## Left alone

Literals in conditions, NULL and DEFAULT; strings that have no other legal value (NOT NULL columns of types other than
text, enum or a CHECK with a list); a CASE branch with the result of the ELSE that follows; a cast that the column
repeats or a replaced view needs; the time between two moments. Of VALUES only the last row, and of many single INSERTs
into one table the first three are changed.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from confiture.model.mutant import Category, Severity
from confiture.model.schema import Column, Schema
from confiture.model.script import Script, Statement, Token, TokenKind, Tokens
from confiture.operators.data.certain import same
from confiture.operators.edits import drop_tokens
from confiture.operators.legal import legal_strings, other_string
from confiture.operators.operator import Context, Operator, Proposal
from confiture.operators.wording import shown
from confiture.sql.evolution import evolve
from confiture.sql.queries import Branch, cases, is_literal
from confiture.sql.sources import operand_before, operand_behind, resolve, sources
from confiture.sql.tokens import closing, find, matches, name_at, replace, span_of, unwrapped
from confiture.sql.types import base_type, type_family
from confiture.sql.writes import Value, is_one_of_many, written_values

_OPPOSITES = {"+": "-", "-": "+", "*": "/", "/": "*"}
_NOT_OPERANDS = frozenset(
    [
        "",
        "(",
        "[",
        ",",
        ".",
        "=",
        "<",
        ">",
        "+",
        "-",
        "*",
        "/",
        "%",
        "||",
        "THEN",
        "ELSE",
        "WHEN",
        "CASE",
        "AND",
        "OR",
        "NOT",
        "DISTINCT",
        "ALL",
        "BETWEEN",
        "IN",
        "LIKE",
    ]
)
_NARROWER = {
    "numeric": ("integer", "its fraction"),
    "double precision": ("integer", "its fraction"),
    "real": ("integer", "its fraction"),
    "timestamp with time zone": ("date", "its time of day"),
    "timestamp without time zone": ("date", "its time of day"),
}
_MOST_OPERATORS = 2
_TYPE_WORDS = frozenset({"PRECISION", "WITH", "WITHOUT", "TIME", "ZONE", "VARYING"})


def propose(script: Script, context: Context) -> Iterator[Proposal]:
    """For each value: literal, operators, branches, casts."""
    for statement, schema in evolve(script, schema=context.schema):
        if is_one_of_many(statement, script):
            continue
        for value in written_values(statement):
            column = _column(value, schema)
            yield from _literals(statement, value, column=column, schema=schema)
            yield from _operators(statement, value, schema=schema)
            yield from _branches(statement, value)
            yield from _casts(statement, value, column=column)


def _column(value: Value, schema: Schema) -> Column | None:
    table = schema.table(value.table)
    return table.column(value.column) if table else None


def _named(statement: Statement, value: Value) -> str:
    if value.table:
        return f"{value.column} of {value.table}" if value.column else f"a column of {value.table}"
    return value.column or shown(statement, value.item)


def _literals(statement: Statement, value: Value, *, column: Column | None, schema: Schema) -> Iterator[Proposal]:
    whole = unwrapped(value.tokens)
    candidates = [whole]
    if whole and whole[0].word == "CASE" and closing(whole, 0) == len(whole) - 1:
        candidates = [branch.result for branch in next(cases(whole))]
    for tokens in candidates:
        token = _literal(tokens)
        if token is None:
            continue
        text = _another(token, column=column, value=value, schema=schema, is_branch=tokens is not whole)
        if text:
            sign = tokens[0].text if tokens[0].word == "-" else ""
            what = f"{_named(statement, value)} becomes {sign}{text} instead of {sign}{shown(statement, (token,))}"
            yield Proposal(statement, (replace((token,), text),), what)


def _literal(tokens: Tokens) -> Token | None:
    """The literal that ``tokens`` are, a sign or a cast aside."""
    if tokens and tokens[0].word in ("-", "+"):
        tokens = tokens[1:]
    is_whole = len(tokens) == 1 or matches(tokens, 1, "::")
    return tokens[0] if is_whole and tokens and is_literal(tokens[0]) else None


def _another(token: Token, *, column: Column | None, value: Value, schema: Schema, is_branch: bool) -> str | None:
    """Another legal value in the place of a literal."""
    if token.kind is TokenKind.NUMBER:
        return _next_number(token.text)
    if token.word in ("TRUE", "FALSE"):
        other = "FALSE" if token.word == "TRUE" else "TRUE"
        return other.lower() if token.text.islower() else other
    if token.kind is not TokenKind.STRING or not token.text.startswith("'"):
        return None
    known = legal_strings(column, schema.table(value.table), schema) if column else ()
    if known:
        return other_string(token.text, known)
    if is_branch:
        return None
    if column is None or not column.not_null:
        return "NULL"
    return "''" if type_family(column.type) == "text" and token.text != "''" else None


def _next_number(text: str) -> str | None:
    try:
        return None if "e" in text.lower() else str(Decimal(text) + 1)
    except InvalidOperation:
        return None


def _operators(statement: Statement, value: Value, *, schema: Schema) -> Iterator[Proposal]:
    found = 0
    for index, token in enumerate(value.tokens):
        if token.word in _OPPOSITES and _is_arithmetic(value.tokens, index) and found < _MOST_OPERATORS:
            if token.word == "-" and _is_time_between(value, index, schema=schema):
                continue
            found += 1
            other = _OPPOSITES[token.word]
            what = f"{_named(statement, value)} is computed with {other} instead of {token.word}"
            yield Proposal(statement, (replace((token,), other),), what)


def _is_arithmetic(tokens: Tokens, index: int) -> bool:
    """Whether the operator at ``index`` stands between two operands for which its opposite exists too."""
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if before is None or after is None or after.word in (")", ",", "FROM"):
        return False
    if before.word in _NOT_OPERANDS and before.kind in (TokenKind.SYMBOL, TokenKind.WORD):
        return False
    if any(tokens[other].word == "SELECT" for other in range(index)):
        return False
    return after.kind is not TokenKind.STRING or matches(tokens, index + 2, "::")


def _is_time_between(value: Value, index: int, *, schema: Schema) -> bool:
    """Whether a minus stands between two moments, of which there is no sum."""
    return all(
        _is_moment(operand, value, schema=schema)
        for operand in (operand_before(value.tokens, index), operand_behind(value.tokens, index + 1))
    )


def _is_moment(operand: Tokens, value: Value, *, schema: Schema) -> bool:
    name = name_at(operand, 0)[0]
    known = resolve(name, sources(value.query), schema) if operand else None
    if known:
        return base_type(known[2].type).startswith(("timestamp", "date"))
    return name.endswith(("_at", "_on", "_date", "_time", "now", "current_date", "current_timestamp"))


def _branches(statement: Statement, value: Value) -> Iterator[Proposal]:
    for branches in cases(value.tokens):
        tests = [branch for branch in branches if branch.tokens[0].word == "WHEN"]
        others = [branch for branch in branches if branch.tokens[0].word == "ELSE"]
        for index in sorted({0, len(tests) - 1}) if len(tests) > 1 else ():
            is_last = index == len(tests) - 1
            is_typing = _is_cast(tests[index]) and not all(_is_cast(branch) for branch in branches)
            condition = tests[index].tokens[1 : find(tests[index].tokens, "THEN")]
            if condition and not is_typing and not _is_dead(tests[index], others=others if is_last else []):
                what = f"{_named(statement, value)} ignores the case {shown(statement, condition)}"
                yield Proposal(statement, (drop_tokens(statement, tests[index].tokens),), what)
        for branch in others:
            is_typing = _is_cast(branch) and not all(_is_cast(test) for test in tests)
            if not is_typing and not (len(branch.result) == 1 and branch.result[0].word == "NULL"):
                what = f"{_named(statement, value)} becomes NULL where no case applies"
                yield Proposal(statement, (drop_tokens(statement, branch.tokens),), what)


def _is_cast(branch: Branch) -> bool:
    """Whether the result could be what gives the CASE its type."""
    return any(token.word == "::" for token in branch.result)


def _is_dead(branch: Branch, *, others: list[Branch]) -> bool:
    """Whether the CASE means the same without ``branch``; ``others`` is the ELSE that follows it directly."""
    never = len(branch.condition) == 1 and branch.condition[0].word in ("FALSE", "NULL")
    return never or any(same(branch.result, other.result) for other in others)


def _casts(statement: Statement, value: Value, *, column: Column | None) -> Iterator[Proposal]:
    tokens = value.tokens
    if "REPLACE" in statement.words[:3]:
        return
    for index, token in enumerate(tokens):
        if index == 0 or token.word != "::" or is_literal(tokens[index - 1]):
            continue
        written = _type_at(tokens, index + 1)
        base = base_type(" ".join(part.text for part in written))
        if base not in _NARROWER or matches(tokens, index + 1 + len(written), "["):
            continue
        narrow, lost = _NARROWER[base]
        is_last = index + 1 + len(written) == len(tokens)
        if not (is_last and column and type_family(column.type) == narrow):
            what = f"{_named(statement, value)} loses {lost}"
            yield Proposal(statement, (replace(written, narrow),), what, span_of(tokens[index:][: len(written) + 1]))


def _type_at(tokens: Tokens, index: int) -> Tokens:
    end = index + 1
    while end < len(tokens):
        if tokens[end].word == "(":
            end = closing(tokens, end) + 1
        elif tokens[end].word in _TYPE_WORDS:
            end += 1
        else:
            break
    return tokens[index:end]


OPERATOR = Operator(
    id="DATA_005",
    name="wrong_value",
    category=Category.DATA,
    severity=Severity.CRITICAL,
    summary="Writes another value: a literal, an operator, a CASE branch or a cast",
    keywords=("literal", "arithmetic", "case", "cast", "boolean", "enum", "set", "values"),
    propose=propose,
)
