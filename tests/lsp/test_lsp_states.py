"""A short session of ``benchmarks/lsp_states.py``: what is shown does not depend on how it came about."""

import subprocess
import sys
from pathlib import Path


def test_a_client_shows_what_a_fresh_server_shows(repository: Path) -> None:
    play = [
        sys.executable,
        repository / "benchmarks" / "lsp_states.py",
        "--steps",
        "12",
        "--every",
        "12",
        "--seed",
        "5",
    ]
    finished = subprocess.run(play, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith("24 steps, pauses: 1, ")
