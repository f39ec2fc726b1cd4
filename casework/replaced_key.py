"""Replaces one data key in one transaction: everything sealed under it is verified, opened, and
sealed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, select, update

from casework import (
    attempts,
    chain,
    data_keys,
    drafts,
    log,
    manifest,
    marks,
    operators,
    placing_holds,
    resealed,
)
from casework.case_rows import CASES, hold_installation
from casework.context import Onward
from casework.data_keys import Rotation
from casework.manifest import Digests, Manifest
from casework.principal import Principal
from casework.protected import owner_of, place_of
from casework.sealing.sources import digest_of
from casework.verified_acts import table_faults
from casework.verified_log import Log, log_of, opened
from casework.verified_notices import attempts_of
from casework.verified_rows import compared, value_faults
from casework.wrapping import replace_key, wrapped_columns
from engine.message import Message, message
from models.as_stored import Stored, stored_rows
from models.columns import table_of
from models.holds import Hold
from models.intakes import IntakeSecret
from models.keys import Replaced, SealError
from models.notices import NoticeAttempt
from models.people import Person
from models.protected import ProtectedValue
from models.turns import LogEntry

_SECRETS = table_of(IntakeSecret)
_HOLDS, _ATTEMPTS = table_of(Hold), table_of(NoticeAttempt)
_PEOPLE, _ENTRIES, _VALUES = table_of(Person), table_of(LogEntry), table_of(ProtectedValue)


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """A key that was not replaced, because of faults in what is sealed under it."""

    owner: str
    faults: tuple[Message, ...]


class AnotherCaseOpened(Exception):
    """A case of the person was opened meanwhile."""


class _Resealed(msgspec.Struct, frozen=True, kw_only=True):
    """What to record about the rows of one case; the default values if no case is concerned."""

    code: str = ""
    entries: int = 0
    rows: Digests = {}
    answers: dict[str, list[str]] = {}


class KeyWork:
    """The work of replacing one key, in one transaction.

    `of_case`, `of_person` and `of_secret` return True if they replaced the key, `Left` if it stays
    because of faults, and False if it had been replaced already or destroyed.
    """

    def __init__(
        self, onward: Onward, connection: Connection, rotation: Rotation, by: Principal
    ) -> None:
        self.onward, self.connection = onward, connection
        self._rotation, self._by = rotation, by

    def of_case(self, case_id: int) -> Left | bool:
        """Replace the key of a case's log, its state, its holds, and the grounds of its attempts to
        send notices. Drafts in the case, which are sealed under the former key, are deleted.
        """
        self._hold(CASES, CASES.c.id == case_id)
        (found,) = stored_rows(self.connection, CASES, CASES.c.id, id=case_id)
        row = found.row
        if not self._is_behind(CASES, case_id):
            return False
        owner, told = log.owner_of(row.code), log_of(self.onward.proof, self.connection, found)
        if faults := self._faults_of_case(found, told, owner):
            return Left(owner=owner.decode(), faults=tuple(faults))
        now, key = self._new(row.wrapped_key, owner)
        holds = self._holds(owner, _HOLDS.c.case_id == case_id, key)
        if isinstance(holds, Left):
            return holds
        drafts.end_of_cases(self.connection, CASES.c.id == case_id)  # under the former key
        place = log.place_of_state(row.code)
        state = {"sealed_state": key.now.seal(key.before.open(row.sealed_state, place), place)}
        self._put(CASES, case_id, state | wrapped_columns(key.wrapped))
        rows = self._entries(row.code, told, key) | self._grounds(found, told, key)
        self._record(now, owner, key, _Resealed(code=row.code, entries=row.version, rows=rows))
        self._put_holds(owner, holds)
        return True

    def _faults_of_case(self, found: Stored, told: Log, owner: bytes) -> list[Message]:
        row, proof = found.row, self.onward.proof
        faults = [*chain.damage("cases", f"case {row.code}", found), *told.faults]
        if faults:
            return faults
        try:
            cipher = self.onward.keys.cipher(row.wrapped_key, owner)
            faults += opened(proof, cipher, row.code, told)[1]
            faults += attempts_of(proof, self.connection, found, told.proved)[2]
            for attempt, place, _ in self._with_ground(found, told):
                cipher.open(attempt.ground, place)
            cipher.open(row.sealed_state, log.place_of_state(row.code))
        except SealError as error:
            faults.append(_unusable("cases", f"case {row.code}", error))
        return faults

    def _with_ground(self, found: Stored, told: Log) -> Iterator[tuple[Any, bytes, int]]:
        """The attempts that have stored grounds, each with the place for which its grounds are
        sealed and the number of its notice.
        """
        notices, tried, _ = attempts_of(self.onward.proof, self.connection, found, told.proved)
        of = {each.row.id: each.row for each in notices}
        for each in tried:
            row, notice = each.row, of[each.row.notice_id]
            if row.ground is not None:
                yield row, attempts.place_of_ground(notice.reference, row.number), notice.number

    def _grounds(self, found: Stored, told: Log, key: Replaced) -> Digests:
        some = [*self._with_ground(found, told)]
        self._reseal(
            _ATTEMPTS,
            [(row, key.before.reseal(row.ground, place, key.now)) for row, place, _ in some],
            "ground",
        )
        proof = self.onward.proof
        digests: dict[str, str | None] = {
            str(row.serial): resealed.digest_of_attempt(proof, notice, row)
            for row, _, notice in some
        }
        return {resealed.ATTEMPTS: digests} if digests else {}

    def of_person(self, person_id: int) -> Left | bool:
        """Replace a person's key: for everything known about them, in all their cases, and for
        holds on the person. Drafts in these cases are deleted. Raises `AnotherCaseOpened`.
        """
        of_person = CASES.c.person_id == person_id
        held = self._hold(CASES, of_person)
        # Nobody can open a case of theirs from here on. A process that is just doing so is not
        # waited for, since it may be waiting for the person.
        self._hold(_PEOPLE, _PEOPLE.c.id == person_id)
        if self._ids(CASES, of_person) != held:
            raise AnotherCaseOpened
        if not self._is_behind(_PEOPLE, person_id):
            return False
        (person,) = stored_rows(self.connection, _PEOPLE, _PEOPLE.c.id, id=person_id)
        owner, cases = (
            owner_of(person_id),
            stored_rows(self.connection, CASES, CASES.c.id, person_id=person_id),
        )
        faults = [*chain.damage("people", f"person {person_id}", person)]
        try:
            cipher = self.onward.keys.cipher(person.row.wrapped_key, owner)
            for each in cases:
                faults += self._faults_of_values(each, cipher)
        except SealError as error:
            faults.append(_unusable("people", f"person {person_id}", error))
        if faults:
            return Left(owner=owner.decode(), faults=tuple(faults))
        now, key = self._new(person.row.wrapped_key, owner)
        is_of_person = and_(_HOLDS.c.person_id == person_id, _HOLDS.c.case_id.is_(None))
        holds = self._holds(owner, is_of_person, key)
        if isinstance(holds, Left):
            return holds
        drafts.end_of_cases(self.connection, of_person)
        self._put(_PEOPLE, person_id, wrapped_columns(key.wrapped))
        for each in cases:
            self._record(now, owner, key, self._values(each.row, key))
        if not cases:
            self._record(now, owner, key, _Resealed())
        self._put_holds(owner, holds)
        return True

    def of_secret(self, secret_id: int) -> Left | bool:
        """Replace the key of the secret for marks."""
        self._hold(_SECRETS, _SECRETS.c.id == secret_id)
        if not self._is_behind(_SECRETS, secret_id):
            return False
        query = select(_SECRETS).where(_SECRETS.c.id == secret_id)
        row, proof = self.connection.execute(query).one(), self.onward.proof
        name = f"secret of intake {secret_id}"
        try:
            if not proof.holds(row.proof, marks.PLACE_OF_SECRET, row.sealed):
                fault = message("proof.changed", table="intake_secrets", row=name)
                return Left(owner=marks.OWNER.decode(), faults=(fault,))
            cipher = self.onward.keys.cipher(row.wrapped_key, marks.OWNER)
            marks.opened(cipher, row.sealed)
        except SealError as error:
            fault = _unusable("intake_secrets", name, error)
            return Left(owner=marks.OWNER.decode(), faults=(fault,))
        now, key = self._new(row.wrapped_key, marks.OWNER)
        sealed = marks.resealed(key.before, key.now, row.sealed)
        values = {"sealed": sealed, "proof": marks.proof_of_secret(proof, sealed)}
        self._put(_SECRETS, secret_id, values | wrapped_columns(key.wrapped))
        self._record(now, marks.OWNER, key, _Resealed())
        return True

    def _hold(self, table: Table, which: ColumnElement[bool]) -> Sequence[int]:
        query = select(table.c.id).where(which).order_by(table.c.id)
        return self.connection.scalars(query.with_for_update()).all()

    def _ids(self, table: Table, which: ColumnElement[bool]) -> Sequence[int]:
        return self.connection.scalars(select(table.c.id).where(which).order_by(table.c.id)).all()

    def _is_behind(self, table: Table, row_id: int) -> bool:
        return data_keys.is_behind(self.connection, self._rotation, table, row_id)

    def _new(self, wrapped: bytes, owner: bytes) -> tuple[Any, Replaced]:
        """Lock the installation, so that resealings are chained one at a time. Returns the time and
        the owner's key with its replacement.
        """
        now = hold_installation(self.onward, self.connection)
        self.onward.keys.forget(wrapped, owner)
        return now, replace_key(self.onward, self.connection, wrapped, owner)

    def _holds(
        self, owner: bytes, which: ColumnElement[bool], key: Replaced
    ) -> dict[int, dict[str, bytes]] | Left:
        """The sealed parts of the owner's holds under the new key, by the numbers of the holds;
        `Left` if there are faults in the holds. The installation is locked, so that no hold is
        placed or lifted meanwhile.
        """
        rows = self.connection.execute(select(_HOLDS).where(which)).all()
        faults = table_faults(self.onward.proof, self.connection, "holds") if rows else []
        try:
            if not faults:
                return {row.id: placing_holds.resealed(row, owner, key) for row in rows}
        except SealError as error:
            faults.append(_unusable("holds", f"hold of {owner.decode()}", error))
        return Left(owner=owner.decode(), faults=tuple(faults))

    def _put_holds(self, owner: bytes, holds: dict[int, dict[str, bytes]]) -> None:
        """Store the holds, and record this as an act of its own, because these rows are proved by
        operators' acts.
        """
        for number, sealed in holds.items():
            values = {**sealed, "version": _HOLDS.c.version + 1}
            self.connection.execute(update(_HOLDS).where(_HOLDS.c.id == number).values(values))
        if holds:
            about = {"of": owner.decode()}
            operators.note(
                self.onward, self.connection, self._by, "seal_holds", ("holds",), **about
            )

    def _put(self, table: Table, row_id: int, values: dict[str, object]) -> None:
        self.connection.execute(update(table).where(table.c.id == row_id).values(values))

    def _reseal(
        self, table: Table, sealed: Sequence[tuple[Any, bytes]], column: str = "sealed"
    ) -> None:
        if sealed:
            rows = [{"the_id": row.id, "sealed": text} for row, text in sealed]
            again = update(table).where(table.c.id == bindparam("the_id"))
            self.connection.execute(again.values({column: bindparam("sealed")}), rows)
            for row, text in sealed:
                setattr(row, column, text)

    def _entries(self, code: str, told: Log, key: Replaced) -> Digests:
        rows = [each.row for each in told.entries]
        self._reseal(
            _ENTRIES, [(row, log.resealed(key.before, key.now, code, row)) for row in rows]
        )
        proof = self.onward.proof
        digests: dict[str, str | None] = {
            str(row.number): resealed.digest_of_entry(proof, row) for row in rows
        }
        return {resealed.ENTRIES: digests}

    def _faults_of_values(self, found: Stored, cipher: Any) -> Iterable[Message]:
        proof, told = self.onward.proof, log_of(self.onward.proof, self.connection, found)
        yield from told.faults
        if "code" in found.damaged:
            yield from chain.damage("cases", f"case {found.row.id}", found)
            return
        rows, expected = self._values_of(found.row.id), told.proved.rows.get(resealed.VALUES, {})
        yield from compared(proof, resealed.VALUES, rows, expected, whole=True)
        yield from value_faults(proof, self.connection, found.row, cipher, told.proved)

    def _values_of(self, case_id: int) -> list[Stored]:
        return stored_rows(self.connection, _VALUES, _VALUES.c.id, case_id=case_id)

    def _values(self, case: Any, key: Replaced) -> _Resealed:
        rows = [each.row for each in self._values_of(case.id)]
        before = _answers(rows)
        self._reseal(
            _VALUES,
            [
                (
                    row,
                    key.before.reseal(row.sealed, place_of(case.id, row.name, row.entry), key.now),
                )
                for row in rows
            ],
        )
        since = _answers(rows)
        digests = manifest.digests(self.onward.proof, resealed.VALUES, map(vars, rows))
        return _Resealed(
            code=case.code,
            entries=case.version,
            rows={resealed.VALUES: digests},
            answers={number: [before[number], since[number]] for number in before},
        )

    def _record(self, now: Any, owner: bytes, key: Replaced, made: _Resealed) -> None:
        values = {
            "operator": self._by.person,
            "act": self._rotation.act,
            "owner": owner.decode(),
            "code": made.code,
            "entries": made.entries,
            "former": key.former,
            "wrote": manifest.encode(Manifest(rows=made.rows)),
            "answers": made.answers,
        }
        chain.append(self.onward.proof, self.connection, chain.RESEALINGS, now, values)


def _answers(rows: Iterable[Any]) -> dict[str, str]:
    """By the number of each log entry, the digest of its answers that the sealed log uses."""
    kept: dict[str, list[tuple[str, bytes]]] = {}
    for row in rows:
        kept.setdefault(str(row.entry), []).append((row.name, row.sealed))
    return {number: digest_of(some).hex() for number, some in kept.items()}


def _unusable(table: str, row: str, error: SealError) -> Message:
    return message("proof.key_unusable", table=table, row=row, why=error.message)


REPLACES: dict[str, Callable[[KeyWork, int], Left | bool]] = {
    "cases": KeyWork.of_case,
    "people": KeyWork.of_person,
    "intake_secrets": KeyWork.of_secret,
}
