"""What `verify` finds in the rows of a case: those that its log entries prove, and those that its
state leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from casework import chain, manifest, resealed
from casework.context import Onward
from casework.left_by_erasure import is_as_left
from casework.manifest import Manifest
from casework.protected import owner_of, place_of
from casework.proved import How, Proved
from casework.proved_tables import TABLES, by
from casework.rows import all_columns, case_columns, rows_of
from casework.verified_log import Proofs
from casework.wrapping import wrapped_columns
from engine import facts as f
from engine.errors import EngineError
from engine.message import Message, message
from engine.pathway import Pathway
from engine.state import State
from models.as_stored import Stored, stored_rows
from models.columns import table_of
from models.definitions import PathwayVersion
from models.keys import Cipher, SealError
from models.people import Person
from models.proof import Proof
from models.protected import ProtectedValue
from models.tables import METADATA

_VERSIONS, _PEOPLE, _VALUES = table_of(PathwayVersion), table_of(Person), table_of(ProtectedValue)
_OF_CASE = tuple(name for name in by(How.ENTRY) if name not in ("cases", "people"))


def entry_faults(
    proof: Proof,
    connection: Connection,
    found: Stored,
    proofs: Proofs,
    intakes: Mapping[str, str],
) -> Iterator[Message]:
    """Faults for rows that are not what the case's entries say.

    Args:
        intakes: the digests of marks that operators' acts have added, as in `Known.intakes`.
    """
    case = found.row
    if proofs.whole and not {*TABLES["cases"].columns} & {*found.damaged}:
        yield from compared(proof, "cases", [found], proofs.rows.get("cases", {}), whole=True)
    for name in _OF_CASE:
        table = METADATA.tables[name]
        rows = stored_rows(connection, table, table.c.id, case_id=case.id)
        expected = proofs.rows.get(name, {})
        if name == "intakes":
            marked = {manifest.name_of(TABLES[name], vars(each.row)) for each in rows}
            expected = {**expected, **{k: intakes[k] for k in marked & intakes.keys()}}
        yield from compared(proof, name, rows, expected, whole=proofs.whole)


def compared(
    proof: Proof,
    table: str,
    rows: Iterable[Stored],
    expected: Mapping[str, str | None],
    *,
    whole: bool,
) -> Iterator[Message]:
    """Faults for rows that are damaged, changed, inserted or missing.

    Args:
        expected: the digests that the rows should have, by name.
        whole: whether no rows other than the expected ones may exist.
    """
    proved, seen = TABLES[table], set[str]()
    for each in rows:
        name = _name(proved, each)
        row = f"{proved.word} {name}"
        if each.damaged:
            if table != "cases":  # reported already
                yield from chain.damage(table, row, each)
        elif name not in expected or name in seen:
            if whole:
                yield message("proof.unrecorded", table=table, row=row)
        elif not proof.briefly_holds(expected[name], table, manifest.said(table, vars(each.row))):
            yield message("proof.changed", table=table, row=row)
        seen.add(name)
    for name in sorted(expected.keys() - seen):
        yield message("proof.missing", table=table, row=f"{proved.word} {name}")


def _name(proved: Proved, each: Stored) -> str:
    if {*proved.name} & {*each.damaged}:
        return f"(row {each.row.id})"
    return manifest.name_of(proved, vars(each.row))


def person_faults(
    onward: Onward,
    connection: Connection,
    case: Any,
    proofs: Proofs,
    erased: Mapping[str, datetime],
) -> Iterator[Message]:
    """Faults in the record of a case's person, in their key, and in the case's values sealed under
    this key.
    """
    expected = proofs.rows.get("people", {})
    found = stored_rows(connection, _PEOPLE, _PEOPLE.c.id, id=case.person_id)
    row = f"person {case.person_id}"
    if not found:
        yield message("proof.missing", table="people", row=row)
        return
    yield from compared(onward.proof, "people", found, expected, whole=False)
    person = found[0].row
    if found[0].damaged:
        return
    since = erased.get(owner_of(person.id).decode())
    if person.wrapped_key is None and since is None:
        yield message("proof.key_gone", table="people", row=row)
    elif (person.wrapped_key is None) != (person.erased_at is not None):
        yield message("proof.changed", table="people", row=row)
    if not is_by_its_key(person):
        yield message("proof.changed", table="people", row=row)
    if person.wrapped_key is None:
        return
    if since is not None:
        yield message("proof.key_back", table="people", row=row)
    try:
        cipher = onward.keys.cipher(person.wrapped_key, owner_of(person.id))
    except SealError as error:
        yield message("proof.key_unusable", table="people", row=row, why=error.message)
        return
    yield from value_faults(onward.proof, connection, case, cipher, proofs)


def is_by_its_key(row: Any) -> bool:
    """Whether a row names the master key that wrapped its key."""
    return bool(row.wrapped_by == wrapped_columns(row.wrapped_key)["wrapped_by"])


def value_faults(
    proof: Proof, connection: Connection, case: Any, cipher: Cipher, proofs: Proofs
) -> Iterator[Message]:
    """Faults for values that the person's key cannot decrypt, that were sealed for a place other
    than where they are stored, or that a resealing altered. If the person's key is not the one that
    replaced their former key, that is the only fault.
    """
    table, owner = resealed.VALUES, owner_of(case.person_id)
    try:
        formers = resealed.former_keys(cipher, proofs.resealings, owner)
    except SealError:
        row = f"{TABLES['people'].word} {case.person_id}"
        yield message("proof.other_data_key", table="people", row=row)
        return
    written = proofs.written.get(table, {})
    whose = {"case_id": case.id, "person_id": case.person_id}
    for each in stored_rows(connection, _VALUES, _VALUES.c.id, **whose):
        if each.damaged:
            continue
        name = manifest.name_of(TABLES[table], vars(each.row))
        row = f"{TABLES[table].word} {name}"
        place = place_of(case.id, each.row.name, each.row.entry)
        try:
            cipher.open(each.row.sealed, place)
        except SealError:
            yield message("proof.unopenable", table=table, row=row)
            continue
        if (
            name in written
            and formers
            and not _was_written(
                proof,
                each.row,
                written[name],
                [each.row.sealed, *(cipher.reseal(each.row.sealed, place, k) for k in formers)],
            )
        ):
            yield message("proof.resealed_otherwise", table=table, row=row)


def _was_written(proof: Proof, row: Any, brief: str | None, sealed: Iterable[bytes]) -> bool:
    """Whether a value, sealed in one of these ways, is what its turn wrote."""
    said = manifest.said(resealed.VALUES, vars(row))
    return any(
        proof.briefly_holds(brief, resealed.VALUES, {**said, "sealed": each}) for each in sealed
    )


def state_faults(
    onward: Onward,
    connection: Connection,
    found: Stored,
    state: State,
    proofs: Proofs,
    facts: tuple[tuple[f.Fact, ...], ...] | None,
) -> Iterator[Message]:
    """Faults for columns and rows that are not what the state says.

    Args:
        facts: the facts of the log, entry by entry; None if it cannot be read.
    """
    row = found.row
    version = connection.execute(
        select(_VERSIONS.c.name, _VERSIONS.c.number).where(_VERSIONS.c.id == row.pathway_version_id)
    ).one_or_none()
    is_its = version is not None and tuple(version) == (state.pathway, state.version)
    pathway = _pathway(onward, connection, row.pathway_version_id) if is_its else None
    said = {"pathway": state.pathway, **case_columns(state)}
    if pathway is not None:
        said |= all_columns(pathway, state)
    if proofs.manifests:
        said["recorded_at"] = proofs.manifests[-1][0]
    wrong = [k for k, v in said.items() if k not in found.damaged and getattr(row, k) != v]
    if wrong:
        columns = ", ".join(wrong)
        yield message("proof.not_state", table="cases", row="the case's row", columns=columns)
    if not is_its:
        yield message(
            "proof.other_version",
            table="cases",
            row="the case's row",
            number=version.number if version else None,
            state=state.version,
        )
        return
    expected: dict[str, list[dict[str, Any]]] = {}
    if pathway is not None:
        expected = rows_of(row.id, pathway, state)
    if facts is not None:
        expected["unmoved_cases"] = _unmoved(connection, state.pathway, facts)
    for name, rows in expected.items():
        yield from _replayed(connection, name, row.id, rows)


def erased_faults(
    proof: Proof, connection: Connection, found: Stored, left: Manifest
) -> Iterator[Message]:
    """Faults for columns and rows of an erased case that are not what they were when it was
    erased.
    """
    row = found.row
    if not found.damaged and not is_as_left(proof, left, row):
        yield message("proof.changed", table="cases", row=f"case {row.code}")
    for name in left.whole:
        table = METADATA.tables[name]
        rows = stored_rows(connection, table, table.c.id, case_id=row.id)
        yield from compared(proof, name, rows, left.rows.get(name, {}), whole=True)


def _pathway(onward: Onward, connection: Connection, version_id: int) -> Pathway | None:
    """The pathway; None if it cannot be read, which is reported as a fault of its own row."""
    try:
        return onward.library.pathway(connection, version_id)
    except (EngineError, LookupError, ValueError, TypeError, AttributeError):
        return None


def _replayed(
    connection: Connection, name: str, case_id: int, expected: Iterable[Mapping[str, Any]]
) -> Iterator[Message]:
    """Faults for rows of a table that are damaged, or not those that replay leads to."""
    proved, table = TABLES[name], METADATA.tables[name]
    said = {manifest.name_of(proved, row): row for row in expected}
    seen = set[str]()
    for each in stored_rows(connection, table, table.c.id, case_id=case_id):
        ident = _name(proved, each)
        row = f"{proved.word} {ident}"
        if each.damaged:
            yield from chain.damage(name, row, each)
        elif ident not in said or ident in seen:
            yield message("proof.unrecorded", table=name, row=row)
        else:
            there, due = vars(each.row), said[ident]
            wrong = [column for column in proved.columns if there[column] != due[column]]
            if wrong:
                columns = ", ".join(wrong)
                yield message("proof.not_state", table=name, row=row, columns=columns)
        seen.add(ident)
    for ident in sorted(said.keys() - seen):
        yield message("proof.missing", table=name, row=f"{proved.word} {ident}")


def _unmoved(
    connection: Connection, pathway: str, facts: Iterable[Iterable[f.Fact]]
) -> list[dict[str, Any]]:
    """The rows that must exist according to the log, one for each version to which the case was not
    moved, or from which it was moved back; each row says why.
    """
    words: dict[int, str] = {}
    for fact in (each for entry in facts for each in entry):
        if isinstance(fact, f.CaseNotMoved):
            words[fact.version] = fact.word
        elif isinstance(fact, (f.CaseMigrated, f.CaseReverted)):
            if fact.version > fact.before:
                words.pop(fact.version, None)
            else:
                words[fact.before] = "reverted"
    of_pathway = select(_VERSIONS.c.id, _VERSIONS.c.number).where(_VERSIONS.c.name == pathway)
    ids = {row.number: row.id for row in connection.execute(of_pathway)}
    return [
        {"pathway_version_id": ids[number], "word": word}
        for number, word in words.items()
        if number in ids
    ]
