"""Records that a clock has reached its moment, and what made it do so."""

from __future__ import annotations

from engine import facts as f
from engine.clock import Clock
from engine.phrases.syntax import Moment, moments_in
from engine.turns.counting import rule_of
from engine.turns.turn import Turn
from engine.view import View, moment_of

ELAPSED, SHORTENED = "elapsed", "shortened"


def reach(turn: Turn, clock: Clock) -> None:
    turn.say(f.ClockReached(key=clock.key, due=clock.at, because=_because(turn, clock)))


def _because(view: View, clock: Clock) -> str:
    """Why the clock ended: `elapsed`, `shortened`, or the name of the moment that ended it."""
    return _happened(view, clock) or (SHORTENED if clock.shortened_at else ELAPSED)


def _happened(view: View, clock: Clock) -> str:
    """Which of the moments named in a clock's rule ended the clock; empty if a period did, or if
    the rule consists of one moment only or no longer exists.
    """
    rule = rule_of(view, clock)
    if rule is None or isinstance(rule.expression, Moment):
        return ""
    return next(
        (
            leaf.anchor
            for leaf in moments_in(rule.expression)
            if leaf == Moment(anchor=leaf.anchor, optional=leaf.optional)
            and leaf.anchor in clock.anchors
            and moment_of(clock.anchors[leaf.anchor]) == clock.at
        ),
        "",
    )
