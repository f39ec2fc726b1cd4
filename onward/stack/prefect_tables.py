"""The tables of a new database of Prefect's, made at once.

Prefect's own migrations make them by 115 changes, one after the other, which takes longer than all else at
a first start. `prefect_tables.sql` is what they lead to, with the number of the last one: a Prefect that has
newer ones carries on from there, as it does with every database.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from models.private_files import make_file
from onward.stack.prefect_settings import database_file

TABLES = Path(__file__).with_suffix(".sql")


def make_tables(home: Path) -> None:
    """Make the tables, all or none, unless there is a database.

    Where it cannot be written, Prefect finds none, and says in its log why it can make none.
    """
    database = database_file(home)
    if database.exists():
        return
    make_file(database)
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
        connection.executescript(TABLES.read_text(encoding="utf-8"))
