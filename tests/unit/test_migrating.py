"""A case moves to a new version: clocks from their own anchors, ladders, names, and what stands
against it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import commands as c
from engine import facts as f
from engine.evolve import replay
from engine.message import message
from engine.migrating import Before, MoveTarget, MoveVerdict, MoveWord, Surroundings, revert, weigh
from engine.pathway import Pathway
from engine.state import State
from engine.versions.renames import renames
from tests.factories import CALENDARS, DESK, HEAD, MONDAY, REGISTRY, Case, lawful

KNOWN = Surroundings(REGISTRY, CALENDARS)
LAW = """
clocks:
  reflection: {time: 45 days after case.opened}
stages:
  first:
    steps:
      talk: {by: screener, form: [risk, home_country], due: 10 days, late: [before 2 days remind screener, after 1 day tell manager]}
      stay: {by: manager, not_before: reflection}
    then: end done
"""
SHORTER = "reflection: {time: 30 days after case.opened%s}"


def version_2(*changes: tuple[str, str], head: str = "", rule: str = "migrate") -> Pathway:
    text = HEAD + LAW
    changes = (("version: 1", f"version: 2\nrunning_cases: {rule}"), *changes)
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return lawful(text)


def shorter(running: str = "", effective: str = "2026-03-20") -> Pathway:
    words = f", running: {running}" if running else ""
    return version_2(
        ("reflection: {time: 45 days after case.opened}", SHORTER % words),
        ("effective: 2026-01-01", f"effective: {effective}"),
    )


def weighed(case: Case, new: Pathway, *, on_purpose: bool = False) -> MoveVerdict:
    onto = MoveTarget(new, renames(case.pathway.definition, new.definition))
    return weigh(case.pathway, onto, case.state, case.now, KNOWN, on_purpose=on_purpose)


def moved(case: Case, new: Pathway) -> State:
    """The case after the move, which its log alone leads to."""
    verdict = weighed(case, new)
    assert verdict.decision is not None, verdict.reasons
    case.facts += verdict.decision.facts
    case.last, case.state, case.pathway = verdict.decision.facts, verdict.decision.state, new
    assert replay(case.facts) == case.state
    return case.state


def at(days: int) -> datetime:
    """The end of a day so many days after the opening."""
    return datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC) + timedelta(days=days)


@pytest.mark.parametrize(
    ("running", "effective", "days_in", "ends"),
    [
        # Counted anew from the opening, as the Nationality and Borders Act 2022 has it for new ones.
        ("", "2026-03-20", 20, 30),
        # "Who had begun before keeps 45 days."
        ("keep", "2026-03-20", 20, 45),
        # Who began on the day or later does not.
        ("keep", "2026-03-02", 20, 30),
        # "The shorter of the two, but never less than 30 days from today": not later than before.
        ("{rule: shorter, at_least: 30 days}", "2026-03-20", 10, 40),
        ("{rule: shorter, at_least: 30 days}", "2026-03-20", 20, 45),
        ("{rule: recount, at_least: 3 days}", "2026-03-20", 29, 32),
        ("shorter", "2026-03-20", 20, 30),
        ("longer", "2026-03-20", 20, 45),
    ],
)
def test_a_change_of_law_says_what_becomes_of_a_period_that_runs(
    running: str, effective: str, days_in: int, ends: int
) -> None:
    """The change from 45 to 30 days, with each transitional rule."""
    case = Case(LAW)
    case.complete("talk.1", risk="low", home_country="NG")
    case.wait(days=days_in)
    state = moved(case, shorter(running, effective))
    assert state.clocks["clock.reflection"].at == at(ends)


def test_what_was_granted_before_a_move_does_not_put_off_the_least_that_is_left() -> None:
    """30 days and the 15 that were granted; the 30 from the move that must be left are over by then."""
    more = "extend: {by: 15 days, role: screener, at_most: 2}"
    case = Case(LAW.replace("45 days after case.opened", f"45 days after case.opened, {more}"))
    case.complete("talk.1", risk="low", home_country="NG")
    case.do(c.Extend(name="reflection"))
    case.wait(days=10)
    old = "reflection: {time: 45 days after case.opened"
    new = (
        "reflection: {time: 30 days after case.opened, running: {rule: shorter, at_least: 30 days}"
    )
    text = HEAD + LAW.replace("45 days after case.opened", f"45 days after case.opened, {more}")
    text = text.replace(old, new).replace("version: 1", "version: 2\nrunning_cases: migrate")
    state = moved(case, lawful(text.replace("effective: 2026-01-01", "effective: 2026-03-20")))
    assert state.clocks["clock.reflection"].at == at(45)
    case.do(c.Extend(name="reflection"))
    assert case.state.clocks["clock.reflection"].at == at(60)


def test_what_was_kept_is_counted_on_by_what_was_kept() -> None:
    """Whatever counts it again later: an older rule is in the clock itself."""
    case = Case(LAW)
    case.complete("talk.1", risk="low", home_country="NG")
    case.wait(days=20)
    moved(case, shorter("keep"))
    case.do(c.Refresh(), "")
    assert case.state.clocks["clock.reflection"].at == at(45)
    case.wait(days=24)
    assert "clock.reflection" not in case.state.moments
    case.wait(days=2)
    assert case.moment("clock.reflection") == at(45)
    assert "stay.1" in case.open


def test_a_period_that_has_passed_by_the_new_law_ends_at_once() -> None:
    """It was no deadline of anybody's: what waits for it may go on."""
    case = Case(LAW)
    case.complete("talk.1", risk="low", home_country="NG")
    case.wait(days=35)
    state = moved(case, shorter())
    assert state.moments["clock.reflection"] == at(30)
    assert "stay.1" in case.open


def test_nobody_is_late_as_they_hear_of_a_shorter_deadline() -> None:
    """It is counted from the move then, and not beyond what it was."""
    case = Case(LAW)
    case.wait(days=6)
    state = moved(case, version_2(("due: 10 days", "due: 3 days")))
    assert state.tasks["talk.1"].due_at == at(9)
    assert not state.tasks["talk.1"].overdue
    assert "attention" in case.told(DESK)
    late = Case(LAW)
    late.wait(days=9)
    assert moved(late, version_2(("due: 10 days", "due: 3 days"))).tasks["talk.1"].due_at == at(10)


def test_a_second_move_counts_nothing_again_from_itself() -> None:
    """What was counted from the first one ends when it did, however short the third version is."""
    case = Case(LAW)
    case.wait(days=6)
    state = moved(case, version_2(("due: 10 days", "due: 3 days")))
    assert state.tasks["talk.1"].due_at == at(9)
    case.wait(days=2)
    no_rung = ("[before 2 days remind screener, ", "[")
    third = version_2(("due: 10 days", "due: 2 days"), ("version: 2", "version: 3"), no_rung)
    assert moved(case, third).tasks["talk.1"].due_at == at(9)
    fourth = version_2(
        ("due: 10 days", "due: {time: 1 days, running: shorter}"),
        ("version: 2", "version: 4"),
        no_rung,
        ("effective: 2026-01-01", "effective: 2026-03-20"),
    )
    assert moved(case, fourth).tasks["talk.1"].due_at == at(9)


def test_what_was_overdue_stays_overdue() -> None:
    """A breach is never undone in silence."""
    case = Case(LAW)
    case.wait(days=12)
    state = moved(case, version_2(("due: 10 days", "due: 60 days")))
    assert state.tasks["talk.1"].overdue
    assert state.tasks["talk.1"].due_at == at(10)


def test_a_rung_that_was_used_is_not_used_again() -> None:
    """Neither where it stands elsewhere in the ladder now, nor where it has another time."""
    case = Case(LAW)
    case.wait(days=9)
    ladder = "late: [after 2 hours tell manager, before 1 day remind screener, after 3 days remind manager]"
    old = "late: [before 2 days remind screener, after 1 day tell manager]"
    state = moved(case, version_2((old, ladder)))
    rungs = {key: clock.at for key, clock in state.clocks.items() if clock.kind == "rung"}
    assert rungs == {
        "talk.1:rung:0": at(10) + timedelta(hours=2),
        "talk.1:rung:2": at(13),
    }
    case.wait(days=5)
    reached = [each.key for each in case.facts if isinstance(each, f.ClockReached)]
    assert sorted(each for each in reached if "rung" in each) == [
        "talk.1:rung:0",  # the reminder before the move
        "talk.1:rung:0",  # another one, of the new ladder
        "talk.1:rung:2",
    ]


def test_a_deadline_that_the_new_version_lacks_is_lifted() -> None:
    """The task is open and owed by nobody at any time; and the other way round."""
    case = Case(LAW)
    due = "due: 10 days, late: [before 2 days remind screener, after 1 day tell manager]"
    plain = version_2((f", {due}", ""))
    state = moved(case, plain)
    assert state.tasks["talk.1"].due_at is None
    assert not [clock for clock in state.clocks.values() if clock.kind in ("due", "rung")]
    back = MoveTarget(lawful(HEAD.replace("version: 1", "version: 3") + LAW))
    again = weigh(plain, back, state, case.now, KNOWN, on_purpose=True)
    assert again.decision is not None
    assert again.decision.state.tasks["talk.1"].due_at == at(10)
    (lifted,) = [each for each in again.deadlines if each.kind == "due"]
    assert (lifted.before, lifted.after) == (None, at(10))


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("      talk: {", "      chat: {", "step_of_task_gone task=talk.1 step=talk"),
        ("form: [risk, home_country]", "form: [home_country], decide: {a: go on, b: go on}", "other_work task=talk.1 step=talk"),
        ("  first:\n", "  other:\n", "stage_gone stage=first status=open"),
        ("[host, origin]", "[place, origin]", "side_gone side=host"),
    ],
)  # fmt: skip
def test_what_has_no_place_in_the_new_version_keeps_a_case_where_it_is(
    before: str, after: str, reason: str
) -> None:
    """With every reason, and what it is about."""
    case = Case(LAW)
    changes = [(before, after)]
    if before.startswith("[host"):
        changes.append((" @ host", " @ place"))
    verdict = weighed(case, version_2(*changes))
    assert verdict.word is MoveWord.CANNOT
    assert f"hinders.{reason}" in map(str, verdict.reasons)


def test_an_answer_that_is_gone_keeps_a_case_where_it_is() -> None:
    """A field of another type, and a choice that cannot be chosen any more."""
    case = Case(LAW)
    case.complete("talk.1", risk="high", home_country="NG")
    risk = "risk: {choice: [low, medium, high], ordered}"
    less = weighed(case, version_2((risk, "risk: {choice: [low, medium], ordered}")))
    assert less.reasons == (message("hinders.words_gone", field="risk"),)
    other = weighed(case, version_2((risk, "risk: {number}")))
    assert other.reasons == (message("hinders.other_type", field="risk"),)


def test_a_case_past_a_change_is_unaffected() -> None:
    """It moves, and nothing follows; one that has it still before it is touched."""
    case = Case(LAW)
    new = version_2(("due: 10 days", "due: 8 days"))
    assert weighed(case, new).word is MoveWord.CAN_MOVE
    case.complete("talk.1", risk="low", home_country="NG")
    verdict = weighed(case, new)
    assert verdict.word is MoveWord.UNAFFECTED
    assert verdict.decision is not None
    assert [type(each) for each in verdict.decision.facts] == [f.CaseMigrated]


def test_the_rule_for_running_cases_holds_some_back() -> None:
    """Pinned ones move on purpose alone; a condition is asked of each, in the new names."""
    case = Case(LAW)
    pinned = version_2(rule="pin")
    assert weighed(case, pinned).word is MoveWord.STAYS
    assert weighed(case, pinned, on_purpose=True).word is MoveWord.UNAFFECTED
    once_told = version_2(rule="{rule: migrate, when: step.talk.done}")
    why = message("stays.condition")
    assert weighed(case, once_told).reasons == (why,)
    assert weighed(case, once_told, on_purpose=True).word is MoveWord.STAYS
    case.complete("talk.1", risk="low", home_country="NG")
    assert weighed(case, once_told).word is MoveWord.UNAFFECTED


def test_a_case_that_was_moved_stands_again_where_it_stood() -> None:
    """If nothing has happened since; a task that only the new version has is taken back."""
    case = Case(LAW)
    case.wait(days=1)
    before, old = case.state, case.pathway
    new = version_2(
        ("due: 10 days", "due: 5 days"),
        ("    then: end done", "      more: {by: manager}\n    then: end done"),
    )
    state = moved(case, new)
    assert "more.1" in case.open
    command = c.Command(
        act=c.Revert(version=1), agency="", occurred_at=case.now, recorded_at=case.now
    )
    done = revert(new, MoveTarget(old), state, Before(before), command, KNOWN)
    assert done.state.clocks == before.clocks
    assert done.state.tasks == before.tasks
    assert done.state.version == 1
    assert done.state.notices > state.notices, "numbers of notices never come again"
    told = [each.kind for each in done.facts if isinstance(each, f.NoticeOwed)]
    assert told == ["no_longer_needed"]


def test_what_has_happened_since_is_kept_on_the_way_back() -> None:
    """The case is moved back as it was moved: clocks by the old rules, from their anchors."""
    case = Case(LAW)
    old, new = case.pathway, shorter()
    moved(case, new)
    case.complete("talk.1", risk="low", home_country="NG")
    command = c.Command(
        act=c.Revert(version=1), agency="", occurred_at=case.now, recorded_at=case.now
    )
    done = revert(new, MoveTarget(old), case.state, None, command, KNOWN)
    assert done.state.clocks["clock.reflection"].at == at(45)
    assert done.state.steps["talk"] == "done"


def test_it_is_monday() -> None:
    """The dates above are counted from it."""
    assert at(0).date() == MONDAY.date()
