"""What changed since a commit, as git sees it, and which migrations that means."""

import os
import subprocess
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
    hint = "this works in a git work tree only; name the migrations instead"
    root = git.ask(["rev-parse", "--show-toplevel"], hint=hint)
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
    gone = [path for path in files if path.suffix == ".sql" and not path.exists()]
    return tuple(
        each
        for each in migrations
        if files & _files_of(project, each) or any(_was_of(each, path, project=project) for path in gone)
    )


def _files_of(project: "Project", migration: "Migration") -> frozenset[Path]:
    scripts = [script for script in (migration.up, migration.down, migration.verify) if script]
    scripts += [test.script for test in project.tests_of(migration)]
    scripts += [seed.script for seed in project.seeds if seed.version == migration.version]
    return frozenset(script.path.resolve() for script in scripts)


def _was_of(migration: "Migration", gone: Path, *, project: "Project") -> bool:
    """Whether the name of a file that is gone tells that it belonged to ``migration``."""
    from confiture.engine.test_files import short, version_in_name

    up = migration.up.path
    beside = gone.parent == up.parent
    if beside and gone.name.partition(".")[0] == up.name.partition(".")[0]:
        return True
    if beside and sum(each.up.path.parent == up.parent for each in project.history.migrations) == 1:
        return True
    return gone.is_relative_to(project.config.root) and short(version_in_name(gone)) == short(migration.version)


class _Git:
    """Asks git about the work tree around a directory."""

    def __init__(self, ref: str, near: Path, environment: Mapping[str, str]) -> None:
        self._option = f"--in-diff {ref}"
        # What GIT_DIR and its like name is relative to where the user, or the hook that runs us, stands.
        self._directory = None if "GIT_DIR" in environment else near
        self._environment = environment

    def ask(self, arguments: Sequence[str], *, hint: str = "") -> str:
        """What git prints.

        Raises:
            ConfigError: it fails; its own words and ``hint`` say why and what to do.
        """
        process = self.try_out(arguments)
        if process.returncode:
            said = os.fsdecode(process.stderr).strip().removeprefix("fatal: ") or f"git {arguments[0]} failed"
            raise ConfigError(f"{self._option}: {said}{'; ' if hint else ''}{hint}")
        return os.fsdecode(process.stdout)

    def try_out(self, arguments: Sequence[str]) -> "subprocess.CompletedProcess[bytes]":
        """What became of git, which neither asks anything nor writes to the repository.

        Raises:
            ConfigError: there is no git.
        """
        try:
            return subprocess.run(
                ["git", "--no-optional-locks", *arguments],  # noqa: S607 - the one that the user calls git
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
