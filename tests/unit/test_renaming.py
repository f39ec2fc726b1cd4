"""A case goes on under the names of a version that calls things otherwise, with all that it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec

from engine import commands as c
from engine.facts import CaseMigrated
from engine.state import State
from engine.versions.renames import Renames, renames
from engine.versions.renaming import renamed
from tests.factories import CARE, DESK, HEAD, HOME, MONDAY, Case, lawful
from tests.unit.test_migrating import at, moved

TASK = {
    "id": "talk_old.1",
    "step": "talk_old",
    "kind": "work",
    "role": "desk_old",
    "agency": CARE,
    "status": "done",
    "opened_at": MONDAY,
    "also": {"desk_old": DESK},
    "earliest": MONDAY,
    "due_at": MONDAY,
    "overdue": True,
    "claimed_by": "staff-1",
    "declined_by": [DESK],
    "done_at": MONDAY,
    "done_by": "staff-1",
    "outcome": "yes",
    "hand_over": "ask_old.1",
    "contacts": True,
}
STOP = TASK | {
    "id": "talk_old.1.stop1",
    "kind": "stop",
    "consent": "tell_old",
    "of": CARE,
    "asked": 2,
}
ASKED = {
    "id": "ask_old.1",
    "step": "ask_old",
    "role": "desk_old",
    "agency": HOME,
    "sender": CARE,
    "status": "answered",
    "shows": ["risk_old"],
    "offered_at": MONDAY,
    "consents": ["tell_old"],
    "consent": "tell_old",
    "answer_by": MONDAY,
    "answered_at": MONDAY,
    "silent_from": "waiting",
    "silences": [[MONDAY, "waiting"]],
    "overdue": True,
    "overdue_at": MONDAY,
    "in_time": True,
    "conditions": True,
    "reason": "unsafe",
    "kind": "consultation",
}
CONSENT = {
    "status": "given",
    "recipients": [HOME],
    "classes": [{"role_type": "care", "country": "NG"}],
    "without": [CARE],
    "role_type": "care",
    "shows": ["risk_old"],
    "given_at": MONDAY,
    "expires_at": MONDAY,
    "language": "en",
    "interpreter": True,
    "giver": "guardian",
    "view": "agrees",
    "text_hash": "00",
    "version": 1,
}
CLOCK = {
    "key": "talk_old.1:due",
    "kind": "due",
    "about": "talk_old.1",
    "at": MONDAY,
    "editions": ["GH-plain"],
    "rung": 1,
    "used": 1,
    "start": MONDAY,
    "agency": CARE,
    "anchors": {"rest_old": "then", "leaves_old": "then", "talk_old.opened": "then"},
    "reported": {"rest_old": "then", "leaves_old": "then", "talk_old.opened": "then"},
    "pauses": [{"since": MONDAY, "until": MONDAY}],
    "paused_at": MONDAY,
    "extensions": [{"amount": 1, "unit": "days"}],
    "shortened_at": MONDAY,
    "shortened_to": {"amount": 1, "unit": "days"},
    "restarts": 1,
    "kept": {
        "time": "earliest of (2 days after rest_old, leaves_old, talk_old.done)",
        "calendar": ["desk_old", "host"],
        "roll": "next",
        "extended": 1,
    },
}
NAMED = {"key": "clock.rest_old", "kind": "named", "about": "rest_old", "at": MONDAY}
EXPIRY = {"key": "consent.tell_old", "kind": "expiry", "about": "consent.tell_old", "at": MONDAY}
EVERYTHING = {
    "schema": 1,
    "code": "7K2F-9QXM",
    "pathway": "trial",
    "version": 1,
    "status": "open",
    "end": "over_old",
    "closing": "over_old",
    "opened_by": DESK,
    "responsible": DESK,
    "sides": {"host": "GH"},
    "barred": ["origin"],
    "barred_roles": ["desk_old"],
    "prohibited": [HOME],
    "roles": {"desk_old": DESK},
    "data": {"risk_old": "low"},
    "protected": ["risk_old"],
    "collected": {"risk_old": [DESK], "risk_old ask_old.1": [HOME, DESK, "ask_old.1"]},
    "from_before": ["risk_old"],
    "stages": {"stage_old": "open"},
    "steps": {"talk_old": "open"},
    "runs": {"talk_old": 1},
    "runs_before": {"talk_old": 1},
    "rounds": {"stage_old": 1},
    "returns": {"stage_old": 1},
    "tasks": {
        TASK["id"]: TASK,
        "pause_old.1": TASK | {"id": "pause_old.1", "step": "pause_old", "kind": "resolve"},
        "over_old.1": TASK | {"id": "over_old.1", "step": "over_old", "kind": "closing"},
    },
    "hand_overs": {ASKED["id"]: ASKED},
    "consents": {"tell_old": CONSENT},
    "stops": {STOP["id"]: STOP},
    "told": {CARE: ["talk_old.1", "ask_old.1", "pause_old", "stage_old", "case"]},
    "acted": [DESK],
    "decisions": {"talk_old": "yes", "interrupt.pause_old": "yes"},
    "clocks": {each["key"]: each for each in (CLOCK, NAMED, EXPIRY)},
    "kept_clocks": {NAMED["key"]: NAMED},
    "over": {"rest_old": "talk_old.done"},
    "moments": {
        "talk_old.done": MONDAY,
        "stage_old.entered": MONDAY,
        "clock.rest_old": MONDAY,
        "interrupt.pause_old.raised": MONDAY,
        "consent.tell_old.expired": MONDAY,
        "risk_old.signed": MONDAY,
    },
    "interrupts": ["pause_old"],
    "uncounted": ["GH 2033"],
    "links": {"2222-3333": "sibling"},
    "agreed": {"2222-3333": {"agency": HOME, "is_consented": True, "brings": ["risk_old"]}},
    "proposals": {
        "4444-5555": {
            "word": "sibling",
            "status": "waiting",
            "at": MONDAY,
            "number": 2,
            "agency": HOME,
            "answer_by": MONDAY,
            "brings": ["risk_old"],
            "is_consented": True,
        }
    },
    "merged_into": "6666-7777",
    "taken_in": ["8888-9999"],
    "overrides": [
        {"step": "talk_old", "how": "opened", "agency": DESK, "reason": "urgent", "at": MONDAY}
    ],
    "notices": 1,
    "numbers": {CARE: {"talk_old": ["talk_old.1"]}},
}
"""A state in which every field is filled; everything that a pathway names ends in `_old`."""
NAMES = Renames(
    roles={"desk_old": "desk_new"},
    data={"risk_old": "risk_new", "leaves_old": "leaves_new"},
    consents={"tell_old": "tell_new"},
    clocks={"rest_old": "rest_new"},
    stages={"stage_old": "stage_new"},
    steps={"talk_old": "talk_new", "ask_old": "ask_new"},
    interrupts={"pause_old": "pause_new"},
    ends={"over_old": "over_new"},
)


def test_nothing_in_a_state_keeps_an_old_name() -> None:
    """Whatever field it is in, alone or in an id, a moment or a clock expression."""
    before = msgspec.convert(EVERYTHING, State)
    in_new_names = msgspec.json.encode(before).replace(b"_old", b"_new")
    assert renamed(before, NAMES) == msgspec.json.decode(in_new_names, type=State)


def test_an_older_record_of_a_move_leads_to_the_state_that_was_stored_then() -> None:
    """It left what notices about stages say, and what was reported late, under the old names."""
    older = CaseMigrated(before=1, version=2, names=NAMES).change(
        msgspec.convert(EVERYTHING, State)
    )
    newer = CaseMigrated(before=1, version=2, names=NAMES, in_full=True)
    after = newer.change(msgspec.convert(EVERYTHING, State))
    assert older.steps == after.steps
    assert [key for key in older.clocks if older.clocks[key] != after.clocks[key]] != []
    assert all("_old" in name for clock in older.clocks.values() for name in clock.reported)


def test_every_field_of_a_state_is_searched_for_old_names() -> None:
    """A new one has to be filled above; what is forgotten there may be forgotten in a move as well."""
    records = list(_records(msgspec.convert(EVERYTHING, State)))
    fields = {(type(each), name) for each in records for name in each.__struct_fields__}
    filled = {
        (type(each), n) for each in records for n in each.__struct_fields__ if getattr(each, n)
    }
    assert fields == filled


def _records(value: Any) -> Iterator[msgspec.Struct]:
    """A value and all within it that has fields."""
    if isinstance(value, msgspec.Struct):
        yield value
        value = msgspec.structs.asdict(value)
    parts = value.values() if isinstance(value, dict) else value
    for each in parts if isinstance(value, dict | tuple) else ():
        yield from _records(each)


BY_A_CLOCK = """
clocks:
  rest: {time: "earliest of (30 days after report.done, word.done)"}
stages:
  start:
    steps:
      report: {by: manager}
      word: {by: screener, after: report}
      follow: {by: manager, after: word, due: 9 days after rest}
    then: end done
"""


def test_a_deadline_that_runs_from_a_late_report_does_so_under_other_names() -> None:
    """The clock that it is counted from was over days before anybody was told, and is called otherwise now."""
    case = Case(BY_A_CLOCK)
    case.do(c.Complete(task="report.1"), CARE)
    case.wait(days=8)
    case.do(c.Complete(task="word.1"), DESK, occurred=MONDAY + timedelta(days=4))
    due = case.task("follow.1").due_at
    assert due == at(8 + 9)
    text = (HEAD + BY_A_CLOCK).replace("version: 1", "version: 2\nrunning_cases: migrate")
    text = text.replace("rest: {", "calm: {was: rest, ").replace("after rest", "after calm")
    moved(case, lawful(text))
    assert case.task("follow.1").due_at == due
    case.do(c.Refresh(), "", days=1)
    assert case.task("follow.1").due_at == due
    assert case.moment("clock.calm") == MONDAY + timedelta(days=4)


NAMED_ALIKE = """
stages:
  start:
    steps:
      report: {by: manager}
    then: end done
interrupts:
  gone: {raised_by: [screener], review: 3 days, resolved: {back: go on, lost: end gone}}
"""


def test_an_end_is_renamed_without_the_interrupt_that_is_called_the_same() -> None:
    """What was raised keeps the ids that are named after it, there and back."""
    case = Case(NAMED_ALIKE)
    case.do(c.Raise(interrupt="gone"))
    before = case.state
    assert before.tasks["gone.1"].kind == "resolve"
    text = (HEAD + NAMED_ALIKE).replace("version: 1", "version: 2\nrunning_cases: migrate")
    text = text.replace("gone: withdrawn", "left: {was: gone, kind: withdrawn}")
    new = lawful(text.replace("lost: end gone", "lost: end left"))
    names = renames(case.pathway.definition, new.definition)
    assert names.ends == {"gone": "left"}
    assert renamed(before, names) == before
    assert renamed(before, renames(new.definition, new.definition).then(names)) == before
    moved(case, new)
    case.do(c.Resolve(interrupt="gone", outcome="lost"))
    assert case.state.end == "left"
    back = renamed(case.state, names.back())
    assert (back.end, back.tasks) == ("gone", case.state.tasks)
