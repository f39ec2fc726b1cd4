"""Opens cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypedDict, Unpack

import msgspec
from sqlalchemy import Connection, select

from casework import authority, linking
from casework.authority import Right
from casework.context import Onward
from casework.deciding import Attempt, attempt, command_by
from casework.held_case import Held, hold_for
from casework.idempotency import KeptAnswer, KeyedRequest
from casework.loads import read_loads
from casework.manifest import Digests
from casework.new_cases import (
    CaseToWrite,
    code_by_page,
    opened_by_page,
    person_of,
    unused_code,
    write_new,
)
from casework.openable import require_opens
from casework.principal import Principal
from casework.protected import alike, newest_values
from casework.publishing import version_to_open
from casework.recording import record
from casework.reference import Reference
from casework.turn import Moved, moved
from engine.acts.looking import IdentitySeen
from engine.commands import Command, Follow, Link, OpenCase
from engine.decide import Decision, decide
from engine.links import ONE_PERSON
from engine.pathway import Pathway
from engine.state import State
from engine.view import View
from models.columns import table_of
from models.installation import Installation
from models.prepared import first_row

_INSTALLATION = table_of(Installation)


class OpeningDetails(TypedDict, total=False):
    """Optional details of an opening. Each may be left out; all but `part` may also be empty."""

    roles: Mapping[str, str] | None
    """The agencies chosen for roles: their codes by role. For every other role, an agency is found
    as the pathway says.
    """
    identity: Mapping[str, object] | None
    """Answers about the person, to be sealed under the person's own key."""
    person_id: int | None
    """The id of a person who already has a case; a new person if left out."""
    part: str
    """The person's part in the case; `adult` if left out."""
    version: int | None
    """The pathway version; if left out, the newest in effect at the opening."""
    occurred_at: datetime | None
    """When the opening happened, if not now."""
    after: str
    """Code of an earlier case of the same person. If the opening agency is responsible for that
    case, or was at its end, the two are linked, and answers that this agency may read there are
    taken over; otherwise a link is proposed.
    """
    page: str
    """A random text in the form that somebody fills in to open a case. Sending the same form again
    opens no second case.
    """
    wrote: Digests
    """Digests of other rows that the caller writes for the case; its first entry proves them."""


def open_case(
    onward: Onward,
    pathway: str,
    country: str,
    by: Principal,
    keyed: KeyedRequest | None = None,
    **wanted: Unpack[OpeningDetails],
) -> Moved:
    """Open a case on a pathway; the actor's agency is responsible until another one takes over.

    Args:
        country: the first side's country.
        keyed: the request by which a program asks for it, if one does.

    Raises:
        AnsweredBefore: the request was answered before, or the page has opened a case.
        Refusal: why it is not possible.
    """
    authority.require(by, Right.ACT)
    with onward.store.write() as connection:
        if keyed:
            keyed.begin(connection)
        opened = open_within(onward, connection, pathway, country, by, **wanted)
        if keyed:
            keyed.end(connection, KeptAnswer(opened.code, opened.view.now))
    for each in (opened.code, wanted.get("after")):
        if each:
            onward.waker.wake(each)
    return opened


def opened_before(onward: Onward, by: Principal, page: str) -> KeptAnswer | None:
    """The code of the case that this principal has opened with this `page`, and when; None if there
    is none.

    Args:
        page: the random text in a form, by which a second press opens no second case.
    """
    authority.require(by, Right.ACT)
    with onward.store.read() as connection:
        return opened_by_page(onward, connection, by, page)


def open_within(
    onward: Onward,
    connection: Connection,
    pathway: str,
    country: str,
    by: Principal,
    **wanted: Unpack[OpeningDetails],
) -> Moved:
    """Open a case within a transaction; no flow run is woken."""
    begun = begin(onward, connection, pathway, wanted)
    installation, now, definition = begun.installation, begun.now, begun.definition
    after = wanted.get("after", "")
    earlier = _earlier(onward, connection, after, by) if after else None
    page = wanted.get("page", "")
    code = code_by_page(onward, by, page) if page else unused_code(connection)
    before = _handed_on(connection, earlier, code, definition, by) if earlier else None
    known = before.known if before else {}
    chosen, names = dict(wanted.get("roles") or {}), tuple(known)
    linked = after if earlier else ""
    act = OpenCase(code=code, country=country, roles=chosen, after=linked, known=names)
    command, decision = decided(onward, connection, begun, act, by)
    person_id = earlier.row.person_id if earlier else wanted.get("person_id")
    new = CaseToWrite(
        version_id=begun.version_id,
        definition=definition,
        person=person_of(onward, connection, person_id, now),
        command=command,
        decision=decision,
        known=tuple(known.values()),
        part=wanted.get("part", "adult"),
        identity=wanted.get("identity") or {},
        wrote=wanted.get("wrote", {}),
        is_by_page=bool(page),
    )
    newest = write_new(onward, connection, new, installation)
    if before:
        record(onward, connection, before.followed)
    if after and not earlier:
        return _proposed(onward, connection, code, after, by)
    view = view_of_new(onward, connection, begun, decision.state, by)
    return Moved(code=code, newest=newest, decision=decision, pathway=view.pathway, view=view)


class CaseBegun(msgspec.Struct, frozen=True, kw_only=True):
    """What a new case starts from."""

    installation: Any
    now: datetime
    occurred: datetime
    version_id: int
    definition: Pathway
    reference: Reference


def begin(
    onward: Onward, connection: Connection, pathway: str, wanted: OpeningDetails
) -> CaseBegun:
    """What a case would start from if it were opened on a pathway now.

    Raises:
        Refusal: as in `version_to_open`.
    """
    installation: Any = first_row(connection, _read_installation(), {})
    now = onward.clock.within(installation.clock_at)
    occurred = wanted.get("occurred_at") or now
    row_id, found = version_to_open(onward, connection, pathway, wanted.get("version"), occurred)
    return CaseBegun(
        installation=installation,
        now=now,
        occurred=occurred,
        version_id=row_id,
        definition=found,
        reference=onward.library.reference(connection, installation.reference_version),
    )


def decided(
    onward: Onward, connection: Connection, begun: CaseBegun, act: OpenCase, by: Principal
) -> tuple[Command, Decision]:
    """The command that opens a case, and the decision on it. Nothing is recorded.

    Raises:
        Refusal: why it is not possible.
    """
    command = command_by(by, act, begun.occurred, begun.now)
    registry, calendars = begun.reference.registry, begun.reference.calendars
    require_opens(begun.definition, registry.by_code.get(by.agency))
    loads = read_loads(onward, connection, begun.definition, registry)
    return command, decide(begun.definition, State(), command, registry, calendars, loads)


def view_of_new(
    onward: Onward, connection: Connection, begun: CaseBegun, state: State, by: Principal
) -> View:
    """A new case, as the agency that opens it sees it."""
    at = begun.installation.reference_version
    spoken = onward.library.speaking(connection, begun.version_id, at)
    known = begun.reference
    return View(spoken, state, begun.now, known.registry, known.calendars, reader=by.agency)


def _earlier(onward: Onward, connection: Connection, code: str, by: Principal) -> Held | None:
    """The earlier case if the agency is responsible for it or, if the case has ended, was
    responsible at its end; otherwise None.
    """
    if not linking.answers_for(connection, by, code):
        return None
    return hold_for(onward, connection, code, by)


def _proposed(
    onward: Onward, connection: Connection, code: str, earlier: str, by: Principal
) -> Moved:
    """The new case, with a proposal to link it to the earlier case as one of the same person.

    Raises:
        Refusal: `no_consent`: the person has to be asked first, in the new case.
    """
    act = Link(case=earlier, word=ONE_PERSON)
    (made, newest), *_ = linking.propose(onward, connection, code, earlier, act, by)
    if made.refusal is not None:
        raise made.refusal
    return moved(made, newest)


class _HandedOn(msgspec.Struct, frozen=True, kw_only=True):
    """What an earlier case hands on to a later case of the same person."""

    followed: Attempt
    """What the earlier case records about this."""
    known: dict[str, Any]
    """Rows of values, still sealed, by name."""


def _handed_on(
    connection: Connection, earlier: Held, code: str, definition: Pathway, by: Principal
) -> _HandedOn:
    """What the earlier case hands on to the new case, `code`: those of its answers about the person
    that the agency may read, and for which both pathways define the same field. Answers given later
    in the earlier case are not handed on.
    """
    known = newest_values(connection, earlier.row.id)
    values = {name: known[name] for name in alike(earlier.pathway, definition, known)}
    followed = attempt(earlier, Follow(case=code, known=tuple(values)), by)
    if followed.refusal is not None:
        raise followed.refusal
    facts = followed.decision.facts
    seen = [name for fact in facts if isinstance(fact, IdentitySeen) for name in fact.fields]
    return _HandedOn(followed=followed, known={name: values[name] for name in seen})


@cache
def _read_installation() -> Any:
    return select(_INSTALLATION)
