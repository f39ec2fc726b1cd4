"""One act in several cases, for a group that travels together. Each case has a turn of its own.

Consents and decisions are individual: none is given for a whole group, and no field that they
depend on is answered for all cases at once. A refusal in one case does not stop the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec

from casework import authority
from casework.acting import values_of
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal
from casework.turn import take
from engine import commands as c
from engine.acts.declared import Declared
from engine.errors import CodedError, EngineError, Refusal, message_of
from engine.in_flight import OnItsWay
from engine.meaning import act_meant
from engine.message import Message
from engine.own_answers import own_fields
from engine.pathway import Pathway
from engine.state import State
from models.keys import SealError

Given = Callable[[Pathway], Mapping[str, object]]
"""Gives the answers of the form, converted to the types of the pathway's fields."""


class OfOne(msgspec.Struct, frozen=True, kw_only=True):
    """The result of the act in one case."""

    code: str
    done: bool = False
    reason: str = ""
    """The reason of the refusal, or `unreadable` if the case cannot be read or the act cannot be
    decided on; empty if the act was done.
    """
    refusal: Message | None = None
    """Why the act was refused, or what else went wrong; None if the act was done."""
    on_their_way: tuple[OnItsWay, ...] = ()


class Group(list[OfOne]):
    """The results in order. `pathways` maps a case's code to the pathway whose names the refusal in
    that case may contain.
    """

    def __init__(self, done: Iterable[tuple[OfOne, Pathway | None]]) -> None:
        results = [*done]
        super().__init__(each for each, _ in results)
        self.pathways = {each.code: pathway for each, pathway in results if pathway}


def together(
    onward: Onward,
    codes: Iterable[str],
    phrase: str,
    by: Principal,
    *,
    given: Given = lambda pathway: {},
    occurred_at: datetime | None = None,
) -> Group:
    """Do the same act in several cases, one after the other, and report the result for each.

    Args:
        phrase: the act, as in a scenario: `complete travel`, `arrive travel`, `accept ask_home`.
        occurred_at: when it happened, if not now.
    """
    authority.require(by, Right.ACT)
    return Group(
        _in_one(onward, code, phrase, by, given, occurred_at) for code in dict.fromkeys(codes)
    )


def _in_one(
    onward: Onward, code: str, phrase: str, by: Principal, given: Given, at: datetime | None
) -> tuple[OfOne, Pathway | None]:
    values: dict[str, object] = {}

    def ask(pathway: Pathway, state: State) -> c.AnyAct:
        answers = given(pathway)
        act = act_meant(phrase, answers, pathway, state, by.agency)
        _require_common(act, answers, pathway)
        values.update(values_of(act, answers, "", pathway, state))
        return act

    try:
        # It is not known which act this is until the case is read; it may be one by right.
        moved = take(onward, code, ask, by, by_right=True, occurred_at=at, values=values)
    except (EngineError, SealError) as error:
        reason = error.reason if isinstance(error, Refusal) else "unreadable"
        pathway = error.pathway if isinstance(error, CodedError) else None
        return OfOne(code=code, reason=reason, refusal=message_of(error)), pathway
    return OfOne(code=code, done=True, on_their_way=moved.on_their_way), None


def _require_common(act: c.AnyAct, answers: Mapping[str, object], pathway: Pathway) -> None:
    """Raises Refusal `alone` for an act that must be done for each person separately, such as a
    consent, a decision, or an answer on which one of these depends.

    Source: a group travels together, but consent and risk are individual (BJ-BULK, D1).
    """
    declared = act.declared
    if declared is None or declared.alone or _decides(act, declared):
        raise Refusal("alone.decided")
    if declared.fill:
        own = own_fields(pathway)
        found = tuple(own[name] for name in answers if name in own)
        if found:
            raise Refusal("alone.answers", fields=found)


def _decides(act: c.AnyAct, declared: Declared) -> bool:
    return any(getattr(act, word.field) for word in declared.words if word.decides)
