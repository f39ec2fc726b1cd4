"""An installation whose pathway and countries say how long ended cases are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from casework import placing_holds
from casework.acting import do
from casework.context import Onward
from casework.placing_holds import HoldReason, Order
from casework.publishing import publish_pathway
from casework.registering import register
from engine import commands as c
from tests.installations import AGENCIES, CANARY, PATHWAY, SCREEN
from tests.principals import OPERATOR

FIVE_YEARS = "retention: {time: 5 years, assumed: yes}\n"
REOPENED = "reopen: {by: screener, at: first, ends: [stays]}\n"
DUE = datetime.fromisoformat("2031-03-02T23:59:59+00:00")
"""Of a case that ended when the installation began."""
AFTER = DUE + timedelta(seconds=1)
ORDER = Order("High Court", "CR/12/2026")


def kept_for(onward: Onward, retention: str = FIVE_YEARS, *, ghana: str = "") -> None:
    """The trial pathway and its agencies.

    Args:
        retention: what the pathway says.
        ghana: the limits of GH.
    """
    limits = f"GH: {{zone: Africa/Accra, retention: {ghana}}}" if ghana else ""
    register(onward, AGENCIES.replace("GH: {zone: Africa/Accra}", limits or "GH: {}"), OPERATOR)
    text = PATHWAY.replace("sides:", f"{retention}{REOPENED}sides:")
    publish_pathway(onward, text, by=OPERATOR)


def end(onward: Onward, code: str, run: int = 1) -> None:
    """The person stays, so that an opened case ends.

    Args:
        run: of its first stage.
    """
    form = {"full_name": CANARY, "home_country": "NG"}
    do(onward, code, c.Complete(task=f"interview.{run}"), SCREEN, answers=form)
    do(onward, code, c.RecordConsent(task=f"agree.{run}", given=False), SCREEN)


def hold(onward: Onward, code: str, *, person: bool = False) -> int:
    return placing_holds.hold(onward, code, HoldReason.PROCEEDINGS, ORDER, OPERATOR, person=person)
