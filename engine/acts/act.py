"""What an act declares: the rule by which it is carried out, and how agencies ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import msgspec

from engine.acts.declared import Declared
from engine.view import View

if TYPE_CHECKING:
    from engine.turns.turn import Turn

__all__ = ["Act"]

Handler = Callable[["Turn", Any, str, str], None]
"""Carries out an act, given the turn, the act, the agency that asks for it, and who acts for that
agency.
"""


class Rule(msgspec.Struct, frozen=True):
    """The function that carries out an act, and what must hold before it runs."""

    do: Handler
    by_right: bool = False
    """A role gives the right to do the act; no task or request has to be waiting. Only an agency
    that may know of the case may ask for it.
    """
    after_the_end: bool = False
    """The act may also be asked of a case that is no longer open."""
    unasked: bool = False
    """The act follows from something else; no agency asks for it."""


class Aside(NamedTuple):
    """An act outside the course that the pathway sets, as an agency might ask for it."""

    agency: str
    act: Act
    subject: str
    """The step, agency or period concerned, by its name in the pathway or the registry; empty if
    the act concerns none of these.
    """
    about: str
    """The task, step, agency, period, consent or other case concerned; empty if none is named."""
    used: datetime | None = None
    """When it must have happened, if it is possible only for what happened by then; None for now."""


class Act(msgspec.Struct, frozen=True, kw_only=True, tag_field="do"):
    """One thing that may be asked of a case; each subclass is one act. Its fields are what is
    stored.
    """

    rule: ClassVar[Rule]
    """How the act is carried out; absent for `OpenCase` and the acts in `by_itself`, which are
    carried out elsewhere.
    """
    dated: ClassVar[bool] = True
    """Whether a command may say when the act happened; `reports.happened_at` checks that time."""
    declared: ClassVar[Declared | None] = None
    """How agencies ask for it; None for acts with commands of their own (`OpenCase`, `Look`,
    `Inform`), and for those that only operators, coordinators, the clock or another act ask for.
    """
    asides: ClassVar[Callable[[View], Iterator[Aside]] | None] = None
    """Who might ask for the act now, and about what, if the act lies outside the course that the
    pathway sets. `decide` then says which of these acts are possible.
    """
