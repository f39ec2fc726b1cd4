"""Consent: who is named, what it opens, and what ends with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import commands as c
from engine.facts import NoticesCancelled
from tests.factories import AWAY, CARE, DESK, HOME, HOME2, MONDAY, Case

ASKED = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: REFUSED}
      ask_home:
        hand_over: home
        after: talk
        needs: consent.tell_home
        answer: 10 working days
        declined: next receiver, at most 2
        silent: tell manager
      wait: {by: screener}
    then: end done
"""
NAMED = ASKED.replace("next receiver, at most 2", "end stays")
CLASS = "tell_home: {to: home, any: yes, ask: May we tell a partner?}"


def asked(refused: str = "go on", *, consents: str | None = None, answer: bool = True) -> Case:
    """The person is (about to be) asked; the request to Nigeria needs the answer."""
    body = (ASKED if consents and "any" in consents else NAMED).replace("REFUSED", refused)
    case = Case(body, consents=consents) if consents else Case(body)
    case.complete("where.1", home_country="NG")
    if answer:
        case.give()
    return case


def test_a_consent_names_its_recipient_and_what_is_shown() -> None:
    """The agency, not the role: another one is not covered."""
    consent = asked().state.consents["tell_home"]
    assert (consent.status, consent.recipients, consent.shows) == ("given", (HOME,), ("risk",))
    assert (consent.given_at, consent.giver) == (MONDAY, "person")


def test_a_class_that_was_read_out_covers_each_of_its_agencies() -> None:
    """The next receiver is covered by consent to the class; no single agency is named."""
    case = asked(consents=CLASS)
    assert case.state.consents["tell_home"].recipients == ()
    case.do(c.DeclineHandOver(hand_over="ask_home.1", reason="no_capacity"), HOME)
    assert case.hand_over("ask_home.2").agency == HOME2


def test_nobody_can_be_named_before_the_country_is_known() -> None:
    """A person is not asked to agree to something unknown."""
    case = Case(NAMED.replace("REFUSED", "go on").replace("after: where, ", ""))
    assert case.refused(c.RecordConsent(task="talk.1", given=True)) == "recipient_unknown"
    case.complete("where.1", home_country="TG")
    case.give()
    assert case.state.consents["tell_home"].recipients == (AWAY,)


@pytest.mark.parametrize("language", ["Akosua", "fr or so", "", "xq", "fr-Ama", "fr-XQ", "fr\n"])
def test_no_words_of_anybodys_own_stand_for_a_language(language: str) -> None:
    """Whoever asks: what is no code could say who the person is."""
    case = asked(answer=False)
    for given in (True, False):
        act = c.RecordConsent(task="talk.1", given=given, language=language)
        assert case.refused(act) == "wrong_language"
    assert "tell_home" not in case.state.consents


@pytest.mark.parametrize("language", ["fr", "ha", "dyu", "pt-BR", "fr_CI"])
def test_a_language_is_a_code(language: str) -> None:
    case = asked(answer=False)
    case.do(c.RecordConsent(task="talk.1", given=True, language=language))
    assert case.state.consents["tell_home"].language == language


def test_only_a_consent_task_takes_the_answer_of_a_person() -> None:
    """And it takes nothing else."""
    case = asked(answer=False)
    assert case.refused(c.RecordConsent(task="wait.1", given=True)) == "not_a_consent"
    assert case.refused(c.Complete(task="talk.1")) == "needs_answer"
    assert case.refused(c.RecordConsent(task="talk.1", given=True), CARE) == "not_yours"


def test_a_refusal_has_the_consequence_that_the_step_names() -> None:
    """Here the case ends."""
    case = asked("end stays", answer=False)
    case.refuse()
    assert (case.state.status, case.state.end) == ("ended", "stays")


def test_what_needs_a_refused_consent_is_passed_over() -> None:
    """Nothing is offered; the case goes on without it."""
    case = asked(answer=False)
    case.refuse()
    assert case.state.steps["ask_home"] == "skipped"
    assert case.told(HOME, ever=True) == []
    case.complete("wait.1")
    assert case.state.end == "done"


def test_consent_is_checked_when_a_thing_is_offered() -> None:
    """Promise 5: no offer goes out before the person has agreed."""
    case = asked(answer=False)
    assert "ask_home" not in case.state.steps
    case.give()
    assert case.open == ["ask_home.1", "wait.1"]
    assert case.hand_over("ask_home.1").consents == ("tell_home",)


def test_consent_is_checked_when_a_person_sends_the_request() -> None:
    """A prepared request without consent is refused, and stays to be sent or given up."""
    body = NAMED.replace("hand_over: home", "hand_over: home\n        by: screener")
    case = Case(
        body.replace("REFUSED", "go on").replace("after: talk", "after: where"),
    )
    case.complete("where.1", home_country="NG")
    assert case.refused(c.Offer(task="ask_home.1")) == "no_consent"
    case.give()
    case.do(c.Offer(task="ask_home.1"))
    assert case.hand_over("ask_home.2").status == "offered"


@pytest.mark.parametrize(
    "act",
    [
        c.See(hand_over="ask_home.1"),
        c.Ask(hand_over="ask_home.1"),
        c.AcceptHandOver(hand_over="ask_home.1"),
    ],
)
def test_consent_is_checked_again_when_a_thing_is_seen_and_accepted(act: c.Act) -> None:
    """Promise 5: one that has run out meanwhile covers nothing, whoever is quick."""
    case = asked(consents="tell_home: {to: home, ask: May we?, valid: 4 days}")
    case.wait(days=5)
    assert case.state.consents["tell_home"].status == "expired"
    assert case.refused(act, HOME) == "no_consent"
    case.give("talk.2")
    case.do(act, HOME)


def test_a_consent_that_has_run_out_is_asked_for_again() -> None:
    """The receiver hears nothing meanwhile; the person who asks has a new task."""
    case = asked(consents="tell_home: {to: home, ask: May we?, valid: 4 days}")
    assert case.state.clocks["consent.tell_home"].at > MONDAY + timedelta(days=4)
    case.wait(days=5)
    assert "talk.2" in case.open
    assert case.told(HOME) == []


def test_withdrawal_revokes_what_was_offered_and_cancels_what_was_not_sent() -> None:
    """At once; the informed agency is told to stop and confirm."""
    case = asked()
    case.do(c.WithdrawConsent(consent="tell_home"))
    assert case.hand_over("ask_home.1").status == "revoked"
    assert case.state.steps["ask_home"] == "skipped"
    assert case.told(HOME) == ["stop_and_confirm"]
    assert NoticesCancelled(agencies=(HOME,), about=("ask_home.1",)) in case.last
    assert case.state.clocks.keys() == {"case:review", "ask_home.1.stop1:stop"}
    assert case.refused(c.AcceptHandOver(hand_over="ask_home.1"), HOME) == "no_consent"


def test_withdrawal_has_its_own_consequence_or_that_of_a_refusal() -> None:
    """`withdrawn` in the consent, else `refused` of its step."""
    case = asked("end stays")
    case.do(c.WithdrawConsent(consent="tell_home"))
    assert case.state.end == "stays"
    own = asked("end stays", consents="tell_home: {to: home, ask: May we?, withdrawn: end gone}")
    own.do(c.WithdrawConsent(consent="tell_home"))
    assert own.state.end == "gone"


@pytest.mark.parametrize(
    ("consent", "by", "reason"),
    [
        ("tell_home", "NG-HOME3", "not_allowed"),
        ("other", DESK, "not_given"),
        ("tell_home", DESK, "not_given"),
    ],
)
def test_only_what_was_given_can_be_withdrawn_through_an_agency_of_the_case(
    consent: str, by: str, reason: str
) -> None:
    """Anybody with a part in the case may take the person's word."""
    case = asked(answer=False)
    assert case.refused(c.WithdrawConsent(consent=consent), by) == reason


def test_what_was_withdrawn_is_not_withdrawn_again() -> None:
    """The machine allows it once."""
    case = asked()
    case.do(c.WithdrawConsent(consent="tell_home"), HOME)
    assert case.refused(c.WithdrawConsent(consent="tell_home")) == "not_possible"


EITHER = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country, risk]}
      low: {by: screener, after: where, one_of: who, when: risk = low, consent: tell_home, refused: go on}
      high: {by: manager, after: where, one_of: who, consent: tell_home, refused: end stays}
      wait: {by: screener}
    then: end done
"""
FOR_A_MONTH = "tell_home: {to: home, shows: [risk], valid: 1 month, ask: May we?}"


@pytest.mark.parametrize(("risk", "asks", "by"), [("low", "low", DESK), ("medium", "high", CARE)])
def test_where_several_steps_ask_for_a_consent_the_one_that_did_asks_again(
    risk: str, asks: str, by: str
) -> None:
    """Not one that was passed over; and what follows a refusal there follows a withdrawal."""
    case = Case(EITHER, consents=FOR_A_MONTH)
    case.complete("where.1", risk=risk, home_country="NG")
    case.give(f"{asks}.1", by)
    case.wait(days=40)
    assert case.open == [f"{asks}.2", "wait.1"]
    assert case.task(f"{asks}.2").agency == by
    case.give(f"{asks}.2", by)
    case.do(c.WithdrawConsent(consent="tell_home"))
    assert case.state.end == ("" if asks == "low" else "stays")


TWICE = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      decide: {by: screener, after: where, consent: tell_home, refused: go on}
      wait: {by: screener, after: decide}
      last_word: {by: screener, after: wait, consent: tell_home, refused: go on}
      go: {by: screener, after: last_word}
    then: end done
"""


def test_a_step_that_has_not_asked_yet_does_not_ask_early_for_what_has_run_out() -> None:
    """Else it would be done before its time; once it asks, nobody else asks beside it."""
    case = Case(TWICE, consents=FOR_A_MONTH)
    case.complete("where.1", home_country="NG")
    case.give("decide.1")
    case.wait(days=40)
    assert case.open == ["decide.2", "wait.1"]
    case.give("decide.2")
    case.complete("wait.1")
    assert case.open == ["last_word.1"]
    case.wait(days=40)
    assert case.open == ["last_word.1"]


RECONFIRMED = """
stages:
  start:
    steps:
      talk: {by: screener, consent: going, refused: end stays}
      pack: {by: screener, due: 2 days}
      travel: {by: manager, after: [talk, pack]}
    then: end done
"""
GOING = "going: {ask: Do you want to go?, reconfirm_before: travel}"


def test_consent_is_confirmed_once_more_before_what_cannot_be_undone() -> None:
    """The step opens only after a fresh yes; a no at the last moment counts."""
    case = Case(RECONFIRMED, consents=GOING)
    case.give()
    case.do(c.Complete(task="pack.1"), days=2)
    assert case.open == ["talk.2"]
    case.do(c.RecordConsent(task="talk.2", given=True), hours=1)
    assert case.open == ["travel.1"]
    other = Case(RECONFIRMED, consents=GOING)
    other.give()
    other.do(c.Complete(task="pack.1"), days=2)
    other.refuse("talk.2")
    assert other.state.end == "stays"


def test_who_was_told_to_stop_has_no_further_say() -> None:
    """Promise 5: it may report what the person says, and start nothing."""
    body = NAMED.replace("REFUSED", "go on") + "interrupts: {left: {raised_by: screener}}\n"
    extra = body.replace(
        "wait: {by: screener}", "wait: {by: screener}\n      more: {by: screener, manual: yes}"
    )
    case = Case(extra)
    case.complete("where.1", home_country="NG")
    case.give()
    case.do(c.WithdrawConsent(consent="tell_home"))
    assert case.refused(c.Start(step="more"), HOME) == "not_allowed"
    case.do(c.Start(step="more"))
