"""Creates the tables of a new Prefect database in one go.

Prefect's own migrations create them in 115 successive steps, which takes longer than anything else
at a first start. `prefect_tables.sql` holds their result and the number of the last migration. A
Prefect with newer migrations continues from there, as it does with any database.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from models.private_files import make_file
from onward.stack.prefect_settings import database_file

TABLES = Path(__file__).with_suffix(".sql")


def make_tables(home: Path) -> None:
    """Create all tables or none, unless there is a database already.

    If SQLite cannot write the tables, nothing is raised: Prefect tries to create them itself, and
    says in its log why it cannot.
    """
    database = database_file(home)
    if database.exists():
        return
    make_file(database)
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
        connection.executescript(TABLES.read_text(encoding="utf-8"))
