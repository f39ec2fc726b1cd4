"""What a version lets agencies know and read that the version before did not: said of whatever does, and of nothing else."""

from __future__ import annotations

import pytest

from engine.definition import Definition
from engine.loader import reload_pathway
from engine.versions.widening import HowSeen, widened

OLD = """\
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
sides: [host, origin]
overrides: [manager]
reopen: {by: manager, at: second}
links: {needs: {sibling: consent.stay}}
roles:
  screener: first_responder @ host
  manager: {type: case_manager, side: host, for: [children]}
  home: receiving_counterpart @ origin
  clinic: clinic @ host
data:
  full_name: {text, protected}
  phone: {text, safe_contact}
  home_country: {country, binds: origin}
  lives_in: {country}
  risk: {choice: [low, high], ordered}
  threat: {choice: [low, high], ordered}
  worst: {choice: [low, high], ordered, highest_of: [risk, threat]}
  wound: {choice: [low, high], protected}
clocks:
  limit: {time: 3 days after case.opened}
consents:
  referral: {to: home, shows: [risk], valid: 90 days, guardian: lives_in = GH, reconfirm_before: [ask_home], ask: "May we tell {agency} about you?"}
  stay: {ask: "Do you want to stay?"}
bases:
  law: {ground: statutory, source: The law, to: [manager, screener], shows: [threat, risk]}
  danger:
    {ground: vital_interest, source: The law, to: [clinic], shows: [risk],
     when: interrupt.danger.open, until: clock.limit.reached or decision.confirm = no_danger}
interrupts:
  danger: {raised_by: [screener], resolved: {over: go on}, review: 2 days}
  flight: {raised_by: [manager], bars: [origin]}
stages:
  first:
    steps:
      interview: {by: screener, form: [full_name, home_country, lives_in, risk, threat, "wound?"], due: 24 hours}
      agree: {after: interview, consent: referral, by: screener, refused: end stays}
      wish: {after: interview, consent: stay, by: screener, refused: go on}
      confirm: {by: manager, manual, decide: {danger: go on, no_danger: go on}}
      call: {by: manager, manual, after: interview, form: [phone?]}
  second:
    after: first
    steps:
      quick: {by: manager, one_of: way, when: threat = high, otherwise: skip, form: [threat?]}
      slow: {by: clinic, one_of: way, when: risk = high, otherwise: skip, form: [wound?]}
      second_look: {by: manager, other_agency_than: interview, form: [phone?]}
      assess: {by: manager, when: risk >= high, otherwise: skip, form: [threat], due: 5 working days}
      vote:
        panel: {members: [manager, screener], quorum: 1, agree: majority, tied: home, no_quorum: here,
          shows: [threat], shows_to: {screener: [risk]}}
        due: 5 days
        decide: {home: go on, here: go on}
      ask_home:
        hand_over: home
        after: assess
        needs: consent.referral
        answer: 15 working days
        responsibility: stays
        declined: end stays
        silent: tell manager
    then: end done
ends: {done: success, stays: {kind: neutral, quiet}}
"""


def _read(text: str) -> Definition:
    """As it is written, whatever a check would say of it."""
    return reload_pathway(text, "trial.yaml").definition


def compared(*changes: tuple[str, str]) -> list[str]:
    new = OLD
    for before, after in changes:
        assert before in new, before
        new = new.replace(before, after)
    found = widened(_read(OLD), _read(new))
    return [f"{each.way} {each.who}: {each.what}" for each in found]


WIDER = {
    "a basis lets others know": ("to: [clinic], shows: [risk]", "to: [clinic, home], shows: [risk]"),
    "a basis shows more": ("to: [clinic], shows: [risk]", "to: [clinic], shows: [risk, full_name]"),
    "a basis holds without its condition": ("when: interrupt.danger.open, until", "until"),
    "a basis does not end by a decision any more": (" or decision.confirm = no_danger", ""),
    "a basis ends at a clock that is longer": ("3 days after", "300 days after"),
    "a basis begins by what others may raise": ("raised_by: [screener]", "raised_by: [screener, clinic]"),
    "a consent is for others too": ("to: home, shows", "to: [home, clinic], shows"),
    "a consent shows more": ("shows: [risk], valid", "shows: [risk, full_name], valid"),
    "a consent stands longer": ("valid: 90 days", "valid: 900 days"),
    "a consent is for a whole class": ("valid: 90 days", "valid: 90 days, any"),
    "a form asks for more": ("form: [threat]", "form: [threat, full_name]"),
    "a form asks in more cases": ("when: risk >= high, otherwise: skip, ", ""),
    "a step is done by others too": ("{by: screener, form: [full_name", "{by: [screener, clinic], form: [full_name"),
    "a step gets in touch with the person": ("wish: {after: interview,", "wish: {contacts, after: interview,"),
    "a panel has another member": ("members: [manager, screener]", "members: [manager, screener, clinic]"),
    "a panel shows more": ("shows: [threat], shows_to", "shows: [threat, risk], shows_to"),
    "a panel shows more to one of them": ("{screener: [risk]}", "{screener: [risk, lives_in]}"),
    "a request goes to others": ("hand_over: home", "hand_over: home\n        fall_back: [clinic]"),
    "a request makes others responsible": ("responsibility: stays", "responsibility: on_acceptance"),
    "a request waits for no consent": ("needs: consent.referral\n", "needs: consent.stay\n"),
    "a request asks for more": ("answer: 15 working days", "answer: 15 working days\n        answers: [full_name]"),
    "an end asks for more": ("{kind: neutral, quiet}", "{kind: neutral, quiet, by: clinic, form: [lives_in]}"),
    "a field is protected no more": ("wound: {choice: [low, high], protected}", "wound: {choice: [low, high]}"),
    "the highest is of fewer": ("highest_of: [risk, threat]", "highest_of: [risk]"),
    "what an earlier case has comes along": ("links: {needs", "links: {brings: [full_name], needs"),
    "a role is of another type": ("clinic: clinic @ host", "clinic: prosecutor @ host"),
    "a role is of another side": ("clinic: clinic @ host", "clinic: clinic @ origin"),
    "a role needs no special ability": ("{type: case_manager, side: host, for: [children]}", "case_manager @ host"),
    "a side is bound by another answer": (
        "home_country: {country, binds: origin}\n  lives_in: {country}",
        "home_country: {country}\n  lives_in: {country, binds: origin}",
    ),
    "a basis ends by what others decide": ("confirm: {by: manager,", "confirm: {by: screener,"),
    "a choice rises in another order": ("risk: {choice: [low, high]", "risk: {choice: [high, low]"),
    "an interrupt sets what a condition reads": ("  flight: {", "  alarm: {raised_by: [home], set: {risk: high}}\n  flight: {"),
    "a guardian need not answer": (" guardian: lives_in = GH,", ""),
    "a person is not asked again": (" reconfirm_before: [ask_home],", ""),
    "nobody needs to begin it": ("call: {by: manager, manual,", "call: {by: manager,"),
    "others raise what bars": ("flight: {raised_by: [manager]", "flight: {raised_by: [home]"),
    "an interrupt bars nobody any more": ("bars: [origin]", "tell: [screener]"),
    "others record what the person says": ("consent: referral, by: screener", "consent: referral, by: [screener, clinic]"),
    "others open a step against the rules": ("overrides: [manager]", "overrides: [manager, clinic]"),
    "others take up a case again": ("reopen: {by: manager", "reopen: {by: [manager, home]"),
    "a case is taken up again elsewhere": ("at: second}", "at: first}"),
    "a case is taken up again from other ends": ("at: second}", "at: second, ends: [done, stays]}"),
    "a link needs no consent": ("needs: {sibling: consent.stay}", "brings: []"),
    "another kind of link needs a wish alone": ("{sibling: consent.stay}", "{sibling: consent.stay, witness: consent.stay}"),
    "several are asked in place of the first": ("one_of: way, ", ""),
    "an option comes before whichever condition": ("quick: {by: manager, one_of: way, when: threat = high", "quick: {by: manager, one_of: way, when: threat = low"),
    "a stage goes on after an end": ("    after: first\n", "    after: first\n    outlives_end: [stays]\n"),
    "how it ended is told": ("stays: {kind: neutral, quiet}", "stays: neutral"),
    "one agency may do both": (", other_agency_than: interview", ""),
    "cases open elsewhere": ("interview: {by: screener", "interview: {by: clinic"),
}  # fmt: skip


@pytest.mark.parametrize("name", WIDER)
def test_what_shows_more_is_said_to(name: str) -> None:
    assert compared(WIDER[name])


OTHER = {
    "a basis does not end by a decision any more", "a basis ends at a clock that is longer",
    "a basis begins by what others may raise", "a consent stands longer",
    "a request waits for no consent", "a role is of another type", "a role is of another side",
    "a side is bound by another answer", "cases open elsewhere", "a basis ends by what others decide",
    "a case is taken up again elsewhere", "a link needs no consent", "another kind of link needs a wish alone",
    "an option comes before whichever condition",
    "a choice rises in another order", "an interrupt sets what a condition reads", "others raise what bars",
}  # fmt: skip
"""Where something is another one, and so may show more whichever came first."""


@pytest.mark.parametrize("name", WIDER)
def test_the_way_back_shows_nothing_more(name: str) -> None:
    before, after = WIDER[name]
    back = widened(_read(OLD.replace(before, after)), _read(OLD))
    assert bool(back) is (name in OTHER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("due: 24 hours", "due: 48 hours"),
        ("title: A trial", "title: Another"),
        ("refused: end stays", "refused: go on"),
        ("shows: [threat, risk]", "shows: [threat]"),
        ("to: [manager, screener], shows", "to: [manager], shows"),
        ("after: interview, consent: referral", "consent: referral, after: [interview]"),
        ("roles:\n", "roles:\n  second: clinic @ host\n"),
        ("to: [clinic], shows: [risk]", "to: [clinic], shows: [risk], assumed: no"),
        ("3 days after case.opened}", "3 days after case.opened, source: A court}"),
    ],
)
def test_what_shows_nothing_more_is_not_said_to(before: str, after: str) -> None:
    assert compared((before, after)) == []


def test_what_has_only_another_name_shows_nothing_more() -> None:
    renamed = OLD.replace("wound", "injury").replace("clinic: clinic @", "officer: clinic @")
    renamed = (
        renamed.replace("[clinic]", "[officer]")
        .replace("by: clinic", "by: officer")
        .replace("referral", "sending")
    )
    renamed = renamed.replace("receiving_counterpart @ origin", "receiving_counterpart @ origin")
    for was, now in (
        ("injury: {choice", "injury: {was: wound, choice"),
        ("officer: clinic @ host", "officer: {type: clinic, side: host, was: clinic}"),
        ("sending: {to", "sending: {was: referral, to"),
    ):
        assert was in renamed
        renamed = renamed.replace(was, now)
    assert widened(_read(OLD), _read(renamed)) == []


def test_a_field_is_protected_no_more_also_under_a_name_that_it_had_before() -> None:
    kept = "injury: {was: wound, choice: [low, high], protected}"
    old = OLD.replace("wound: {choice: [low, high], protected}", kept).replace(
        '"wound?"', '"injury?"'
    )
    found = widened(_read(old), _read(old.replace("high], protected}", "high]}")))
    assert [each.way for each in found] == [HowSeen.UNPROTECTED]


def test_what_an_end_asks_for_is_not_what_a_step_asks_for() -> None:
    ends = OLD.replace("neutral, quiet", "neutral, quiet, by: manager, form: [lives_in]")
    found = widened(_read(ends), _read(ends.replace("form: [threat]", "form: [threat, lives_in]")))
    assert [(each.way, each.what) for each in found] == [(HowSeen.AT_WORK, "lives_in")]


NOT_IN_A_FIRST = {HowSeen.BROUGHT, HowSeen.RESPONSIBLE, HowSeen.READ_OUT, HowSeen.GOES_ON}


def test_of_a_first_version_it_is_all_that_it_shows() -> None:
    found = widened(None, _read(OLD))
    assert {each.role_type for each in found} >= {"clinic", "first_responder", "case_manager"}
    assert {each.way for each in found} == {*HowSeen} - NOT_IN_A_FIRST
