"""`onward version`: an operator reads what waits, and agrees to what they have read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from tests.desk import PATHWAY, Desk

NIGHT = "nightshift"
WIDER = PATHWAY.replace("version: 1", "version: 2").replace("form: [", "form: [more?, ", 1)
WIDER = WIDER.replace("data:\n", "data:\n  more: {text}\n")
TOO_LARGE = f"passage@{'9' * 20}"


@contextmanager
def sitting_at_night() -> Iterator[None]:
    with mock.patch("casework.authenticating.account", return_value=NIGHT):
        yield


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Desk:
    """Two operators, and a version that one of them has proposed."""
    made = Desk(tmp_path)
    made.set_up()
    made.do("operator", "add", "op-2", "--account", NIGHT)
    propose(made, WIDER)
    return made


def propose(desk: Desk, text: str) -> None:
    file = desk.folder / "passage.yaml"
    file.write_text(text)
    done = desk.run("publish", str(file))
    assert done.returncode == 1
    assert "is proposed, not published" in done.stdout


def seen(desk: Desk) -> str:
    """What is to be typed after `--seen`."""
    shown = desk.do("version", "show", "passage@2")
    (found,) = re.findall(
        r"onward version agree passage@2 --seen ([0-9a-f]{12})$", shown, re.MULTILINE
    )
    return str(found)


def test_what_was_shown_is_agreed_to(desk: Desk) -> None:
    with sitting_at_night():
        shown = desk.do("version", "show", "passage@2")
        assert "added more" in shown
        assert "Compared with: 1\n" in shown
        assert "passage version 2" in desk.do("version", "agree", "passage@2", "--seen", seen(desk))
    assert "they mean the same" in desk.do("diff", "passage@2", str(desk.folder / "passage.yaml"))


def test_what_was_replaced_since_is_not(desk: Desk) -> None:
    with sitting_at_night():
        mark = seen(desk)
    desk.do("version", "take-back", "passage@2")
    propose(desk, WIDER.replace("more: {text}", "more: {number}"))
    with sitting_at_night():
        said = desk.refused("version", "agree", "passage@2", "--seen", mark)
    assert "look at it again (in a command, with `onward version show passage@2`)" in said


@pytest.mark.parametrize("mark", ["", "0", "abc"])
def test_a_few_digits_are_no_sign_of_having_seen_it(desk: Desk, mark: str) -> None:
    with sitting_at_night():
        mark = mark and seen(desk)[: len(mark)]
        said = desk.refused("version", "agree", "passage@2", "--seen", mark)
    assert "look at it again" in said


@pytest.mark.parametrize(
    "words",
    [
        ("version", "show", TOO_LARGE),
        ("version", "agree", TOO_LARGE, "--seen", "0" * 12),
        ("version", "decline", TOO_LARGE, "--because", "other"),
        ("version", "take-back", TOO_LARGE),
        ("diff", "passage@1", TOO_LARGE),
        ("impact", TOO_LARGE),
        ("migrate", TOO_LARGE),
        ("open", "passage", "--country", "GH", "--as", "GH-GPS", "--version", "9" * 20),
    ],
)
def test_a_number_that_no_version_has_is_refused_in_a_line(
    desk: Desk, words: tuple[str, ...]
) -> None:
    done = desk.run(*words)
    assert done.returncode in (1, 2)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "a bug in Onward" not in done.stderr
