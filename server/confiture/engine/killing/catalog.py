"""What to ask a database about an object of its catalog that a mutant changed."""

import re
from collections.abc import Callable, Iterator, Mapping

from confiture.engine.killing.claim import About, Observation, literal, rows_of
from confiture.engine.killing.functions import function_observations
from confiture.engine.killing.grants import privileges
from confiture.engine.names import Name, name_of, split_key
from confiture.model.difference import Difference
from confiture.postgres.results import Value
from confiture.sql.spelling import quoted

_SUFFIX = re.compile(r"( INVALID| CLUSTERED| REPLICA IDENTITY)+$")
"""What a fingerprint adds to definitions that PostgreSQL prints."""
_INDEX = re.compile(r"(CREATE (?:UNIQUE )?INDEX) .+? ON (?:ONLY )?\S+ (USING .*)", re.DOTALL)


def observations(difference: Difference) -> Iterator[Observation]:
    """What to ask about the object of ``difference``, whose expected state is the original's; the best comes first.

    None for kinds of objects of which no short test tells anything, such as the body of a trigger's function.
    """
    kind, label = split_key(difference.object)
    if kind == "grants on":
        yield from privileges(*split_key(label), difference)
        return
    if kind in ("function", "procedure"):
        called, _, arguments = label.partition("(")
        name = name_of(called, parts=1)
        if name:
            yield from function_observations(name, arguments.removesuffix(")"), difference)
        return
    make = _KINDS.get(kind)
    name = name_of(label, parts=2 if kind in _PARTS_OF_TABLES else 1)
    if make and name:
        yield from make(name, difference)


def _exists(relation: str) -> Callable[[Name, Difference], Iterator[Observation]]:
    def observe(name: Name, difference: Difference) -> Iterator[Observation]:
        if difference.expected is None or difference.actual is None:
            about = _RELATIONS.get(split_key(difference.object)[0])
            yield Observation(
                f"{relation}({literal(name.written)}) IS NOT NULL",
                "",
                lambda there: f"{name.words} exists" if there else f"There is no {name.words}",
                about=(about, name) if about else None,
            )

    return observe


_RELATIONS = {
    "table": About.TABLE,
    "view": About.VIEW,
    "materialized view": About.MATERIALIZED_VIEW,
    "sequence": About.SEQUENCE,
    "schema": About.SCHEMA,
}


def _column(name: Name, difference: Difference) -> Iterator[Observation]:
    table = name.owner
    of_column = (f"attrelid = {literal(table.written)}::regclass", f"attname = {literal(name.last)}")
    if difference.expected is None or difference.actual is None:
        yield Observation(
            "count(*) = 1",
            rows_of("pg_attribute", *of_column, "NOT attisdropped"),
            lambda there: (
                f"{table.words} has the column {name.last}" if there else f"{table.words} has no column {name.last}"
            ),
            about=(About.COLUMN, name),
        )
        return
    source = rows_of(
        "information_schema.columns",
        f"table_schema = {literal(table.schema)}",
        f"table_name = {literal(table.last)}",
        f"column_name = {literal(name.last)}",
    )
    yield Observation(
        "is_nullable",
        source,
        lambda may: f"{name.words} {'is never' if may == 'NO' else 'may be'} null",
        about=(About.NULLABLE, name),
    )
    yield Observation(
        "format_type(atttypid, atttypmod)",
        rows_of("pg_attribute", *of_column),
        lambda of_type: f"{name.words} is of type {of_type}",
        about=(About.COLUMN_TYPE, name),
    )
    for expression, words in _COLUMN_FACTS.items():
        yield Observation(expression, source, _said(name, words))


_COLUMN_FACTS = {
    "column_default": "has the default {}",
    "is_identity = 'YES'": "is an identity column: {}",
    "identity_generation": "is generated {} as identity",
    "generation_expression": "is generated as {}",
    "collation_name": "has the collation {}",
}


def _said(name: Name, words: str) -> Callable[[Value], str]:
    def say(answer: Value) -> str:
        told = "none" if answer is None else {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else answer
        return f"{name.words} {words.format(told)}"

    return say


def _constraint(name: Name, difference: Difference) -> Iterator[Observation]:
    table = name.owner
    definition = _SUFFIX.sub("", difference.expected or "")
    for owner in (f"conrelid = {literal(table.written)}::regclass", f"contypid = {literal(table.written)}::regtype"):
        if difference.expected is None:
            yield Observation(
                "count(*) = 0",
                rows_of("pg_constraint", owner, f"conname = {literal(name.last)}"),
                lambda _: f"{table.words} has no constraint {name.last}",
            )
        else:
            yield Observation(
                "count(*) > 0",
                rows_of("pg_constraint", owner, f"pg_get_constraintdef(oid) = {literal(definition)}"),
                lambda _: _constraint_in_words(table.words, definition),
            )


def _constraint_in_words(table: str, definition: str) -> str:
    columns, _, rest = definition.partition(" REFERENCES ")
    match definition.split(" ", 1):
        case ["PRIMARY", _]:
            return f"{definition.removeprefix('PRIMARY KEY ')} is the primary key of {table}"
        case ["UNIQUE", unique]:
            return f"{unique} is unique in {table}"
        case ["FOREIGN", _]:
            return f"{table} {columns.removeprefix('FOREIGN KEY ')} refers to {rest}"
        case ["CHECK", condition]:
            return f"{table} keeps to {condition}"
        case _:
            return f"{table} has the constraint {definition}"


def _index(name: Name, difference: Difference) -> Iterator[Observation]:
    definition = _INDEX.match(_SUFFIX.sub("", difference.expected or ""))
    if definition is None:
        yield from _exists("to_regclass")(name, difference)
        return
    create, using = definition.groups()
    table = _indexed_table(difference.expected or "")
    pattern = f"{create} % {using}".replace("\\", "\\\\")
    columns, _, predicate = using.removeprefix("USING ").removeprefix("btree ").partition(" WHERE ")
    what = "is unique" if "UNIQUE" in create else "has an index"
    where = f" WHERE {predicate}" if predicate else ""
    yield Observation(
        "count(*) > 0",
        rows_of(
            "pg_indexes",
            f"schemaname = {literal(table.schema)}",
            f"tablename = {literal(table.last)}",
            f"indexdef LIKE {literal(pattern)}",
        ),
        lambda _: f"{columns} {what} in {table.words}{where}",
    )
    yield Observation(
        "indisvalid",
        rows_of("pg_index", f"indexrelid = {literal(name.written)}::regclass"),
        lambda valid: f"The index {name.words} is {'' if valid else 'not '}valid",
    )


def _indexed_table(definition: str) -> Name:
    match = re.search(r" ON (?:ONLY )?(\S+) USING ", definition)
    names = tuple(part.strip('"') for part in (match[1] if match else "").split("."))
    return Name(names[0] if len(names) > 1 else "public", names[-1:])


def _relation(name: Name, difference: Difference) -> Iterator[Observation]:
    yield from _exists("to_regclass")(name, difference)
    source = rows_of("pg_class", f"oid = {literal(name.written)}::regclass")
    for expression, (on, off) in _RELATION_FACTS.items():
        yield Observation(
            expression, source, lambda answer, on=on, off=off: f"{name.words} {on if answer else off}".format(answer)
        )


_RELATION_FACTS = {
    "relrowsecurity": ("has row level security", "has no row level security"),
    "relforcerowsecurity": ("forces row level security on its owner", "does not force row level security on its owner"),
    "relpersistence = 'p'": ("is logged", "is not logged"),
    "array_to_string(reloptions, ', ')": ("has the options {}", "has no options"),
    "pg_get_expr(relpartbound, oid)": ("is a partition {}", "is no partition"),
    "pg_get_partkeydef(oid)": ("is partitioned by {}", "is not partitioned"),
}


def _trigger(name: Name, difference: Difference) -> Iterator[Observation]:
    table = name.owner
    source = rows_of("pg_trigger", f"tgrelid = {literal(table.written)}::regclass", f"tgname = {literal(name.last)}")
    if difference.expected is None or difference.actual is None:
        yield Observation(
            "count(*) = 1",
            source,
            lambda there: f"{table.words} has {'the' if there else 'no'} trigger {name.last}",
            about=(About.TRIGGER, name),
        )
        return
    yield Observation(
        "pg_get_triggerdef(oid)",
        source,
        lambda definition: f"{name.last} acts {str(definition).partition(f' {quoted(name.last)} ')[2]}",
    )
    yield Observation(
        "tgenabled = 'O'", source, lambda on: f"The trigger {name.last} is {'enabled' if on else 'not enabled'}"
    )


def _policy(name: Name, difference: Difference) -> Iterator[Observation]:
    table = name.owner
    source = rows_of(
        "pg_policies",
        f"schemaname = {literal(table.schema)}",
        f"tablename = {literal(table.last)}",
        f"policyname = {literal(name.last)}",
    )
    if difference.expected is None or difference.actual is None:
        yield Observation(
            "count(*) = 1", source, lambda there: f"{table.words} has {'the' if there else 'no'} policy {name.last}"
        )
        return
    for expression, words in _POLICY_FACTS.items():
        yield Observation(expression, source, lambda answer, words=words: f"{name.last} {words.format(answer)}")


_POLICY_FACTS = {
    "qual": "shows rows where {}",
    "with_check": "lets rows be written where {}",
    "cmd": "is for {}",
    "permissive": "is {}",
    "array_to_string(roles, ', ')": "is for the roles {}",
}


def _type(name: Name, difference: Difference) -> Iterator[Observation]:
    yield from _exists("to_regtype")(name, difference)
    if (difference.expected or "").startswith("ENUM") and difference.actual:
        yield Observation(
            f"enum_range(NULL::{name.written})::text",
            "",
            lambda labels: f"{name.words} is one of {str(labels).strip('{}').replace(',', ', ')}",
        )


def _domain(name: Name, difference: Difference) -> Iterator[Observation]:
    yield from _exists("to_regtype")(name, difference)
    source = rows_of("pg_type", f"oid = {literal(name.written)}::regtype")
    yield Observation("typnotnull", source, lambda never: f"{name.words} {'is never' if never else 'may be'} null")
    yield Observation("format_type(typbasetype, typtypmod)", source, _said(name, "is of type {}"))
    yield Observation("typdefault", source, _said(name, "has the default {}"))


def _sequence(name: Name, difference: Difference) -> Iterator[Observation]:
    yield from _exists("to_regclass")(name, difference)
    source = rows_of("pg_sequences", f"schemaname = {literal(name.schema)}", f"sequencename = {literal(name.last)}")
    for column in ("start_value", "increment_by", "min_value", "max_value", "cache_size", "data_type"):
        yield Observation(f"{column}::text", source, _said(name, f"has the {column.replace('_', ' ')} {{}}"))
    yield Observation("cycle", source, lambda cycles: f"{name.words} {'begins anew' if cycles else 'ends'} at its end")


def _schema(name: Name, difference: Difference) -> Iterator[Observation]:
    yield from _exists("to_regnamespace")(name, difference)


def _extension(name: Name, _: Difference) -> Iterator[Observation]:
    yield Observation(
        "count(*) = 1",
        rows_of("pg_extension", f"extname = {literal(name.last)}"),
        lambda there: f"The extension {name.last} is {'installed' if there else 'not installed'}",
        about=(About.EXTENSION, name),
    )


_KINDS: Mapping[str, Callable[[Name, Difference], Iterator[Observation]]] = {
    "column": _column,
    "constraint": _constraint,
    "index": _index,
    "table": _relation,
    "view": _relation,
    "materialized view": _relation,
    "trigger": _trigger,
    "policy": _policy,
    "type": _type,
    "domain": _domain,
    "sequence": _sequence,
    "schema": _schema,
    "extension": _extension,
}
_PARTS_OF_TABLES = frozenset({"column", "constraint", "trigger", "policy", "rule"})
