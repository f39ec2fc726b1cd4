"""What may be done next: each choice is one that the engine takes, from the agency it names."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import commands as c
from engine.acts.reason_lists import DECLINE_REASONS
from engine.choices import PossibleAct, choices
from engine.decide import decide
from engine.definition import DataField
from engine.state import Answer, HandOver, Task
from tests.factories import CALENDARS, DESK, HOME, REGISTRY, Case

BODY = """
stages:
  start:
    steps:
      meet: {by: screener, form: [full_name, home_country, risk, born?], due: 24 hours}
      talk: {by: screener, consent: tell_home, refused: go on, after: meet}
      request:
        hand_over: home
        after: talk
        by: screener
        when: consent.tell_home.given
        otherwise: skip
        needs: consent.tell_home
        answer: 2 days
        declined: go on
        silent: tell manager
        answers: [rooms, born?]
        feedback: 2 days
      plan: {by: manager, decide: {yes: go on, no: end stays}, after: request}
      journey:
        by: manager
        after: plan
        arrival: {confirmed_by: home, within: 2 days, missing: interrupt lost}
      settle: {by: home, after: journey}
      extra: {by: manager, manual: yes, repeat: {at_most: 2}}
    then: end done
interrupts:
  lost: {raised_by: [home, manager], suspends: start, review: 1 day}
  leaves: {raised_by: screener, then: end gone}
"""


def fill(about: Task | HandOver, name: str, field: DataField) -> Answer | None:
    """Answers what the trial's form asks for; the birthday stays unanswered."""
    del about, field
    answers: dict[str, Answer] = {"full_name": "Person 001", "home_country": "NG", "risk": "low"}
    return {**answers, "rooms": 2}.get(name)


def offered(case: Case) -> list[PossibleAct]:
    return choices(case.view, fill)


def said(offer: PossibleAct) -> str:
    """Its code and values."""
    return str(offer.what).removeprefix("finding.way.")


def words(case: Case, about: str) -> list[str]:
    return [said(each) for each in offered(case) if each.about == about]


def take(case: Case, what: str) -> None:
    """Take the choice that says this, as the agency that it names."""
    chosen = next(each for each in offered(case) if said(each) == what)
    case.do(chosen.act, chosen.agency)


def case_at(*taken: str) -> Case:
    case = Case(BODY)
    for what in taken:
        take(case, what)
    return case


MET = ("did step=meet",)
ASKED = (*MET, "given step=talk", "sent step=request")
AGREED = (*ASKED, "accepted step=request")
TRAVELLED = (*AGREED, "outcome step=plan outcome=yes", "did step=journey")
FEEDBACK = "request.2.feedback"


def test_a_form_is_filled_in_and_protected_answers_are_named_only() -> None:
    """The command holds the open answers; of a protected one it holds the name."""
    act = offered(Case(BODY))[0].act
    assert act == c.Complete(
        task="meet.1", answers={"home_country": "NG", "risk": "low"}, protected=("full_name",)
    )


@pytest.mark.parametrize(
    ("taken", "about", "expected"),
    [
        ((), "meet.1", ["did step=meet"]),
        (MET, "talk.1", ["given step=talk", "refused step=talk"]),
        (
            (*MET, "given step=talk"),
            "request.1",
            ["sent step=request", "outcome step=request outcome=give_up"],
        ),
        (AGREED, "plan.1", ["outcome step=plan outcome=yes", "outcome step=plan outcome=no"]),
        (TRAVELLED, "journey.1.arrival", ["arrived step=journey", "no_show step=journey"]),
        ((*TRAVELLED, "arrived step=journey"), FEEDBACK, ["feedback step=request"]),
        ((*TRAVELLED, "no_show step=journey"), "lost.1", ["over step=lost"]),
        (
            (*TRAVELLED, "no_show step=journey", "over step=lost"),
            "journey.1.arrival",
            ["arrived step=journey"],
        ),
    ],
)
def test_each_kind_of_task_has_its_own_ways_to_end(
    taken: tuple[str, ...], about: str, expected: list[str]
) -> None:
    """The usual course comes first."""
    assert words(case_at(*taken), about) == expected


def test_a_request_can_be_seen_accepted_or_declined_with_each_reason() -> None:
    """The receiver has all of its answers, and no other agency has one; the sender may take it back."""
    case = case_at(*ASKED)
    about = case.state.open_hand_overs()[0].id
    found = [each for each in offered(case) if each.about == about]
    owed = [said(each) for each in found if each.owed]
    assert owed[:2] == ["accepted step=request", "accepted_with_conditions step=request"]
    assert len(owed) == 2 + len(DECLINE_REASONS) + 1
    assert {each.agency for each in found if each.owed} == {HOME}
    free = {(said(each), each.agency) for each in found if not each.owed}
    assert free == {("asked step=request", HOME), ("revoked step=request", DESK)}


def test_silence_leaves_the_answer_open_and_gives_its_owner_two_ways() -> None:
    """The receiver may still answer; who owns the silence waits on or gives up."""
    case = case_at(*ASKED)
    case.wait(days=3)
    asked = case.state.open_hand_overs()[0]
    assert asked.status == "silent"
    assert "accepted step=request" in words(case, asked.id)
    chase = next(task.id for task in case.state.open_tasks() if task.hand_over == asked.id)
    assert words(case, chase) == [
        "outcome step=request outcome=wait_on",
        "outcome step=request outcome=give_up",
    ]


def test_what_nobody_waits_for_is_marked_so() -> None:
    """A consent taken back, an interrupt and a manual step are no debts of anybody's."""
    case = case_at(*ASKED)
    free = {said(each) for each in offered(case) if not each.owed}
    messages = {"asked step=request", "revoked step=request"}
    assert (
        free
        == {"withdrawn step=talk", "did step=lost", "did step=leaves", "begun step=extra"}
        | messages
    )


def test_an_interrupt_may_be_raised_by_those_who_hold_its_roles() -> None:
    """Nobody else is offered it."""
    case = case_at(*AGREED)
    by = {each.agency for each in offered(case) if each.about == "lost"}
    roles = case.state.roles
    assert by == {roles["home"], roles.get("manager", case.state.responsible)}


def test_a_manual_step_is_offered_while_it_is_not_open_and_not_used_up() -> None:
    """Twice at most here."""
    case = case_at("begun step=extra")
    assert words(case, "extra") == []
    for what in ("did step=extra", "begun step=extra", "did step=extra"):
        take(case, what)
    assert words(case, "extra") == []


def test_a_case_with_nothing_open_is_ended_by_one_of_its_ends() -> None:
    """The review names the end, or waits on."""
    body = """
stages:
  start:
    steps:
      extra: {by: manager, manual: yes, form: [risk]}
      meet: {by: manager}
  later:
    after: start
    when: risk = low
    otherwise: go on
    steps:
      visit: {by: manager}
"""
    case = Case(body)
    take(case, "did step=meet")
    assert words(case, "review.1") == [
        "outcome step=review outcome=wait_on",
        "outcome step=review outcome=done",
        "outcome step=review outcome=stays",
        "outcome step=review outcome=gone",
    ]


def test_a_closed_case_offers_nothing() -> None:
    """Nobody can do anything in it any more."""
    assert offered(case_at("did step=leaves")) == []


@pytest.mark.parametrize("taken", [(), MET, ASKED, AGREED, TRAVELLED], ids=len)
def test_every_choice_is_one_that_the_engine_takes(taken: tuple[str, ...]) -> None:
    """A choice stands for something that can be done, not for something that may be refused."""
    case = case_at(*taken)
    now = case.now + timedelta(minutes=1)
    for each in offered(case):
        command = c.Command(act=each.act, agency=each.agency, occurred_at=now, recorded_at=now)
        decided = decide(case.pathway, case.state, command, REGISTRY, CALENDARS)
        assert decided.facts, each.what
