"""Bad input ends in one clear message and the right exit status, never in a traceback. Cases are in ``bad_input/``."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from command import run, write_files

from confiture.postgres.server import Server

CASES = sorted((Path(__file__).parent / "bad_input").glob("*.toml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_bad_input_is_answered_clearly(path: Path, tmp_path: Path, server: Server) -> None:
    case: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    write_files(case["files"], tmp_path)
    for name, content in case.get("hex", {}).items():
        (tmp_path / name).write_bytes(bytes.fromhex(content))
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}

    answer = run(*case["run"], cwd=tmp_path, more=case.get("environment"))

    assert answer.code == case["code"], answer
    for stream in ("stdout", "stderr"):
        for words in case.get(stream, ()):
            assert words in getattr(answer, stream)
    for words in ("Traceback", *case.get("never", ())):
        assert words not in answer.stdout + answer.stderr
    complaints = [line for line in answer.stderr.splitlines() if line.startswith("confiture: ")]
    assert len(complaints) == (answer.code in {2, 4} and "doctor" not in case["run"])
    after = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert {file: after.get(file) for file in before} == before
    assert {file.relative_to(tmp_path).as_posix() for file in after.keys() - before.keys()} <= {
        ".confiture/baseline.json",
        ".confiture/cache/costs.jsonl",
    }
