"""Owes notices to agencies: each is told what it may know, and the responsible one what others may
not be told.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from engine.facts import NoticeOwed
from engine.notice_kinds import FAREWELL

if TYPE_CHECKING:
    from engine.turns.turn import Turn


class Farewell(NamedTuple):
    """The last notice that an agency gets about something."""

    agency: str
    kind: str
    about: str
    label: str
    due_at: datetime | None = None


_OF_OTHERS = frozenset({"overdue", "answer_received"})
"""Kinds of notices that may be about somebody else's work."""


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
    """Owe an agency a notice; if it must not be told, the responsible agency is told instead.

    A farewell (that something is over, or has to stop) goes to the agency alone, even if it may be
    told nothing else; but an agency that was already barred gets none.
    """
    if kind in FAREWELL:
        if turn.farewells is not None or not turn.is_barred(agency):
            say_farewell(turn, Farewell(agency, kind, about, label, due_at))
    elif turn.may_know(agency):
        _owe(turn, agency, kind, about, label, due_at=due_at, consent=consent)
    else:
        _tell_instead(turn, agency, kind, about, label, due_at)


def say_farewell(turn: Turn, last: Farewell) -> None:
    """Owe a farewell now or, while farewells are held back, hold it back with them."""
    if turn.farewells is None:
        _owe(turn, last.agency, last.kind, last.about, last.label, due_at=last.due_at)
    else:
        turn.farewells.append(last)


def _tell_instead(
    turn: Turn, agency: str, kind: str, about: str, label: str, due_at: datetime | None
) -> None:
    """Tell the responsible agency in place of `agency`, unless it was told the same in this turn."""
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
