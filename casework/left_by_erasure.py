"""What the certificate of an erasure proves: the rows that an erased case leaves behind, and which
values the cases of an erased person no longer see. Replay cannot prove this after an erasure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from casework import manifest
from casework.manifest import Digests, Manifest
from casework.proved import How
from casework.proved_of_cases import BY_STATE
from casework.proved_tables import by
from models.cases import Case
from models.columns import table_of
from models.proof import Proof
from models.tables import METADATA

_CASES = table_of(Case)
_PLACE = "erased case"
_CARRIED = "carried_values"
_COLUMNS = (*BY_STATE, "recorded_at", "version")


def left_by(proof: Proof, connection: Connection, case_id: int) -> Manifest:
    """The digests of the rows of a case, as its erasure leaves them."""
    found: Digests = {}
    for name in by(How.REPLAY):
        table = METADATA.tables[name]
        rows = connection.execute(select(table).where(table.c.case_id == case_id)).mappings()
        found[name] = manifest.digests(proof, name, ({**row} for row in rows))
    case = connection.execute(select(_CASES).where(_CASES.c.id == case_id)).mappings().one()
    found[_PLACE] = {case["code"]: proof.brief(_PLACE, _said({**case}))}
    return Manifest(rows=found, whole=by(How.REPLAY))


def left_by_person(gone: Iterable[tuple[int, int]]) -> Manifest:
    """What a certificate says about the values that cases can no longer see after a person's
    erasure.

    Args:
        gone: pairs of the ids of a case and of a value.
    """
    names = (f"{case_id} {value_id}" for case_id, value_id in gone)
    return Manifest(rows={_CARRIED: dict.fromkeys(names)})


def no_longer_seen(left: Manifest, case_id: int) -> Manifest:
    """The values that one of a person's cases no longer sees, according to the person's
    certificate.
    """
    found = (name.split(" ") for name in left.rows.get(_CARRIED, {}))
    return Manifest(rows={_CARRIED: {value: None for case, value in found if case == str(case_id)}})


def is_as_left(proof: Proof, left: Manifest, row: Any) -> bool:
    """Whether the row of an erased case is unchanged since the erasure. If the certificate does not
    mention the row, it counts as unchanged.
    """
    brief = left.rows.get(_PLACE, {}).get(row.code)
    return brief is None or proof.briefly_holds(brief, _PLACE, _said(vars(row)))


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    return manifest.told(_CASES.name, {name: row[name] for name in _COLUMNS})
