"""Consent: what is read out to the person."""

from __future__ import annotations

import msgspec

from casework.context import Actor, Onward
from casework.held import hold_for, view_of
from engine.errors import Refusal
from engine.state import TaskKind
from engine.translation import OWN, base_of
from engine.turns import reading_out
from engine.turns.task_lifecycle import find


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
        raise Refusal("not_a_consent", task=task)
    name = held.pathway.steps[asked.step].step.consent or ""
    field = held.pathway.consent(name).language
    wanted = language or str(held.state.data.get(field or "") or OWN)
    written = held.pathway.spoken(wanted).language
    return ReadOut(reading_out.text_of(view, name, written), written, base_of(wanted))
