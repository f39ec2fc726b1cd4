"""Reads what a case's log says and what it proves: entries as they were written, or as sealed again
since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection

from casework import chain, log, manifest, resealed
from casework.manifest import Digests, Manifest
from casework.protected import owner_of
from engine.facts import Fact
from engine.message import Message, message
from engine.records import RecordError
from models.as_stored import Stored, stored_rows
from models.columns import table_of
from models.keys import Cipher, SealError
from models.proof import Proof
from models.turns import LogEntry

_ENTRIES = table_of(LogEntry)

Facts = tuple[tuple[Fact, ...], ...]
"""The facts of a log, entry by entry."""
Dated = tuple[datetime, Manifest]


class Proofs(NamedTuple):
    """What the unaltered entries of a case prove."""

    rows: Digests
    """The digests of the rows that must exist."""
    manifests: tuple[Dated, ...]
    """The entries' manifests, with their times, in order."""
    whole: bool
    """Whether this is the whole log; if not, there may be rows that a lost entry proved."""
    written: Digests
    """The digests of the same rows as turns wrote them, before any resealing."""
    resealings: tuple[Any, ...]
    """The resealings of the keys of the case and its person."""


class Log(NamedTuple):
    """A case's log as it stands."""

    entries: Sequence[Stored]
    proved: Proofs
    faults: list[Message]


def log_of(proof: Proof, connection: Connection, found: Stored, gone: Sequence[Dated] = ()) -> Log:
    """The log of a case, its faults, and what its unaltered entries prove.

    Args:
        gone: the carried values that the case may no longer show, and since when.
    """
    row = found.row
    entries = stored_rows(connection, _ENTRIES, _ENTRIES.c.number, case_id=row.id)
    if "code" in found.damaged:
        return Log(entries, Proofs({}, (), whole=False, written={}, resealings=()), [])
    known = resealed.of_cases(proof, connection, [row.code]).get(row.code, ())
    is_right = partial(resealed.is_proved, proof, row.code, resealed.entries_since(row.code, known))
    faults = [*chain.faults("log_entries", "entry", entries, is_right)]
    faults += [] if faults else _end(found, entries)
    # One by one, since what an entry proves does not depend on its neighbours.
    proved = tuple(each.row for each in entries if not each.damaged and is_right(each.row))
    said = {each.number: (each.recorded_at, manifest.decode(each.wrote)) for each in proved}
    written = sorted((*said.values(), *gone), key=itemgetter(0))
    stand = sorted((*_stand(said, known, row.person_id), *gone), key=itemgetter(0))
    proofs = Proofs(
        rows=manifest.fold(each for _, each in stand),
        manifests=tuple(said.values()),
        whole=not faults,
        written=manifest.fold(each for _, each in written),
        resealings=known,
    )
    return Log(entries, proofs, faults)


def _stand(said: Mapping[int, Dated], resealings: Sequence[Any], person_id: int) -> Iterator[Dated]:
    """The entries' manifests and, after the entry that each follows, those of resealings."""
    of_person = owner_of(person_id).decode()
    after: dict[int, list[Any]] = {}
    for each in resealings:
        if each.owner == of_person:
            after.setdefault(each.entries, []).append(each)
    for number in sorted(said.keys() | after.keys()):
        if number in said:
            yield said[number]
        for each in after.get(number, ()):
            # Compared by the clock of the entry that it follows, since other records have their own
            # clocks.
            at = said[number][0] if number in said else each.made_at
            yield at, Manifest(rows=resealed.rows_of(each))


def _end(found: Stored, entries: Sequence[Stored]) -> Iterator[Message]:
    """The faults if a log's end, or all of it, is missing. The log must have no other faults."""
    if not entries:
        yield message("proof.unrecorded", table="cases", row=f"case {found.row.code}")
        yield message("proof.missing", table="log_entries", row="entry 1")
        return
    row, last = found.row, entries[-1].row.hash
    is_told = {"version", "last_hash"} & {*found.damaged}
    if not is_told and (len(entries), last) != (row.version, row.last_hash):
        yield message("proof.log_ends", table="log_entries", last=len(entries), known=row.version)


def opened(
    proof: Proof, cipher: Cipher, code: str, told: Log
) -> tuple[Facts | None, list[Message]]:
    """The facts of a log, with faults for entries that are not what was written. If any part of the
    log cannot be read, None and the fault that prevents reading it.
    """
    known = told.proved.resealings
    try:
        formers = resealed.former_keys(cipher, known, log.owner_of(code))
    except SealError:
        return None, [message("proof.other_data_key", table="cases", row=f"case {code}")]
    since, facts, faults = resealed.entries_since(code, known), list[Any](), list[Message]()
    for each in told.entries:
        row = f"entry {each.row.number}"
        try:
            facts.append(log.opened_entry(cipher, code, each.row).facts)
        except (SealError, RecordError):
            return None, [message("proof.unopenable", table="log_entries", row=row)]
        if str(each.row.number) in since and not any(
            log.was_written(proof, code, each.row, log.resealed(cipher, former, code, each.row))
            for former in formers
        ):
            faults.append(message("proof.resealed_otherwise", table="log_entries", row=row))
    return tuple(facts), faults
