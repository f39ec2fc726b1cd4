"""Consent: read out, recorded, refused, withdrawn; and agencies that get nothing at all."""

from __future__ import annotations

from datetime import datetime

import msgspec

from casework.context import Actor, Onward
from casework.held import hold_for, view_of
from casework.turn import Moved, take
from engine import commands as c
from engine.errors import Refusal
from engine.state import TaskKind
from engine.translation import OWN, base_of
from engine.turns import reading_out
from engine.turns.tasks import find


class ReadOut(msgspec.Struct, frozen=True):
    """What is read out to the person, and how."""

    text: str
    language: str
    """In which it is written."""
    wanted: str
    """In which it must be said."""


def words(onward: Onward, code: str, task: str, by: Actor, language: str | None = None) -> ReadOut:
    """What is to be read out to the person, for the agency that asks.

    Args:
        language: that of the field which the consent names for it if left out, English otherwise.

    Raises:
        Refusal: `unknown_case`, `not_found`, `not_yours`, `not_open`, or `not_a_consent`.
    """
    with onward.store.read() as connection:
        held = hold_for(onward, connection, code, by, lock=False)
    view = view_of(held)
    asked = find(view, task, by.agency)
    if asked.kind is not TaskKind.CONSENT:
        raise Refusal("not_a_consent", f"task {task} does not ask for consent")
    name = held.pathway.steps[asked.step].step.consent or ""
    field = held.pathway.consent(name).language
    wanted = language or str(held.state.data.get(field or "") or OWN)
    written = held.pathway.spoken(wanted).language
    return ReadOut(reading_out.text_of(view, name, written), written, base_of(wanted))


def record_consent(
    onward: Onward,
    code: str,
    task: str,
    by: Actor,
    *,
    language: str = "en",
    interpreter: bool = False,
    giver: str = "person",
    view: str = "",
    occurred_at: datetime | None = None,
) -> Moved:
    """The person said yes, or the guardian; `task` is the one in which it was asked.

    Args:
        view: what the person thinks of it, where a guardian has answered: a word of `VIEWS`.
    """
    act = c.RecordConsent(
        task=task, given=True, language=language, interpreter=interpreter, giver=giver, view=view
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
    giver: str = "person",
    view: str = "",
    occurred_at: datetime | None = None,
) -> Moved:
    """The person said no, or the guardian."""
    act = c.RecordConsent(
        task=task, given=False, language=language, interpreter=interpreter, giver=giver, view=view
    )
    return take(onward, code, act, by, occurred_at=occurred_at)


def withdraw_consent(
    onward: Onward,
    code: str,
    consent: str,
    by: Actor,
    *,
    agency: str = "",
    occurred_at: datetime | None = None,
) -> Moved:
    """The person takes a consent back, through any agency of the case.

    Args:
        agency: from this one alone; from all if left out.
    """
    act = c.WithdrawConsent(consent=consent, agency=agency)
    return take(onward, code, act, by, occurred_at=occurred_at)


def prohibit(onward: Onward, code: str, agency: str, by: Actor) -> Moved:
    """Nothing goes to the agency in this case any more, whatever else holds."""
    return take(onward, code, c.Prohibit(agency=agency), by)


def permit(onward: Onward, code: str, agency: str, by: Actor) -> Moved:
    """The agency may be asked and told again."""
    return take(onward, code, c.Permit(agency=agency), by)
