"""What `verify` finds in the records that belong to no case: operators' acts and what those prove,
the other chains, the secret for marks, and the stored clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Table, func, select

from casework import chain, manifest, marks, resealed
from casework.case_rows import CASES
from casework.chain import Chain
from casework.context import Onward
from casework.installation_clock import PLACE as CLOCK
from casework.installation_clock import said_by_clock
from casework.manifest import Digests, Manifest
from casework.proved import How
from casework.proved_tables import TABLES, by
from casework.resealed import RESEALED
from casework.verified_rows import compared, is_by_its_key
from engine.message import Message, message
from models.as_stored import Stored, stored_rows
from models.columns import table_of
from models.definitions import PathwayVersion, ProposedVersion
from models.installation import Installation
from models.intakes import Intake, IntakeSecret
from models.keys import SealError
from models.people import Person
from models.proof import Proof
from models.tables import METADATA

_INSTALLATION, _VERSIONS = table_of(Installation), table_of(PathwayVersion)
_PROPOSED = table_of(ProposedVersion)
_SECRETS, _INTAKES, _PEOPLE = table_of(IntakeSecret), table_of(Intake), table_of(Person)
_AT_ONCE = 500


class Known(NamedTuple):
    """What the installation's unaltered records say about cases."""

    erased: Mapping[str, datetime]
    """The owners of keys with a certificate of erasure, as the keyring names owners, each with the
    time of its certificate.
    """
    intakes: Mapping[str, str]
    """The digests of marks that operators' acts have added to rows taken in earlier, by mark."""
    acts: int
    """How many operators' acts there are."""
    exports: int
    """How many exports there are."""


def known_by_acts(proof: Proof, connection: Connection) -> Known:
    """Read what the installation's unaltered records say about cases."""
    rows: dict[str, str] = {}
    for act in _proved(proof, chain.ACTS, _records(connection, chain.ACTS)):
        said = manifest.decode(act.wrote).rows.get("intakes", {})
        rows |= {name: each for name, each in said.items() if each}
    certificates = _proved(proof, chain.ERASURES, _records(connection, chain.ERASURES))
    acts, exports = (
        int(connection.scalar(select(func.count()).select_from(each.table)) or 0)
        for each in (chain.ACTS, chain.EXPORTS)
    )
    return Known({each.owner: each.made_at for each in certificates}, rows, acts, exports)


def left_by_certificate(proof: Proof, connection: Connection, owner: str) -> Manifest:
    """What the certificate of a destroyed key says about the rows that stay; empty if no unaltered
    certificate is left.
    """
    table = chain.ERASURES.table
    found = stored_rows(connection, table, table.c.number, owner=owner)
    for row in _proved(proof, chain.ERASURES, found):
        return manifest.decode(row.wrote)
    return Manifest()


def _records(connection: Connection, of: Chain) -> list[Stored]:
    return stored_rows(connection, of.table, of.table.c.number)


def _proved(proof: Proof, of: Chain, rows: Iterable[Stored]) -> list[Any]:
    return [each.row for each in rows if not each.damaged and chain.is_proved(proof, of, each.row)]


def installation_faults(onward: Onward, connection: Connection) -> Iterator[Message]:
    """The faults in the records that belong to no case."""
    proof = onward.proof
    found = stored_rows(connection, _INSTALLATION, _INSTALLATION.c.id, id=1)
    if not found:
        yield message("proof.missing", table="installation", row="installation 1")
        return
    installation = found[0].row
    records = {each.table.name: _records(connection, each) for each in chain.CHAINS}
    for each in chain.CHAINS:
        yield from chain.faults_of(proof, each, records[each.table.name], installation)
    proved = _proved(proof, chain.ACTS, records["operator_log"])
    yield from _uncertified(proved, records["erasures"])
    yield from _resealed_before(proved, len(records["resealings"]))
    since = _last_lost(proved, installation.acts)
    acts = [manifest.decode(each.wrote) for each in proved if each.number > since]
    if not proved and _has_any(connection, CASES):
        yield message("proof.missing", table="operator_log", row="act of operators 1")
    there = manifest.fold(acts)
    is_whole = not since and _INSTALLATION.name in there  # the installation is set up
    yield from _by_acts(proof, connection, there, whole=is_whole)
    yield from _texts(connection)
    yield from _secret(onward, connection)
    yield from _marks(connection, there)
    yield from _clock(proof, connection, installation)
    yield from _of_no_case(connection)


def _uncertified(acts: Iterable[Any], certificates: Iterable[Stored]) -> Iterator[Message]:
    """Faults for operators' acts of erasure that have no certificate."""
    owners = {each.row.owner for each in certificates}
    for act in acts:
        if act.act == "erase" and act.about.get("owner") not in owners:
            row = f"{chain.ERASURES.word} for {act.about.get('owner')}"
            yield message("proof.missing", table="erasures", row=row)


def _resealed_before(acts: Iterable[Any], there: int) -> Iterator[Message]:
    """A fault if fewer resealings are left than an operators' act has recorded."""
    known = (each.about.get("resealings") for each in acts if each.act == RESEALED)
    most = max((int(each) for each in known if each), default=0)
    if most > there:
        yield message("proof.records_gone", table="resealings", known=most, last=there)


def _last_lost(proved: Iterable[Any], count: int) -> int:
    """The number of the last act that is altered or missing; 0 if none is. What that act proved is
    unknown, so only the acts after it say what the rows must be.
    """
    numbers = {each.number for each in proved}
    return max((at for at in range(1, count + 1) if at not in numbers), default=0)


def table_faults(proof: Proof, connection: Connection, name: str) -> list[Message]:
    """Faults for rows of one table that are not what the acts say."""
    acts = _proved(proof, chain.ACTS, _records(connection, chain.ACTS))
    since = _last_lost(acts, int(connection.scalar(select(_INSTALLATION.c.acts)) or 0))
    there = manifest.fold(manifest.decode(each.wrote) for each in acts if each.number > since)
    return [*_by_acts(proof, connection, {name: there.get(name, {})}, whole=False)]


def _by_acts(
    proof: Proof, connection: Connection, there: Digests, *, whole: bool
) -> Iterator[Message]:
    """Faults for rows that are not what the acts say.

    Args:
        whole: whether no act is lost. A table that no act mentions must then have no rows.
    """
    for name in (each for each in by(How.ACT) if whole or each in there):
        table = METADATA.tables[name]
        first, *_ = TABLES[name].name
        rows = stored_rows(connection, table, table.c[first])
        yield from compared(proof, name, rows, there.get(name, {}), whole=True)


def _texts(connection: Connection) -> Iterator[Message]:
    """Faults for texts of pathways, published or proposed, that do not match their hashes. The
    texts are read one by one.
    """
    for table in (_VERSIONS, _PROPOSED):
        for row_id in connection.scalars(select(table.c.id).order_by(table.c.id)).all():
            (each,) = stored_rows(connection, table, table.c.id, id=row_id)
            row = each.row
            if each.damaged:
                continue  # reported already
            if hashlib.sha256(row.text.encode()).hexdigest() != row.content_hash:
                how = TABLES[table.name]
                name = manifest.name_of(how, vars(row))
                yield message("proof.text_changed", table=table.name, row=f"{how.word} {name}")


def _secret(onward: Onward, connection: Connection) -> Iterator[Message]:
    """Faults if the secret for marks is damaged, lacks a valid proof, has an unusable key, or is
    missing although rows were taken in. Any further secret is a fault, too.
    """
    rows = stored_rows(connection, _SECRETS, _SECRETS.c.id)
    table, word = "intake_secrets", TABLES["intake_secrets"].word
    if not rows and _has_any(connection, _INTAKES):
        yield message("proof.missing", table=table, row=f"{word} 1")
    for number, each in enumerate(rows):
        row = f"{word} {each.row.id}"
        if each.damaged:
            yield from chain.damage(table, row, each)
        elif not onward.proof.holds(
            each.row.proof, marks.PLACE_OF_SECRET, each.row.sealed
        ) or not is_by_its_key(each.row):
            yield message("proof.changed", table=table, row=row)
        elif number:
            yield message("proof.unrecorded", table=table, row=row)
        else:
            yield from _usable(onward, connection, each.row, row)


def _usable(onward: Onward, connection: Connection, secret: Any, row: str) -> Iterator[Message]:
    known = resealed.of_cases(onward.proof, connection, [""]).get("", ())
    try:
        cipher = onward.keys.cipher(secret.wrapped_key, marks.OWNER)
        resealed.former_keys(cipher, known, marks.OWNER)
    except SealError as error:
        yield message("proof.key_unusable", table="intake_secrets", row=row, why=error.message)


def _marks(connection: Connection, there: Digests) -> Iterator[Message]:
    """Faults for marks that operators' acts have added to rows taken in earlier, and that are
    missing.
    """
    for name in sorted(there.get("intakes", {})):
        query = select(_INTAKES.c.id).where(_INTAKES.c.mark == bytes.fromhex(name))
        if connection.execute(query).first() is None:
            yield message("proof.missing", table="intakes", row=f"{TABLES['intakes'].word} {name}")


def _clock(proof: Proof, connection: Connection, installation: Any) -> Iterator[Message]:
    """A fault if somebody other than Onward set the stored clock, or if the clock is behind the
    newest log entry of a case.
    """
    at = installation.clock_at
    if at is None:
        if installation.clock_proof is not None:
            yield message("proof.changed", table="installation", row="the stored clock")
        return
    latest = connection.scalar(select(func.max(CASES.c.recorded_at)))
    if not proof.holds(installation.clock_proof, CLOCK, said_by_clock(at)):
        yield message("proof.changed", table="installation", row="the stored clock")
    elif latest is not None and at < latest:
        yield message("proof.clock_back", table="installation", at=at, latest=latest)


def _of_no_case(connection: Connection) -> Iterator[Message]:
    """Faults for rows that belong to no existing case, and for people without a case."""
    for name, query in _lost():
        for ident in connection.scalars(query):
            row = f"{TABLES[name].word} (row {ident})"
            yield message("proof.of_no_case", table=name, row=row)


@cache
def _lost() -> tuple[tuple[str, Select[Any]], ...]:
    """The queries that find rows of no case, one for each table; made once, because making them
    costs as much as executing them.
    """
    found = []
    for name, proved in TABLES.items():
        table = METADATA.tables[name]
        if proved.how is not How.NOTHING and "case_id" in table.c:
            lost = ~select(CASES.c.id).where(CASES.c.id == table.c.case_id).exists()
            found.append((name, _ids(table).where(lost & table.c.case_id.is_not(None))))
    without = ~select(CASES.c.id).where(CASES.c.person_id == _PEOPLE.c.id).exists()
    return (*found, ("people", _ids(_PEOPLE).where(without)))


def _ids(table: Table) -> Select[Any]:
    return select(table.c.id).order_by(table.c.id)


def _has_any(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table.c.id).limit(1)).first() is not None
