"""Each case's run tells just what its expected.txt says."""

from pathlib import Path

import pytest
from runs import all_cases, render, run_case

from confiture.engine.workbench import Workbench


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_tells_what_is_expected(
    case: Path, tmp_path: Path, workbench: Workbench, request: pytest.FixtureRequest
) -> None:
    told = render(run_case(case, tmp_path, workbench))
    expected = case / "expected.txt"
    if request.config.getoption("--update-cases"):
        expected.write_text(told)
    assert told == expected.read_text()
