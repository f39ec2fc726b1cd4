"""The words in which a person is asked, and how they must be read out."""

from __future__ import annotations

import hashlib
import re

from engine.commands import RecordConsent
from engine.errors import Refusal
from engine.pathway import words
from engine.turns.turn import Turn

PLACES = ("agency", "country", "shown")
"""What is filled into the words: `{agency}`."""
PLACE = re.compile(r"\{(\w*)\}")


def text_of(turn: Turn, consent: str) -> str:
    """The question with its agencies, its country and the titles of what is shown filled in.

    Of a class that is read out it names the agency that would be asked first.
    """
    asked = turn.pathway.consent(consent)
    fields = turn.pathway.definition.data
    filled = {
        "agency": ", ".join(_agency(turn, role, first=bool(asked.any)) for role in asked.to),
        "country": _country(turn, asked.to),
        "shown": ", ".join(fields[name].title or words(name).lower() for name in asked.shows),
    }
    return PLACE.sub(lambda place: filled[place[1]], asked.ask)


def hash_of(turn: Turn, consent: str) -> str:
    """Proves later which words were read out.

    Source: consent is recorded with the version of its text (D1).
    """
    return hashlib.sha256(text_of(turn, consent).encode()).hexdigest()


def _agency(turn: Turn, role: str, *, first: bool) -> str:
    """By its name; the role's own words where nobody is known yet."""
    found = turn.candidates(role)[:1] if first else []
    code = found[0].code if found else turn.acting(role) or turn.named(role)
    known = turn.registry.by_code.get(code or "")
    return known.name if known else words(role).lower()


def _country(turn: Turn, to: tuple[str, ...]) -> str:
    """Of whom is asked; for a wish, where a journey would lead."""
    sides = [turn.side_of(role) for role in to] or [*reversed(turn.pathway.definition.sides)]
    return next((turn.state.sides[side] for side in sides if side in turn.state.sides), "")


def require_understood(turn: Turn, consent: str, act: RecordConsent) -> None:
    """Raises Refusal `wrong_language` unless the person could understand the question.

    Source: asked in a language that the person speaks, or with an interpreter (F38).
    """
    field = turn.pathway.consent(consent).language
    if field is None or act.interpreter:
        return
    spoken = turn.state.data.get(field)
    if spoken is None:
        what = f"it is not known which language the person speaks ({field})"
        raise Refusal("wrong_language", f"{what}: ask with an interpreter, or find out first")
    if spoken != act.language:
        what = f"the person speaks {spoken}, not {act.language}"
        raise Refusal("wrong_language", f"{what}: ask in that language, or with an interpreter")
