"""One case to which agencies stand in every relation, and beside it those that acts of two cases need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection

from casework import queries
from casework.acting import do
from casework.context import Onward
from casework.opening import open_case
from casework.registering import register
from engine import commands as c
from models import session
from models.session import driver_of
from tests.exported_cases import publish
from tests.installations import CANARY
from tests.principals import OPERATOR, staff

RELATIONS: Mapping[str, tuple[str, ...]] = {
    "none": ("GH-NONE", "NG-NONE"),
    "refused": ("NG-REFUSED",),
    "by right": ("GH-RIGHT",),
    "asked": ("NG-ASKED",),
    "accepted": ("NG-HOME",),
    "declined": ("NG-NO",),
    "responsible": ("GH-ONE",),
    "former": ("GH-TWO",),
    "barred": ("NG-BARRED",),
}
"""What an agency is to the case, and which agencies are that."""

AGENCIES = """\
registry: relations
countries:
  GH: {zone: Africa/Accra}
  NG: {zone: Africa/Lagos, languages: [en]}
agencies:
  GH-ONE: {name: One, country: GH, roles: [first_responder],
    staff: {ama: {}, eli: {until: 2026-01-31}, ofe: {}}}
  GH-TWO: {name: Two, country: GH, roles: [first_responder, shelter], staff: {ama: {}}}
  GH-RIGHT: {name: Right, country: GH, roles: [supervisor], staff: {ama: {}}}
  GH-NONE: {name: No part here, country: GH, roles: [clinic], staff: {ama: {}}}
  GH-BARE: {name: Nobody listed, country: GH, roles: [clinic, legal_aid]}
  NG-HOME: {name: Home, country: NG, roles: [receiving_counterpart], staff: {ama: {}}}
  NG-ASKED: {name: Asked, country: NG, roles: [shelter], staff: {ama: {}}}
  NG-NO: {name: No, country: NG, roles: [legal_aid], staff: {ama: {}}}
  NG-BARRED: {name: Barred, country: NG, roles: [police], staff: {ama: {}}}
  NG-REFUSED: {name: Refused, country: NG, roles: [consulate], staff: {ama: {}}}
  NG-NONE: {name: No part there, country: NG, roles: [clinic], staff: {ama: {}}}
"""

_REQUEST = """\
      ask_{0}:
        hand_over: {0}
        after: {1}
        needs: consent.{2}
        answer: 15 working days
        wait_list: 2 weeks
        declined: go on
        silent: tell desk
        feedback: 3 working days
        responsibility: stays
"""
_ASKED = ("home", "friend", "other", "third", "fourth")
"""Roles across the border, each of which is asked at once."""
PATHWAY = f"""\
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
sides: [host, origin]
roles:
  desk: first_responder @ host
  helper: shelter @ host
  guard: supervisor @ host
  lawyer: legal_aid @ host
  home: receiving_counterpart @ origin
  other: shelter @ origin
  third: legal_aid @ origin
  fourth: police @ origin
  friend: receiving_counterpart @ origin
  envoy: consulate @ origin
overrides: [desk, guard]
data:
  full_name: {{text, protected}}
  injuries: {{text, protected}}
  home_country: {{country, binds: origin}}
  risk: {{choice: [low, high], ordered}}
consents:
  tell: {{to: [{", ".join(_ASKED)}], shows: [risk], ask: "May we tell {{agency}}?"}}
  more: {{ask: "May we go on?"}}
  tell_envoy: {{to: envoy, ask: "May we tell {{agency}}?"}}
bases:
  law: {{ground: statutory, source: The law, to: [desk, helper, guard, lawyer], shows: [risk]}}
stages:
  main:
    steps:
      interview: {{by: desk, form: [full_name, home_country, risk]}}
      prepare_file: {{by: helper, after: interview, form: [injuries]}}
      agree: {{by: desk, after: interview, consent: tell, refused: end stays}}
      agree_more: {{by: desk, after: interview, consent: more, refused: go on}}
      agree_envoy: {{by: desk, after: interview, consent: tell_envoy, refused: go on}}
      visit:
        by: desk
        after: interview
        due: {{time: 4 weeks, extend: {{by: 2 weeks, role: [desk, guard]}}, shorten: {{role: [desk, guard]}}}}
{"".join(_REQUEST.format(each, "agree", "tell") for each in _ASKED)}\
{_REQUEST.format("envoy", "agree_envoy", "tell_envoy")}      travel:
        by: desk
        after: ask_home
        optional: yes
        arrival: {{confirmed_by: home, within: 2 weeks after ask_home.accepted, missing: interrupt seen}}
      call: {{by: desk, manual: yes, started_by: [desk, guard]}}
      letter: {{by: desk, after: visit}}
      write: {{by: desk, after: interview, form: [risk]}}
      ask_helper:
        hand_over: helper
        by: desk
        after: interview
        answer: 15 working days
        declined: go on
        silent: tell desk
        responsibility: stays
    then: end done
  later: {{after: main, steps: {{look_back: {{by: desk}}}}}}
interrupts:
  danger: {{raised_by: [desk, guard], suspends: later, review: 24 hours}}
  seen: {{raised_by: [desk, guard], suspends: later, review: 24 hours}}
  over: {{raised_by: [desk], then: end stays}}
reopen: {{by: [desk, guard], at: main, ends: [stays]}}
ends: {{done: success, stays: neutral}}
"""

PROPOSING = PATHWAY.replace("pathway: trial", "pathway: proposing").replace(
    "interview: {by: desk", "interview: {by: [desk, lawyer]"
)
"""The same, opened by an agency that has no part in the other cases."""


class Codes:
    """The codes of the cases, all opened by GH-ONE."""

    def __init__(self, onward: Onward) -> None:
        register(onward, AGENCIES, by=OPERATOR)
        publish(onward, PATHWAY)
        publish(onward, PROPOSING)
        self.free, self.taken_in, self.main = (_played(onward) for _ in range(3))
        """Not connected with any; merged into the main one; the one that is asked about."""
        one, end = staff("GH-ONE", "ama"), c.Raise(interrupt="over")
        do(onward, self.taken_in, c.Merge(case=self.taken_in, into=self.main), one)
        self.linked, self.ended, self.without_consent = (_played(onward) for _ in range(3))
        do(onward, self.main, c.Link(case=self.linked, word="sibling"), one)
        self.proposing = open_case(onward, "proposing", "GH", staff("GH-BARE", "ama")).code
        """Of an agency without a part in the main one, to whose agency it proposes a link."""
        proposed = c.Link(case=self.main, word="sibling")
        do(onward, self.proposing, proposed, staff("GH-BARE", "ama"))
        do(onward, self.ended, end, one)
        do(onward, self.without_consent, c.WithdrawConsent(consent="tell"), one)
        self.state = queries.case(onward, self.main, by=OPERATOR).state
        """Of the main one, which stays as it is."""
        self.state_without_consent = queries.case(onward, self.without_consent, by=OPERATOR).state


def _played(onward: Onward) -> str:
    """A case in which agencies have come to stand as `RELATIONS` says."""
    code = open_case(
        onward, "trial", "GH", staff("GH-ONE", "ama"), identity={"known_as": CANARY}
    ).code
    form = {"full_name": CANARY, "home_country": "NG", "risk": "low"}
    do(onward, code, c.Complete(task="interview.1"), staff("GH-ONE", "ama"), answers=form)
    form = {"injuries": CANARY}
    do(onward, code, c.Complete(task="prepare_file.1"), staff("GH-TWO", "ama"), answers=form)
    for agency, act in (
        ("GH-ONE", c.RecordConsent(task="agree.1", given=True)),
        ("GH-ONE", c.RecordConsent(task="agree_envoy.1", given=False)),
        ("NG-HOME", c.AcceptHandOver(hand_over="ask_home.1")),
        ("NG-HOME", c.AcceptHandOver(hand_over="ask_friend.1")),
        ("NG-NO", c.DeclineHandOver(hand_over="ask_third.1", reason="unsafe")),
        ("GH-ONE", c.Complete(task="travel.1")),
        ("GH-ONE", c.Prohibit(agency="NG-BARRED")),
        ("GH-ONE", c.Raise(interrupt="seen")),
    ):
        do(onward, code, act, staff(agency, "ama"))
    return code


@contextmanager
def nothing_kept(onward: Onward) -> Iterator[None]:
    """Whatever is done is done to the end, and then rolled back instead of committed."""

    def sent(connection: Connection) -> None:
        if pipeline := connection.info.pop(session._BATCH, None):
            pipeline.__exit__(None, None, None)
        driver_of(connection).rollback()  # a turn writes and commits there

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "_commit_batch", sent)
        yield
