"""The scripts in a text as an editor has it, by the rules of its project's migration tool."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from confiture.config import find_root, load_config
from confiture.errors import ConfitureError
from confiture.lsp.warm_up import warm_up
from confiture.model.migration import Role
from confiture.model.script import Script
from confiture.model.span import Span
from confiture.sql import parse_script


@dataclass(frozen=True, slots=True)
class Section:
    """A script and what of the file belongs to it; without a role where the file is not one of a migration."""

    role: Role | None
    script: Script
    span: Span


def sections(path: Path, text: str, settings: Mapping[str, object]) -> tuple[Section, ...]:
    """The scripts of ``path``, in their order in ``text``; it reads the history, so call it in a thread."""
    found = sorted(_scripts(path, text, settings), key=lambda section: section.span)
    return tuple(found) or (_section(None, parse_script(path, text)),)


def is_divided(found: tuple[Section, ...]) -> bool:
    """Whether one section follows the other."""
    return len(found) > 1 and all(first.span.end <= second.span.start for first, second in pairwise(found))


def _scripts(path: Path, text: str, settings: Mapping[str, object]) -> Iterator[Section]:
    warm_up()
    from confiture.layouts import find_history

    with suppress(ConfitureError):
        config = load_config(find_root(path), environment=os.environ, overrides=settings)
        history = find_history(config, near=path, texts={path: text})
        index = history.index_of(path)
        if index is not None:
            migration = history.migrations[index]
            for role in Role:
                script = migration.up if role is Role.UP else migration.down
                if script and script.path == path:
                    yield _section(role, script)


def _section(role: Role | None, script: Script) -> Section:
    text = script.text
    return Section(role, script, Span(len(text) - len(text.lstrip()), len(text.rstrip())))
