"""What is dear to make is made once for a file: an installation, copied for each test, and a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.desk import Desk, Prepare
from tests.stores import Copies, Rows, connected

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class Made(NamedTuple):
    """An installation to be copied; with the rows of its database, where that is no file."""

    desk: Desk
    rows: Rows | None = None


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
    copies: Copies = request.getfixturevalue("copies_on_postgres")
    with copies.one() as url:
        desk = Desk(folder, url)
        prepare(desk)
        with connected(url) as connection:
            rows = Rows(connection)
    yield Made(desk, rows)


@pytest.fixture
def desk(made: Made, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A copy of it for one test: to prepare each takes ten times as long."""
    shutil.copytree(made.desk.folder, tmp_path, dirs_exist_ok=True)
    if made.rows is None:
        yield made.desk.moved(tmp_path)
        return
    copies: Copies = request.getfixturevalue("copies_on_postgres")
    with copies.one() as url:
        with connected(url) as connection:
            made.rows.put(connection)
        yield made.desk.moved(tmp_path, url)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Chromium, without a window."""
    from tests.chromium import running_chromium  # most of these tests need none

    with running_chromium(chromium) as browser:
        yield browser
