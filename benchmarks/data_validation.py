"""What DataValidator takes for a million rows in three tables, and whether it finds what is wrong with them.

Measures capture, comparison and check of all constraints, and the peak memory of Python above that of the idle process.
Then one row is changed, one lost and one orphaned, and must be found.
"""

import argparse
import resource
import sys
from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

import psycopg

from confiture.config import PostgresConfig
from confiture.postgres.scratch import Scratch
from confiture.postgres.server import open_server
from confiture.testing.fixtures.data_validator import DataValidator

TABLES = """
CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, born timestamptz NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, buyer bigint NOT NULL REFERENCES users, total numeric CHECK (total >= 0));
CREATE TABLE lines (place bigint REFERENCES orders, number integer, label text, PRIMARY KEY (place, number));
INSERT INTO users SELECT n, 'user ' || n, now() FROM generate_series(1, %(rows)s / 10) AS n;
INSERT INTO orders SELECT n, 1 + n %% (%(rows)s / 10), n FROM generate_series(1, %(rows)s * 3 / 10) AS n;
INSERT INTO lines SELECT 1 + n %% (%(rows)s * 3 / 10), n, md5(n::text) FROM generate_series(1, %(rows)s * 6 / 10) AS n;
"""
DAMAGE = """
SET session_replication_role = replica;
UPDATE users SET name = 'somebody else' WHERE id = 77;
DELETE FROM lines WHERE number = 4711;
UPDATE orders SET buyer = 0 WHERE id = 1234;
"""
WANTED = ["users: 1 row changed: (77)", "orders: 1 row changed: (1234)", "lines: 1 row lost"]
ORPHAN = "1 row breaks constraint orders.orders_buyer_fkey"
Result = TypeVar("Result")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="in all three tables (1000000)")
    rows = parser.parse_args().rows
    with open_server(PostgresConfig()) as server, Scratch(server) as scratch:
        url = server.dsn(scratch.create())
        with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as connection:
            missed = validate(connection, rows)
    return int(missed)


def validate(connection: psycopg.Connection, rows: int) -> bool:
    """Measures, and says whether anything was missed or made up."""
    connection.execute(TABLES, {"rows": rows})
    connection.commit()
    connection.execute("ANALYZE")
    idle = peak_mebibytes()
    validator = DataValidator(connection)
    baseline = timed("capture_baseline", validator.capture_baseline)
    sound = timed("find_data_loss", lambda: validator.find_data_loss(baseline))
    sound += timed("find_violations", validator.find_violations)
    connection.execute(DAMAGE)
    lost = timed("find_data_loss, damaged", lambda: validator.find_data_loss(baseline))
    broken = timed("find_violations, damaged", validator.find_violations)
    print(f"{sum(baseline.row_counts.values())} rows; memory above idle {peak_mebibytes() - idle:.1f} MiB")
    print("found:", *lost, *broken, sep="\n    ")
    return bool(sound) or sorted(lost) != sorted(WANTED) or broken != [ORPHAN]


def timed(title: str, work: Callable[[], Result]) -> Result:
    started = perf_counter()
    result = work()
    print(f"{title:26} {perf_counter() - started:6.1f} s")
    return result


def peak_mebibytes() -> float:
    """Of this process so far; macOS counts in bytes where Linux counts in kibibytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    raise SystemExit(main())
