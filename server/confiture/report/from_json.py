"""Reports that `confiture check --format json` wrote, read again: the way back from `mutation_json`."""

import json
import os
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import starmap
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeAlias

from confiture.engine.outcome import Outcome
from confiture.errors import ConfigError
from confiture.model.difference import Difference
from confiture.model.finding import Finding, Level, Related
from confiture.model.migration import Delivery, Migration, Role
from confiture.model.mutant import Mutant
from confiture.model.script import Script, Statement
from confiture.model.shard import Shard, parse_shard
from confiture.model.span import Edit, Span
from confiture.model.verdict import Judgement, Status, Verdict
from confiture.operators import find_operator
from confiture.report.cost_json import comparisons_in
from confiture.report.json_value import expect
from confiture.report.mutation_json import NAME, SCHEMA_VERSION
from confiture.report.report import Report
from confiture.report.viewer_place import span_at
from confiture.sql import parse_script

Sources: TypeAlias = Mapping[Path, str]

_HOW = "`confiture check --format json -o FILE` writes one"


@dataclass(frozen=True, slots=True)
class Written:
    """A report as a file holds it.

    Attributes:
        name: of the file, for messages.
        version: of Confiture that wrote it.
    """

    name: str
    version: str
    report: Report


def read_report(text: str, *, name: str, root: Path | None = None) -> Written:
    """The report in ``text``, which lacks what no format shows: of several edits of a mutant it has a single one.

    Args:
        text: of the file.
        name: of the file, for messages.
        root: where the project is taken to be, since each machine may have it elsewhere; by default as written.

    Raises:
        ConfigError: it is no such report.
    """
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{name}: is no JSON: {error}; {_HOW}") from error
    try:
        schema, writer, version = data["schemaVersion"], data["framework"]["name"], str(data["framework"]["version"])
        own = data["config"]["confiture"]
    except (LookupError, TypeError) as error:
        raise ConfigError(f"{name}: is no report of Confiture; {_HOW}") from error
    if schema != SCHEMA_VERSION or writer != NAME:
        known = f"{NAME} with version {SCHEMA_VERSION} of the report schema"
        raise ConfigError(f"{name}: was written by {writer} with version {schema} of the report schema, not by {known}")
    try:
        report = _report(data, own, root=root or Path(data["projectRoot"]))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(
            f"{name}: cannot be read as a report of Confiture ({type(error).__name__}: {error}); "
            f"version {version} wrote it: read it with that version, and if that is this one, the file is damaged"
        ) from error
    return Written(name, version, report)


def _report(data: Any, own: Any, *, root: Path) -> Report:
    texts: dict[str, str] = {name: file["source"] for name, file in data["files"].items()}
    texts |= {name: file["source"] for name, file in data["testFiles"].items() if "source" in file}
    texts |= own["sources"]
    sources = {root / name: expect(str, text) for name, text in texts.items()}
    return Report(
        root=root,
        server=expect(str, data["framework"]["dependencies"]["PostgreSQL"]),
        layout=expect(str, own["layout"]),
        outcomes=tuple(_outcome(entry, data["files"], root=root, sources=sources) for entry in own["migrations"]),
        sources=sources,
        inputs=expect(str, own["inputs"]),
        repository=None if own["repository"] is None else Path(os.path.normpath(root / own["repository"])),
        per_line=expect(int, own["perLine"]),
        per_file=expect(int, own["perFile"]),
        fail_under=None if own["failUnder"] is None else expect(float, own["failUnder"]),
        duration_seconds=sum(data["performance"].values()) / 1000,
        shard=None if own["shard"] is None else _shard(expect(str, own["shard"])),
    )


def _shard(text: str) -> Shard:
    if (shard := parse_shard(text)) is None:
        raise ValueError(f"{text!r} is no shard")
    return shard


def _outcome(entry: Any, files: Any, *, root: Path, sources: Sources) -> Outcome:
    migration = _migration(entry, root=root, sources=sources)
    judgements = tuple(_judgements(entry, files, migration, root=root))
    comparisons = comparisons_in(entry["costs"])
    if unknown := {each.profile.statement for each in comparisons} - set(range(len(migration.up.statements))):
        raise LookupError(f"costs of statements {unknown}")
    applied = entry["appliedMilliseconds"]
    return Outcome(
        migration,
        mutants=tuple(judgement.mutant for judgement in judgements),
        elsewhere=expect(int, entry["planned"]) - len(judgements),
        judgements=judgements,
        comparisons=comparisons,
        findings=tuple(_finding(each, root=root, sources=sources) for each in entry["findings"]),
        residue=tuple(
            Difference(expect(str, each["object"]), each["expected"], each["actual"]) for each in entry["residue"]
        ),
        applied_seconds=None if applied is None else applied / 1000,
        undone=entry["undone"],
        duration_seconds=entry["milliseconds"] / 1000,
        finished=entry["finished"],
    )


def _migration(entry: Any, *, root: Path, sources: Sources) -> Migration:
    def script(role: Role) -> Script:
        path = root / entry[role.value]
        source = sources[path]
        statements = [each for each in entry["statements"] if each["role"] == role.value]
        return Script(path, source, source, tuple(starmap(partial(_statement, source), enumerate(statements))))

    return Migration(
        version=expect(str, entry["version"]),
        name=expect(str, entry["name"]),
        up=script(Role.UP),
        down=script(Role.DOWN) if entry["down"] else None,
        delivery=Delivery(entry["delivery"]),
    )


def _statement(source: str, index: int, data: Any) -> Statement:
    """The statement as it stands in ``source``, of which other parts may belong to other scripts."""
    span = span_at(source, data["location"])
    alone = parse_script(Path(), span.of(source)).statements[0]
    return replace(alone, index=index, span=span, end=span.end, operation=expect(str, data["operation"]))


def _judgements(entry: Any, files: Any, migration: Migration, *, root: Path) -> Iterator[Judgement]:
    """The mutants of ``migration`` among those of its files, in which other migrations can stand too."""
    scripts = migration.scripts
    names: list[str] = [entry[role.value] for role in scripts]
    for name in dict.fromkeys(names):
        homes = [
            (statement.span.start, role, statement.index)
            for role, script in scripts.items()
            for statement in script.statements
            if script.path == root / name
        ]
        homes.sort(key=itemgetter(0))
        for data in files[name]["mutants"]:
            version, _, id = data["id"].rpartition("/")
            if version == migration.version:
                shown = entry["shown"].get(id, data["location"])
                yield _judgement(data, files[name]["source"], id=id, shown=shown, homes=homes)


def _judgement(data: Any, source: str, *, id: str, shown: Any, homes: Sequence[tuple[int, Role, int]]) -> Judgement:
    replaced = span_at(source, data["location"])
    _, role, statement = homes[max(0, bisect_right(homes, replaced.start, key=itemgetter(0)) - 1)]
    operator = find_operator(data["mutatorName"])
    if operator is None:
        raise ValueError(f"there is no operator {data['mutatorName']}")
    mutant = Mutant(
        id=id,
        operator=operator.id,
        category=operator.category,
        severity=operator.severity,
        description=expect(str, data["description"]),
        role=role,
        statement=statement,
        span=span_at(source, shown),
        edits=(Edit(replaced, expect(str, data["replacement"])),),
    )
    return Judgement(mutant, _verdict(data))


def _verdict(data: Any) -> Verdict:
    killers = [expect(str, each) for each in data.get("killedBy", ())]
    return Verdict(
        status=Status(data["status"]),
        reason=expect(str, data.get("statusReason", "")),
        killed_by=killers[0] if killers else None,
        oracles=expect(int, data["testsCompleted"]),
        duration_seconds=data["duration"] / 1000,
    )


def _finding(data: Any, *, root: Path, sources: Sources) -> Finding:
    related = (
        Related(root / each["file"], _span(each, root=root, sources=sources), expect(str, each["message"]))
        for each in data["related"]
    )
    code, level, message = expect(str, data["code"]), Level(data["level"]), expect(str, data["message"])
    return Finding(code, level, message, root / data["file"], _span(data, root=root, sources=sources), tuple(related))


def _span(data: Any, *, root: Path, sources: Sources) -> Span:
    return span_at(sources[root / data["file"]], data["location"]) if "location" in data else Span(0, 0)
