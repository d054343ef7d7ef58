"""Runs with programs as tests end at once when they are closed, and leave nothing behind."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from confiture.engine.check import check
from confiture.engine.project import load_project
from confiture.engine.workbench import Workbench
from confiture.model.event import Event, Finished, Progress

HANGS = """
import os, time
from pathlib import Path
Path("new").write_text(str(os.getpid()))
Path("new").rename("running")
time.sleep(3600)
"""


@pytest.fixture
def hanging(tmp_path: Path) -> Path:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_a.sql").write_text("CREATE TABLE a (id int);\n")
    (tmp_path / "hangs.py").write_text(HANGS)
    (tmp_path / "confiture.toml").write_text('test_commands = ["python hangs.py"]\n')
    return tmp_path


def test_closing_ends_the_program_that_runs(
    hanging: Path, workbench: Workbench, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    project = load_project(hanging, environment={"PATH": str(Path(sys.executable).parent)})
    run = check(project, project.history.migrations[0], workbench=workbench)

    def close() -> None:
        try:
            wait_until((hanging / "running").exists)
        finally:
            run.close()

    events: list[Event] = []
    for event in run:
        events.append(event)
        if event == Progress("Running python hangs.py on 001 a"):
            threading.Thread(target=close).start()
    assert not any(isinstance(event, Finished) for event in events)
    process = Path("/proc") / (hanging / "running").read_text()
    if sys.platform == "linux":
        wait_until(lambda: not process.exists())
