"""The commands on the page about CI exist, and the page tells of each format."""

import re
import shlex
from pathlib import Path

import pytest

from confiture.cli import build_parser
from confiture.report.formats import FORMATS

PAGE = (Path(__file__).parents[2] / "docs" / "continuous-integration.md").read_text("utf-8")
COMMANDS = re.findall(r"\bconfiture (check[^`'\n]*)", PAGE)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_understood(command: str) -> None:
    assert build_parser().parse_args(shlex.split(command)).run


def test_each_format_has_a_row_and_those_of_ci_servers_a_command() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == [each.name for each in FORMATS]
    used = {build_parser().parse_args(shlex.split(command)).format for command in COMMANDS}
    assert used == {each.name for each in FORMATS} - {"json"}
