"""Agencies that act on their notices without an account: a case in which one does, and the notices that it got."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from casework import queries
from casework.acting import do
from casework.context import Onward
from casework.delivering import claim_notices, deliver
from casework.notice_holders import holder_of_link
from casework.opening import open_case
from casework.principal import Principal
from casework.publishing import publish_pathway
from casework.registering import register
from engine import commands as c
from notifiers.memory import MemoryChannel
from tests.installations import AGENCIES, CANARY, HOME, SCREEN, START, addresses, ready
from tests.installations import PATHWAY as TRIAL
from tests.portals import ADDRESS, Browser, portal_of
from tests.principals import OPERATOR, TIME

WITHOUT = AGENCIES.replace(
    "NG-HOME: {name: Home,", "NG-HOME: {without_account: [link, telephone], name: Home,"
).replace("staff: {ama: {}, ato: {}}", "staff: {ama: {}, ato: {}, kofi: {}}")
PATHWAY = """\
pathway: noticed
version: 1
title: A trial of notices
effective: 2026-01-01
sides: [host, origin]
roles:
  screener: first_responder @ host
  home: receiving_counterpart @ origin
data:
  full_name: {text, protected}
  home_country: {country, binds: origin}
  place: {choice: [near, far], title: Where it is}
  well: {yes_no, title: In good health}
consents:
  referral: {to: home, any: yes, shows: [full_name], ask: "May we tell {agency} about you?", withdrawn: go on}
stages:
  first:
    steps:
      interview: {by: screener, form: [full_name, home_country]}
      agree: {after: interview, consent: referral, by: screener, refused: end stays}
  second:
    after: first
    steps:
      ask_home:
        hand_over: home
        after: agree
        needs: consent.referral
        seen: 2 working days
        answer: 15 working days
        declined: end stays
        silent: tell screener
        feedback: 3 days
        responsibility: stays
      prepare: {by: home, label: Get ready, after: ask_home, due: {time: 5 days, extend: {by: 2 days, at_most: 3, role: home}}}
      where: {by: home, after: ask_home, form: [place]}
      look: {by: home, after: ask_home, form: [well]}
      note: {by: home, after: ask_home, form: [full_name]}
      weigh: {by: home, after: ask_home}
      weigh_again: {by: home, after: ask_home, not_by: weigh}
      choose: {by: home, after: ask_home, decide: {fine: go on, bad: go on}}
    then: end done
interrupts:
  shut: {raised_by: [screener], bars: origin}
ends: {done: success, stays: neutral}
"""
MANY = ("NG-HOME email", "NG-TWO email", "GH-ONE email")


def with_notices(url: str, home: Path) -> Onward:
    """An installation with these agencies and this pathway besides the trial's, on a store that has none yet."""
    return _with_address(ready(url, home, agencies=WITHOUT, pathways=(TRIAL, PATHWAY)))


def adding_notices(onward: Onward) -> Onward:
    """The same of one that stands."""
    register(onward, WITHOUT, by=OPERATOR)
    publish_pathway(onward, PATHWAY, by=OPERATOR)
    return _with_address(onward)


def _with_address(onward: Onward) -> Onward:
    """It knows its public address, and where to send notices."""
    return replace(onward, portal=ADDRESS, addresses=addresses(*MANY))


def asked(onward: Onward, by: Principal = SCREEN, home: str = "NG") -> str:
    """A case of an agency, whose request waits for one of another country."""
    country = by.agency[:2]
    code = open_case(onward, "noticed", country, by, identity={"known_as": CANARY}).code
    form = {"full_name": CANARY, "home_country": home}
    do(onward, code, c.Complete(task="interview.1"), by, answers=form)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), by)
    return code


def delivered(onward: Onward, code: str, agency: str) -> list[str]:
    """The notices of a case that an agency has got, as it reads them, oldest first."""
    for owed in claim_notices(onward, code, TIME):
        deliver(onward, owed, TIME)
    channel = onward.channel
    assert isinstance(channel, MemoryChannel)
    return [
        f"{each.message.subject}\n{each.message.body}"
        for each in channel.sent
        if each.recipient.agency == agency and each.reference.startswith(code)
    ]


def link_in(notice: str, address: str = ADDRESS) -> str:
    """The path of the link in a notice; empty if there is none."""
    found = re.search(rf"{re.escape(address)}(/\S+)$", notice, re.MULTILINE)
    return found[1] if found else ""


def holder(onward: Onward, link: str) -> Principal:
    """Whoever has opened it."""
    reference, token = link.split("/")[2:4]
    return holder_of_link(onward, reference, token, START)


def told_in(notice: str) -> str:
    """The code to tell in a notice; empty if there is none."""
    found = re.search(r"asks: ([0-9A-Z]{4}-[0-9A-Z]{4})$", notice, re.MULTILINE)
    return found[1] if found else ""


def about(notices: list[str], label: str) -> str:
    """The latest notice about a step."""
    return [each for each in notices if f"Step: {label}\n" in each][-1]


def asked_by_link(onward: Onward) -> tuple[str, str]:
    """A case, and the link of NG-HOME's request in it."""
    code = asked(onward)
    return code, link_in(delivered(onward, code, "NG-HOME")[-1])


def accepted(onward: Onward) -> tuple[str, list[str]]:
    """A case whose request NG-HOME has accepted, and the notices that it got."""
    code, _ = asked_by_link(onward)
    do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    return code, delivered(onward, code, "NG-HOME")


def browser_of(onward: Onward) -> Browser:
    """Of somebody who has not signed in."""
    return Browser(portal_of(onward))


def entries(onward: Onward, code: str) -> int:
    """How many entries the log of a case has."""
    return len(queries.case_log(onward, code, by=OPERATOR))
