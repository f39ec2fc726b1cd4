"""What an act would do, before it is done: the engine decides, and nothing is recorded.

Source: before raising an alarm or withdrawing a consent, one should know who will hear of it and
what will end.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Unpack

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from casework import authority, linking, opening, story
from casework.acting import Details, maker
from casework.authority import Right
from casework.context import Onward
from casework.deciding import after, attempt
from casework.held_case import hold, view_of
from casework.looks import looking
from casework.principal import Principal
from engine.acts.declared import PairOf
from engine.commands import AnyAct, OpenCase
from engine.facts import Fact, NoticeOwed, NoticesCancelled
from engine.message import Message
from engine.pathway import Pathway
from engine.projection import foreseen
from engine.state import State
from engine.translation import OWN, Translation
from engine.view import View
from engine.visibility import sees_all


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """What would become of a case, as far as the reader would see it."""

    becomes: tuple[Message, ...]
    """What would become of the case, as its log would say it."""
    told: tuple[Message, ...]
    """The agencies that would get a notice."""
    calls_off: bool
    """Whether notices that have not been sent yet would be cancelled."""
    is_all: bool
    """Whether the reader sees the whole case, so that none of the effects are hidden from them."""
    spoken: Translation
    """The texts of the pathway, from which names are taken."""

    @property
    def mark(self) -> str:
        """A mark that changes only with what the reader is shown, so that it reveals nothing about
        what others do in the case.

        Moments are left out, because a moment counted from now is different every time.
        """
        said = [_timeless(each) for each in (*self.becomes, *self.told)]
        shown = (len(self.becomes), said, self.calls_off, self.is_all)
        return sha256(msgspec.json.encode(shown)).hexdigest()[:32]


def foresee(
    onward: Onward,
    code: str,
    act: AnyAct,
    by: Principal,
    language: str = OWN,
    **details: Unpack[Details],
) -> Foreseen:
    """What `acting.do` would do now; for an act about two cases, what it would do in the case with
    this code.

    Raises:
        Refusal: why it is not possible, as in `acting.do`; or `too_many_looks`.
        Erased: the case was erased.
    """
    authority.require(by, Right.ACT)
    with looking(onward, by), onward.store.read() as connection:
        asked = maker(_agreed(connection, act, by), by, details, {})
        held = hold(onward, connection, code, by=by, by_right=act.rule.by_right, lock=False)
        made = attempt(held, asked, by, details.get("occurred_at"))
        if made.refusal is not None:
            raise made.refusal
    before, then = view_of(held).seen_by(by.agency), after(made).seen_by(by.agency)
    facts = foreseen(before, then, made.decision.facts).facts
    return _told(facts, then, held.pathway, language)


def foresee_opening(
    onward: Onward, pathway: str, country: str, by: Principal, language: str = OWN
) -> Foreseen:
    """What `opening.open_case` would do now.

    Raises:
        Refusal: why it is not possible.
    """
    authority.require(by, Right.ACT)
    with onward.store.read() as connection:
        begun = opening.begin(onward, connection, pathway, {})
        act = OpenCase(code="", country=country)
        _, decision = opening.decided(onward, connection, begun, act, by)
        before = opening.view_of_new(onward, connection, begun, State(), by)
        then = opening.view_of_new(onward, connection, begun, decision.state, by)
    facts = foreseen(before, then, decision.facts).facts
    return _told(facts, then, then.pathway, language)


def _agreed(connection: Connection, act: AnyAct, by: Principal) -> AnyAct:
    """The act as it would be done. If the agency is also responsible for the other case, the act
    takes effect at once and is not just a proposal.
    """
    pair = act.declared.pair if act.declared else None
    if pair is None or pair.how is not PairOf.PROPOSED:
        return act
    is_theirs = linking.answers_for(connection, by, str(getattr(act, pair.other)))
    return replace(act, agreed=True) if is_theirs else act


def _told(facts: Sequence[Fact], then: View, pathway: Pathway, language: str) -> Foreseen:
    others = tuple(each for each in facts if not isinstance(each, NoticeOwed))
    return Foreseen(
        becomes=tuple(story.facts_told(others, pathway, language)),
        told=tuple(story.notices_told(facts, pathway, language)),
        calls_off=any(isinstance(each, NoticesCancelled) for each in facts),
        is_all=sees_all(then, then.reader),
        spoken=pathway.spoken(language),
    )


def _timeless(said: object) -> object:
    """The code and values of a message, without its moment. Anything else is returned as it is."""
    if isinstance(said, Message):
        values = {name: _timeless(each) for name, each in said.values.items() if name != "at"}
        return said.code, values
    return said
