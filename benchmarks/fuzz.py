"""Feeds broken scripts to the parser and the operators: nothing may crash, hang or leave its place.

``python benchmarks/fuzz.py [DIRECTORY…]`` makes random characters and tokens, nests and repeats
them, and cuts, splices and garbles the ``.sql`` files of the directories, by default those of the tests. Prints and
counts what went wrong.
"""

import argparse
import random
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from time import monotonic, process_time

from confiture.model.migration import Role
from confiture.operators import Context, mutants
from confiture.operators.silence import silences
from confiture.sql import parse_script
from confiture.sql.transactional import as_transactional

CASES = Path(__file__).parents[1] / "tests"
LONGEST = 20_000
TOO_LONG_SECONDS = 5
CHARACTERS = "'\"$;()[]-/*\\\n\r\t \0\ufeff,.:=<>%eEuUxX0123456789_aéß\u2028😀"
KEYWORDS = """
    CREATE ALTER DROP TABLE INDEX VIEW FUNCTION TYPE TRIGGER POLICY ON ADD COLUMN CONSTRAINT PRIMARY KEY UNIQUE CHECK
    FOREIGN REFERENCES NOT NULL DEFAULT INSERT INTO VALUES SELECT UPDATE SET DELETE FROM WHERE AND OR IN BETWEEN CASE
    WHEN THEN ELSE END MERGE USING MATCHED DO CONFLICT NOTHING WITH AS UNION ALL GROUP BY ORDER LIMIT JOIN LEFT BEGIN
    ATOMIC COMMIT COPY STDIN COMMENT IS CONCURRENTLY IF EXISTS CASCADE RENAME TO ENUM
"""
SYMBOLS = """ a b t int 1 'x' "Q" $$b$$ $x$ ( ) , ; . = < + - * :: [ ] -- /* */ E'\\'' U&'\\0041' """
NESTS = [
    *(
        ("(", ")"),
        ("NOT (", ")"),
        ("f(", ")"),
        ("(SELECT ", ")"),
        ("(SELECT * FROM ", ") x"),
        ("ARRAY[", "]"),
        ("a[", "]"),
    ),
    *(("CASE WHEN a THEN ", " END"), ("a AND (b OR ", ")"), ("EXISTS (SELECT 1 WHERE ", ")"), ("CAST(", " AS int)")),
]
HEADS = [
    *("UPDATE t SET a = ", "DELETE FROM t WHERE ", "CREATE VIEW v AS SELECT * FROM ", "SELECT ", "SET a = "),
    *(
        "ALTER TABLE t ADD COLUMN a int DEFAULT ",
        "CREATE TABLE t (a int CHECK (",
        "INSERT INTO t VALUES (",
        "CREATE INDEX ON t (",
    ),
    *("DO $$ BEGIN IF ", "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY "),
]
LISTS = [", ", " AND ", " OR ", " UNION SELECT ", " JOIN t ON ", " + ", "; ", " WHEN b THEN "]
WORDS = re.findall(r"\S+", KEYWORDS + SYMBOLS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directories", nargs="*", type=Path, default=[CASES])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--scripts", type=int, help="so many scripts, however long it takes")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    paths = sorted(path for directory in arguments.directories for path in directory.rglob("*.sql"))
    files = [path.read_bytes().decode("utf-8", errors="replace")[:LONGEST] for path in paths]
    makers: list[Callable[[random.Random, list[str]], str]] = [
        characters,
        tokens,
        truncated,
        spliced,
        garbled,
        nested,
        repeated,
    ]
    until = monotonic() + 60 * arguments.minutes
    count = failures = 0
    slowest = 0.0
    while count < arguments.scripts if arguments.scripts else monotonic() < until:
        count += 1
        text = chance.choice(makers)(chance, files)
        started = process_time()
        try:
            examine(text)
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            failures += 1
            print(repr(text), traceback.format_exc(), sep="\n", file=sys.stderr)
        seconds = process_time() - started
        if seconds > TOO_LONG_SECONDS:
            failures += 1
            print(repr(text), f"took {seconds:.1f} s", sep="\n", file=sys.stderr)
        slowest = max(slowest, seconds)
    print(f"{count} scripts, {failures} failures, slowest {slowest:.2f} s, seed {arguments.seed}")
    return min(failures, 1)


def examine(text: str) -> None:
    script = parse_script(Path("up.sql"), text)
    as_transactional(script.text)
    position = 0
    for statement in script.statements:
        assert position <= statement.span.start < statement.span.end <= statement.end
        assert all(token.span.of(script.text) == token.text for token in statement.tokens)
        position = statement.end
    for role in Role:
        found = mutants(script, Context(role=role, other=script))
        assert all(mutant.apply(script) != script.text for mutant in found)
        explained = {mutant.statement for mutant in found} | {s.index for s, _ in silences(script, found)}
        assert explained == set(range(len(script.statements)))


def characters(chance: random.Random, _: list[str]) -> str:
    return "".join(chance.choices(CHARACTERS, k=chance.randrange(200)))


def tokens(chance: random.Random, _: list[str]) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randrange(60)))


def truncated(chance: random.Random, files: list[str]) -> str:
    text = chance.choice(files)
    return text[chance.randrange(len(text) + 1) :][: chance.randrange(len(text) + 1)]


def spliced(chance: random.Random, files: list[str]) -> str:
    return truncated(chance, files) + truncated(chance, files)


def garbled(chance: random.Random, files: list[str]) -> str:
    text = chance.choice(files)
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(text) + 1)
        piece = chance.choice([chance.choice(CHARACTERS), f" {chance.choice(WORDS)} ", ""])
        text = text[:place] + piece + text[place + chance.randrange(4) :]
    return text


def nested(chance: random.Random, _: list[str]) -> str:
    begin, end = chance.choice(NESTS)
    depth = 2 ** chance.randrange(12)
    text = chance.choice(HEADS) + begin * depth + "1" + end * chance.choice([depth, depth, depth + 1, depth - 1])
    return f"{text}; END $$;" if "$$" in text else f"{text});"[: None if chance.randrange(2) else -2]


def repeated(chance: random.Random, _: list[str]) -> str:
    item, between = " ".join(chance.choices(WORDS, k=chance.randrange(1, 6))), chance.choice(LISTS)
    return chance.choice(HEADS) + between.join([item] * (4_000 // len(item + between)))


if __name__ == "__main__":
    sys.exit(main())
