"""Ends while its child holds a lock, after it has killed another connection and changed settings of the database."""

import subprocess
import sys

import psycopg

HOLD = """
import psycopg, time
connection = psycopg.connect()
connection.execute("LOCK TABLE a")
print("locked", flush=True)
time.sleep(3600)
"""
child = subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE)
child.stdout.readline()
with psycopg.connect(autocommit=True) as connection, psycopg.connect() as other:
    connection.execute("SELECT pg_terminate_backend(%s)", [other.info.backend_pid])
    connection.execute(
        "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET work_mem = ''1MB'''; END $$"
    )
    [exists] = connection.execute("SELECT to_regclass('a') IS NOT NULL").fetchone()
    raise SystemExit(not exists)
