"""ARCHITECTURE.md names every module once, in the module's own words, and no path that does not exist."""

import ast
import re
from pathlib import Path

import pytest

SECTION = re.compile(r"^(### `server/confiture/(?P<package>[\w/]*)`\n\n(?:(?!- |#).*\n)*)(?:- `.*\n)*\n*", re.MULTILINE)
PATH = re.compile(r"^- `([^`]+)`", re.MULTILINE)


@pytest.fixture(scope="module")
def package(repository: Path) -> Path:
    return repository / "server" / "confiture"


def test_names_every_module_in_its_own_words(repository: Path, package: Path, request: pytest.FixtureRequest) -> None:
    document = repository / "ARCHITECTURE.md"
    text = document.read_text()
    current = SECTION.sub(lambda section: f"{section[1].rstrip()}\n\n{listing(package, section['package'])}\n", text)
    if request.config.getoption("--update-cases"):
        document.write_text(current)
    assert document.read_text() == current


def test_has_a_section_for_every_package(repository: Path, package: Path) -> None:
    sections = [
        section["package"].rstrip("/") for section in SECTION.finditer((repository / "ARCHITECTURE.md").read_text())
    ]
    packages = {path.parent.name for path in package.glob("*/*.py")}
    assert sorted(sections) == sorted({"", *packages})


def test_names_nothing_that_is_gone(repository: Path) -> None:
    around = (repository / "ARCHITECTURE.md").read_text().partition("## Around the server")[2]
    named = PATH.findall(around)
    assert named
    assert [path for path in named if not (repository / path).exists()] == []


def listing(root: Path, package: str) -> str:
    """A line for each module of ``package``, sub-packages included; for those beside the packages when it is empty."""
    modules = sorted((root / package).rglob("*.py") if package else root.glob("*.py"))
    return "".join(f"- `{path.relative_to(root)}`: {summary(path)}\n" for path in modules)


def summary(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    assert docstring, f"{path} has no docstring"
    return docstring.partition("\n\n")[0].replace("\n", " ").replace("``", "`")
