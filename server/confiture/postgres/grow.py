"""More rows of the same kind: copies of the rows that are there, with keys of their own."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from psycopg import sql

from confiture.postgres.errors import NO_ROOM, SqlError
from confiture.postgres.session import Session

_TABLES = """
SELECT json_build_array(c.oid::int8, n.nspname, c.relname,
    CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
    (SELECT json_agg(json_build_array(a.attnum, a.attname, b.typname, b.typcategory, a.attgenerated <> ''))
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     JOIN pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    (SELECT json_agg((SELECT json_agg(DISTINCT k) FROM (
         SELECT unnest(i.indkey::int2[]) AS k
         UNION SELECT refobjsubid FROM pg_depend WHERE objid = i.indexrelid AND refobjid = c.oid) AS keys WHERE k > 0))
     FROM pg_index i WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion)),
    (SELECT json_agg(json_build_array(f.conkey, f.confrelid::int8, f.confkey))
     FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f'))::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY c.oid
"""
_SEQUENCES = """
SELECT n.nspname, c.relname, a.attname, s.oid::regclass::text
FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S'
"""
_VIEWS = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND c.relispopulated ORDER BY c.oid
"""
_DATES = frozenset({"date", "timestamp", "timestamptz"})
_BYTES = frozenset({"uuid", "bytea"})

_Place = tuple[int, int]
"""A column: the oid of its table and its number there."""


@dataclass(frozen=True, slots=True)
class _Column:
    number: int
    name: str
    type: str
    category: str
    generated: bool

    @property
    def varies(self) -> bool:
        """Whether a value of this type can be turned into any number of others."""
        return self.category in {"N", "S"} or self.type in _DATES | _BYTES


@dataclass(frozen=True, slots=True)
class _Table:
    oid: int
    schema: str
    relation: str
    name: str
    columns: Mapping[int, _Column]
    keys: tuple[frozenset[int], ...]
    references: Mapping[int, _Place]

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.relation)


def grow(session: Session, tables: Collection[str], *, rows: int) -> tuple[str, ...]:
    """Multiplies the rows of ``tables`` until each has about ``rows``, and returns why some could not be multiplied.

    Each copy is a world of its own: keys are moved on by the number of the copy, and references follow them, so that
    joins find as many partners as before. Other columns keep their values. Triggers do not fire where our role may
    silence them. All is committed, vacuumed and analyzed, as tables in use are.

    Args:
        session: outside a transaction, of a scratch database.
        tables: names as `Schema` has them; empty ones stay empty.
        rows: wanted in each; tables that have as many are left alone.

    Raises:
        SqlError: there is no room for so many rows.
    """
    plan = _Plan(_tables(session))
    plan.choose(session, tables, rows=rows)
    silenced = _silence_triggers(session)
    notes = [note for table in plan.tables.values() if (note := _multiply(session, plan, table))]
    if silenced:
        session.query("RESET session_replication_role")
    _move_sequences_on(session)
    for schema, view in session.read(_VIEWS):
        session.query(sql.SQL("REFRESH MATERIALIZED VIEW {}").format(sql.Identifier(str(schema), str(view))))
    session.query("VACUUM (ANALYZE)")
    return (*plan.notes, *notes)


def _tables(session: Session) -> Mapping[int, _Table]:
    found: dict[int, _Table] = {}
    for (text,) in session.read(_TABLES):
        oid, schema, relation, name, columns, keys, references = json.loads(str(text))
        found[oid] = _Table(
            oid,
            schema,
            relation,
            name,
            columns={column[0]: _Column(*column) for column in columns or ()},
            keys=tuple(frozenset(key) for key in keys or () if key),
            references={
                own: (parent, other)
                for columns, parent, others in references or ()
                for own, other in zip(columns, others, strict=True)
            },
        )
    return found


@dataclass(slots=True)
class _Plan:
    """How often each table will be there, the rows that are there included."""

    tables: Mapping[int, _Table]
    copies: dict[int, int] = field(default_factory=dict[int, int])
    strides: dict[_Place, int] = field(default_factory=dict[_Place, int])
    notes: list[str] = field(default_factory=list[str])

    def choose(self, session: Session, wanted: Collection[str], *, rows: int) -> None:
        """Decides about every table, parents first where there is an order."""
        targets: dict[int, int] = {}
        for oid, table in self.tables.items():
            if table.name in wanted:
                [(there,)] = session.read(sql.SQL("SELECT count(*) FROM {}").format(table.identifier))
                targets[oid] = max(1, -(-rows // int(str(there)))) if int(str(there)) else 1
        for oid in targets:
            self._decide(oid, targets, on_the_way=frozenset())
        for table in self.tables.values():
            for number in frozenset[int]().union(*table.keys):
                self._measure(session, self.root((table.oid, number)))

    def _decide(self, oid: int, targets: Mapping[int, int], *, on_the_way: frozenset[int]) -> int:
        if oid in on_the_way or oid not in targets:
            return targets.get(oid, 1)
        if oid not in self.copies:
            table = self.tables[oid]
            parents = {
                number: self._decide(place[0], targets, on_the_way=on_the_way | {oid})
                for number, place in table.references.items()
                if place[0] != oid
            }
            limits = [targets[oid], *(self._limit(table, key, parents) for key in table.keys)]
            self.copies[oid] = int(min(limits))
            if self.copies[oid] < targets[oid] and min(limits[1:]) == 1:
                self.notes.append(f"{table.name}: a key has too few possible values for more rows")
        return self.copies[oid]

    def _limit(self, table: _Table, key: frozenset[int], parents: Mapping[int, int]) -> float:
        """How many copies ``key`` can tell apart."""
        own = [number for number in key if number not in parents and table.columns[number].varies]
        return float("inf") if own else max((parents[number] for number in key if number in parents), default=1)

    def root(self, place: _Place) -> _Place:
        """The column from which ``place`` has its values, through all references."""
        seen = {place}
        while (table := self.tables.get(place[0])) and (parent := table.references.get(place[1])):
            if parent in seen or parent[0] not in self.tables:
                break
            seen.add(parent)
            place = parent
        return place

    def _measure(self, session: Session, place: _Place) -> None:
        table = self.tables[place[0]]
        column = table.columns[place[1]]
        if place in self.strides or self.copies.get(table.oid, 1) == 1:
            return
        spread = (
            sql.SQL("extract(epoch FROM max({0})::timestamp - min({0})::timestamp) / 86400")
            if column.type in _DATES
            else sql.SQL("max({0}) - min({0})")
        ).format(sql.Identifier(column.name))
        if column.category == "N" or column.type in _DATES:
            [(stride,)] = session.read(sql.SQL("SELECT ceil({} + 1) FROM {}").format(spread, table.identifier))
            self.strides[place] = int(float(str(stride or 1)))

    def value(self, table: _Table, column: _Column) -> sql.Composable:
        """What stands in ``column`` of copy number ``copy``."""
        name = sql.Identifier(column.name)
        place = self.root((table.oid, column.number))
        copies = self.copies.get(place[0], 1)
        origin = self.tables[place[0]].columns[place[1]]
        tells_apart = any(place[1] in key for key in self.tables[place[0]].keys)
        if not tells_apart or copies == 1 or not origin.varies:
            return name
        copy = sql.SQL("(copy % {})").format(copies)
        moved = _moved(origin).format(name=name, copy=copy, stride=self.strides.get(place, 1))
        return sql.SQL("CASE WHEN {copy} = 0 THEN {name} ELSE {moved} END").format(copy=copy, name=name, moved=moved)


def _moved(column: _Column) -> sql.SQL:
    """Another value for each number of a copy, of the same type."""
    if column.category == "N":
        return sql.SQL("{name} + {copy} * {stride}")
    if column.type in _DATES:
        return sql.SQL("{name} + {copy} * {stride} * interval '1 day'")
    if column.type == "uuid":
        return sql.SQL("md5({name}::text || {copy})::uuid")
    if column.type == "bytea":
        return sql.SQL("{name} || convert_to({copy}::text, 'UTF8')")
    return sql.SQL(
        "CASE WHEN position('@' IN {name}) > 0 THEN {copy} || '-' || {name} ELSE {name} || '-' || {copy} END"
    )


def _multiply(session: Session, plan: _Plan, table: _Table) -> str | None:
    """Adds the copies of one table, and returns why PostgreSQL refuses them."""
    copies = plan.copies.get(table.oid, 1)
    columns = [column for column in table.columns.values() if not column.generated]
    if copies == 1 or not columns:
        return None
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    values = sql.SQL(", ").join(plan.value(table, column) for column in columns)
    statement = sql.SQL(
        "INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE "
        "SELECT {values} FROM {table}, generate_series(1, {last}) AS copy"
    ).format(table=table.identifier, names=names, values=values, last=copies - 1)
    try:
        session.query(statement)
    except SqlError as error:
        if error.sqlstate.startswith(NO_ROOM):
            raise
        plan.copies[table.oid] = 1
        return f"{table.name}: {error}"
    return None


def _silence_triggers(session: Session) -> bool:
    try:
        session.query("SET session_replication_role = replica")
    except SqlError:  # not for every role of a server that the user named
        return False
    return True


def _move_sequences_on(session: Session) -> None:
    """Past the keys that the copies have."""
    for schema, table, column, sequence in session.read(_SEQUENCES):
        session.query(
            sql.SQL("SELECT setval({}, max({})) FROM {} HAVING max({}) > 0").format(
                sql.Literal(sequence),
                sql.Identifier(str(column)),
                sql.Identifier(str(schema), str(table)),
                sql.Identifier(str(column)),
            )
        )
