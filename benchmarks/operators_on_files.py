"""Mutants of other people's migrations, without a server: how many, how fast, and whether PostgreSQL would parse them.

``python benchmarks/operators_on_files.py DIRECTORY|GIT_DIRECTORY…`` reads all ``.sql`` files of directories,
and of the newest commit of bare git directories. ``--sizes`` measures scripts of 1, 2, 5 and 10 MB instead.
"""

import argparse
import io
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import BinaryIO

import postgast
from large_scripts import SHAPES

from confiture.model.migration import Role
from confiture.model.mutant import Mutant
from confiture.model.script import Script
from confiture.model.span import Edit, Span, apply_edits
from confiture.operators import ALL_OPERATORS, Context, mutants
from confiture.operators.silence import silences
from confiture.sql import parse_script

SHOWN = 10
SIZES = (1, 2, 5, 10)


@dataclass
class Tally:
    files: int = 0
    foreign: int = 0
    crashes: list[str] = field(default_factory=list)
    boundaries: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    accepted: int = 0
    statements: int = 0
    unexplained: list[str] = field(default_factory=list)
    silences: Counter[str] = field(default_factory=Counter)
    mutants: Counter[str] = field(default_factory=Counter)
    per_file: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="*", type=Path)
    parser.add_argument("--limit", type=int, help="so many files of each source, drawn at random by a fixed seed")
    parser.add_argument("--sizes", action="store_true")
    arguments = parser.parse_args()
    if arguments.sizes:
        print_sizes()
    total = Tally()
    for source in arguments.sources:
        files = sql_files(source)
        names = list(files)
        if arguments.limit and len(names) > arguments.limit:
            names = random.Random(1).sample(names, arguments.limit)
        tally = Tally()
        for name in names:
            examine(tally, name, files[name], files.get(other_name(name)))
        add(total, tally)
        print_line(source.parent.name if source.name in ("repo", ".git") else source.name, tally)
    if arguments.sources:
        print_total(total)


def sql_files(source: Path) -> dict[str, bytes]:
    if not (source / "HEAD").exists():
        return {str(path.relative_to(source)): path.read_bytes() for path in sorted(source.rglob("*.sql"))}
    git = ["git", f"--git-dir={source}"]
    listed = subprocess.run([*git, "ls-tree", "-rz", "HEAD"], capture_output=True, check=True).stdout.decode()
    entries = (line.split("\t") for line in listed.split("\0") if line.endswith(".sql"))
    blobs = {path: meta.split()[2] for meta, path in entries}
    wanted = "\n".join(blobs.values()).encode()
    packed = subprocess.run([*git, "cat-file", "--batch"], input=wanted, capture_output=True, check=True).stdout
    return dict(zip(blobs, _contents(io.BytesIO(packed)), strict=True))


def _contents(packed: BinaryIO) -> Iterator[bytes]:
    while header := packed.readline():
        yield packed.read(int(header.split()[2]))
        packed.readline()


def other_name(name: str) -> str | None:
    """The up script of a down script, and the other way round."""
    folder, _, file = name.rpartition("/")
    words = {"down": "up", "up": "down"}
    other = re.sub(r"\b(down|up)\b", lambda match: words[match[0]], file)
    return None if other == file else f"{folder}/{other}"


def examine(tally: Tally, name: str, data: bytes, other: bytes | None) -> None:
    tally.files += 1
    started = process_time()
    try:
        script = parse_script(Path(name), source := text_of(data))
        role = Role.DOWN if "down" in name.lower() else Role.UP
        context = Context(role=role, other=parse_script(Path(name), text_of(other)) if other else None)
        found = mutants(script, context)
        quiet = silences(script, found)
    except Exception as error:  # noqa: BLE001 - a crash is what is counted
        tally.crashes.append(f"{name}: {error!r}")
        return
    seconds = process_time() - started
    tally.seconds.append(seconds)
    tally.slowest = max(tally.slowest, (seconds, f"{name} ({len(source) / 1000:.0f} kB, {len(found)} mutants)"))
    try:
        places = postgresql_places(script.text)
    except postgast.PgQueryError:
        tally.foreign += 1  # templates, other databases, rows of COPY
        return
    ours = [(statement.span.start, statement.span.end) for statement in script.statements]
    if [text.strip() for text in pieces(script.text, ours)] != pieces(script.text, places):
        tally.boundaries.append(name)
    tally.statements += len(script.statements)
    explained = {mutant.statement for mutant in found} | {statement.index for statement, _ in quiet}
    tally.silences.update(silence.name for _, silence in quiet)
    tally.unexplained += [f"{name}: {s.operation}" for s in script.statements if s.index not in explained]
    tally.per_file.append(len(found))
    for mutant in found:
        tally.mutants[mutant.operator] += 1
        if is_accepted(script, mutant):
            tally.accepted += 1
        else:
            tally.refused.append(f"{name}: {mutant.operator} {mutant.description}")


def text_of(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def postgresql_places(text: str) -> list[tuple[int, int]]:
    """Where PostgreSQL's parser sees statements, without the comments and blanks around them."""
    data = text.encode()
    tokens = [
        (token.start, token.end)
        for token in postgast.scan(text).tokens
        if token.token not in (postgast.pg_query_pb2.SQL_COMMENT, postgast.pg_query_pb2.C_COMMENT)
    ]
    places: list[tuple[int, int]] = []
    position = 0
    for statement in postgast.parse(text).stmts:
        start = statement.stmt_location
        end = start + statement.stmt_len if statement.stmt_len else len(data)
        while tokens[position][0] < start or data[tokens[position][0] : tokens[position][1]] == b";":
            position += 1
        first = tokens[position][0]
        while position + 1 < len(tokens) and tokens[position + 1][1] <= end:
            if data[slice(*tokens[position + 1])] == b";" and not statement.stmt_len:
                break
            position += 1
        places.append((first, tokens[position][1]))
        position += 1
    return to_characters(data, places)


def to_characters(data: bytes, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if data.isascii():
        return places
    found: list[int] = []
    position = count = 0
    for offset in (offset for place in places for offset in place):
        count += len(data[position:offset].decode())
        position = offset
        found.append(count)
    return list(zip(found[::2], found[1::2], strict=True))


def pieces(text: str, places: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in places]


def is_accepted(script: Script, mutant: Mutant) -> bool:
    """Whether PostgreSQL's parser takes the statements from the first to the last that ``mutant`` changes."""
    first = script.statements[mutant.statement].span.start
    last = max(edit.span.end for edit in mutant.edits)
    touched = [s for s in script.statements if s.span.start < last] or [script.statements[0]]
    whole = Span(min(first, mutant.edits[0].span.start), max(touched[-1].end, last))
    edits = [Edit(edit.span.shift(-whole.start), edit.replacement) for edit in mutant.edits]
    try:
        postgast.parse(apply_edits(whole.of(script.text), edits))
    except postgast.PgQueryError:
        return False
    return True


def add(total: Tally, tally: Tally) -> None:
    for name in tally.__dataclass_fields__:
        if name == "slowest":
            total.slowest = max(total.slowest, tally.slowest)
        elif isinstance(value := getattr(tally, name), Counter):
            getattr(total, name).update(value)
        else:
            setattr(total, name, getattr(total, name) + value)


def print_line(name: str, tally: Tally) -> None:
    found = sum(tally.mutants.values())
    print(
        f"{name:32} {tally.files:6} files {tally.foreign:5} not PostgreSQL's {tally.statements:7} statements"
        f" {found:7} mutants {found / max(1, len(tally.per_file)):6.1f} a file"
        f" {tally.files / max(sum(tally.seconds), 0.001):7.1f} files/s",
        flush=True,
    )


def print_total(tally: Tally) -> None:
    print()
    print_line("all", tally)
    found = sum(tally.mutants.values())
    print_share("crashes", tally.crashes, tally.files)
    print_share("files with other statement boundaries than PostgreSQL's parser", tally.boundaries, len(tally.per_file))
    print_share("mutants that PostgreSQL's parser refuses", tally.refused, found)
    print_share("statements without mutants and without a reason", tally.unexplained, tally.statements)
    print("statements without mutants, by reason:", dict(tally.silences.most_common()))
    print(f"slowest: {tally.slowest[0]:.2f} s {tally.slowest[1]}")
    spread = sorted(tally.per_file) or [0]
    print("mutants a file:", {f"{p}%": spread[min(len(spread) - 1, len(spread) * p // 100)] for p in (50, 90, 99, 100)})
    for operator in ALL_OPERATORS:
        count = tally.mutants[operator.id]
        print(f"  {operator.id} {operator.name:22} {count:7} {count / max(1, len(tally.per_file)):7.2f} a file")


def print_share(what: str, found: list[str], total: int) -> None:
    print(f"{what}: {len(found)} of {total} ({100 * len(found) / max(1, total):.3f}%)")
    for line in found[:SHOWN]:
        print(f"  {line}", file=sys.stderr)


def print_sizes() -> None:
    """Processor seconds from text to mutants, for the shapes that large migrations have."""
    print(f"{'shape':12} {'MB':>4} {'parse s':>8} {'mutants s':>9} {'s/MB':>6} {'statements':>10} {'mutants':>8}")
    for name, make in SHAPES.items():
        for size in SIZES:
            text = make(size * 1_000_000)
            started = process_time()
            script = parse_script(Path("up.sql"), text)
            parsed = process_time()
            found = mutants(script)
            done = process_time()
            print(
                f"{name:12} {size:4} {parsed - started:8.2f} {done - parsed:9.2f} {(done - started) / size:6.2f}"
                f" {len(script.statements):10} {len(found):8}",
                flush=True,
            )


if __name__ == "__main__":
    main()
