"""Tells which cases may be moved to a version of their pathway."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select, true

from casework import authority
from casework.authority import Right
from casework.case_rows import CASES, open_cases, opened_after
from casework.context import Onward
from casework.principal import Principal
from casework.version_lines import line_of, require_published
from engine.errors import Refusal
from models.agencies import AgencyRow
from models.columns import table_of

_AGENCIES = table_of(AgencyRow)


def cases_before(
    onward: Onward, name: str, number: int, by: Principal, *, responsible: str = "", after: str = ""
) -> Iterator[str]:
    """Codes of open cases on versions of the pathway older than `number`, in the order of opening.

    Args:
        responsible: list only cases that this agency is responsible for.
        after: list only cases opened after this one.
    """
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        line = line_of(onward, connection, name)
    older = [ident for each, ident in line.ids.items() if each < number]
    theirs = CASES.c.responsible == responsible if responsible else true()
    yield from open_cases(
        onward, CASES.c.pathway_version_id.in_(older), theirs, opened_after(after)
    )


def require_movable(
    onward: Onward, name: str, number: int, by: Principal, *, chosen: bool, responsible: str
) -> None:
    """Refuse unless the selected cases may be moved to the version now.

    Args:
        chosen: whether the cases are named individually.
        responsible: move only cases that this agency is responsible for.

    Raises:
        Refusal: `unknown_pathway`; `unknown_agency`; `not_in_effect`; `pinned` if the version's
            rule moves only chosen cases; `ask_first` if it moves only chosen cases or those of one
            agency.
    """
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        pathway = require_published(line_of(onward, connection, name), name, number)
        if responsible:
            _require_agency(connection, responsible)
    head, today = pathway.definition, onward.clock.now().date()
    if head.effective > today:
        raise Refusal(
            "not_in_effect.version", pathway=name, version=number, effective=head.effective
        )
    rule = head.running_cases.rule
    if rule == "pin" and not chosen:
        raise Refusal("pinned", pathway=name, version=number)
    if rule == "ask" and not (chosen or responsible):
        raise Refusal("ask_first", pathway=name, version=number)


def _require_agency(connection: Connection, code: str) -> None:
    """Refuse an unknown agency. An agency that has left the registry is accepted while it is
    responsible for cases.
    """
    known = select(_AGENCIES.c.code).where(_AGENCIES.c.code == code)
    of_cases = select(CASES.c.id).where(CASES.c.responsible == code).limit(1)
    if not (connection.scalar(known) or connection.scalar(of_cases)):
        raise Refusal("unknown_agency.none", agency=code)
