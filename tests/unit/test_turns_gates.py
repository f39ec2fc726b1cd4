"""Gates: whatever a step waits for holds at every door, and each door says what it leaves out."""

from __future__ import annotations

from itertools import product

import pytest

from engine import commands as c
from engine.choices import choices
from engine.explaining.reasons import CaseHistory
from engine.explaining.subjects import explain
from engine.turns import doors, gates
from engine.turns.gates import Gate
from tests.factories import CALENDARS, CARE, DESK, HEAD, HOME, Case

EDITIONS = {each.id: each for each in CALENDARS.editions}
OVERRIDES = HEAD + "overrides: [screener]\n"
TO_CONFIRM = "going: {ask: May we?, reconfirm_before: call}"
EVERY = frozenset(each for each in vars(gates).values() if isinstance(each, Gate))


def case(*steps: str, consents: str = TO_CONFIRM, head: str = OVERRIDES) -> Case:
    """One stage with a form, the steps, and an interrupt that lets it rest."""
    lines = "\n".join(f"      {each}" for each in steps)
    body = f"""
stages:
  first:
    steps:
      where: {{by: screener, form: [home_country?, risk?, married?, leaves?]}}
{lines}
  then:
    after: first
    steps:
      last: {{by: manager}}
interrupts:
  rest: {{raised_by: [screener], suspends: first, review: 1 day}}
"""
    return Case(body, head=head, consents=consents)


def start(of: Case, by: str = DESK) -> str:
    """The reason for which it is refused to begin the step; where it is not, it is begun."""
    return of.refused(c.Start(step="call"), by)


def starters(of: Case) -> list[str]:
    found = choices(of.view, lambda about, name, field: None)
    return [each.agency for each in found if isinstance(each.act, c.Start)]


def awaited(of: Case, step: str = "call") -> list[str]:
    known = CaseHistory(of.view.seen_by(of.state.responsible), of.facts, EDITIONS)
    return [each.said.code for each in explain(known, step).waits_for]


@pytest.mark.parametrize(
    ("way", "left_out"),
    [
        (
            (doors.OF_STAGE, doors.OPENING),
            "open, begun, at_most, stops_when of its stage, not_before is known, period kept, lapsed",
        ),
        ((doors.STARTING, doors.BEGUN), "open, manual, stops_when of its stage, period kept"),
        (
            (doors.OVERRIDING,),
            "stage, manual, begun, at_most, after, when, not_before, not_before is known, due, lapsed",
        ),
    ],
)
def test_each_door_says_which_gates_it_leaves_out(
    way: tuple[tuple[Gate, ...], ...], left_out: str
) -> None:
    """A new gate is thought about at every door."""
    asked = {gate for door in way for gate in door}
    assert {each.name for each in EVERY - asked} == set(left_out.split(", "))


def test_a_manual_step_that_was_begun_waits_for_its_moment_and_opens_then() -> None:
    """To begin it once more is no way around its `not_before`."""
    seen = case("call: {by: screener, manual: yes, not_before: 10 days}")
    assert start(seen) == "nothing"
    assert seen.state.steps["call"] == "waiting"
    assert (start(seen), starters(seen)) == ("open_already", [])
    assert awaited(seen) == ["why.floor.not_before"]
    seen.wait(days=12)
    assert "call.1" in seen.open


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("not_before: 10 days after leaves", "why.floor.not_counted"),
        ("series: {at: [1 day], after: leaves}", "why.period.series"),
    ],
)
def test_what_cannot_be_counted_yet_is_not_begun(words: str, told: str) -> None:
    """It was let begin, and nothing came of it."""
    seen = case(f"call: {{by: screener, manual: yes, {words}}}")
    assert (start(seen), starters(seen)) == ("too_early", [])
    assert awaited(seen) == ["why.act.opens_by_any", told]
    seen.complete("where.1", leaves="2026-03-02T09:00:00+00:00")
    assert DESK in starters(seen)


def test_a_consent_is_confirmed_before_a_manual_step_too() -> None:
    """The person is asked again when somebody begins it, and it opens with the yes."""
    seen = case(
        "talk: {by: screener, consent: going, refused: go on}",
        "call: {by: screener, manual: yes, after: where}",
    )
    seen.give()
    seen.wait(days=1)
    seen.complete("where.1")
    assert start(seen) == "nothing"
    assert seen.open == ["last.1", "talk.2"]
    assert awaited(seen) == ["why.consent.reconfirm"]
    seen.give("talk.2")
    assert seen.open == ["call.1", "last.1"]


def test_with_a_no_a_manual_step_is_not_begun() -> None:
    """Not even where the consent is only to be confirmed before it."""
    seen = case(
        "talk: {by: screener, consent: going, refused: go on}",
        "call: {by: screener, manual: yes}",
    )
    seen.refuse()
    assert (start(seen), starters(seen)) == ("no_consent", [])
    assert awaited(seen) == ["why.act.opens_by_any", "why.consent.needs"]


REQUEST = (
    "talk: {by: screener, consent: tell_home, refused: go on}",
    "call: {hand_over: home, manual: yes, needs: consent.tell_home, answer: 5 days, declined: go on, silent: go on}",
)
TELL_HOME = "tell_home: {to: home, any: yes, shows: [risk], ask: May we?}"


def test_a_request_is_begun_only_where_somebody_may_be_asked() -> None:
    """Neither is a task made of it while its side is not known, nor is it offered and refused then."""
    seen = case(*REQUEST, consents=TELL_HOME)
    assert (start(seen), starters(seen)) == ("no_consent", [])
    seen.complete("where.1", home_country="NG")
    assert (start(seen), starters(seen)) == ("no_consent", [])
    seen.give()
    assert DESK in starters(seen)
    assert start(seen) == "nothing"


def test_a_request_that_was_begun_goes_on_to_the_next_receiver() -> None:
    """It waited for ever, since nobody could begin it again."""
    seen = case(*REQUEST, consents=TELL_HOME)
    seen.complete("where.1", home_country="NG")
    seen.give()
    start(seen)
    seen.do(c.Prohibit(agency=HOME), DESK)
    assert seen.hand_over("call.2").agency != HOME


def test_what_closes_lapses_once() -> None:
    """Each further start had what follows follow again."""
    seen = case(
        "call: {by: screener, manual: yes, lapsed: go on,"
        " due: {time: 1 day after case.opened, kind: limitation}}"
    )
    seen.wait(days=3)
    assert start(seen) == "nothing"
    assert seen.state.steps["call"] == "lapsed"
    assert (start(seen), starters(seen)) == ("settled", [])


def test_a_refusal_names_what_holds_a_manual_step_back() -> None:
    """Its own `stops_when` is no condition, and a stage that rests is open all the same."""
    seen = case("call: {by: screener, manual: yes, stops_when: married}")
    seen.do(c.Raise(interrupt="rest"), DESK)
    assert start(seen) == "suspended"
    seen.do(c.Resolve(interrupt="rest"), DESK)
    seen.complete("where.1", married=True)
    assert start(seen) == "stopped"
    assert awaited(seen) == ["why.act.opens_by_any", "why.condition.read"]


def test_nothing_begins_in_an_ended_stage_while_an_interrupt_lets_it_rest() -> None:
    """By itself, by hand and against the rules alike."""
    seen = case(
        "call: {by: screener, manual: yes}", "visit: {by: screener, optional: yes, after: last}"
    )
    seen.complete("where.1")
    seen.do(c.Raise(interrupt="rest"), DESK)
    seen.complete("last.1", CARE)
    assert "visit.1" not in seen.open
    assert start(seen) == "suspended"
    assert seen.refused(c.OpenStep(step="visit", reason="urgent")) == "suspended"
    assert awaited(seen, "visit") == ["why.stage.is", "why.interrupt.rests"]
    seen.do(c.Resolve(interrupt="rest"), DESK)
    assert "visit.1" in seen.open


RECEIVER_BEGINS = """
stages:
  first:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, consent: tell_home, refused: go on}
      ask: {hand_over: home, after: where, needs: consent.tell_home, answer: 5 days, declined: go on, silent: go on}
      look: {by: manager, manual: yes}
      visit: {by: home, manual: yes}
      call: {by: manager, manual: yes, started_by: home}
      last: {by: manager}
    then: end done
"""


def test_nobody_begins_what_is_done_in_another_country_unless_it_is_said() -> None:
    """Work crosses a border by a request that was agreed to; the responsible agency begins all."""
    seen = Case(RECEIVER_BEGINS)
    seen.complete("where.1", home_country="NG")
    seen.give()
    seen.do(c.AcceptHandOver(hand_over="ask.1"), HOME)
    found = choices(seen.view, lambda about, name, field: None)
    begun = {(each.agency, each.about) for each in found if isinstance(each.act, c.Start)}
    assert seen.state.responsible == DESK
    assert begun == {
        *product([DESK, CARE], ["look"]),
        *product([DESK, HOME], ["visit"]),
        (HOME, "call"),
    }
    for agency, step in ((HOME, "look"), (DESK, "call")):
        assert seen.refused(c.Start(step=step), agency) == "not_allowed"
