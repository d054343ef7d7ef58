"""Keys of verdicts: the content of all that a mutant met until its verdict fell.

A run meets its parts one after the other: the mutated script, seed rows, tests, later migrations, at last the states
of the original. Each key of the chain covers its part and all before it, so that a verdict stays good while what comes
behind it changes: a mutant that one test kills does not care for the tests after that one.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import confiture
from confiture.engine.rehearse import Rehearsal
from confiture.engine.stage import Stop
from confiture.engine.steps import Step
from confiture.engine.trial import Trial
from confiture.model.migration import Role
from confiture.model.mutant import Category, Mutant
from confiture.model.verdict import Status, Verdict
from confiture.oracles.sql_file import SqlOracle
from confiture.postgres.server import Server
from confiture.sql.content import content_key, edits_key

AT_ONCE = frozenset({"data", "PostgreSQL"})
"""What kills a mutant while its own script runs."""
LASTING = frozenset({Status.KILLED, Status.SURVIVED, Status.NO_COVERAGE, Status.IGNORED, Status.COMPILE_ERROR})
"""Verdicts that the same content gets again; the others speak of the server and of its speed."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that decides about a mutant.

    Attributes:
        name: as `Verdict.killed_by` says it; empty where it says something else.
        content: changes with all that may change the decision.
    """

    name: str
    content: str


def parts_of(rehearsal: Rehearsal, server: Server, role: Role, *, way: Sequence[Stop]) -> tuple[Part, ...]:
    """What mutants of one script meet that go the same ``way``; the first part is all before that."""
    trial = rehearsal.trial
    migration = trial.migration
    start = [
        _own_version(),
        server.origin,
        server.version_text,
        trial.base.key,
        rehearsal.mode.value,
        role.value,
        migration.delivery_of(role).value,
        f"{trial.config.mutation.timeout_seconds:g}",
        content_key(migration.up.text),
    ]
    down = migration.down
    end = [
        content_key(down.text) if down else "",
        migration.delivery_of(Role.DOWN).value,
        str(trial.after_down is None),
        str(sorted(difference.object for difference in trial.residue)),
        str(sorted((key, sorted(columns)) for key, columns in trial.volatile.items())),
    ]
    if role is Role.DOWN:
        return (Part("", " ".join([*start, *end])),)
    return (
        Part("", " ".join(start)),
        *map(_part, way),
        Part("", " ".join(end)),
    )


def keys_of(parts: Sequence[Part], trial: Trial, mutant: Mutant) -> tuple[str, ...]:
    """For each of ``parts``, the key of verdicts that fall there."""
    return tuple(_chain(parts, edits_key(trial.migration.script(mutant.role).text, mutant.edits), mutant))


def key_to_keep(parts: Sequence[Part], keys: Sequence[str], mutant: Mutant, verdict: Verdict) -> str | None:
    """The key under which ``verdict`` is true; None when another run may judge differently.

    PERFORMANCE mutants are measured by each process.
    """
    if verdict.status not in LASTING or mutant.category is Category.PERFORMANCE:
        return None
    if verdict.status is Status.COMPILE_ERROR or verdict.killed_by in AT_ONCE:
        return keys[0]
    places = [index for index, part in enumerate(parts) if part.name and part.name == verdict.killed_by]
    return keys[places[0]] if len(places) == 1 else keys[-1]


def _chain(parts: Sequence[Part], edits: str, mutant: Mutant) -> Iterator[str]:
    digest = hashlib.sha256(f"{mutant.operator} {edits}".encode())
    for part in parts:
        digest.update(f" {len(part.name)} {part.name} {len(part.content)} {part.content}".encode())
        yield digest.hexdigest()


def _part(stop: Stop) -> Part:
    match stop:
        case Step():
            return Part(stop.title, f"{stop.delivery.value} {content_key(stop.script.text)}")
        case SqlOracle():
            # The words of a verdict quote the test, comments within a statement too.
            return Part(stop.name, "\0".join(statement.text for statement in stop.script.statements))


@cache
def _own_version() -> str:
    """Of our sources, so that verdicts never outlive the code that gave them."""
    digest = hashlib.sha256()
    root = Path(confiture.__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
