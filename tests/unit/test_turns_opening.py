"""Opening a case, and what is the same of every turn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.decide import decide
from engine.errors import Refusal
from engine.evolve import replay
from engine.facts import CaseOpened
from engine.state import State
from tests.factories import CALENDARS, CARE, DESK, HEAD, MONDAY, REGISTRY, Case, pathway


def opened(**changes: object) -> c.Command:
    words: dict[str, object] = {"code": "7K2F-9QXM", "country": "GH", **changes}
    by = str(words.pop("by", DESK))
    return c.Command(
        act=c.OpenCase(**words),  # type: ignore[arg-type]
        agency=by,
        occurred_at=MONDAY,
        recorded_at=MONDAY,
    )


def test_who_opens_a_case_answers_for_it() -> None:
    """Until another agency takes over."""
    case = Case()
    assert isinstance(case.facts[0], CaseOpened)
    assert (case.state.status, case.state.responsible, case.state.opened_by) == ("open", DESK, DESK)
    assert case.state.sides == {"host": "GH"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"by": "GH-NONE"}, "unknown_agency"),
        ({"by": "GH-OLD"}, "unknown_agency"),
        ({"country": "TG"}, "wrong_country"),
        ({"roles": {"driver": CARE}}, "unknown_role"),
        ({"roles": {"manager": DESK}}, "not_able"),
        ({"roles": {"home": "NG-HOME"}}, "not_able"),
    ],
)
def test_a_case_is_not_opened_by_or_for_whom_it_may_not(
    changes: dict[str, object], reason: str
) -> None:
    """Nobody is chosen on a side that is not known yet."""
    with pytest.raises(Refusal) as refusal:
        decide(pathway(), State(), opened(**changes), REGISTRY, CALENDARS)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("days", [0, -1])
def test_a_case_is_opened_on_the_first_day_of_its_pathway_and_not_before(days: int) -> None:
    """By when it happened: a report from before is not opened under rules that came later."""
    first = MONDAY + timedelta(days=days)
    late = pathway(head=HEAD.replace("2026-01-01", "2026-03-02"))
    command = replace(opened(), occurred_at=first)
    if days == 0:
        assert decide(late, State(), command, REGISTRY, CALENDARS).state.status == "open"
        return
    with pytest.raises(Refusal, match="effective=2026-03-02 opened=2026-03-01") as refusal:
        decide(late, State(), command, REGISTRY, CALENDARS)
    assert refusal.value.reason == "not_in_effect"


def test_a_case_is_opened_once() -> None:
    """The second attempt is told so."""
    assert Case().refused(c.OpenCase(code="7K2F-9QXM", country="GH")) == "open_already"


def test_nothing_is_done_to_a_case_that_was_never_opened() -> None:
    """Neither by a person nor by time."""
    claim = c.Command(
        act=c.Claim(task="talk.1"), agency=DESK, occurred_at=MONDAY, recorded_at=MONDAY
    )
    with pytest.raises(Refusal, match=r"status\.case\.new"):
        decide(pathway(), State(), claim, REGISTRY, CALENDARS)
    tick = c.Command(act=c.Settle(), agency="", occurred_at=MONDAY, recorded_at=MONDAY)
    assert decide(pathway(), State(), tick, REGISTRY, CALENDARS).facts == ()


def test_the_same_arguments_lead_to_the_same_facts() -> None:
    """And the facts alone to the same state."""
    first, second = (decide(pathway(), State(), opened(), REGISTRY, CALENDARS) for _ in range(2))
    assert first == second
    assert replay(first.facts) == first.state


def test_what_an_earlier_case_has_answered_need_not_be_asked_again() -> None:
    """Conditions know that it is there; what this pathway has not, or not protected, is left."""
    body = """
stages:
  start:
    steps:
      ask: {by: screener, form: [full_name, risk]}
      more: {by: screener, after: ask, when: full_name.answered, otherwise: end stays}
    then: end done
"""
    case = Case(body)
    case.state, case.facts = State(), []
    known = ("full_name", "shoe_size", "risk")
    case.do(c.OpenCase(code="7K2F-9QXM", country="GH", after="2222-3333", known=known))
    assert case.state.links == {"2222-3333": "earlier"}
    assert (case.state.protected, case.state.from_before) == (("full_name",), ("full_name",))
    assert case.refused(c.Complete(task="ask.1")) == "wrong_form"
    case.complete("ask.1", risk="low")
    assert case.open == ["more.1"]
