"""Whether there is room for more rows: a server that runs out of it in mid-write may fall."""

import shutil

from confiture.postgres.session import Session


def free_bytes(session: Session) -> int | None:
    """What is free where the server keeps its data; None on a server that the user named, which can be elsewhere."""
    if not session.server.private:
        return None
    [(directory,)] = session.query("SHOW data_directory")
    try:
        return shutil.disk_usage(str(directory)).free
    except OSError:
        return None


def database_bytes(session: Session) -> int:
    """What the session's database takes."""
    [(size,)] = session.query("SELECT pg_database_size(current_database())")
    return int(str(size))
