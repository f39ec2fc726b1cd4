"""Acting on a notice without signing in: what its holder is shown, and the turn in which they act.

A holder is shown the neutral words of the notice, what may be done and, if they came by its link,
what was done by that link. They see nothing else of the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from casework import authority, log
from casework.authority import Right
from casework.context import Onward
from casework.deciding import Maker, attempt
from casework.filling_in import FormToFill, form_in
from casework.held_case import Held, hold
from casework.letters import labels_of
from casework.notice_tokens import notice_with, offered_now, stands
from casework.principal import Principal, PrincipalKind
from casework.recording import Turns, record
from casework.turn import conclude
from engine.acts.filling import answered
from engine.acts.making import made
from engine.agencies.registry import WithoutAccount
from engine.commands import AnyAct, Command
from engine.errors import Refusal
from engine.offering import Offered, way_of
from engine.pathway import Pathway
from engine.state import State
from engine.translation import OWN, Translation
from models.keys import Erased

WAY_OF = {
    PrincipalKind.LINK: WithoutAccount.LINK,
    PrincipalKind.TELEPHONE: WithoutAccount.TELEPHONE,
}


class NoticeReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt for something that was recorded, to be noted on paper with the reference of the
    notice. It does not give the number of the log entry, which would reveal how much others do in
    the case.
    """

    way: str
    """The act that was done: `answer.accept`."""
    at: datetime


class HeldNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice, as it is shown to its holder."""

    code: str
    """The code of the case, as the notice gives it."""
    agency: str
    labels: tuple[str, ...]
    """What the notice is about, in neutral words."""
    due_at: datetime | None
    zone: str
    spoken: Translation
    offered: Mapping[str, Offered]
    """The acts that may be done and have not been done by this link yet, by name."""
    forms: Mapping[str, FormToFill]
    """The forms of those acts that have one, by name."""
    receipts: tuple[NoticeReceipt, ...]
    """Receipts of the acts done by this link; empty on the telephone."""
    now: datetime


def held_notice(onward: Onward, by: Principal, language: str = OWN) -> HeldNotice:
    """The notice that somebody holds.

    Raises:
        Refusal: `void_notice`, whatever the reason: the notice no longer lets anybody in, or
            nothing may be done by it and nothing was done by its link.
    """
    authority.require(by, Right.ANSWER)
    with onward.store.read() as connection:
        held, row = _held(onward, connection, by, lock=False)
        receipts = _receipts(connection, held, by)
        offers = _not_done(_offers(onward, connection, held, row, by), receipts)
    if not (offers or receipts):
        raise void(by)
    agency = held.reference.registry.by_code[row.agency]
    return HeldNotice(
        code=held.row.code,
        agency=row.agency,
        labels=tuple(labels_of(held, row, language)),
        due_at=row.due_at,
        zone=agency.zone,
        spoken=held.pathway.spoken(language),
        offered=offers,
        forms={
            name: form_in(held, row.agency, held.state.work(each.about), language)
            for name, each in offers.items()
            if each.act.declared and each.act.declared.fill
        },
        receipts=receipts,
        now=held.now,
    )


def act(
    onward: Onward,
    by: Principal,
    way: str,
    words: Mapping[str, object],
    answers: Mapping[str, object],
) -> NoticeReceipt:
    """Do an act by a notice. If it was already done by this link, the same receipt is returned.

    Args:
        way: the name of the act, such as `answer.accept`.
        words: the values of the act's fields, except for its subject.
        answers: the answers of its form.

    Raises:
        Refusal: `wrong_form`, or `void_notice` if the act is no longer possible, whatever the
            reason.
    """
    authority.require(by, Right.ANSWER)
    done: list[NoticeReceipt] = []

    def turns(connection: Connection) -> Turns:
        held, row = _held(onward, connection, by, lock=True)
        done[:] = [each for each in _receipts(connection, held, by) if each.way == way]
        if done:
            return []
        offer = _offers(onward, connection, held, row, by).get(way)
        if offer is None:
            raise void(by)
        ask = _asking(held.row.code, offer, words, answers)
        return record(onward, connection, attempt(held, ask, by))

    written = onward.store.change(turns)
    if done:
        return done[0]
    try:
        moved = conclude(onward, written)
    except Refusal as refusal:
        if refusal.reason == "wrong_form":
            raise
        raise void(by) from None
    return NoticeReceipt(way=way, at=moved.view.now)


def _asking(
    code: str, offer: Offered, words: Mapping[str, object], answers: Mapping[str, object]
) -> Maker:
    def ask(pathway: Pathway, _: State) -> AnyAct:
        asked = made(offer.act, offer.way, code, {**words, **offer.named})
        return answered(asked, answers, pathway)

    return ask


def _held(onward: Onward, connection: Connection, by: Principal, *, lock: bool) -> tuple[Held, Any]:
    """The notice and its case. Raises Refusal `void_notice` if the notice no longer lets anybody
    in.
    """
    row = notice_with(connection, by.notice)
    if row is None:
        raise void(by)
    try:
        held = hold(onward, connection, row.code, lock=lock)
    except Erased:
        raise void(by) from None
    if not stands(onward, connection, held, row, WAY_OF[by.kind]):
        raise void(by)
    return held, row


def _offers(
    onward: Onward, connection: Connection, held: Held, row: Any, by: Principal
) -> dict[str, Offered]:
    found = offered_now(onward, connection, held, row, WAY_OF[by.kind])
    return {each.way.name: each for each in found}


def _not_done(
    offers: dict[str, Offered], receipts: tuple[NoticeReceipt, ...]
) -> dict[str, Offered]:
    done = {each.way for each in receipts}
    return {name: each for name, each in offers.items() if name not in done}


def _receipts(connection: Connection, held: Held, by: Principal) -> tuple[NoticeReceipt, ...]:
    """The acts done by a link, from the log: those that have the notice's reference as their actor
    and that nobody else entered. None on the telephone.
    """
    if by.kind is not PrincipalKind.LINK:
        return ()
    entries = log.entries_of(connection, held.row.id, held.row.code, held.cipher, agency=by.agency)
    return tuple(
        NoticeReceipt(way=name, at=row.recorded_at)
        for row, entry in entries
        if (name := _way_in(entry.command))
        and (entry.command.person, entry.command.entered_by) == (by.person, by.entered_by)
    )


def _way_in(command: Command) -> str:
    way = way_of(command.act)
    return way.name if way else ""


def void(by: Principal) -> Refusal:
    """The refusal of an act that a notice does not allow, or no longer allows."""
    is_link = by.kind is PrincipalKind.LINK
    return Refusal("void_notice.link" if is_link else "void_notice.told")
