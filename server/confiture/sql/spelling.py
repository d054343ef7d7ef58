"""The catalog with its names as scripts have them: quoted where they must be."""

from dataclasses import replace
from types import MappingProxyType

from confiture.model.schema import Constraint, Schema, Table


def as_written(schema: Schema) -> Schema:
    """``schema``, as it is read from PostgreSQL, with the names that tokens of a script compare with."""
    tables = (_table(table) for table in schema.tables.values())
    return replace(schema, tables=MappingProxyType({table.name: table for table in tables}))


def quoted(name: str) -> str:
    """``name`` as an identifier, in quotes only when it must be."""
    return name if is_plain(name) else '"{}"'.format(name.replace('"', '""'))


def constant(text: str) -> str:
    """``text`` as a string constant. Source: PostgreSQL's manual, 4.1.2; a backslash has no meaning in it."""
    return "'{}'".format(text.replace("'", "''"))


def is_plain(name: str) -> bool:
    """Whether ``name`` means itself without quotes."""
    return name.replace("_", "a").isalnum() and name == name.lower() and not name[0].isdigit()


def _table(table: Table) -> Table:
    columns = {column.name: quoted(column.name) for column in table.columns}
    indexes = (
        replace(index, name=quoted(index.name), columns=tuple(columns.get(name, name) for name in index.columns))
        for index in table.indexes
    )
    return Table(
        _label(table.name),
        tuple(replace(column, name=quoted(column.name)) for column in table.columns),
        tuple(map(_constraint, table.constraints)),
        tuple(indexes),
        table.rows,
    )


def _constraint(constraint: Constraint) -> Constraint:
    return replace(
        constraint,
        name=quoted(constraint.name),
        columns=tuple(map(quoted, constraint.columns)),
        referenced_table=constraint.referenced_table and _label(constraint.referenced_table),
        referenced_columns=tuple(map(quoted, constraint.referenced_columns)),
    )


def _label(name: str) -> str:
    """A table's name, which has its schema before a dot unless that is ``public``."""
    return ".".join(map(quoted, name.split(".")))
