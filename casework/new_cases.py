"""Writes a new case: its code, its rows, including those of a new person, and its first entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, insert, select, update

from casework import chain, log, manifest
from casework.beside import Beside
from casework.case_codes import code_of, new_code
from casework.case_rows import CASES
from casework.context import Onward
from casework.idempotency import AnsweredBefore, KeptAnswer
from casework.manifest import Digests, Manifest
from casework.principal import Principal
from casework.protected import carry_values, cipher_of, owner_of, sealed_values
from casework.recording import Written, write_consequences
from casework.rows import all_columns, owed_notices
from casework.wrapping import make_key, wrapped_columns
from engine.commands import Command
from engine.decide import Decision
from engine.errors import Refusal
from engine.pathway import Pathway
from engine.state import State
from engine.turn_records import TurnRecord
from models.cases import Case
from models.columns import table_of
from models.keys import Cipher, Erased
from models.people import Person
from models.prepared import first_row, send
from models.protected import Participant
from models.writing import put_in

_PEOPLE, _PARTICIPANTS = table_of(Person), table_of(Participant)


def code_by_page(onward: Onward, by: Principal, page: str) -> str:
    """The code of the case that somebody opens by sending a page, so that sending the page twice
    opens one case. The same page sent by anybody else gives another code.
    """
    said = msgspec.json.encode((by.kind, by.agency, by.person, page))
    return code_of(onward.proof.of("page that opens a case", said))


def opened_by_page(
    onward: Onward, connection: Connection, by: Principal, page: str
) -> KeptAnswer | None:
    """The case that somebody's page has opened; None if it has opened none."""
    code = code_by_page(onward, by, page)
    row: Any = first_row(connection, _read_opened(), {"code": code})
    return KeptAnswer(code, row.opened_at) if row else None


def unused_code(connection: Connection) -> str:
    """A random code that no case has."""
    while True:
        code = new_code()
        if first_row(connection, _read_opened(), {"code": code}) is None:
            return code


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """The person of a new case."""

    id: int
    cipher: Cipher
    is_new: bool


class CaseToWrite(msgspec.Struct, frozen=True, kw_only=True):
    """A case that is being opened."""

    version_id: int
    definition: Pathway
    person: NewPerson
    command: Command
    decision: Decision
    known: tuple[Any, ...]
    """Rows of values that an earlier case hands on."""
    part: str
    """The person's part in the case."""
    identity: Mapping[str, object]
    """Answers about the person, to be sealed under the person's own key."""
    wrote: Digests
    """Digests of what the caller writes for the case beside these rows."""
    is_by_page: bool
    """Whether its code was made from the page that opens it (`code_by_page`), so that the page opens
    no second case.
    """


def write_new(
    onward: Onward, connection: Connection, new: CaseToWrite, installation: Any
) -> Written:
    """Write all rows of a new case; its first entry proves whose it is and what it began with. Raises
    AnsweredBefore, as `_insert_case` does.
    """
    state, now, person = new.decision.state, new.command.recorded_at, new.person
    cipher, wrapped = make_key(onward, connection, log.owner_of(state.code))
    sealed_state = onward.states.seal(cipher, state.code, state)
    case = _insert_case(connection, new, wrapped, sealed_state)
    part_of = {"case_id": case["id"], "person_id": person.id, "part": new.part}
    send(connection, _insert_participant(), part_of)
    carried = carry_values(connection, case["id"], new.known)
    begun = {
        "cases": [case],
        "people": [{"id": person.id, "created_at": now}] if person.is_new else [],
        "participants": [part_of],
        "carried_values": carried,
    }
    wrote = {
        table: manifest.digests(onward.proof, table, rows) for table, rows in begun.items() if rows
    }
    beside = Beside(
        notices=owed_notices(case["id"], state.code, new.decision.facts, now),
        values=sealed_values(case["id"], person.id, person.cipher, 1, new.identity),
    )
    rows = beside.digests(onward.proof, wrote | new.wrote)
    entry = log.sealed_entry(
        onward.proof,
        cipher,
        state.code,
        1,
        TurnRecord(command=new.command, facts=new.decision.facts),
        chain.START,
        manifest.encode(Manifest(rows=rows, acts=installation.acts, exports=installation.exports)),
    )
    send(connection, _end_log(), {"the_id": case["id"], "last_hash": entry["hash"]})
    write_consequences(connection, case["id"], new.definition, entry, State(), new.decision, beside)
    return Written(1, entry["hash"])


def _insert_case(
    connection: Connection, new: CaseToWrite, wrapped: bytes, sealed_state: bytes
) -> dict[str, Any]:
    """Insert the case's row, before its first entry is written. Returns the row, with its id.

    Raises:
        AnsweredBefore: there is a case with its code, since the page that opens it was sent before.
    """
    state, now = new.decision.state, new.command.recorded_at
    values = {
        "code": state.code,
        "version": 1,
        "pathway": state.pathway,
        "pathway_version_id": new.version_id,
        "person_id": new.person.id,
        "opened_at": now,
        "recorded_at": now,
        "notice_at": now if state.notices else None,
        **wrapped_columns(wrapped),
        "last_hash": chain.START,
        "sealed_state": sealed_state,
        **all_columns(new.definition, state),
    }
    is_new = put_in(connection, Case, ("code",), values)
    row: Any = first_row(connection, _read_opened(), {"code": state.code})
    if not is_new and new.is_by_page:
        raise AnsweredBefore(KeptAnswer(state.code, row.opened_at))
    assert is_new, "two cases have got the same code by chance at the same moment"
    return {**values, "id": row.id}


def person_of(
    onward: Onward, connection: Connection, person_id: int | None, now: datetime
) -> NewPerson:
    """The person of a new case. If they are new, their row is written first.

    Args:
        person_id: the id of somebody who already has a case; None for a new person.

    Raises:
        Refusal: `unknown_person.or_erased`.
    """
    if person_id is not None:
        try:
            cipher = cipher_of(onward, connection, person_id, is_case_held=False)
        except Erased:
            raise Refusal("unknown_person.or_erased") from None
        return NewPerson(id=person_id, cipher=cipher, is_new=False)
    values = {"version": 1, "created_at": now}
    made: Any = first_row(connection, _insert_person(tuple(values)), values)
    cipher, wrapped = make_key(onward, connection, owner_of(made.id))
    send(connection, _keep_key(), {"the_id": made.id, **wrapped_columns(wrapped)})
    return NewPerson(id=made.id, cipher=cipher, is_new=True)


@cache
def _read_opened() -> Any:
    return select(CASES.c.id, CASES.c.opened_at).where(CASES.c.code == bindparam("code"))


@cache
def _insert_person(names: tuple[str, ...]) -> Any:
    return insert(_PEOPLE).values(dict.fromkeys(names)).returning(_PEOPLE.c.id)


@cache
def _insert_participant() -> Any:
    return insert(_PARTICIPANTS).inline()


@cache
def _keep_key() -> Any:
    return _update_row(_PEOPLE, "wrapped_key", "wrapped_by")


@cache
def _end_log() -> Any:
    return _update_row(CASES, "last_hash")


def _update_row(table: Table, *names: str) -> Any:
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return update(table).where(table.c.id == bindparam("the_id")).values(values)
