"""An agency leaves: what it had passes on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.agencies.registry import Agency, Leave, Registry
from tests.factories import CARE, CARE2, DESK, HOME, HOME2, HOME3, REGISTRY, Case

DESK2 = "GH-DESK2"
BOTH = Registry(
    (
        *REGISTRY.agencies,
        Agency(code=DESK2, name="Second desk", country="GH", roles=("desk",)),
    )
)


def without(*agencies: str, known: Registry = BOTH) -> Registry:
    return Registry(tuple(each for each in known.agencies if each.code not in agencies))


def until(agency: str, day: int, known: Registry = BOTH) -> Registry:
    """Its last day, in March 2026; the case is opened on the second."""
    return Registry(
        tuple(
            replace(each, valid_until=date(2026, 3, day)) if each.code == agency else each
            for each in known.agencies
        )
    )


WORK = """
stages:
  start:
    steps:
      plan: {by: manager, due: 3 days}
      meet: {by: manager, after: plan}
    then: end done
interrupts:
  halt: {raised_by: [screener, responsible], suspends: start, review: 1 day}
"""
ASK = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home:
        hand_over: home
        after: talk
        needs: consent.tell_home
        answer: 5 working days
        declined: next receiver, at most 2
        silent: next receiver, at most 2
      rest: {by: screener, after: ask_home}
    then: end done
"""
ANY = "tell_home: {to: home, any: yes, shows: [risk], ask: May we?}"


def test_tasks_of_an_agency_that_leaves_go_to_the_next_that_may_hold_the_role() -> None:
    """With them the role, so that what comes later goes there too."""
    case = Case(WORK, registry=BOTH)
    due = case.task("plan.1").due_at
    case.registry = without(CARE)

    case.wait()

    assert (case.task("plan.1").agency, case.task("plan.1").due_at) == (CARE2, due)
    assert case.told(CARE2) == ["task_assigned"]
    case.complete("plan.1", CARE2)
    assert case.task("meet.1").agency == CARE2


def test_with_nobody_else_the_responsible_agency_takes_them_over() -> None:
    """No task is lost, and none stays with who is gone."""
    case = Case(WORK, registry=BOTH)
    case.registry = without(CARE, CARE2)

    case.wait()

    assert case.task("plan.1").agency == DESK


def test_the_case_looks_by_itself_when_the_last_day_of_an_agency_is_over() -> None:
    """The last day counts; then nobody need load a registry."""
    case = Case(WORK, registry=until(CARE, 3))
    clock = case.state.clocks[f"registry:{CARE}"]

    case.wait(hours=38)
    assert (clock.at, case.task("plan.1").agency) == (datetime(2026, 3, 4, tzinfo=UTC), CARE)
    case.wait(hours=1)

    assert case.task("plan.1").agency == CARE2
    assert f"registry:{CARE}" not in case.state.clocks
    assert case.refused(c.Complete(task="plan.1"), CARE) == "not_yours"


def test_a_last_day_that_is_put_off_moves_what_is_watched() -> None:
    """One that is taken back is watched no more."""
    case = Case(WORK, registry=until(CARE, 3))

    case.registry = until(CARE, 9)
    case.wait()
    assert case.state.clocks[f"registry:{CARE}"].at == datetime(2026, 3, 10, tzinfo=UTC)
    case.registry = BOTH
    case.wait()

    assert f"registry:{CARE}" not in case.state.clocks


def test_the_responsibility_goes_to_who_may_hold_the_same_role() -> None:
    """The new one is told, and gets what the old one owed."""
    case = Case(WORK.replace("by: manager, due", "by: screener, due"), registry=BOTH)
    case.registry = without(DESK)

    case.wait()

    assert case.state.responsible == DESK2
    assert case.task("plan.1").agency == DESK2
    assert "attention" in case.told(DESK2)


def test_without_such_an_agency_another_one_of_the_country_answers_for_the_case() -> None:
    """Who has a part in it comes first."""
    case = Case(WORK, registry=BOTH)
    case.registry = without(DESK, DESK2)

    case.wait()

    assert case.state.responsible == CARE


def test_with_nobody_left_in_the_country_the_case_stays_where_it_is() -> None:
    """A tick on it decides nothing more, and does not fail."""
    case = Case(WORK, registry=BOTH)
    case.registry = without(DESK, DESK2, CARE, CARE2, "GH-OLD")

    case.wait()
    case.wait()

    assert case.state.responsible == DESK
    assert case.last == ()


def test_what_is_suspended_passes_on_when_it_goes_on() -> None:
    """Not before: nobody is given what rests."""
    case = Case(WORK, registry=BOTH)
    case.do(c.Raise(interrupt="halt"))
    case.registry = without(CARE)

    case.wait()
    assert (case.task("plan.1").agency, case.task("plan.1").status) == (CARE, "suspended")
    case.do(c.Resolve(interrupt="halt"))

    assert (case.task("plan.1").agency, case.task("plan.1").status) == (CARE2, "assigned")


def asked() -> Case:
    case = Case(ASK, consents=ANY, registry=BOTH)
    case.complete("where.1", home_country="NG")
    case.give()
    return case


def test_a_request_to_who_leaves_goes_to_the_next_receiver() -> None:
    """It counts as taken back, and the next one is asked by a request of its own."""
    case = asked()
    case.registry = without(HOME)

    case.wait()

    assert case.hand_over("ask_home.1").status == "revoked"
    assert (case.hand_over("ask_home.2").agency, case.open) == (HOME2, ["ask_home.2"])


def test_after_the_last_receiver_it_is_as_if_all_had_said_no() -> None:
    """What the step says of a no follows; here somebody decides."""
    case = asked()
    case.registry = without(HOME, HOME2, HOME3)

    case.wait()

    assert case.state.steps["ask_home"] == "done"


def test_what_a_receiver_has_agreed_to_stands() -> None:
    """A yes is not taken back because a list has changed."""
    case = asked()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    case.registry = without(HOME)

    case.wait()

    assert case.hand_over("ask_home.1").status == "accepted"


def test_who_answers_for_the_case_hears_that_a_receiver_has_left_after_its_yes() -> None:
    """Once; what is to come goes to the next that holds the role, whom the consent covers."""
    case = asked()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    case.registry = without(HOME)

    case.wait()
    assert (case.told(DESK), case.open) == (["attention"], ["rest.1"])
    case.wait()

    assert case.told() == []


RELIED_ON = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home:
        hand_over: home
        after: talk
        needs: consent.tell_home
        answer: 5 working days
        declined: end stays
        silent: tell manager
      visit: {by: home, after: ask_home, not_before: 30 days after ask_home.accepted}
    then: end done
"""
"""Nothing is open between the yes and the visit."""


def relied_on(body: str = RELIED_ON, **given: Any) -> Case:
    case = Case(body, **given)
    case.complete("where.1", home_country="NG")
    case.give()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    return case


@pytest.mark.parametrize("left", [(HOME,), (HOME, HOME2, HOME3)])
def test_where_no_consent_covers_the_next_one_somebody_must_see_to_it(
    left: tuple[str, ...],
) -> None:
    """Nobody was asked about the next one, or nobody is left: the responsible agency owes a task, once."""
    case = relied_on(registry=BOTH)
    assert case.open == []
    case.registry = without(*left)

    case.wait()
    assert (case.open, case.told(DESK)) == (["ask_home.1.chase1"], ["task_assigned"])
    assert (case.task("ask_home.1.chase1").agency, case.hand_over("ask_home.1").status) == (
        DESK,
        "accepted",
    )
    case.wait(days=1)
    assert case.told() == []

    case.do(c.Complete(task="ask_home.1.chase1", outcome="give_up"))
    case.wait(days=1)
    assert case.told(HOME2, ever=True) == []
    assert "ask_home.1.chase2" not in case.state.tasks


def test_another_receiver_is_asked_once_the_consent_covers_one() -> None:
    """With its yes the role is its own."""
    case = relied_on(consents=ANY, registry=BOTH)
    case.registry = without(HOME, HOME2, HOME3)
    case.wait()
    case.registry = BOTH

    case.do(c.Complete(task="ask_home.1.chase1", outcome="wait_on"))
    assert case.hand_over("ask_home.2").agency == HOME2
    case.do(c.AcceptHandOver(hand_over="ask_home.2"), HOME2)
    case.wait(days=31)

    assert case.task("visit.1").agency == HOME2


JOURNEY = RELIED_ON.replace(
    "visit: {by: home, after: ask_home, not_before: 30 days after ask_home.accepted}",
    "go: {by: screener, after: ask_home, arrival: {confirmed_by: home, within: 2 days,"
    " missing: tell screener}}",
)


@pytest.mark.parametrize(("has_left", "end"), [(False, "stays"), (True, "")])
def test_to_give_up_is_a_no_only_before_the_journey(has_left: bool, end: str) -> None:
    """Who is on the way is awaited; nothing that was to follow a no fits any more."""
    case = relied_on(JOURNEY, registry=BOTH)
    if has_left:
        case.complete("go.1")
    case.registry = without(HOME)
    case.wait()

    case.do(c.Complete(task="ask_home.1.chase1", outcome="give_up"))

    assert case.state.end == end


ALONE = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ready: {by: screener, after: talk}
      ask_home:
        hand_over: home
        after: ready
        needs: consent.tell_home
        answer: 5 working days
        declined: go on
        silent: tell screener
    then: end done
"""


def test_a_request_waits_for_the_end_of_the_leave_of_whom_alone_the_person_named() -> None:
    """Nobody else may be told; the case looks again by itself when the leave is over."""
    leave = Leave(first=date(2026, 3, 3), last=date(2026, 3, 4))
    away = [replace(each, leave=(leave,)) if each.code == HOME else each for each in BOTH.agencies]
    case = Case(ALONE, registry=Registry(tuple(away)))
    case.complete("where.1", home_country="NG")
    case.give()
    case.wait(days=1)

    case.complete("ready.1")
    assert case.state.hand_overs == {}
    assert case.state.next_clock() == case.state.clocks[f"registry:{HOME}"]
    case.wait(hours=39)

    assert case.hand_over("ask_home.1").agency == HOME


def test_with_nobody_left_to_be_asked_the_responsible_agency_has_the_request_to_send() -> None:
    """It is sent when somebody is there again."""
    leave = Leave(first=date(2026, 3, 1), last=date(2026, 3, 4))
    away = replace(BOTH.by_code[HOME], leave=(leave,))
    case = Case(ALONE, registry=Registry((*without(HOME, HOME2, HOME3).agencies, away)))
    case.complete("where.1", home_country="NG")
    case.give()

    case.complete("ready.1")
    assert case.state.consents["tell_home"].recipients == (HOME,)
    assert case.task("ask_home.1").agency == DESK
    assert case.refused(c.Offer(task="ask_home.1")) == "no_receiver"
    case.wait(days=3)
    case.do(c.Offer(task="ask_home.1"))

    assert case.hand_over("ask_home.2").agency == HOME


def test_nobody_is_asked_who_has_left_while_the_role_was_its_own() -> None:
    """With no other agency the role stays with it in name, and the request waits."""
    case = Case(ALONE, registry=BOTH)
    case.complete("where.1", home_country="NG")
    case.give()
    case.registry = without(HOME, HOME2, HOME3)
    case.wait()

    case.complete("ready.1")

    assert case.state.roles["home"] == HOME
    assert case.state.hand_overs == {}
    assert case.task("ask_home.1").agency == DESK


BARRED = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_one: {hand_over: home, after: talk, needs: consent.tell_home, answer: 5 days, declined: interrupt shut, silent: go on}
      ask_two: {hand_over: home, after: talk, needs: consent.tell_home, answer: 5 days, declined: interrupt shut, silent: go on}
    then: end done
interrupts:
  shut: {raised_by: screener, bars: origin}
"""


def test_what_follows_on_one_request_may_have_taken_back_the_other() -> None:
    """Time is never refused: a request that is over is not lost once more."""
    case = Case(BARRED, registry=BOTH)
    case.complete("where.1", home_country="NG")
    case.give()
    assert case.open == ["ask_one.1", "ask_two.1"]
    case.registry = without(HOME, HOME2, HOME3)
    case.wait()
    assert [each.status for each in case.state.hand_overs.values()] == ["revoked", "revoked"]
    assert case.state.interrupts == ("shut",)
