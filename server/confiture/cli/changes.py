"""What changed since a commit, as git sees it, and which migrations that means."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from confiture.errors import ConfigError

if TYPE_CHECKING:
    from confiture.engine.project import Project
    from confiture.model.migration import Migration


def changed_files(ref: str, *, near: Path, environment: Mapping[str, str]) -> frozenset[Path]:
    """The files, without symbolic links, in which the work tree differs from the merge base of ``ref`` and HEAD.

    A file that was renamed is there under both names, one that is gone too, one that git ignores is not.

    Args:
        ref: a commit, as git names them.
        near: a directory of the work tree.
        environment: of git.

    Raises:
        ConfigError: git is missing, there is no work tree, or it knows no such commit or merge base.
    """
    git = _Git(ref, near, environment)
    problem = f"git sees no work tree around {near}; name the migrations instead"
    root = git.ask(["rev-parse", "--show-toplevel"], problem=problem)
    base = _merge_base(git, ref)
    # Paths are relative to the root, whatever the user's settings and the working directory are.
    diff = git.ask(["-c", "diff.relative=false", "diff", "-z", "--name-only", "--no-renames", base, "--"])
    untracked = git.ask(["ls-files", "-z", "--others", "--exclude-standard", "--full-name", ":/"])
    top = Path(root.removesuffix("\n"))
    return frozenset((top / name).resolve() for name in (diff + untracked).split("\0") if name)


def changed_migrations(
    project: "Project", migrations: "Iterable[Migration]", files: frozenset[Path]
) -> "tuple[Migration, ...]":
    """Those of ``migrations`` of which one of ``files`` is a script, or a test or seed file that is bound to them.

    A file that is gone counts for the migration that it belonged to as far as its name tells.
    """
    from confiture.engine.test_files import short, version_in_name

    bound = {each.version for each in (*project.tests, *project.seeds) if each.script.path.resolve() in files}
    gone = [path for path in files if path.suffix == ".sql" and not path.exists()]
    numbers = {short(version_in_name(path)) for path in gone if path.is_relative_to(project.config.root)} - {""}
    names = {_name(path) for path in gone}
    in_folder = Counter(each.up.path.parent for each in project.history.migrations)
    folders = {path.parent for path in gone if in_folder[path.parent] == 1}

    def has_changed(migration: "Migration") -> bool:
        up, version = migration.up.path, migration.version
        if any(script.path in files for script in migration.scripts.values()):
            return True
        return version in bound or short(version) in numbers or _name(up) in names or up.parent in folders

    return tuple(filter(has_changed, migrations))


def _name(path: Path) -> tuple[Path, str]:
    """What the scripts of a migration have in common in many layouts: ``0001_users`` of ``0001_users.down.sql``."""
    return path.parent, path.name.partition(".")[0]


class _Git:
    """Asks git about the work tree around a directory."""

    def __init__(self, ref: str, near: Path, environment: Mapping[str, str]) -> None:
        self._option = f"--in-diff {ref}"
        # What GIT_DIR and its like name is relative to where the user, or the hook that runs us, stands.
        self._directory = None if "GIT_DIR" in environment else near
        self._environment = environment

    def ask(self, arguments: Sequence[str], *, problem: str = "git fails") -> str:
        """What git prints.

        Raises:
            ConfigError: it fails, which is the ``problem``.
        """
        process = self.try_out(arguments)
        if process.returncode:
            said = os.fsdecode(process.stderr).strip() or f"nothing, and ends with {process.returncode}"
            raise ConfigError(f"{self._option}: {problem}. It says: {said}")
        return os.fsdecode(process.stdout)

    def try_out(self, arguments: Sequence[str]) -> "subprocess.CompletedProcess[bytes]":
        """What became of git, which can ask nothing.

        Raises:
            ConfigError: there is no git.
        """
        try:
            return subprocess.run(
                ["git", *arguments],  # noqa: S607 - the one that the user calls git
                cwd=self._directory,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            how = "install git, or name the migrations instead"
            raise ConfigError(f"{self._option}: git cannot be run: {error.strerror}; {how}") from error


def _merge_base(git: _Git, ref: str) -> str:
    """The newest commit that both ``ref`` and HEAD descend from.

    Raises:
        ConfigError: there is none, or no such commit.
    """
    hint = "fetch it first, in CI with the whole history (actions/checkout: `fetch-depth: 0`), or name another commit"
    if git.try_out(["rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"]).returncode:
        raise ConfigError(f"--in-diff {ref}: git knows no such commit here; {hint}")
    found = git.try_out(["merge-base", ref, "HEAD"])
    if found.returncode:
        shallow = git.ask(["rev-parse", "--is-shallow-repository"]).strip() == "true"
        how = f"this clone is shallow: {hint}" if shallow else "name a commit that HEAD descends from"
        raise ConfigError(f"--in-diff {ref}: it has no commit in common with HEAD; {how}")
    return os.fsdecode(found.stdout).strip()
