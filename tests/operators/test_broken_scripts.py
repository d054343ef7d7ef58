"""Scripts that are cut, spliced and garbled: nothing crashes, hangs or goes unexplained."""

import subprocess
import sys
from pathlib import Path


def test_broken_scripts_do_no_harm(repository: Path) -> None:
    fuzz = [sys.executable, repository / "benchmarks" / "fuzz.py", "--scripts", "60", "--seed", "5"]
    finished = subprocess.run(fuzz, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith("60 scripts, 0 failures")
