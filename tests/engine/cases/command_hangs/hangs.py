import time

import psycopg

with psycopg.connect() as connection:
    [exists] = connection.execute("SELECT to_regclass('a') IS NOT NULL").fetchone()
while not exists:
    time.sleep(1)
