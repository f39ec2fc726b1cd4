"""Ladders: again and again, about an answer, across agencies and borders."""

from __future__ import annotations

from datetime import timedelta

from engine import commands as c
from engine.facts import ClockReached
from engine.phrases.expressions import compile_condition, parse_condition
from engine.questions import lookup, vocabulary_of
from tests.factories import CARE, DESK, HOME, Case

AGAIN = """
stages:
  start:
    steps:
      plan:
        by: manager
        due: 1 day
        late: ["every 2 days remind manager, at most 3", "every 3 days tell screener, at most 2"]
      pack: {by: screener, due: 60 days}
    then: end done
"""
ASKED = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home:
        hand_over: home
        by: screener
        due: 5 days
        after: talk
        needs: consent.tell_home
        seen: 1 day
        answer: 4 days
        late:
          - before 1 day remind home
          - after 1 day tell manager
          - "every 2 days remind home, at most 5"
        declined: end stays
        silent: tell screener
    then: end done
"""


def reached(case: Case, part: str) -> list[str]:
    return [f.key for f in case.facts if isinstance(f, ClockReached) and part in f.key]


def holds(case: Case, condition: str) -> bool | None:
    vocabulary = vocabulary_of(case.pathway.definition)
    return compile_condition(parse_condition(condition), vocabulary)(lookup(case.state))


def asked_home(body: str = ASKED) -> Case:
    case = Case(body)
    case.complete("where.1", home_country="NG")
    case.give()
    case.do(c.Offer(task="ask_home.1"))
    return case


def test_a_rung_comes_again_until_it_has_come_so_often() -> None:
    """Every second day after the due moment, three times; and the ladder is over then."""
    case = Case(AGAIN)
    told = []
    for _ in range(12):
        case.wait(days=1)
        told.append((case.told(CARE), case.told(DESK)))
    assert [day for day, (care, _) in enumerate(told, 1) if "reminder" in care] == [4, 6, 8]
    assert [day for day, (_, desk) in enumerate(told, 1) if "overdue" in desk] == [5, 8]
    assert not [key for key in case.state.clocks if key.startswith("plan")]


def test_a_rung_that_comes_again_stops_when_it_is_done() -> None:
    """Nobody is reminded of what is done."""
    case = Case(AGAIN)
    case.wait(days=4)
    case.complete("plan.1", CARE)
    case.wait(days=20)
    assert "reminder" not in case.told(CARE)


def test_after_days_of_downtime_a_rung_that_comes_again_comes_once() -> None:
    """Each of its moments is used, and each addressee hears of it once."""
    case = Case(AGAIN)
    case.wait(days=30)
    assert reached(case, "plan.1:rung:0") == ["plan.1:rung:0"] * 3
    assert (case.told(CARE), case.told(DESK)) == (["reminder"], ["overdue"])
    case.wait(days=20)
    assert "reminder" not in case.told(CARE)


def test_the_ladder_of_a_request_is_about_its_answer() -> None:
    """The receiver is reminded, before and after the moment, and at home somebody is told."""
    case = asked_home()
    assert reached(case, "rung") == []
    told = []
    for _ in range(8):
        case.wait(days=1)
        told.append((case.told(HOME), case.told(CARE)))
    homes = [day for day, (home, _) in enumerate(told, 1) if "reminder" in home]
    assert homes == [2, 3, 7]  # not seen; the day before the answer; two days after it
    assert [day for day, (_, care) in enumerate(told, 1) if "overdue" in care] == [6]


def test_the_ladder_of_a_request_stops_with_the_answer() -> None:
    """Also when the answer comes late."""
    case = asked_home()
    case.wait(days=5)
    assert case.hand_over("ask_home.2").status == "silent"
    case.do(c.AcceptHandOver(hand_over="ask_home.2"), HOME)
    assert [key for key in case.state.clocks if "rung" in key] == []


def test_who_waits_on_begins_the_ladder_anew() -> None:
    """A new moment for the answer has its own rungs."""
    case = asked_home()
    case.wait(days=5)
    case.do(c.Complete(task="ask_home.2.chase1", outcome="wait_on"))
    assert {key for key in case.state.clocks if "rung" in key} == {
        f"ask_home.2:rung:{number}" for number in range(3)
    }
    answer_by = case.hand_over("ask_home.2").answer_by
    assert answer_by is not None
    assert case.state.clocks["ask_home.2:rung:1"].at == answer_by + timedelta(days=1)


def test_nobody_abroad_is_reminded_once_the_consent_is_gone() -> None:
    """The request is revoked, and its ladder with it."""
    case = asked_home()
    case.do(c.WithdrawConsent(consent="tell_home"))
    assert [key for key in case.state.clocks if "rung" in key] == []
    case.wait(days=20)
    assert case.told(HOME) == ["stop_and_confirm"], "and of nothing else"


def test_after_downtime_the_receiver_hears_of_a_request_once() -> None:
    """Not seen, reminded before and after: one notice."""
    case = asked_home()
    case.wait(days=60)
    assert case.told(HOME) == ["reminder"]


def test_sending_a_request_late_reminds_who_prepares_it() -> None:
    """The ladder is about the answer; the sender is reminded when it is due."""
    case = Case(ASKED)
    case.complete("where.1", home_country="NG")
    case.give()
    case.wait(days=6)
    assert case.told(DESK) == ["reminder"]
    assert case.told(CARE) == []


def test_a_condition_asks_whether_a_step_is_or_was_late() -> None:
    """`step.X.overdue`: from its due moment on, and when it was done late."""
    case = Case(AGAIN)
    assert holds(case, "not step.plan.overdue")
    case.wait(days=3)
    assert holds(case, "step.plan.overdue")
    case.complete("plan.1", CARE)
    assert holds(case, "step.plan.overdue and not step.pack.overdue")


def test_a_condition_asks_whether_a_request_is_or_was_late() -> None:
    """`hand_over.X.late`: not seen or not answered in time, whatever came later."""
    case = asked_home()
    case.do(c.See(hand_over="ask_home.2"), HOME)
    assert holds(case, "not hand_over.ask_home.late")
    case.wait(days=5)
    assert holds(case, "hand_over.ask_home.late")
    case.do(c.AcceptHandOver(hand_over="ask_home.2"), HOME)
    assert holds(case, "hand_over.ask_home.late")
