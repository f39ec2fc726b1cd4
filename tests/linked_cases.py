"""Agencies of three countries, and cases of theirs that are to be linked."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from casework import links_shown
from casework.acting import do
from casework.context import Onward
from casework.opening import open_case
from casework.principal import Principal
from casework.verifying import verify
from engine import commands as c
from engine.facts import NoticeOwed
from tests.inside import whole_log, whole_state
from tests.installations import AGENCIES, CANARY, PATHWAY, SCREEN, ready
from tests.principals import OPERATOR, staff

TWO, AWAY = staff("GH-TWO", "esi"), staff("TG-AID", "kofi")
REGISTRY = AGENCIES.replace(
    "  NG: {zone: Africa/Lagos, languages: [en]}\n",
    "  NG: {zone: Africa/Lagos, languages: [en]}\n  TG: {zone: Africa/Lome}\n",
).replace("roles: [case_manager]", "roles: [case_manager, first_responder]") + (
    "  TG-AID: {name: Aid, country: TG, roles: [case_manager, first_responder]}\n"
)
INTERRUPTS = """
interrupts:
  danger: {raised_by: [screener, manager], alerts_linked: yes}
  dies: {raised_by: [screener, manager], alerts_linked: yes, then: end stays}
"""
PLAIN = PATHWAY + INTERRUPTS
ASKING = (
    PLAIN.replace("pathway: trial", "pathway: asking")
    .replace(
        "consents:\n",
        'consents:\n  before: {ask: "May we ask whoever looked after you before?"}\n',
    )
    .replace(
        "stages:\n  first:\n    steps:\n",
        "links:\n  answer: 5 working days\n  needs: consent.before\n  brings: [full_name]\n"
        "stages:\n  first:\n    steps:\n"
        "      ask_before: {consent: before, by: screener, refused: go on}\n",
    )
)


def with_links(url: str, home: Path) -> Onward:
    """An installation with two pathways: one asks the person before a link."""
    return ready(url, home, agencies=REGISTRY, pathways=[PLAIN, ASKING])


class Apart(NamedTuple):
    """A case at GH-ONE and one at another agency, neither with a part in the other's."""

    first: str
    second: str


def apart(onward: Onward) -> Apart:
    first = open_case(onward, "trial", "GH", SCREEN, roles={"screener": "GH-ONE"}).code
    second = open_case(onward, "trial", "GH", TWO, roles={"screener": "GH-TWO"}).code
    return Apart(first, second)


def came_back(onward: Onward, *, consent: bool = True) -> Apart:
    """A case of GH-ONE that has ended, and one of the same person in a third country."""
    first = open_case(onward, "trial", "GH", SCREEN).code
    form = {"full_name": CANARY, "home_country": "NG"}
    do(onward, first, c.Complete(task="interview.1"), SCREEN, answers=form)
    do(onward, first, c.Raise(interrupt="dies"), SCREEN)
    second = open_case(onward, "asking", "TG", AWAY).code
    if consent:
        do(onward, second, c.RecordConsent(task="ask_before.1", given=True), AWAY)
    return Apart(first, second)


def state(onward: Onward, code: str) -> Any:
    return whole_state(onward, code)


def read(onward: Onward, code: str, by: Principal) -> list[tuple[str, str]]:
    """What an agency reads of the links of its case: the word, and how it stands."""
    return [
        (each.word, each.proposal or each.status or "linked")
        for each in links_shown.links(onward, code, by)
    ]


def told(onward: Onward, code: str, agency: str) -> list[str]:
    facts = [fact for line in whole_log(onward, code) for fact in line.facts]
    return [
        each.label
        for each in facts
        if isinstance(each, NoticeOwed) and (each.agency, each.about) == (agency, "case")
    ]


def whole(onward: Onward, *codes: str) -> bool:
    return all(verify(onward, code, by=OPERATOR).faults == () for code in codes)
