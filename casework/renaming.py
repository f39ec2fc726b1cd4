"""When a case changes version, renames what is stored outside its sealed state under names of the
pathway.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select, update

from casework.context import Onward
from casework.held_case import Held
from casework.manifest import Digests, digests, name_of
from casework.protected import (
    cipher_of,
    newest_values,
    open_value,
    place_of,
    sealed_values,
    write_values,
)
from casework.proved_tables import TABLES
from engine.four_eyes import field_of
from engine.machines import sources
from engine.state import State
from engine.versions.renames import Renames
from engine.versions.renaming import renamed_ident
from engine.words_beside import are_beside
from models.columns import table_of
from models.keys import Cipher, Erased
from models.notices import OwedNotice
from models.proof import Proof
from models.protected import CarriedValue, ProtectedValue

_NOTICES = table_of(OwedNotice)
_NOT_OVER = sorted(sources("notice"))
_VALUES, _CARRIED = table_of(ProtectedValue), table_of(CarriedValue)


def rename_notices(proof: Proof, connection: Connection, case_id: int, names: Renames) -> Digests:
    """Put the subjects and consents of unsent notices under their new names. Returns the digests of
    the rows that this changed; empty if it changed none.
    """
    waiting = (_NOTICES.c.case_id == case_id) & _NOTICES.c.status.in_(_NOT_OVER)
    made = []
    for row in connection.execute(select(_NOTICES).where(waiting)).all():
        about = renamed_ident(row.about, names)
        consent = names.consents.get(row.consent, row.consent)
        also = [[renamed_ident(ident, names), label] for ident, label in row.also]
        if (about, consent, also) != (row.about, row.consent, row.also):
            renamed = {"about": about, "consent": consent, "also": also}
            connection.execute(update(_NOTICES).where(_NOTICES.c.id == row.id).values(renamed))
            made.append({**row._mapping, **renamed})
    return {"notices": digests(proof, "notices", made)} if made else {}


def rename_values(
    onward: Onward, connection: Connection, held: Held, entry: int, names: Renames
) -> Digests:
    """Seal each renamed protected value again, since values are sealed under their names.

    Values handed on by another case stay unchanged there, and are copied here under the new name.

    Returns:
        The digests of the new rows, and None for each row that is gone; empty if the person was
        erased, so that nothing can be renamed.
    """
    case = held.row
    try:
        cipher = cipher_of(onward, connection, case.person_id)
    except Erased:
        return {}  # nothing can be read any more, under any name
    gone, made, handed_on = list[Any](), list[dict[str, Any]](), dict[str, str | None]()
    own = select(_VALUES).where(_VALUES.c.case_id == case.id)
    for row in connection.execute(own).all():
        name = _renamed(row.name, held.state, names)
        if name != row.name:
            gone.append(row._mapping)
            made.append(_resealed(connection, cipher, row, name))
    for old, row in newest_values(connection, case.id).items():
        name = _renamed(old, held.state, names)
        if name != old:  # the case's own values have their new names by now
            value = {name: open_value(onward, row)}
            copied = sealed_values(case.id, case.person_id, cipher, entry, value)
            write_values(connection, copied)
            made += copied
            link = (_CARRIED.c.case_id == case.id) & (_CARRIED.c.value_id == row.id)
            connection.execute(delete(_CARRIED).where(link))
            handed_on[str(row.id)] = None
    kept = dict.fromkeys(name_of(TABLES["protected_values"], each) for each in gone)
    values = {**kept, **digests(onward.proof, "protected_values", made)}
    found = {"protected_values": values, "carried_values": handed_on}
    return {table: rows for table, rows in found.items() if rows}


def _resealed(connection: Connection, cipher: Cipher, row: Any, name: str) -> dict[str, Any]:
    value = cipher.open(row.sealed, place_of(row.case_id, row.name, row.entry))
    renamed = {"name": name, "sealed": cipher.seal(value, place_of(row.case_id, name, row.entry))}
    connection.execute(update(_VALUES).where(_VALUES.c.id == row.id).values(renamed))
    return {**row._mapping, **renamed}


def _renamed(name: str, state: State, names: Renames) -> str:
    """The new name of a field, of a panel member's answer (`reasons approve.1.lead`), or of
    words that belong to a task or request (`conditions ask_home.1`).
    """
    word, space, about = name.rpartition(" ")
    if not space:
        return names.data.get(name, name)
    is_field = not are_beside(name) or field_of(state, name) == word
    return f"{names.data.get(word, word) if is_field else word} {renamed_ident(about, names)}"
