"""The rows of tables as pairs of hashes, of their key and of their content, in the order of the key's hash."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from psycopg import sql

from confiture.postgres.borrowed import BorrowedSession

Table: TypeAlias = sql.Identifier
"""The quoted name of a table."""

_TABLES = """
SELECT c.oid::text, n.nspname, c.relname, c.relkind = 'p', a.attnum::text, a.attname, a.attnum = ANY (x.indkey)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index x ON x.indrelid = c.oid AND x.indisprimary
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'confiture')
ORDER BY n.nspname, c.relname, a.attnum
"""


@dataclass(frozen=True, slots=True)
class Content:
    """A table and its columns.

    Attributes:
        oid: stays when the table is renamed.
        columns: names by number; the number stays when the column is renamed.
        key: numbers of the columns of the primary key; of all columns where there is none.
    """

    oid: str
    schema: str
    name: str
    partitioned: bool
    columns: Mapping[str, str]
    key: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its name for people, with the schema unless that is public."""
        return self.name if self.schema == "public" else f"{self.schema}.{self.name}"

    @property
    def identifier(self) -> Table:
        """Its quoted name."""
        return sql.Identifier(self.schema, self.name)

    @property
    def source(self) -> sql.Composed:
        """What to select its own rows from."""
        return sql.SQL("{}{}").format(sql.SQL("" if self.partitioned else "ONLY "), self.identifier)

    def hash_of(self, columns: Sequence[str]) -> sql.Composed:
        """The hash of the columns with these numbers."""
        return sql.SQL("hashtextextended({}::text, 0)").format(self.row_of(columns))

    def row_of(self, columns: Sequence[str]) -> sql.Composed:
        """The columns with these numbers as one row."""
        return sql.SQL("ROW({})").format(sql.SQL(", ").join(sql.Identifier(self.columns[number]) for number in columns))


def read_contents(session: BorrowedSession) -> tuple[Content, ...]:
    """All tables that hold rows of their own, partitioned ones as a whole; temporary ones are left out."""
    found: dict[str, tuple[str, str, bool, dict[str, str], list[str]]] = {}
    for oid, schema, name, partitioned, number, column, in_key in session.read(_TABLES):
        table = found.setdefault(str(oid), (str(schema), str(name), partitioned is True, {}, []))
        table[3][str(number)] = str(column)
        table[4].extend([str(number)] if in_key is True else [])
    return tuple(
        Content(oid, schema, name, partitioned, columns, tuple(key) or tuple(columns))
        for oid, (schema, name, partitioned, columns, key) in found.items()
    )


def read_hashes(
    session: BorrowedSession, content: Content, *, key: Sequence[str], columns: Sequence[str]
) -> Generator[tuple[int, int]]:
    """The hashes of ``key`` and of ``columns`` of each row, sorted."""
    return session.hashes(
        sql.SQL("SELECT {}, {} FROM {} ORDER BY 1, 2").format(
            content.hash_of(key), content.hash_of(columns), content.source
        )
    )


def name_rows(session: BorrowedSession, content: Content, *, key: Sequence[str], hashes: Sequence[int]) -> list[str]:
    """The keys of rows with these hashes, for people."""
    query = sql.SQL("SELECT {}::text FROM {} WHERE {} = ANY ({}) ORDER BY 1").format(
        content.row_of(key),
        content.source,
        content.hash_of(key),
        sql.Literal(list(hashes)),
    )
    return [str(row[0]) for row in session.read(query)]


def find_table(session: BorrowedSession, table: str) -> tuple[str, Table] | None:
    """Oid and quoted name of ``table``, which is written as in SQL and looked up as there; None if there is none."""
    with session.undone():
        found = session.query(
            "SELECT c.oid::text, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.oid = to_regclass(%s)",
            [table],
        )
    return (str(found[0][0]), sql.Identifier(str(found[0][1]), str(found[0][2]))) if found else None


def count_rows(session: BorrowedSession, table: Table) -> int:
    """How many rows ``table`` has."""
    return int(str(session.read(sql.SQL("SELECT count(*) FROM {}").format(table))[0][0]))
