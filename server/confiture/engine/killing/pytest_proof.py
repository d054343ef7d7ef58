"""The proof of tests in Python: pytest runs the project with the file as it will be, on a database for each mutant.

The project itself stays as it is. What runs is a directory of links to its files, with the new file among them.
"""

import shutil
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from confiture.engine.base_state import BaseState
from confiture.engine.killing.claim import Claim
from confiture.engine.killing.files import TestFile
from confiture.engine.killing.styles import python
from confiture.engine.programs import Head
from confiture.engine.setting import Setting
from confiture.engine.trial import limit_for
from confiture.model.event import Event, Progress
from confiture.model.mutant import Mutant
from confiture.model.span import Edit
from confiture.oracles.answer import Answer, Opinion
from confiture.oracles.program import RunningProgram
from confiture.oracles.pytest_oracle import PytestOracle

NOT_KILLED = "what tells them apart in SQL does not in pytest: is the new file among those that the setting names?"


@dataclass(frozen=True, slots=True)
class Kills:
    """What pytest says of the file as it will be.

    Attributes:
        by_mutant: the claim that fails on a mutant, by its id; all of them pass on the original.
        reason: why others are not killed.
    """

    by_mutant: dict[str, Claim]
    reason: str


def kills_in_pytest(
    setting: Setting,
    bases: Sequence[BaseState],
    file: TestFile,
    *,
    claims: Collection[Claim],
    mutants: Sequence[Mutant],
) -> Generator[Event, None, Kills]:
    """Which of ``mutants`` the ``file`` kills once it says ``claims``; those that fail on the original are left out.

    Args:
        setting: the run.
        bases: states that the migration finds, from the one that is asked first; the last one has no rows of ours.
        file: that the claims go to.
        claims: that tell the original from a mutant, as SQL.
        mutants: of the up script.
    """
    yield Progress("Running the new tests with pytest", 0, len(mutants))
    reason = ""
    for base in bases[:1] if bases[-1] is bases[0] else (bases[0], bases[-1]):
        kept, reason = [*claims], ""
        while kept:
            with _asked(setting, base, file, kept) as asked:
                failed = asked.original()
                if failed is None:
                    return Kills((yield from _killed(asked, mutants)), reason or NOT_KILLED)
            reason = ": ".join(filter(None, ("pytest fails on the original", failed.by, failed.message)))
            ours = asked.claim_of(failed)
            if ours is None:
                break
            kept.remove(ours)
    return Kills({}, reason)


def _killed(asked: "_Asked", mutants: Sequence[Mutant]) -> Generator[Event, None, dict[str, Claim]]:
    found: dict[str, Claim] = {}
    for done, mutant in enumerate(mutants):
        yield Progress("Running the new tests with pytest", done, len(mutants))
        answer = asked.ask(mutant.edits)
        claim = asked.claim_of(answer) if answer.opinion is Opinion.FAILED else None
        if claim:
            found[mutant.id] = claim
    return found


class _Asked:
    """The project's tests and the new ones, ready to be asked."""

    def __init__(self, setting: Setting, base: BaseState, running: RunningProgram, claims: dict[str, Claim]) -> None:
        """For `_asked`.

        Args:
            setting: the run.
            base: the state that the migration finds.
            running: pytest.
            claims: by the ends of the ids of their tests.
        """
        self._head = Head(setting, setting.workbench.scratch.name())
        self._base = base
        self._running = running
        self._claims = claims
        self._seconds = setting.config.mutation.timeout_seconds

    def original(self) -> Answer | None:
        """What it says of the original, which it is asked twice about; None when it passes."""
        started = perf_counter()
        first = self.ask(())
        if first.opinion is not Opinion.PASSED:
            return first
        self._seconds = limit_for(perf_counter() - started, most=self._seconds)
        second = self.ask(())
        return None if second.opinion is Opinion.PASSED else second

    def ask(self, edits: tuple[Edit, ...]) -> Answer:
        """What it says of the up script with ``edits``, at the head of the history."""
        return self._head.ask(self._running, self._base, edits=edits, seconds=self._seconds)

    def claim_of(self, answer: Answer) -> Claim | None:
        """The claim whose test failed; None when it is no test of ours."""
        by = answer.by or ""
        return next((claim for end, claim in self._claims.items() if f"/{by}".endswith(f"/{end}")), None)


@contextmanager
def _asked(setting: Setting, base: BaseState, file: TestFile, claims: Sequence[Claim]) -> Generator[_Asked]:
    names = python.names(claims, file.text)
    ids = {f"{file.path.name}::{name}": claim for name, claim in zip(names, claims, strict=True)}
    config = setting.config
    with (
        _linked(config.root, file.path, file.with_claims(claims)) as root,
        PytestOracle(config.pytest, root).start(setting.sessions.watched) as running,
    ):
        yield _Asked(setting, base, running, ids)


@contextmanager
def _linked(root: Path, path: Path, text: str) -> Generator[Path]:
    """A directory like ``root``, in which ``path`` holds ``text``."""
    with TemporaryDirectory(prefix="confiture-") as folder:
        here, there = Path(folder), root
        for part in path.relative_to(root).parts:
            here.mkdir(exist_ok=True)
            for each in there.iterdir() if there.is_dir() else ():
                if each.name != part:
                    _link(each, here / each.name)
            here, there = here / part, there / part
        here.write_bytes(text.encode())
        yield Path(folder)


def _link(each: Path, link: Path) -> None:
    try:
        link.symlink_to(each, target_is_directory=each.is_dir())
    except OSError:  # Windows may forbid links
        (shutil.copytree if each.is_dir() else shutil.copy2)(each, link)
