"""Does a stranger's project get the same results every time, and is what it does not own left alone?

Builds the wheel, installs it alone into a fresh environment outside the repository, writes the tests of the reference
and of the documentation there, and runs them in parallel and in random order, on a private server and on one that
DATABASE_URL names. Then our own tests of the Python API run with that DATABASE_URL. Reported: whether all runs agree,
which databases are left over, and whether pg_dump of the named database, which has content, says the same before and
after, byte for byte.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import psycopg
from stranger import REPOSITORY, environment, install_wheel, own_installation

from confiture.config import PostgresConfig
from confiture.postgres.server import Server, open_server

sys.path.insert(0, str(REPOSITORY / "tests" / "testing"))
from documents import DOCUMENTS, is_test_file, python_blocks, write_project

CONTENT = """
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, since date DEFAULT '2020-01-01');
CREATE TABLE users (id integer PRIMARY KEY, customer bigint REFERENCES customers);
CREATE VIEW old AS SELECT * FROM customers WHERE since < '2021-01-01';
INSERT INTO customers (name) SELECT 'customer ' || n FROM generate_series(1, 1000) AS n;
INSERT INTO users SELECT n, n FROM generate_series(1, 500) AS n;
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10, help="runs on each server (10)")
    parser.add_argument("--processes", type=int, default=4, help="of pytest-xdist (4)")
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory(prefix="stranger-") as name, own_installation() as installation:
        folder = Path(name)
        python = install_wheel(folder, "pytest-xdist", "pytest-randomly")
        project = write_tests(folder / "project", installation.binaries)
        with open_server(PostgresConfig(binaries=installation.binaries)) as server:
            url = make_named(server)
            dump, databases = dump_of(url, installation.binaries), list_databases(server)
            for title, variables in {"private": {}, "named": {"DATABASE_URL": url}}.items():
                runs = [run(python, project, options.processes, seed, variables) for seed in range(options.runs)]
                results = {frozenset(outcomes.items()) for outcomes in runs}
                bad = sorted({test for outcomes in runs for test, outcome in outcomes.items() if outcome != "passed"})
                left = list_databases(server) - databases
                print(f"{title}: {len(runs)} runs of {len(runs[0])} tests, {len(results)} different result(s),")
                print(f"    not passed: {bad or 'none'}; databases left over: {sorted(left) or 'none'}")
                failed |= len(results) != 1 or bool(bad or left) or not runs[0]
            failed |= report_same("the stranger's runs", dump, dump_of(url, installation.binaries))
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", REPOSITORY / "tests" / "testing"]
            done = subprocess.run(
                command, env=environment(DATABASE_URL=url), capture_output=True, text=True, check=False
            )
            print(f"our tests of the Python API: {(done.stdout.splitlines() or [done.stderr])[-1]}")
            if done.returncode:
                print(*re.findall("^(?:FAILED|ERROR) .*", done.stdout, re.MULTILINE), sep="\n")
                failed = True
            failed |= report_same("our own tests", dump, dump_of(url, installation.binaries))
    return int(failed)


def write_tests(project: Path, binaries: Path) -> Path:
    write_project(project)
    (project / "confiture.toml").write_text(f"[postgres]\nbinaries = '{binaries}'\n")
    for document in DOCUMENTS:
        for title, block in python_blocks(REPOSITORY / document).items():
            if is_test_file(block):
                (project / "tests" / f"test_{Path(document).stem.replace('-', '_')}_{title}.py").write_text(block)
    return project


def make_named(server: Server) -> str:
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE named_by_the_stranger")
    with psycopg.connect(server.dsn("named_by_the_stranger")) as connection:
        connection.execute(CONTENT)
    return server.dsn("named_by_the_stranger")


def list_databases(server: Server) -> set[str]:
    with psycopg.connect(server.dsn("postgres")) as connection:
        return {str(name) for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}


def dump_of(url: str, binaries: Path) -> bytes:
    """All that pg_dump says but the key of its ``\\restrict`` command, which is drawn anew each time."""
    program = shutil.which("pg_dump", path=str(binaries)) or shutil.which("pg_dump")
    if program is None:
        raise SystemExit("pg_dump was not found beside the server's programs or on PATH.")
    text = subprocess.run([program, url], capture_output=True, check=True).stdout
    return b"".join(
        line for line in text.splitlines(keepends=True) if not line.startswith((b"\\restrict", b"\\unrestrict"))
    )


def report_same(after: str, old: bytes, new: bytes) -> bool:
    """Says whether the dumps are the same; true when they are not."""
    print(
        f"pg_dump of the named database after {after}: {'identical' if old == new else 'DIFFERENT'} ({len(new)} bytes)"
    )
    return old != new


def run(python: Path, project: Path, processes: int, seed: int, variables: dict[str, str]) -> dict[str, str]:
    """The outcome of each test."""
    report = project.parent / "report.xml"
    report.unlink(missing_ok=True)
    subprocess.run(
        [python, "-m", "pytest", "-q", f"-n{processes}", f"--randomly-seed={seed}", f"--junitxml={report}", "tests"],
        cwd=project,
        env=environment(**variables),
        capture_output=True,
        check=False,
    )
    cases = ET.parse(report).iter("testcase")
    return {f"{case.get('classname')}.{case.get('name')}": outcome(case) for case in cases}


def outcome(case: ET.Element) -> str:
    problem = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), None)
    return problem or "passed"


if __name__ == "__main__":
    raise SystemExit(main())
