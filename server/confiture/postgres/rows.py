"""The rows of one table or view, as text, for looking at them one by one."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from psycopg import sql

from confiture.postgres.session import Session

MOST_ROWS = 2_000
"""Tables with more are not read."""

Row: TypeAlias = tuple[str | None, ...]

_COLUMNS = r"""
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnum = ANY (x.indkey),
       a.attidentity <> '' OR a.attgenerated <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid), '') LIKE 'nextval(%',
       coalesce(pg_get_expr(d.adbin, d.adrelid), '') ~ '\(|CURRENT_|LOCALTIME'
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index x ON x.indrelid = c.oid AND x.indisprimary
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE n.nspname = {} AND c.relname = {} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column of `Rows`.

    Attributes:
        type: as ``format_type`` prints it.
        key: whether it belongs to the primary key.
        generated: whether PostgreSQL makes up its values.
        called: whether its default calls something, such as ``now()``.
    """

    name: str
    type: str
    key: bool
    generated: bool
    called: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a table or view.

    Attributes:
        rows: a text or None for each column, in no order.
    """

    columns: tuple[RowColumn, ...]
    rows: tuple[Row, ...]


def read_rows(session: Session, schema: str, name: str, *, without: Collection[str] = ()) -> Rows | None:
    """The rows of a table or view; None when there is none such, or it has more than `MOST_ROWS`.

    Args:
        session: may be in a transaction.
        schema: of the table.
        name: of the table.
        without: columns to leave out.

    Raises:
        SqlError: a view cannot be computed.
    """
    found = session.read(sql.SQL(_COLUMNS).format(sql.Literal(schema), sql.Literal(name)))
    columns = tuple(
        RowColumn(str(each), str(of_type), key is True, made is True, called is True)
        for each, of_type, key, made, called in found
        if each not in without
    )
    if not columns:
        return None
    texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(column.name)) for column in columns)
    query = sql.SQL("SELECT {} FROM {} LIMIT {}").format(
        texts, sql.Identifier(schema, name), sql.Literal(MOST_ROWS + 1)
    )
    rows = session.read(query)
    if len(rows) > MOST_ROWS:
        return None
    return Rows(columns, tuple(tuple(None if value is None else str(value) for value in row) for row in rows))
