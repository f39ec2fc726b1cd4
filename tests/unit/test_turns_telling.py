"""Who is told: whoever may know of the case, by whichever way something is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import commands as c
from engine import sendable
from engine.agencies.registry import Registry
from engine.facts import NoticeOwed, NoticesCancelled
from tests.factories import CARE, CARE2, DESK, HOME, REGISTRY, Case

BODY = """
stages:
  start:
    steps:
      talk: {by: screener, consent: share, refused: go on}
      look:
        by: screener
        due: 2 days
        late: [after 1 day tell manager]
        decide: {bad: tell manager, good: go on}
      more: {by: manager, manual: yes, started_by: screener}
      help: {by: manager, after: talk, needs: consent.share, optional: yes}
interrupts:
  danger: {raised_by: screener, tell: [manager, screener]}
"""
SHARE = "share: {to: manager, shows: [risk], ask: May we?, valid: 5 days}"


def case_of(answer: str) -> Case:
    """A case in which the person was asked whether the second agency may be told."""
    case = Case(BODY, consents=SHARE)
    match answer:
        case "not asked":
            pass
        case "refused":
            case.refuse()
        case _:
            case.give()
    if answer == "taken back":
        case.complete("help.1", CARE)
        case.do(c.WithdrawConsent(consent="share"))
    if answer == "run out":
        case.complete("help.1", CARE)
        case.wait(days=6)
    return case


def danger(case: Case) -> None:
    case.do(c.Raise(interrupt="danger"))


def outcome(case: Case) -> None:
    case.do(c.Complete(task="look.1", outcome="bad"))


def rung(case: Case) -> None:
    case.wait(days=4)


def notices(case: Case, agency: str) -> list[NoticeOwed]:
    facts = [each for each in case.last if isinstance(each, NoticeOwed)]
    return [each for each in facts if each.agency == agency]


@pytest.mark.parametrize("way", [danger, outcome, rung])
@pytest.mark.parametrize("answer", ["not asked", "refused", "taken back"])
def test_who_has_no_yes_of_the_person_is_not_told(way: Callable[[Case], None], answer: str) -> None:
    """By an interrupt, an outcome or a ladder, inside one country too: the responsible agency is."""
    case = case_of(answer)
    way(case)
    assert {each.kind for each in notices(case, CARE)} <= {"stop_and_confirm"}
    told = [each for each in notices(case, DESK) if each.kind in ("attention", "overdue")]
    told = [each for each in told if not each.about.startswith(("case", "help.1.stop"))]
    assert told, "nothing is lost"
    if way is not danger:  # the responsible agency is to hear of that anyhow
        assert {each.instead_of for each in told} == {CARE}


@pytest.mark.parametrize("way", [danger, outcome, rung])
def test_who_is_covered_is_told(way: Callable[[Case], None]) -> None:
    """And nobody hears it in its place."""
    case = case_of("given")
    way(case)
    assert [each.instead_of for each in notices(case, CARE)] == [""]
    assert not [each for each in case.last if getattr(each, "instead_of", "")]


def test_once_a_consent_has_run_out_nothing_new_is_told_on_its_ground() -> None:
    """It was not taken back, and nobody is told to stop; but nothing lets the agency know either."""
    case = case_of("run out")
    danger(case)
    assert notices(case, CARE) == []


def test_the_responsible_agency_hears_the_same_once() -> None:
    """For itself, or in the place of another: one notice."""
    case = case_of("refused")
    danger(case)
    assert [(each.kind, each.instead_of) for each in notices(case, DESK)] == [("attention", "")]


def test_who_has_another_part_is_told_of_the_case_all_the_same() -> None:
    """A law lets it know, whatever the person has said about this."""
    law = "bases:\n  law: {ground: statutory, source: The law, to: [screener, manager]}\n"
    case = Case(BODY + law, consents=SHARE)
    case.refuse()
    case.do(c.Start(step="more"))
    assert case.told(CARE) == ["task_assigned"]
    danger(case)
    assert case.told(CARE) == ["attention"]
    case.complete("more.1", CARE)
    assert case.view.may_know(CARE)


def test_one_agency_is_refused_and_another_of_its_kind_is_not() -> None:
    """A class that was read out is refused as a whole; one that is taken out is so alone."""
    a_class = SHARE.replace("to: manager", "to: manager, any: yes")
    case = Case(BODY, consents=a_class)
    case.refuse()
    assert not case.view.may_know(CARE)
    assert not case.view.may_know(CARE2)
    case = Case(BODY, consents=a_class)
    case.give()
    case.complete("help.1", CARE)
    case.do(c.WithdrawConsent(consent="share", agency=CARE))
    assert not case.view.may_know(CARE)
    assert case.view.may_know(CARE2)


def test_an_alert_of_a_linked_case_reaches_nobody_who_may_not_know() -> None:
    """Neither of the case that hears it, nor of the one where it happened."""
    case = case_of("given")
    case.do(c.Link(case="2222-3333", word="sibling", agreed=True))
    case.do(c.Hear(case="2222-3333", without=(CARE,)), "")
    assert (case.told(CARE), case.told(DESK)) == ([], ["attention"])
    case.do(c.Hear(case="2222-3333"), "")
    assert case.told(CARE) == ["attention"]


@pytest.mark.parametrize("kind", ["attention", "overdue", "reminder", "answer_received"])
def test_what_is_sent_is_asked_by_the_same_question(kind: str) -> None:
    """A notice that was owed before the person took it back does not leave afterwards."""
    case = case_of("given")
    assert sendable.may_be_told(case.view, CARE, kind)
    case.complete("help.1", CARE)
    case.do(c.WithdrawConsent(consent="share"))
    assert case.told(CARE) == ["stop_and_confirm"]
    assert not sendable.may_be_told(case.view, CARE, kind)
    assert sendable.may_be_told(case.view, CARE, "stop_and_confirm")


def test_what_was_owed_is_called_off_with_the_consent() -> None:
    """So that a notice which is being sent just then is met, and a stop follows it."""
    case = case_of("given")
    danger(case)
    (owed,) = notices(case, CARE)
    case.complete("help.1", CARE)
    case.do(c.WithdrawConsent(consent="share"))
    cancelled = [each for each in case.last if isinstance(each, NoticesCancelled)]
    assert any(each.cancels(owed) for each in cancelled)


def test_a_reminder_that_cannot_reach_who_owes_is_not_lost() -> None:
    """Over a border, once the consent has run out: the responsible agency is to look."""
    body = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: share, refused: go on}
      ask:
        hand_over: home
        after: talk
        needs: consent.share
        answer: 10 days
        late: [before 2 days remind home]
        declined: go on
        silent: tell screener
"""
    case = Case(body, consents=SHARE.replace("to: manager", "to: home"))
    case.complete("where.1", home_country="NG")
    case.give()
    assert case.told(HOME) == ["request_received"]
    case.wait(days=9)
    assert not case.view.may_know(HOME)
    found = notices(case, DESK)
    assert ("attention", HOME) in [(each.kind, each.instead_of) for each in found]


@pytest.mark.parametrize("left", [(DESK,), (DESK, HOME), (DESK, CARE)])
def test_nobody_hears_in_place_of_itself(left: tuple[str, ...]) -> None:
    """Where the responsible agency is barred, the case moves; where nobody else is left, it is told itself."""
    agencies = tuple(each for each in REGISTRY.agencies if each.code in left)
    bars = "{raised_by: responsible, bars: [screener], tell: [screener, responsible]}"
    body = BODY.replace("{raised_by: screener, tell: [manager, screener]}", bars)
    case = Case(body, consents=SHARE, registry=Registry(agencies))
    danger(case)
    case.wait(days=4)
    told = [each for each in case.facts if isinstance(each, NoticeOwed)]
    assert case.state.responsible == (CARE if CARE in left else DESK)
    assert {"attention", "overdue"} <= {
        each.kind for each in told if each.agency == case.state.responsible
    }
    assert not [each for each in told if each.instead_of == each.agency]
