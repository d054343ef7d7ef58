"""What a stranger has: the wheel in a fresh environment, and a PostgreSQL that nobody else uses."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from confiture.config import PostgresConfig
from confiture.postgres.installation import Installation, find_installations

REPOSITORY = Path(__file__).parents[1]


def install_wheel(folder: Path, *packages: str) -> Path:
    """Builds the wheel and installs it with ``packages`` into a fresh environment; returns its Python."""
    uv = shutil.which("uv", path=os.pathsep.join([os.environ["PATH"], str(REPOSITORY / ".tools" / "bin")]))
    if uv is None:
        raise SystemExit("uv was not found on PATH or in .tools; ./test installs it.")
    subprocess.run([uv, "build", "--quiet", "--wheel", "--out-dir", folder / "dist", REPOSITORY], check=True)
    [wheel] = (folder / "dist").glob("*.whl")
    subprocess.run([uv, "venv", "--quiet", folder / "venv"], check=True)
    python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    command = [uv, "pip", "install", "--quiet", "--python", python, f"{wheel}[postgres,pytest]", *packages]
    subprocess.run(command, check=True)
    return python


@contextmanager
def own_installation() -> Iterator[Installation]:
    """An installation of links to the one that Confiture prefers here, and so a private server of its own."""
    usable = (lead.installation for lead in find_installations(PostgresConfig()) if lead.installation)
    found = next(usable)
    with tempfile.TemporaryDirectory(prefix="confiture-stranger-") as folder:
        Path(folder).chmod(0o755)
        for part in found.parts:
            shutil.copytree(part, Path(folder) / part.name, copy_function=os.symlink)
        main = found.parts[0]
        binaries = Path(folder) / main.name / found.binaries.resolve().relative_to(main)
        yield Installation(binaries, found.version, found.version_text, found.found)


def environment(**variables: str) -> dict[str, str]:
    """Ours without what would lead a stranger's Python or tests to this repository or to another server."""
    hidden = ("PYTHON", "POSTGRES_", "DATABASE_URL", "VIRTUAL_ENV", "CONFITURE")
    return {key: value for key, value in os.environ.items() if not key.startswith(hidden)} | variables
