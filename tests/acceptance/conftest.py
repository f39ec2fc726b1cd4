"""Installations that are made once for a file, and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.desk import Desk, Prepare
from tests.stores import PostgresServer


class Made(NamedTuple):
    """An installation to be copied; with its database, where that is no file."""

    desk: Desk
    postgres: PostgresServer | None = None
    database: str = ""


@pytest.fixture(name="made", scope="module", params=["sqlite", "postgresql"])
def _made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, prepare: Prepare
) -> Iterator[Made]:
    """An installation on a store of either kind, as the fixture `prepare` of a file prepares it."""
    folder = tmp_path_factory.mktemp("made")
    if request.param == "sqlite":
        made = Made(Desk(folder))
        prepare(made.desk)
        yield made
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    with postgres.database() as database:
        made = Made(Desk(folder, postgres.url(database)), postgres, database)
        prepare(made.desk)
        yield made


@pytest.fixture
def desk(made: Made, tmp_path: Path) -> Iterator[Desk]:
    """A copy of it for one test: to prepare each takes ten times as long."""
    shutil.copytree(made.desk.folder, tmp_path, dirs_exist_ok=True)
    if made.postgres is None:
        yield made.desk.moved(tmp_path)
        return
    with made.postgres.database(made.database) as copy:
        yield made.desk.moved(tmp_path, made.postgres.url(copy))
