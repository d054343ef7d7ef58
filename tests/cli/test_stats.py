"""Sizes of production's tables come from its statistics, and costs are worked out for them."""

import json
import re
from pathlib import Path

from command import run, write_files

from confiture.postgres.scratch import Scratch
from confiture.postgres.server import Server
from confiture.postgres.session import Session

FILES = {
    "migrations/001_orders.sql": "CREATE TABLE orders (id int);\nINSERT INTO orders VALUES (1), (2);\n",
    "migrations/002_total.sql": "ALTER TABLE orders ADD COLUMN total float8 DEFAULT random();\n",
    "confiture.toml": '[scale]\nrows = 100\nfactors = [1, 2, 4]\nrepeats = 1\nstatistics = "sizes.json"\n',
}
PRODUCTION = """
CREATE TABLE orders (id int);
INSERT INTO orders SELECT generate_series(1, 3000);
CREATE SCHEMA app;
CREATE TABLE app.events (id int) PARTITION BY RANGE (id);
CREATE TABLE app.one PARTITION OF app.events FOR VALUES FROM (0) TO (50);
CREATE TABLE app.two PARTITION OF app.events FOR VALUES FROM (50) TO (100);
INSERT INTO app.events SELECT generate_series(1, 99);
VACUUM ANALYZE;
"""


def test_statistics_are_written_and_used(tmp_path: Path, server: Server) -> None:
    write_files(FILES, tmp_path)
    with Scratch(server) as scratch:
        production = scratch.create()
        with Session(server, production) as session:
            for statement in PRODUCTION.split(";\n"):
                session.run(statement)
        answer = run("stats", "--from", server.dsn(production), cwd=tmp_path)
    assert (answer.code, answer.stderr) == (0, "")
    assert answer.stdout == f"{tmp_path / 'sizes.json'}: 4 tables\n"
    data = json.loads((tmp_path / "sizes.json").read_text())
    rows = {name: table["rows"] for name, table in data["tables"].items()}
    assert rows == {"app.events": 99, "app.one": 49, "app.two": 50, "orders": 3000}
    assert data["server"] == server.version_text

    answer = run("profile", "--scale", "--json", "--html", "page.html", "migrations/002_total.sql", cwd=tmp_path)
    assert answer.stderr == ""
    [cost] = json.loads(answer.stdout)["002"]
    assert cost["rewriteReason"] == "each row gets a default of its own"
    assert [point["rows"] for point in cost["growth"]["points"]] == [100, 200, 400]
    assert cost["growth"]["production"]["rows"] == 3000
    page = (tmp_path / "page.html").read_text("utf-8")
    assert re.findall(r"Plotly\.newPlot\(\"(picture-\d-\d)\"", page) == ["picture-0-0", "picture-0-1"]
