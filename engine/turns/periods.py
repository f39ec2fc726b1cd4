"""Extends and shortens periods, for agencies that may do so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from engine import numbering
from engine.clock import Clock
from engine.definition import Time
from engine.errors import Refusal
from engine.message import Message, message
from engine.phrases.syntax import Answered, Duration, Length
from engine.turns import rights, settling, timing
from engine.turns.counting import time_of
from engine.turns.lengths import length_of
from engine.turns.turn import Turn
from engine.view import View


def extend(turn: Turn, name: str, agency: str) -> None:
    """Extend a running period once more.

    Raises:
        Refusal: `not_open`, `not_allowed` or `not_answered`; `used_up` if the period was shortened,
            or extended as often as its `extend` allows.
    """
    clock, time = _running(turn, name, "extend")
    assert time.extend is not None
    may = message("refused.right.extend", name=name, roles=time.extend.role)
    _require_right(turn, clock, name, agency, time.extend.role, may)
    if clock.shortened_at:
        raise Refusal("used_up.shortened_before", name=name)
    if len(clock.extensions) >= time.extend.times:
        raise Refusal("used_up.extended", name=name, n=time.extend.times)
    timing.extend(turn, clock, _length(turn, time.extend.by))


def shorten(turn: Turn, name: str, agency: str) -> None:
    """End a running period at once, or cut it to a shorter length counted from its start. A period
    can be shortened only once.

    Raises:
        Refusal: `not_open`, `not_allowed`, `not_answered` or `used_up`.
    """
    clock, time = _running(turn, name, "shorten")
    assert time.shorten is not None
    may = message("refused.right.shorten", name=name, roles=time.shorten.role)
    _require_right(turn, clock, name, agency, time.shorten.role, may)
    if clock.shortened_at:
        raise Refusal("used_up.shortened", name=name)
    to = _length(turn, time.shorten.to) if time.shorten.to else None
    short = timing.shorten(turn, clock, to)
    if short.at <= turn.now:
        settling.reach(turn, short)


def _require_right(
    turn: Turn, clock: Clock, name: str, agency: str, roles: Sequence[str], may: Message
) -> None:
    """Raises Refusal if the agency may not change the period: `not_allowed` for the responsible
    agency and for an agency whose own work the period concerns. For others it is `not_open`, as if
    no such period were running, so that they do not learn what others are working on.
    """
    is_own = numbering.is_its(turn.state, agency, clock.about)
    if not is_own and agency not in (turn.state.responsible, *rights.holders(turn, roles)):
        raise not_running(name)
    rights.require(turn, agency, roles, may)


def not_running(name: str) -> Refusal:
    return Refusal("not_open.period", name=name)


def _length(view: View, written: Length) -> Duration:
    """A length as a duration. Raises Refusal `not_answered` if the length comes from an answer that
    is missing or cannot be a length.
    """
    found = length_of(view, written)
    if found is None:
        assert isinstance(written, Answered)
        raise Refusal("not_answered", field=written.field, unit=str(written.unit))
    return found


def _running(view: View, name: str, word: Literal["extend", "shorten"]) -> tuple[Clock, Time]:
    """The clock of `name` that may be extended or shortened (`word`), with its entry in the
    definition. If there are several, it is the first to end. Raises Refusal `not_open` if there is
    none.
    """
    found = [
        (clock, time)
        for clock in view.state.clocks.values()
        if clock.kind != "rung"
        and name in (clock.about, _step(view, clock.about))
        and (time := time_of(view, clock))
        and (time.shorten if word == "shorten" else time.extend and time.extend.role)
    ]
    if not found:
        raise not_running(name)
    return min(found, key=lambda each: (each[0].at, each[0].key))


def _step(view: View, about: str) -> str:
    """The step or interrupt of the task or request `about`; if it is neither, `about` itself."""
    task, asked = view.state.tasks.get(about), view.state.hand_overs.get(about)
    return task.step if task else asked.step if asked else about
