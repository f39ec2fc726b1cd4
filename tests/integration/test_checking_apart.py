"""Each check in a process of its own, a copy of one that has made a check already."""

from __future__ import annotations

import os
import tempfile

import pytest

from casework.kept_pathways import KeptPathway
from engine.errors import Refusal
from portal import checking_apart, ready_to_check
from portal.checking_apart import checkup_of
from tests.installations import AGENCIES, PATHWAY


def _titled(title: str) -> KeptPathway:
    """What no other test has checked."""
    text = PATHWAY.replace("title: A trial", f"title: {title}")
    return KeptPathway(file="trial.yaml", files={"trial.yaml": text})


def _die(*_: object) -> None:
    os._exit(1)


def test_a_check_that_has_died_is_refused_and_the_next_one_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(checking_apart, "_check", _die)
        with pytest.raises(Refusal, match="not_checked"):
            checkup_of(_titled("Dies"))
    assert checkup_of(_titled("Lives")).problems == ()


@pytest.mark.parametrize("folder", ["x" * (checking_apart.LONGEST_FOLDER + 1), None])
def test_where_a_socket_has_no_room_each_check_starts_afresh(
    monkeypatch: pytest.MonkeyPatch, folder: str | None
) -> None:
    def found() -> str:
        if folder is None:
            raise FileNotFoundError
        return folder

    monkeypatch.setattr(tempfile, "gettempdir", found)
    monkeypatch.setattr(checking_apart, "_PROCESSES", checking_apart._started())
    assert checking_apart._PROCESSES.get_start_method() == "spawn"
    assert checkup_of(_titled(f"Afresh {folder}")).problems == ()


def test_a_draft_is_held_against_the_registry_beside_it() -> None:
    seen = "seen: {time: 2 working days, calendar: FR}"
    draft = {"trial.yaml": PATHWAY.replace("seen: 2 working days", seen)}
    alone = checkup_of(KeptPathway(file="trial.yaml", files=draft))
    beside = checkup_of(KeptPathway(file="trial.yaml", files=draft | {"agencies.yaml": AGENCIES}))
    (note,) = (each for each in beside.notes if each not in alone.notes)
    assert note.message.code == "finding.calendar.not_in_registry"


def test_what_each_check_is_a_copy_of_has_made_one_without_a_fault() -> None:
    assert ready_to_check.READY.problems == ()
