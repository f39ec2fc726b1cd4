"""How a case looks in Prefect."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from flows import board, showing
from flows.driving import CaseStatus, EndKind, OpenTask
from flows.faults import EngineFault, discreet

WAITING = CaseStatus(
    code="7K2F-9QXM",
    pathway="adult_return",
    title="Return of an adult",
    version=3,
    stages=("preparation",),
    waiting_for="Awaiting consulate answer",
    waiting_roles=("consulate",),
    overdue=True,
    countries=("BG", "NG"),
    next_moment=datetime(2026, 1, 7, 8, 0, tzinfo=UTC),
    tasks=(OpenTask(label="Travel document", agency="NG-MFA"),),
    picture="the picture",
)


def test_everything_a_manager_filters_by_is_a_tag() -> None:
    """Prefect's state filter knows its own names only."""
    assert showing.tags(WAITING) == [
        "open",
        "overdue",
        "pathway:adult_return",
        "stage:preparation",
        "waiting:consulate",
        "country:BG",
        "country:NG",
    ]


def test_an_ended_case_is_tagged_with_the_kind_of_its_end() -> None:
    """It is no longer open, whatever the run does afterwards."""
    ended = msgspec.structs.replace(
        WAITING, end="Reintegrated", end_kind=EndKind.SUCCESS, overdue=False, waiting_roles=()
    )

    assert "ended:success" in showing.tags(ended)
    assert "open" not in showing.tags(ended)


def test_a_case_that_goes_on_after_its_end_is_open() -> None:
    """It still waits for somebody; that the end is known can be filtered by."""
    ending = msgspec.structs.replace(
        WAITING, known_end="Reintegrated", end_kind=EndKind.SUCCESS, overdue=False
    )
    assert showing.tags(ending)[:2] == ["open", "ending:success"]
    assert showing.state_name(ending) == "Awaiting consulate answer"
    assert "End known: Reintegrated" in showing.progress(ending)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "Awaiting consulate answer"),
        ({"waiting_for": ""}, "No open task or request: awaiting the next moment"),
        ({"end": "Reintegrated", "undelivered": 1}, "Awaiting delivery of notices"),
    ],
)
def test_the_state_says_for_what_the_case_waits(
    changed: dict[str, str | int], expected: str
) -> None:
    """A clock alone and a last notice have names of their own."""
    assert showing.state_name(msgspec.structs.replace(WAITING, **changed)) == expected


def test_the_progress_page_shows_place_tasks_and_picture() -> None:
    """A task without a due moment leaves its cell empty."""
    page = showing.progress(WAITING)

    assert page.splitlines()[0] == "# 7K2F-9QXM"
    assert "**Awaiting consulate answer, overdue**" in page
    assert "| Travel document | NG-MFA |  |" in page
    assert page.endswith("the picture")


def test_the_progress_page_leads_to_the_page_for_agencies_if_that_is_public() -> None:
    """Nothing stands there otherwise: a link that leads nowhere is worse than none."""
    page = "https://onward.example/cases/7K2F-9QXM"
    linked = showing.progress(msgspec.structs.replace(WAITING, page=page))
    assert f"[7K2F-9QXM in the agencies' pages]({page})" in linked
    assert "](" not in showing.progress(WAITING)


def test_an_artifact_key_is_lower_case() -> None:
    """Prefect refuses any other."""
    assert showing.artifact_key("7K2F-9QXM") == "case-7k2f-9qxm"


def test_a_link_opens_the_runs_page_with_its_filters_and_ten_years() -> None:
    """A run keeps the moment it first started: one week would hide the cases that wait longest."""
    address = urlsplit(board.link("http://host/", ("open", "waiting:consulate"), ("Failed",)))

    assert address.path == "/runs"
    assert parse_qsl(address.query) == [
        ("tag", "open"),
        ("tag", "waiting:consulate"),
        ("state", "Failed"),
        ("type", "span"),
        ("seconds", "-315360000"),
    ]


def test_a_fault_leaves_its_words_behind() -> None:
    """Promise 9: an error may quote what somebody wrote."""
    with pytest.raises(EngineFault) as caught, discreet():
        raise ValueError("Amina")

    assert "Amina" not in str(caught.value)
    assert "ValueError in test_a_fault_leaves_its_words_behind" in str(caught.value)
    assert caught.value.__suppress_context__
