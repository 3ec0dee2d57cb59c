"""Print the address of a PostgreSQL server on this machine that lets us in, or nothing."""

import getpass

import psycopg

for user in ("postgres", getpass.getuser()):
    try:
        with psycopg.connect(host="127.0.0.1", user=user, dbname="postgres", connect_timeout=2):
            print(f"postgresql://{user}@127.0.0.1:5432/postgres")
            break
    except psycopg.OperationalError:
        continue
