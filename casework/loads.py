"""Reads the load of agencies in all other cases, if a decision depends on it, and records when an
agency that is chosen in turn was last given something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from casework.context import Onward
from engine.agencies.registry import Registry
from engine.loads import NO_LOADS, Load, Loads, counted_types, given_in_turn, types_in_turn
from engine.state import State
from engine.statuses import UNANSWERED
from models.cases import Case
from models.columns import table_of
from models.registry_rows import RoleTurn
from models.work import CaseHandOver, CaseTask
from models.writing import upsert

if TYPE_CHECKING:
    from engine.pathway import Pathway

_CASES, _TASKS, _ASKED = table_of(Case), table_of(CaseTask), table_of(CaseHandOver)
_TURNS = table_of(RoleTurn)


def read_loads(
    onward: Onward, connection: Connection, pathway: Pathway, registry: Registry, case_id: int = 0
) -> Loads:
    """The load of agencies in all cases but the one with this id (0 for a case that is not stored
    yet). Nothing is read, and the result is empty, if no choice of an agency on this pathway
    depends on it.
    """
    types = counted_types(pathway, registry)
    if not types:
        return NO_LOADS
    agencies = [each.code for each in registry.agencies if not types.isdisjoint(each.roles)]
    counted: Counter[tuple[str, str]] = Counter()
    for row in _open(connection, agencies, case_id):
        role = onward.library.pathway(connection, row.pathway_version_id).roles.get(row.role)
        if role is not None and role.type in types:
            counted[row.agency, role.type] += row.number
    given = _given(connection, agencies) if types_in_turn(pathway) else {}
    return Loads(
        {
            key: Load(open=counted[key], given_at=given.get(key))
            for key in counted.keys() | given.keys()
        }
    )


def _open(connection: Connection, agencies: list[str], case_id: int) -> Iterator[Any]:
    """Open tasks and requests, by agency, role and version of the pathway."""
    for table, is_open in ((_TASKS, _TASKS.c.is_open), (_ASKED, _ASKED.c.status.in_(UNANSWERED))):
        columns = (table.c.agency, table.c.role, _CASES.c.pathway_version_id)
        query = (
            select(*columns, func.count().label("number"))
            .join(_CASES, _CASES.c.id == table.c.case_id)
            .where(is_open, table.c.agency.in_(agencies), table.c.case_id != case_id)
            .group_by(*columns)
        )
        yield from connection.execute(query)


def _given(connection: Connection, agencies: list[str]) -> dict[tuple[str, str], Any]:
    query = select(_TURNS.c.agency, _TURNS.c.role_type, _TURNS.c.given_at)
    rows = connection.execute(query.where(_TURNS.c.agency.in_(agencies)))
    return {(row.agency, row.role_type): row.given_at for row in rows}


def write_turns(connection: Connection, pathway: Pathway, before: State, after: State) -> None:
    """Record the agencies that just got a task or a request in a role whose agencies are chosen in
    turn.
    """
    given = given_in_turn(pathway, before, after)
    if not given:
        return
    rows = [
        {"agency": agency, "role_type": role_type, "given_at": at}
        for (agency, role_type), at in sorted(given.items())  # so that no two cases deadlock
    ]
    upsert(connection, RoleTurn, ("agency", "role_type"), rows)
