"""Runs pytest with the plugin, and no other, in a folder."""

import os
import subprocess
import sys
from pathlib import Path


def run(folder: Path, *options: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "confiture.testing.plugin", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if name != "CI"},  # where pytest repeats all messages
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": os.pathsep.join(sys.path),
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
