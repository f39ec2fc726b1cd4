"""Consent: recorded, refused, withdrawn."""

from __future__ import annotations

from datetime import datetime

from casework.context import Actor, Onward
from casework.turn import Moved, take
from engine import commands as c


def record_consent(
    onward: Onward,
    code: str,
    task: str,
    by: Actor,
    *,
    language: str = "en",
    interpreter: bool = False,
    giver: str = "person",
    occurred_at: datetime | None = None,
) -> Moved:
    """The person said yes; `task` is the one in which it was asked."""
    act = c.RecordConsent(
        task=task, given=True, language=language, interpreter=interpreter, giver=giver
    )
    return take(onward, code, act, by, occurred_at=occurred_at)


def refuse_consent(
    onward: Onward,
    code: str,
    task: str,
    by: Actor,
    *,
    language: str = "en",
    interpreter: bool = False,
    occurred_at: datetime | None = None,
) -> Moved:
    """The person said no."""
    act = c.RecordConsent(task=task, given=False, language=language, interpreter=interpreter)
    return take(onward, code, act, by, occurred_at=occurred_at)


def withdraw_consent(
    onward: Onward, code: str, consent: str, by: Actor, *, occurred_at: datetime | None = None
) -> Moved:
    """The person takes a consent back, through any agency of the case."""
    return take(onward, code, c.WithdrawConsent(consent=consent), by, occurred_at=occurred_at)
