"""The tables that Prefect's migrations make, as `onward/stack/prefect_tables.sql` has them.

    python -m tests.prefect_tables

writes that file again, after an upgrade of Prefect.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from onward.stack.prefect_tables import TABLES


def tables_of(database: Path) -> set[tuple[str, ...]]:
    """The columns and constraints of each table and index, and the number of the last migration.

    Without order, line breaks and quotation marks, which differ from one time to the next.
    """
    with closing(sqlite3.connect(database)) as connection:
        made = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
            " UNION SELECT version_num FROM alembic_version"
        )
        return {_parts(statement) for (statement,) in made}


def _parts(statement: str) -> tuple[str, ...]:
    words = " ".join(statement.replace('"', "").split())
    return tuple(sorted(part.strip(" ()") for part in words.split(",")))


def main() -> None:
    """Migrate an empty database, and write down what it has then."""
    with TemporaryDirectory() as folder:
        database = Path(folder, "prefect.db")
        url = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{database}"}
        command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
        subprocess.run(command, env={**os.environ, **url, "PREFECT_HOME": folder}, check=True)
        with closing(sqlite3.connect(database)) as connection:
            lines = "\n".join(connection.iterdump()).splitlines()
        TABLES.write_text("".join(f"{line.rstrip()}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
