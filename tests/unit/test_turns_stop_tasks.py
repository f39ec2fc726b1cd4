"""Who is to stop confirms it: a task beside the case, in every status of it, that somebody looks after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import commands as c
from engine import sendable, visibility
from engine.acts.confirming import ConfirmStop
from engine.facts import Fact, StopConfirmed, still_owed
from engine.state import StopTask
from tests.factories import CARE, DESK, HEAD, HOME, HOME2, MONDAY, Case

CONSENTS = """tell_home: {to: home, any: yes, ask: May we?, valid: 60 days, withdrawn: go on}
  tell_more: {to: home, ask: May we?, withdrawn: go on}"""
HEAD_OF_STOPS = f"{HEAD}stop: {{time: 2 days, assumed: yes, tell: manager}}\n"
BODY = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      again: {by: screener, manual: yes, consent: tell_more, refused: go on}
      look: {by: home, after: talk, needs: consent.tell_home}
      ask_home: {hand_over: home, manual: yes, needs: consent.tell_home, answer: 5 days, declined: go on, silent: go on}
      wait: {by: screener}
    then: end done
interrupts:
  anew: {raised_by: screener, then: "back to start, at most 3, then go on"}
"""
MORE = c.WithdrawConsent(consent="tell_more")
WITHDRAW = c.WithdrawConsent(consent="tell_home")


def case_with_task(head: str = HEAD) -> Case:
    case = Case(BODY, head=head, consents=CONSENTS)
    case.complete("where.1", home_country="NG")
    case.give()
    return case


def only_told() -> Case:
    """The other country's agency has had nothing, and knows of the case by one consent."""
    late = "wait: {by: screener, due: 2 days, late: [tell home]}"
    case = Case(BODY.replace("wait: {by: screener}", late), consents=CONSENTS)
    case.complete("where.1", home_country="NG")
    case.do(c.Start(step="again"))
    case.give("again.1")
    case.wait(days=4)
    assert case.told(HOME) == ["overdue"]
    return case


def with_more(needs: str) -> Case:
    """The other country's agency has one more task, for which these consents were given."""
    more = f"wait: {{by: screener}}\n      more: {{by: home, after: again, needs: {needs}}}"
    case = Case(BODY.replace("wait: {by: screener}", more), consents=CONSENTS)
    case.complete("where.1", home_country="NG")
    case.give()
    case.do(c.Start(step="again"))
    case.give("again.1")
    return case


def ask_once_more(case: Case) -> None:
    case.do(c.Raise(interrupt="anew"))
    case.do(c.Start(step="again"))
    case.give("again.2")


def ended(case: Case) -> Case:
    case.complete("look.1", HOME)
    case.complete("wait.1")
    assert case.state.status == "ended"
    return case


def stop_of(case: Case, agency: str = HOME) -> StopTask:
    (stop,) = [each for each in case.state.stops.values() if each.of == agency]
    return stop


def confirm(case: Case, by: str = HOME) -> None:
    case.do(ConfirmStop(stop=stop_of(case).id), by)


def test_who_is_to_stop_has_a_task_with_a_due_moment_and_confirms_it() -> None:
    """Three days where the pathway says nothing; it is nothing that the case waits for."""
    case = case_with_task()
    case.do(WITHDRAW)
    stop = stop_of(case)
    assert (stop.id, stop.kind, stop.agency, stop.is_open) == ("look.1.stop1", "stop", HOME, True)
    assert stop.due_at
    assert stop.due_at.date() == (MONDAY + timedelta(days=3)).date()
    assert case.open == ["wait.1"]
    case.do(ConfirmStop(stop=stop.id), HOME, person="staff-7")
    done = stop_of(case)
    assert (done.status, done.done_by, done.agency) == ("done", "staff-7", HOME)
    assert [key for key in case.state.clocks if "stop" in key] == []


def test_after_the_end_a_consent_is_withdrawn_and_who_had_something_stops() -> None:
    """The case stays as it ended; nothing is revoked, withdrawn or opened."""
    case = ended(case_with_task())
    before = case.state
    case.do(WITHDRAW, days=3)
    assert case.told() == ["stop_and_confirm"]
    assert case.state.status == "ended"
    assert (case.state.tasks, case.state.steps) == (before.tasks, before.steps)
    assert case.state.next_clock()
    confirm(case)
    assert case.state.next_clock() is None


@pytest.mark.parametrize("is_over", [False, True])
def test_what_is_not_confirmed_in_time_is_asked_again_and_others_hear_of_it(is_over: bool) -> None:
    """Those who look after it; not for ever, but the task stays."""
    case = case_with_task(HEAD_OF_STOPS)
    if is_over:
        ended(case)
    case.do(WITHDRAW)
    for days in (3, 2, 2, 2):
        case.wait(days=days)
        assert case.told(HOME) == ["stop_and_confirm"]
        assert case.told(DESK) == case.told(CARE) == ["overdue"]
    stop = stop_of(case)
    assert (stop.overdue, stop.asked, stop.is_open) == (True, 5, True)
    case.wait(days=30)
    assert not {*case.told(HOME), *case.told(CARE)}
    confirm(case)


def test_after_days_of_downtime_each_hears_once() -> None:
    """As for all that is late."""
    case = ended(case_with_task())
    case.do(WITHDRAW)
    case.wait(days=40)
    assert (case.told(HOME), case.told(DESK)) == (["stop_and_confirm"], ["overdue"])


def test_who_had_it_before_it_was_given_to_another_stops_too() -> None:
    case = case_with_task()
    case.do(c.Reassign(task="look.1", agency=HOME2))
    case.complete("look.1", HOME2)
    case.do(WITHDRAW)
    assert {each.of for each in case.state.open_stops()} == {HOME, HOME2}


def test_who_was_only_told_stops_too() -> None:
    """It has had nothing to do, and knows of the case by that consent alone."""
    case = only_told()
    case.do(MORE)
    assert stop_of(case).step == "wait"


def test_it_is_shown_the_task_and_reads_nothing() -> None:
    """Neither of the case nor of what it did."""
    case = case_with_task()
    case.do(c.Start(step="ask_home"))
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    case.do(WITHDRAW)
    view, stop = case.view, stop_of(case)
    assert visibility.has(view, HOME, stop)
    assert HOME in visibility.parties(case.pathway, case.state)
    assert not visibility.may_know(view, HOME)
    assert visibility.readable(view, view.state.data, HOME) == ()


def test_nobody_else_confirms_it_but_who_answers_for_the_case() -> None:
    case = case_with_task()
    case.do(WITHDRAW)
    ident = stop_of(case).id
    assert case.refused(ConfirmStop(stop=ident), CARE) == "not_yours"
    assert case.refused(ConfirmStop(stop="look.1"), HOME) == "not_found"
    assert case.refused(c.Complete(task=ident), HOME) == "needs_stopped"
    confirm(case, DESK)
    (said,) = [each for each in case.last if isinstance(each, StopConfirmed)]
    assert (said.agency, said.by) == (DESK, "staff-1")
    assert case.refused(ConfirmStop(stop=ident), HOME) == "settled"


def test_who_is_shut_out_confirms_nothing_and_who_answers_for_the_case_sees_to_it() -> None:
    """Nothing more goes to it, whatever is late."""
    case = ended(case_with_task())
    case.do(WITHDRAW)
    case.do(c.Prohibit(agency=HOME))
    assert stop_of(case).agency == DESK
    assert case.told(DESK) == ["attention"]
    assert case.refused(ConfirmStop(stop=stop_of(case).id), HOME) == "barred"
    case.wait(days=4)
    assert (case.told(HOME), case.told(DESK)) == ([], ["overdue"])
    confirm(case, DESK)


def test_whoever_takes_over_the_case_takes_over_what_it_has_to_confirm_for_another() -> None:
    """The former responsible agency no longer has it."""
    over = "over: {hand_over: manager, manual: yes, answer: 5 days, declined: go on, silent: go on}"
    law = "bases: {law: {ground: statutory, source: The law, to: manager}}\n"
    body = BODY.replace("wait: {by: screener}", f"wait: {{by: screener}}\n      {over}")
    case = Case(f"{body}{law}", consents=CONSENTS)
    case.complete("where.1", home_country="NG")
    case.give()
    case.do(WITHDRAW)
    case.do(c.Prohibit(agency=HOME))
    assert stop_of(case).agency == DESK
    case.do(c.Start(step="over"))
    case.do(c.AcceptHandOver(hand_over="over.1"), CARE)
    assert (case.state.responsible, stop_of(case).agency) == (CARE, CARE)
    assert "attention" in case.told(CARE)
    confirm(case, CARE)


def test_a_fresh_yes_lifts_it() -> None:
    """The agency may go on, and need not confirm that it has stopped."""
    case = only_told()
    case.do(MORE)
    ask_once_more(case)
    assert stop_of(case).status == "withdrawn"
    assert case.told(HOME) == ["may_go_on"]
    assert [key for key in case.state.clocks if "stop" in key] == []


def leaving(case: Case, facts: list[Fact]) -> list[str]:
    """The kinds of what these facts owe the other country's agency, and what may be sent of it now."""
    owed = [each.owed for each in still_owed(facts) if each.owed.agency == HOME]
    return [each.kind for each in owed if sendable.may_leave(case.view, each, lambda _: True)]


def test_what_is_sent_of_a_lifted_stop_is_that_the_agency_may_go_on() -> None:
    """Notices leave after the turn: what asked for the stop no longer does."""
    case = only_told()
    case.do(MORE)
    asking = [*case.last]
    assert leaving(case, asking) == ["stop_and_confirm"]
    ask_once_more(case)
    assert leaving(case, asking) == []
    assert leaving(case, [*case.last]) == ["may_go_on"]


@pytest.mark.parametrize("confirmed", [False, True])
def test_nobody_is_told_to_go_on_with_what_another_consent_still_forbids(confirmed: bool) -> None:
    case = with_more("[consent.tell_home, consent.tell_more]")
    case.do(WITHDRAW)
    case.do(MORE)
    if confirmed:
        (first,) = (each for each in case.state.open_stops() if each.consent == "tell_home")
        case.do(ConfirmStop(stop=first.id), HOME)
    ask_once_more(case)
    assert "may_go_on" not in case.told(HOME)
    assert "may_go_on" not in leaving(case, [*case.last])


def test_who_was_to_confirm_it_for_an_agency_that_is_shut_out_hears_that_it_is_lifted() -> None:
    case = case_with_task()
    case.do(WITHDRAW)
    case.do(c.Prohibit(agency=HOME))
    assert stop_of(case).agency == DESK
    case.do(c.Raise(interrupt="anew"))
    case.complete("where.2", home_country="NG")
    case.give("talk.2")
    assert (stop_of(case).status, stop_of(case).agency) == ("withdrawn", DESK)
    assert "may_go_on" in case.told(DESK)
    assert case.told(HOME) == []


def test_whoever_has_to_stop_again_is_no_longer_told_to_go_on() -> None:
    case = with_more("consent.tell_more")
    case.do(MORE)
    ask_once_more(case)
    lifting = [*case.last]
    assert "may_go_on" in leaving(case, lifting)
    case.do(MORE)
    assert "may_go_on" not in leaving(case, lifting)
    assert leaving(case, [*case.last]) == ["stop_and_confirm"]


def test_taken_back_twice_it_is_to_be_confirmed_twice() -> None:
    """Once for each time that the person has agreed."""
    case = only_told()
    case.do(MORE)
    confirm(case)
    assert case.refused(MORE) == "not_possible"
    ask_once_more(case)
    case.do(MORE)
    assert [each.status for each in case.state.stops.values()] == ["done", "assigned"]


def test_after_the_end_a_consent_runs_out_at_its_moment() -> None:
    """Nobody is asked, and nobody is told to stop; covered is nobody any more."""
    case = ended(case_with_task())
    case.wait(days=61)
    assert case.state.consents["tell_home"].status == "expired"
    assert not case.told()
    assert case.state.next_clock() is None
    case.do(WITHDRAW)
    assert case.told(HOME) == ["stop_and_confirm"]


def test_after_the_end_an_agency_is_shut_out_and_nobody_let_in() -> None:
    """Only what takes rights away is still done."""
    case = ended(case_with_task())
    case.do(c.Prohibit(agency=HOME))
    assert case.state.prohibited == (HOME,)
    assert case.refused(c.Permit(agency=HOME)) == "closed"


def test_a_merged_case_loses_what_was_withdrawn_meanwhile_when_it_goes_on() -> None:
    """Who had something hears so at once; requests are taken back as the case is open again."""
    case = case_with_task()
    case.do(c.Start(step="ask_home"))
    case.do(c.Merge(case="7K2F-9QXM", into="2222-3333", agreed=True))
    case.do(WITHDRAW, days=1)
    assert case.told(HOME) == ["stop_and_confirm"]
    assert case.hand_over("ask_home.1").is_open
    case.wait(days=4)
    assert case.told(HOME) == ["stop_and_confirm"]
    confirm(case)
    case.do(c.Unmerge(case="7K2F-9QXM", into="2222-3333"))
    assert case.hand_over("ask_home.1").status == "revoked"
    assert case.open == ["wait.1"]
    assert [each.status for each in case.state.stops.values()] == ["done"]


def test_a_reopened_case_keeps_what_is_to_be_confirmed() -> None:
    head = HEAD.replace("ends:", "reopen: {by: [screener], at: start, ends: [done]}\nends:", 1)
    case = ended(case_with_task(head))
    case.do(WITHDRAW)
    case.do(c.Reopen(reason="persons_wish"))
    assert case.state.status == "open"
    assert stop_of(case).is_open
    case.wait(days=4)
    assert case.told(HOME) == ["stop_and_confirm"]
