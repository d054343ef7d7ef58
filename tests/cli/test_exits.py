"""The page about exit statuses is made from the code."""

from pathlib import Path

import pytest

from confiture.cli.exits import Exit, exit_of, page
from confiture.errors import ConfigError, ConfitureError, ConnectionLostError, NoServerError, ProjectError


def test_document_is_up_to_date(repository: Path, request: pytest.FixtureRequest) -> None:
    document = repository / "docs" / "exit-codes.md"
    if request.config.getoption("--update-cases"):
        document.write_text(page(), encoding="utf-8", newline="\n")
    assert document.read_text("utf-8") == page()


def test_every_status_has_a_row() -> None:
    assert page().count("\n| ") == len(Exit) + 2
    assert all(code.meaning.endswith(".") for code in Exit)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError, Exit.USAGE),
        (ProjectError, Exit.USAGE),
        (NoServerError, Exit.NO_DATABASE),
        (ConnectionLostError, Exit.NO_DATABASE),
    ],
)
def test_errors_have_their_status(error: type[ConfitureError], code: Exit) -> None:
    assert exit_of(error("…")) is code
