"""Versions of the trial pathway that come into force, and what a worker does on their day."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update

from casework import queries
from casework.case_rows import CASES
from casework.context import Onward
from casework.driving import CaseDriving
from engine import commands as c
from flows.backlog import Tally, work_off
from tests.installations import (
    PATHWAY,
)
from tests.principals import OPERATOR

DAY = datetime(2026, 3, 4, tzinfo=UTC)
"""The Wednesday on which the second version comes into force."""


def version(number: int, *changes: tuple[str, str], rule: str = "migrate", on: str = "") -> str:
    """The trial pathway as another version; in force from DAY on if no other day is named."""
    head = (("version: 1", f"version: {number}\nrunning_cases: {rule}"),)
    text = PATHWAY.replace("2026-01-01", on or f"{DAY:%Y-%m-%d}")
    for old, new in (*head, *changes):
        assert old in text
        text = text.replace(old, new)
    return text


LONGER = ("due: 24 hours", "due: 240 hours")


GONE = (("interview:", "first_talk:"), ("after: interview", "after: first_talk"))


SECOND = (
    PATHWAY.replace("version: 1", "version: 2\nrunning_cases: migrate")
    .replace("      interview:\n", "      first_talk:\n        was: interview\n")
    .replace("after: interview", "after: first_talk")
    .replace("due: 24 hours", "due: 48 hours")
    .replace("full_name: {text, protected}", "called: {text, protected, was: full_name}")
    .replace("[full_name, ", "[called, ")
)
"""The same with other names, and twice the time."""


def look_after(onward: Onward) -> int:
    """What a ticker does with what is due now; how many cases it was."""
    driving, done = CaseDriving(onward), 0
    with onward.store.write() as connection:  # leases run in real time, and no test waits for one
        connection.execute(update(CASES).values(lease_until=0.0))
    while refs := [ref.code for ref in driving.due(driving.now(), 200) if ref.pressing]:
        tally = work_off(driving, refs)
        assert tally == Tally(settled=len(refs), delivered=0), tally
        done += len(refs)
    return done


def number_of(onward: Onward, code: str) -> int:
    return queries.case(onward, code, by=OPERATOR).number


def moves_of(onward: Onward, code: str) -> list[c.Migrate]:
    acts = [line.entry.command.act for line in queries.case_log(onward, code, by=OPERATOR)]
    return [act for act in acts if isinstance(act, c.Migrate)]
