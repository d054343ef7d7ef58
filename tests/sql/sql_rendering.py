"""What the SQL layer reads from a case, as lines of text that a person can check."""

from collections.abc import Iterator

from confiture.model.script import Script, Statement, Tokens
from confiture.model.span import Span
from confiture.sql.bodies import of_routine, with_blocks
from confiture.sql.clauses import common_tables, conflict_of, merge_branches
from confiture.sql.constraints import ColumnClause, ConstraintClause
from confiture.sql.drops import dropped_names
from confiture.sql.indexes import index_of
from confiture.sql.lexer import tokenize
from confiture.sql.queries import (
    Query,
    assignments,
    comparisons,
    conditions,
    insert_columns,
    joins,
    queries,
    select_items,
    value_rows,
)
from confiture.sql.tables import actions_of, columns, table_constraints, table_elements
from confiture.sql.tokens import span_of


def statements(script: Script) -> Iterator[str]:
    """Each statement with its identity and directives."""
    for directive in script.directives:
        yield f"file: {directive.verb} {directive.arguments}"
    for statement in script.statements:
        yield f"{statement.text!r}"
        yield f"  {statement.kind} | {statement.name} | {statement.table} | {statement.operation}"
        for directive in statement.directives:
            scope = f" of {directive.scope.of(script.text)!r}" if directive.scope else ""
            yield f"  {directive.verb}: {directive.arguments}{scope}"


def definitions(script: Script) -> Iterator[str]:
    """Columns, constraints, subcommands and indexes."""
    for statement in script.statements:
        yield f"{statement.kind} {statement.name}"
        if table_elements(statement):
            yield from map(_column, columns(statement))
            yield from map(_constraint, table_constraints(statement))
        for action in actions_of(statement):
            yield f"  {action.kind} | {action.name} | {written(action.tokens)}"
            if action.column:
                yield "  " + _column(action.column)
            if action.constraint:
                yield "  " + _constraint(action.constraint)
        index = index_of(statement)
        if index:
            yield f"  unique {bool(index.unique)}, concurrently {bool(index.concurrently)}, {listed(index.items)}"
            yield f"  {index.method and index.method.text} | {written(index.include)} | {written(index.predicate)}"
        if dropped_names(statement):
            yield f"  drops {', '.join(dropped_names(statement))}"


def _column(column: ColumnClause) -> str:
    lines = [f"  {column.name}: {written(column.type)}", *map(_constraint, column.constraints)]
    return "\n  ".join(lines)


def _constraint(constraint: ConstraintClause) -> str:
    parts = [constraint.kind, constraint.name, listed(constraint.columns), written(constraint.expression)]
    if constraint.referenced_table:
        parts.append(f"{constraint.referenced_table} {listed(constraint.referenced)}")
    return f"  {' | '.join(parts)} | {written(constraint.tokens)}"


def all_queries(script: Script) -> Iterator[str]:
    """Queries with all that they consist of."""
    for statement in script.statements:
        yield f"{statement.kind} {statement.name}".rstrip()
        for item in common_tables(statement):
            yield f"  with {item.name}: {written(item.query)}"
        for query in queries(statement):
            yield f"  {'  ' * query.depth}{query.verb} {query.target}".rstrip()
            yield from (f"  {'  ' * query.depth}  {line}" for line in _parts(query))


def _parts(query: Query) -> Iterator[str]:
    yield f"clauses: {', '.join(clause.keyword for clause in query.clauses)}"
    named = {
        "items": select_items(query),
        "columns": insert_columns(query),
        "rows": value_rows(query),
        "assignments": assignments(query),
        "joins": tuple(join.tokens for join in joins(query)),
        "conditions": conditions(query),
    }
    yield from (f"{name}: {listed(items)}" for name, items in named.items() if items)
    compared = [
        f"{written(found.left)} {found.operator.text} {written(found.right)}"
        for condition in conditions(query)
        for found in comparisons(condition)
    ]
    if compared:
        yield f"comparisons: {' | '.join(compared)}"
    conflict = conflict_of(query)
    if conflict:
        yield f"conflict: {conflict.columns} | {written(conflict.action)} | {written(conflict.where)}"
    for branch in merge_branches(query):
        yield f"branch: {written(branch.condition)} | {written(branch.action)}"


def bodies(script: Script) -> Iterator[str]:
    """Each statement and, indented, what its body holds: identity, table, what could be left out, how it reads."""
    outer = {statement.span for statement in script.statements}
    whole = with_blocks(script)
    for statement in whole.statements:
        yield statement.operation if statement.span in outer else _inner(statement, script)
        body = of_routine(whole, statement)
        for inner in body.statements if body else ():
            yield _inner(inner, script)


def _inner(statement: Statement, script: Script) -> str:
    place = Span(statement.span.start, statement.end)
    read = [token.word or token.text for token in statement.tokens]
    is_as_written = read == [token.word or token.text for token in tokenize(statement.text)]
    lines = [f"  {statement.operation} | {statement.table}", f"    {place.of(script.source)}"]
    return "\n".join(lines if is_as_written else [*lines, f"    reads {' '.join(read)}"])


def listed(items: tuple[Tokens, ...]) -> str:
    return "[" + " | ".join(written(item) for item in items) + "]"


def written(tokens: Tokens) -> str:
    """``tokens`` with a blank where something stands between two."""
    if not tokens:
        return ""
    text = [" "] * (span_of(tokens).end - span_of(tokens).start)
    for token in tokens:
        start = token.span.start - tokens[0].span.start
        text[start : start + len(token.text)] = token.text
    return " ".join("".join(text).split())


def boundaries(statements: tuple[Statement, ...]) -> list[tuple[int, int]]:
    return [(statement.span.start, statement.span.end) for statement in statements]
