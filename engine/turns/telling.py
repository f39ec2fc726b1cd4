"""Agencies are owed notices: each what it may know, the responsible agency what nobody else may."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from engine.facts import FAREWELL, NoticeOwed

if TYPE_CHECKING:
    from engine.turns.turn import Turn

_OF_OTHERS = frozenset({"overdue", "answer_received"})
"""Kinds of notices that may be about what somebody else has to do."""


def tell(
    turn: Turn,
    agency: str,
    kind: str,
    about: str,
    label: str,
    *,
    due_at: datetime | None = None,
    consent: str = "",
) -> None:
    """Owe an agency a notice; what it may not be told, the responsible agency hears instead.

    That something is over concerns nobody but the agency itself.
    """
    if kind in FAREWELL:
        if turn.farewells is not None or not turn.is_barred(agency):
            say_farewell(turn, agency, kind, about, label)
    elif turn.may_hear(agency):
        _owe(turn, agency, kind, about, label, due_at=due_at, consent=consent)
    else:
        _tell_instead(turn, agency, kind, about, label, due_at)


def say_farewell(turn: Turn, agency: str, kind: str, about: str, label: str) -> None:
    """Now, or, while farewells are held back, at the end of that."""
    if turn.farewells is None:
        _owe(turn, agency, kind, about, label)
    else:
        turn.farewells.append((agency, kind, about, label))


def _tell_instead(
    turn: Turn, agency: str, kind: str, about: str, label: str, due_at: datetime | None
) -> None:
    """The responsible agency is told, unless it was in this turn."""
    told, word = turn.state.responsible, kind if kind in _OF_OTHERS else "attention"
    owed = (each for each in turn.facts if isinstance(each, NoticeOwed) and each.agency == told)
    if (word, about, label) not in [(each.kind, each.about, each.label) for each in owed]:
        _owe(turn, told, word, about, label, due_at=due_at, instead_of=agency)


def _owe(
    turn: Turn,
    agency: str,
    kind: str,
    about: str,
    label: str,
    *,
    due_at: datetime | None = None,
    consent: str = "",
    instead_of: str = "",
) -> None:
    turn.say(
        NoticeOwed(
            number=turn.state.notices + 1,
            agency=agency,
            kind=kind,
            about=about,
            label=label,
            due_at=due_at,
            consent=consent,
            instead_of=instead_of,
        )
    )
