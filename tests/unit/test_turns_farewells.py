"""Who had something on the ground of a consent is told to stop when it is taken back: once, and
whatever it has done."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.facts import NoticeOwed
from tests.factories import CARE, DESK, HOME, HOME2, Case

CONSENTS = """tell_home: {to: home, ask: May we?, valid: 10 days, withdrawn: go on}
  tell_more: {to: home, ask: May we tell more?, withdrawn: go on}
  tell_all: {to: home, any: yes, ask: May we tell all of them?, withdrawn: go on}"""
BODY = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: CONSENT, refused: go on}
      more: {by: screener, after: where, consent: OTHER, refused: go on}
      rest: {by: screener, after: where, consent: REST, refused: go on}
      look: {by: home, after: talk, needs: consent.CONSENT, due: 5 days}
      tell: {by: home, after: talk, due: 5 days}
      plan: {by: manager, after: talk, needs: consent.CONSENT}
      ask_home: {hand_over: home, manual: yes, needs: consent.CONSENT, answer: 5 days, declined: go on, silent: go on}
      wait: {by: screener}
    then: end done
"""


def given(consent: str = "tell_home", other: str = "tell_more", rest: str = "tell_all") -> Case:
    names = {"CONSENT": consent, "OTHER": other, "REST": rest}
    body = BODY
    for word, name in names.items():
        body = body.replace(word, name)
    case = Case(body, consents=CONSENTS)
    case.complete("where.1", home_country="NG")
    case.give()
    assert {"look.1", "tell.1"} <= set(case.open)
    return case


def taken_back(case: Case, agency: str = "", consent: str = "tell_home") -> Case:
    case.do(c.WithdrawConsent(consent=consent, agency=agency))
    return case


def test_who_has_a_task_on_its_ground_is_told_to_stop_and_nothing_beside() -> None:
    """Two tasks, one of which only the consent let it have; at home a task is just not needed."""
    case = taken_back(given())
    assert case.told(HOME) == ["stop_and_confirm"]
    assert case.told(CARE) == ["no_longer_needed"]
    assert case.task("tell.1").agency == DESK


def test_who_has_done_its_task_is_told_to_stop() -> None:
    case = given()
    case.complete("look.1", HOME)
    case.complete("tell.1", HOME)
    taken_back(case)
    (told,) = [each for each in case.last if isinstance(each, NoticeOwed) and each.agency == HOME]
    assert (told.kind, told.about, told.label) == ("stop_and_confirm", "look.1.stop1", "Look")


def test_who_has_a_request_and_tasks_is_told_once() -> None:
    """Of the request, before and after its yes."""
    for answered in (False, True):
        case = given()
        case.do(c.Start(step="ask_home"))
        if answered:
            case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
        assert taken_back(case).told(HOME) == ["stop_and_confirm"]


def test_who_may_hear_of_the_case_by_another_consent_stops_what_stood_on_this_one() -> None:
    """The rest goes on, until that is taken back as well."""
    case = given()
    case.give("more.1")
    case.complete("tell.1", HOME)
    taken_back(case)
    (told,) = [each for each in case.last if isinstance(each, NoticeOwed) and each.agency == HOME]
    assert (told.kind, told.about) == ("stop_and_confirm", "look.1.stop1")
    assert taken_back(case, consent="tell_more").told(HOME) == ["stop_and_confirm"]


def test_who_may_hear_of_the_case_anyway_and_had_nothing_on_its_ground_hears_nothing() -> None:
    """By another consent it goes on as before."""
    case = given()
    case.give("more.1")
    taken_back(case, consent="tell_more")
    assert case.told(HOME) == []


def test_a_consent_that_has_run_out_may_be_taken_back_too() -> None:
    case = given()
    case.complete("look.1", HOME)
    case.wait(days=11)
    assert "stop_and_confirm" not in case.told(HOME, ever=True)
    assert taken_back(case).told(HOME) == ["stop_and_confirm"]


def test_a_no_at_the_next_asking_takes_it_back() -> None:
    case = given()
    case.complete("look.1", HOME)
    case.wait(days=11)
    case.refuse("talk.2")
    assert case.told(HOME) == ["stop_and_confirm"]


def test_taken_back_from_one_agency_it_alone_is_told() -> None:
    """Of those that have something, the others go on."""
    case = given("tell_all", rest="tell_home")
    case.do(c.Reassign(task="tell.1", agency=HOME2))
    taken_back(case, HOME, "tell_all")
    assert case.told(HOME) == ["stop_and_confirm"]
    assert case.told(HOME2) == []
    assert taken_back(case, HOME2, "tell_all").told(HOME2) == ["stop_and_confirm"]


@pytest.mark.parametrize("agency", ["", HOME2])
def test_who_never_had_anything_hears_nothing(agency: str) -> None:
    """It would learn that there is a case."""
    assert HOME2 not in {
        each.agency
        for each in taken_back(given("tell_all", rest="tell_home"), agency, "tell_all").facts
        if isinstance(each, NoticeOwed)
    }


def test_who_has_said_no_has_nothing_to_stop() -> None:
    case = Case(
        BODY.replace("CONSENT", "tell_home")
        .replace("OTHER", "tell_more")
        .replace("REST", "tell_all")
        .replace("{by: home, ", "{by: manager, "),
        consents=CONSENTS,
    )
    case.complete("where.1", home_country="NG")
    case.give()
    case.do(c.Start(step="ask_home"))
    case.do(c.DeclineHandOver(hand_over="ask_home.1", reason="unsafe"), HOME)
    assert taken_back(case).told(HOME) == []


def test_a_prohibited_agency_is_not_told_to_stop() -> None:
    """It gets nothing at all."""
    case = given()
    case.complete("look.1", HOME)
    case.do(c.Prohibit(agency=HOME))
    assert taken_back(case).told(HOME) == []
