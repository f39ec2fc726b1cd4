"""Forms that somebody has begun to fill in, kept until they are sent; nobody else reads them.

A draft holds answers about a person but is not a record. It is sealed under both the person's key
and the case's, and is deleted when either key is destroyed or replaced. It is also deleted when its
task or request is over, or after a while.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, delete, select

from casework import authority
from casework.authority import Right
from casework.case_rows import CASES
from casework.context import Onward
from casework.held_case import Held, hold, hold_for, view_of
from casework.looks import looking
from casework.principal import Principal
from casework.protected import cipher_of
from engine.numbering import meant
from engine.state import State, Task
from models.columns import table_of
from models.drafts import DraftRow
from models.keys import Cipher, SealError
from models.prepared import send
from models.writing import upsert

LASTS = timedelta(days=3)
"""How long a draft is kept, by the real clock, after it was last saved."""
_DRAFTS = table_of(DraftRow)
_KEYS = ("case_id", "about", "way", "agency", "person")


class DraftOf(NamedTuple):
    """Identifies the form in a case that a draft is for."""

    code: str
    way: str
    """What the form does, such as `complete`."""
    about: str
    """The subject of the form: the agency's number for a task or request, or the name or code of
    something else that a page offers acts for; empty for the case itself.
    """


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A form as its author has left it."""

    sent: Mapping[str, Sequence[str]]
    """The values of the form, by input."""
    kept_at: datetime


def keep(
    onward: Onward,
    form: DraftOf,
    sent: Mapping[str, Sequence[str]],
    by: Principal,
    now: datetime,
    *,
    unseen: Collection[str] = (),
    since: datetime | None = None,
) -> None:
    """Save a draft of a form, in place of an earlier one, and delete all drafts that are too old.
    Nothing is saved if the author could not send the form now, for example because its task is
    over.

    Args:
        now: the real time.
        unseen: inputs that were shown empty although the earlier draft has values for them; those
            values stay, unless something was typed over them.
        since: do not overwrite a draft that was saved after this time.

    Raises:
        Refusal: `unknown_case`, `suspended_agency` or `too_many_looks`.
        Erased: the case, or its person, was erased.
    """
    authority.require(by, Right.ACT)

    def keeping(connection: Connection) -> None:
        onward.store.overwrite(connection)
        connection.execute(delete(_DRAFTS).where(_is_old(now)))
        held = hold_for(onward, connection, form.code, by)
        about = _about(held.state, by, form)
        if about is None or not _is_offered(held, about, form, by):
            return
        place = _place(held, about, form, by)
        row = _row(connection, place)
        if row and since and row.kept_at > since:
            return
        earlier = (_opened(onward, connection, held, place, row) if row and unseen else None) or {}
        stays = {name: earlier[name] for name in unseen if name in earlier}
        typed = {name: values for name, values in sent.items() if name not in stays or any(values)}
        text = msgspec.json.encode(stays | typed)
        for cipher in _ciphers(onward, connection, held):
            text = cipher.seal(text, _sealed_as(place))
        upsert(connection, DraftRow, _KEYS, [place | {"kept_at": now, "sealed": text}])

    with looking(onward, by):
        onward.store.change(keeping)


def kept(onward: Onward, form: DraftOf, by: Principal, now: datetime) -> Draft | None:
    """The caller's draft of a form; None if there is none, its task is over, or it is too old or
    cannot be decrypted.

    Raises:
        Refusal: `unknown_case`, `suspended_agency` or `too_many_looks`.
        Erased: the case was erased.
    """
    authority.require(by, Right.ACT)
    with looking(onward, by), onward.store.read() as connection:
        held = hold_for(onward, connection, form.code, by, lock=False)
        about = _about(held.state, by, form)
        if about is None:
            return None
        place = _place(held, about, form, by)
        row = _row(connection, place)
        if row is None or row.kept_at <= now - LASTS:
            return None
        sent = _opened(onward, connection, held, place, row)
    return None if sent is None else Draft(sent=sent, kept_at=row.kept_at)


def discard(onward: Onward, form: DraftOf, by: Principal) -> None:
    """Delete the caller's draft of a form.

    Raises:
        Refusal: `unknown_case`, `suspended_agency` or `too_many_looks`.
        Erased: the case was erased.
    """
    authority.require(by, Right.ACT)

    def discarding(connection: Connection) -> None:
        onward.store.overwrite(connection)
        # Not `hold_for`: the act with this form may have been the agency's last in the case.
        held = hold(onward, connection, form.code, by=by, lock=False)
        work = meant(held.state, by.agency, form.about)
        place = _place(held, work.id if work else form.about, form, by)
        connection.execute(delete(_DRAFTS).where(*_is_at(place)))

    with looking(onward, by):
        onward.store.change(discarding)


def end_old(onward: Onward, by: Principal, now: datetime) -> None:
    """Delete all drafts that were last saved longer than `LASTS` ago.

    Args:
        now: the real time.
    """
    authority.require(by, Right.DRIVE)
    with onward.store.read() as connection:
        is_any = connection.scalar(select(_DRAFTS.c.id).where(_is_old(now)).limit(1)) is not None

    def ending(connection: Connection) -> None:
        onward.store.overwrite(connection)
        connection.execute(delete(_DRAFTS).where(_is_old(now)))

    if is_any:
        onward.store.change(ending)


def end_of_cases(connection: Connection, which: ColumnElement[bool]) -> None:
    """Delete all drafts of these cases, within a transaction."""
    ids = select(CASES.c.id).where(which)
    connection.execute(delete(_DRAFTS).where(_DRAFTS.c.case_id.in_(ids)))


def end_with(connection: Connection, case_id: int, over: Iterable[str]) -> None:
    """Delete the drafts for tasks and requests that are over, within a turn."""
    gone = [{"case": case_id, "gone": ident} for ident in over]
    if gone:
        send(connection, _ended(), *gone)


@cache
def _ended() -> Any:
    return delete(_DRAFTS).where(
        _DRAFTS.c.case_id == bindparam("case"), _DRAFTS.c.about == bindparam("gone")
    )


def _about(state: State, by: Principal, form: DraftOf) -> str | None:
    """The subject of the form, by its id in the case; None if it is a task that is over."""
    work = meant(state, by.agency, form.about)
    if isinstance(work, Task) and not work.is_under_way:
        return None
    return work.id if work else form.about


def _is_offered(held: Held, about: str, form: DraftOf, by: Principal) -> bool:
    """Whether the draft's author, `by`, may now do what the form does."""
    from engine.commands import WAYS  # not loaded by turns, which end drafts but offer nothing
    from engine.offering import offered

    kind = next((act for act, way in WAYS if way.name == form.way), None)
    found = offered(view_of(held), by.agency, fully=kind) if kind else []
    return any((each.way.name, each.about) == (form.way, about) for each in found)


def _is_old(now: datetime) -> ColumnElement[bool]:
    return _DRAFTS.c.kept_at <= now - LASTS


def _place(held: Held, about: str, form: DraftOf, by: Principal) -> dict[str, Any]:
    given = (held.row.id, about, form.way, by.agency, by.person)
    return dict(zip(_KEYS, given, strict=True))


def _is_at(place: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [_DRAFTS.c[name] == value for name, value in place.items()]


def _row(connection: Connection, place: Mapping[str, Any]) -> Any:
    return connection.execute(select(_DRAFTS).where(*_is_at(place))).first()


def _opened(
    onward: Onward, connection: Connection, held: Held, place: Mapping[str, Any], row: Any
) -> dict[str, list[str]] | None:
    """What a draft holds; None if it was sealed under another key or for another place. This is not
    a fault, since a draft is not a record.
    """
    text = row.sealed
    try:
        for cipher in reversed(_ciphers(onward, connection, held)):
            text = cipher.open(text, _sealed_as(place))
    except SealError:
        return None
    return msgspec.json.decode(text, type=dict[str, list[str]])


def _ciphers(onward: Onward, connection: Connection, held: Held) -> tuple[Cipher, ...]:
    return cipher_of(onward, connection, held.row.person_id), held.cipher


def _sealed_as(place: Mapping[str, Any]) -> bytes:
    return b"draft:" + msgspec.json.encode([*place.values()])
