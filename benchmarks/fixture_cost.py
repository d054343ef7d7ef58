"""What a database of its own costs each test: `test_db_connection` beside the `postgresql` of pytest-postgresql.

Both run empty tests on the same server, in turn. The cost of a test is its setup, call and teardown as pytest reports
them; of each run the mean counts, without the first test, which also sets up what all share. The ratio counts; the
times are of this machine.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from stranger import environment, install_wheel, own_installation

from confiture.config import PostgresConfig
from confiture.postgres.server import Server, open_server

OURS, THEIRS = "test_db_connection", "postgresql"
TEST = """
import pytest

@pytest.mark.parametrize("number", range({tests}))
def test(number, {fixture}):
    {fixture}.execute("SELECT 1")
"""
MEASURE = """
import json
from collections import Counter

from pytest_postgresql import factories

server = factories.postgresql_noproc()
postgresql = factories.postgresql("server")
SECONDS = Counter()

def pytest_runtest_logreport(report):
    SECONDS[report.nodeid] += report.duration

def pytest_sessionfinish():
    with open("seconds.json", "w") as file:
        json.dump([*SECONDS.values()], file)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7, help="runs of each (7)")
    parser.add_argument("--tests", type=int, default=60, help="tests of a run (60)")
    options = parser.parse_args()
    costs: dict[str, list[float]] = {OURS: [], THEIRS: []}
    with tempfile.TemporaryDirectory(prefix="stranger-") as folder, own_installation() as installation:
        python = install_wheel(Path(folder), "pytest-postgresql>=7")
        (Path(folder) / "conftest.py").write_text(MEASURE)
        with open_server(PostgresConfig(binaries=installation.binaries)) as server:
            for _ in range(options.repeats):
                for fixture, found in costs.items():
                    file = Path(folder) / f"test_{fixture}.py"
                    file.write_text(TEST.format(tests=options.tests, fixture=fixture))
                    found.append(1000 * statistics.mean(run(python, file, server)[1:]))
    for fixture, found in costs.items():
        print(f"{fixture:20} {statistics.median(found):6.1f} ms a test ({min(found):.1f} to {max(found):.1f})")
    ratios = [ours / theirs for ours, theirs in zip(costs[OURS], costs[THEIRS], strict=True)]
    print(f"{'ratio':20} {statistics.median(ratios):6.2f}           ({min(ratios):.2f} to {max(ratios):.2f})")


def run(python: Path, file: Path, server: Server) -> list[float]:
    """The seconds of each test, in their order."""
    where = server.parameters
    done = subprocess.run(
        [
            *(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", file),
            *(f"--postgresql-host={where['host']}", f"--postgresql-port={where['port']}", "--postgresql-user=postgres"),
        ],
        cwd=file.parent,
        env=environment(DATABASE_URL=server.dsn("postgres")),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return json.loads((file.parent / "seconds.json").read_text())


if __name__ == "__main__":
    main()
