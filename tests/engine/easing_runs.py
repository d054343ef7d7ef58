"""Easing the newest migration of a project that a test writes."""

import re
from pathlib import Path

from confiture.engine.easing.ease import Eased, ease
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench

ORDERS = """CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, total int, customer_id int);
"""


def ease_text(root: Path, text: str, workbench: Workbench, *, chosen: frozenset[str] | None = None) -> Eased:
    """What becomes of the last migration of ``text``, which has the parts of a case."""
    base, *others = re.split(r"^-- (\S+\.\w+)\n", text, flags=re.MULTILINE)
    files = dict(zip(others[::2], others[1::2], strict=True))
    migrations = root / "migrations"
    migrations.mkdir()
    first = _first(next(iter(files)), base, "\n".join(files.values()))
    for name, content in {**first, **files}.items():
        (migrations / name).write_text(content)
    return ease_again(root, workbench, chosen=chosen)


def ease_again(root: Path, workbench: Workbench, *, chosen: frozenset[str] | None = None) -> Eased:
    """What becomes of the last migration of the project in ``root``."""
    project = load_project(root, environment={})
    run = ease(project, project.history.migrations[-1], workbench=workbench, chosen=chosen)
    (eased,) = [message for message in run if isinstance(message, Eased)]
    return eased


def _first(name: str, base: str, text: str) -> dict[str, str]:
    """The files of the migration before, written as the tool of the next one wants it."""
    first = name.replace("2", "1", 1)
    if "+goose" in text:
        return {first: f"-- +goose Up\n{base}"}
    if "migrate:up" in text:
        return {first: f"-- migrate:up\n{base}\n-- migrate:down\n"}
    if first.endswith(".up.sql"):
        return {first: base, first.replace(".up.", ".down."): ""}
    return {first: base}
