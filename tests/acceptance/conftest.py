"""What is dear to make is made once for a file: an installation, copied for each test, and a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.desk import Desk, Prepare
from tests.stores import Copies, Rows, connected, on_both

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class Made(NamedTuple):
    """An installation to be copied; with the rows of its database, where that is no file."""

    desk: Desk
    rows: Rows | None = None


@on_both(name="made", scope="module")
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


Copy = Callable[[Path], AbstractContextManager[Desk]]
"""Puts a copy of an installation into a folder, until the block ends."""


@pytest.fixture(name="copy", scope="module")
def _copy(made: Made, request: pytest.FixtureRequest) -> Copy:
    """To prepare each installation takes ten times as long."""

    @contextmanager
    def copy(folder: Path) -> Iterator[Desk]:
        shutil.copytree(made.desk.folder, folder, dirs_exist_ok=True)
        if made.rows is None:
            yield made.desk.moved(folder)
            return
        copies: Copies = request.getfixturevalue("copies_on_postgres")
        with copies.one() as url:
            with connected(url) as connection:
                made.rows.put(connection)
            yield made.desk.moved(folder, url)

    return copy


@pytest.fixture
def desk(copy: Copy, tmp_path: Path) -> Iterator[Desk]:
    """An installation that is the test's alone."""
    with copy(tmp_path) as desk:
        yield desk


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Chromium, without a window."""
    from tests.chromium import running_chromium  # most of these tests need none

    with running_chromium(chromium) as browser:
        yield browser
