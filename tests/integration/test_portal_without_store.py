"""A store that cannot be used: readers are told that something went wrong, and the operator what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from casework.context import Onward
from portal.middleware import HEADERS
from tests.installations import asked_home, ready
from tests.portals import Browser, portal_of, read
from tests.programs import Program, reason


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "onward.db"


@pytest.fixture
def onward(file: Path, tmp_path: Path) -> Iterator[Onward]:
    with closing(ready(f"sqlite:///{file}", tmp_path)) as made:
        yield made


def damage(onward: Onward, file: Path) -> None:
    onward.store.close()
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    file.write_text("No database. " * 100)


def test_pages_say_that_something_went_wrong_and_the_log_says_what(
    onward: Onward, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The place of the file is nobody else's business; what needs no store is shown as ever."""
    code = asked_home(onward)
    browser = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    damage(onward, file)
    for path in ("/healthz", "/", f"/cases/{code}", "/in/nothing", "/n/nothing-1/nothing"):
        answer = browser.get(path) if path != "/in/nothing" else browser.post(path)
        assert answer.status_code == 500, path
        assert read(answer).startswith("Something went wrong, and nothing was done.")
        assert str(file) not in answer.text
        expected = HEADERS | {"referrer-policy": "strict-origin"}  # a link that lets in still may
        assert expected.items() <= answer.headers.items()
        (line,) = caplog.records
        assert line.getMessage().startswith(f"{file} is not an Onward database")
        assert (line.name, line.exc_info) == ("onward.portal", None)
        caplog.clear()
    assert browser.get("/nowhere").status_code == 404
    assert Browser(portal_of(onward)).get("/sign-in").status_code == 200
    assert caplog.records == []


def test_programs_are_told_no_more_than_that(
    onward: Onward, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    program = Program(onward, "GH-ONE")
    damage(onward, file)
    answer = program.get("/cases/0000-0000")
    assert (answer.status_code, reason(answer)) == (500, "went_wrong")
    assert str(file) not in answer.text
    (line,) = caplog.records
    assert line.getMessage().startswith(f"{file} is not an Onward database")
