"""The reference page of times: every row of its table of examples."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.decide import decide
from engine.state import State
from engine.time.calendars import Calendars, Holiday
from engine.verbs import act_of
from tests.factories import CALENDARS, DESK, HEAD, MONDAY, REGISTRY, pathway

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "times.md"
HOLIDAYS = {
    "GH": (Holiday(date(2026, 3, 6)),),
    "NG": (Holiday(date(2026, 3, 20)), Holiday(date(2026, 3, 23))),
}
ZONES = {"GH": "Africa/Accra", "NG": "Africa/Lagos", "TG": "Africa/Lome"}
DAYS = Calendars(
    tuple(
        replace(each, holidays=HOLIDAYS.get(each.country, ()), zone=ZONES[each.country])
        for each in CALENDARS.editions
    )
)
ACTS = {
    "raise": "raise missing",
    "resolve": "resolve missing",
    "hold": "raise hold",
    "release": "resolve hold",
    "call": "complete call",
    "extend": "extend report",
    "shorten": "shorten report",
}


def examples() -> list[list[str]]:
    """The rows of the table."""
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"<!-- examples: moving -->\n((?:\|.*\n)+)", page)[0].splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


class Played:
    """A case with one step that is due as a row says, and what happens in it."""

    def __init__(self, due: str) -> None:
        written = due.strip("`")
        text = written if written.startswith("{") else f'"{written}"'
        self.pathway = pathway(
            f"""
stages:
  start:
    steps:
      report: {{by: manager, due: {text}}}
      call: {{by: manager, optional: yes}}
      where: {{by: manager, optional: yes, form: [home_country]}}
    then: end done
interrupts:
  missing: {{raised_by: manager}}
  hold: {{raised_by: manager, suspends: start, review: 1 year}}
""",
            HEAD.replace("manager: care @ host", "manager: desk @ host"),
        )
        self.state = State()
        self.do(c.OpenCase(code="7K2F-9QXM", country="GH"), MONDAY)
        self.do(c.Complete(task="where.1", answers={"home_country": "NG"}), MONDAY)

    def do(self, act: c.AnyAct, at: datetime) -> None:
        command = c.Command(act=act, agency=DESK, occurred_at=at, recorded_at=at)
        self.state = decide(self.pathway, self.state, command, REGISTRY, DAYS).state

    def happen(self, what: str) -> None:
        day, hour, verb = what.split()
        at = datetime.fromisoformat(f"2026-{day}T{hour}").replace(tzinfo=UTC)
        self.do(act_of(ACTS[verb], {}, self.pathway, self.state), at)


@pytest.mark.parametrize(("due", "what", "moment"), [row[:3] for row in examples()])
def test_a_period_ends_when_the_reference_says(due: str, what: str, moment: str) -> None:
    """Each row, to the second, in UTC."""
    case = Played(due)
    for each in filter(None, what.split(", ")):
        case.happen(each)
    found = case.state.tasks["report.1"].due_at
    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M:%S}" == moment


def test_the_table_is_read_whole() -> None:
    """A table that lost its mark, or its rows, would pass unread."""
    assert len(examples()) == 29
