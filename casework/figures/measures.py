"""What is counted over many cases, with one entry for each measure. The only place that defines
what a figure means.

Everything is counted in SQL from columns that hold nothing personal; no case is decrypted. The
texts for measures, columns and values are in `wording`, by name: `figure.NAME`,
`figure.column.NAME`.

Source: the tables that managers and monitors need (M1-M18).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import (
    Integer,
    String,
    and_,
    bindparam,
    case,
    column,
    func,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.sql.expression import ColumnElement, FromClause

from casework.case_rows import CASES
from engine.statuses import (
    AGREED,
    REPLIED,
    UNANSWERED,
    CasePhase,
    NoticeStatus,
    RequestStatus,
)
from models.agencies import AgencyRow
from models.columns import table_of
from models.look_counts import LookCount
from models.measuring import days_between, members_of
from models.notices import OwedNotice
from models.work import CaseHandOver, CaseTask

_AGENCIES, _LOOKS, _NOTICES = table_of(AgencyRow), table_of(LookCount), table_of(OwedNotice)
_REQUESTS, _TASKS = table_of(CaseHandOver), table_of(CaseTask)
NOW: Any = bindparam("now", type_=CASES.c.opened_at.type)
"""The parameter for the moment at which something is counted."""
Condition = ColumnElement[bool]


class Kind(StrEnum):
    """The kind of thing that a row is about, which decides how the row is named."""

    AGENCY = "agency"
    COUNTRY = "country"
    PATHWAY = "pathway"
    STAGE = "stage"
    STEP = "step"
    END = "end"


class DaysTaken(msgspec.Struct, frozen=True, kw_only=True):
    """How many days something took: the median and, if `has_ninth`, the number of days within which
    9 in 10 were over.

    Both are values that really occurred (nearest rank), so that every store gives the same result.
    """

    name: str
    first: Any
    last: Any
    has_ninth: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.name, f"{self.name}_ninth") if self.has_ninth else (self.name,)


def _taken_and_promised(first: Any, last: Any, due: Any) -> tuple[DaysTaken, DaysTaken]:
    """How long something took, and how long the pathway allowed for it."""
    return (
        DaysTaken(name="took", first=first, last=last),
        DaysTaken(name="promised", first=first, last=due, has_ninth=False),
    )


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One table of figures."""

    name: str
    of: FromClause
    """The rows that are counted, joined with their cases."""
    by: Mapping[Kind, Any]
    """What a row is about: each kind of thing, with the column that names it."""
    counts: Mapping[str, Condition]
    """Columns that count how many rows meet a condition."""
    sums: Mapping[str, Any] = {}
    """Further columns of the table, each the sum of a column over all rows that are counted."""
    spans: tuple[DaysTaken, ...] = ()
    where: Condition
    at: Any = None
    """The moment that decides whether a row falls into the period; None if the measure counts how
    things are now.
    """
    own: Callable[[str], Condition] | None
    """The rows that an agency may count exactly; None if only oversight may count the measure."""
    is_placed: bool = False
    """Whether the measure needs `PLACES`, because it asks which stage a step is in."""
    person: Any = CASES.c.person_id
    """The column by which persons are counted, for the minimum in a cell about other agencies'
    cases; None if the measure does not count the persons of cases.
    """

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        spans = (name for each in self.spans for name in each.columns)
        return (*self.counts, *self.sums, *spans)


def _of_case(rows: Any) -> FromClause:
    return rows.join(CASES, CASES.c.id == rows.c.case_id)  # type: ignore[no-any-return]


_COUNTED = CASES.c.status != CasePhase.MERGED
"""The condition that leaves out duplicates, so that a case is counted once."""
_IS_OPEN = CASES.c.status == CasePhase.OPEN
_WAITS = _REQUESTS.c.status.in_(sorted(UNANSWERED))
_ASKS = _REQUESTS.c.status.not_in([RequestStatus.INFORMED, RequestStatus.NOTED])
"""The condition for requests that ask for an answer; notifications do not."""
_ANSWERED = or_(
    _REQUESTS.c.answered_at.is_not(None),  # perhaps revoked since
    _REQUESTS.c.status.in_(sorted({*AGREED, *REPLIED, RequestStatus.NO_SHOW})),
)
_OPEN_FOR = days_between(_TASKS.c.opened_at, NOW)
_AGES = {"30": (0, 30), "90": (30, 90), "180": (90, 180), "more": (180, None)}
"""Bounds of the number of days since a task was opened: above the first, unless it is 0, and not
above the second, if there is one.
Source: ageing buckets (M4).
"""


def _aged(above: int, most: int | None) -> Condition:
    beyond = above < _OPEN_FOR if above else true()
    return and_(beyond, most >= _OPEN_FOR) if most else beyond


def _of_request(agency: str) -> Condition:
    """The requests that the agency has received or sent."""
    return or_(_REQUESTS.c.agency == agency, _REQUESTS.c.sender == agency)


def _of_task(agency: str) -> Condition:
    """The agency's own tasks, and those of cases that it is responsible for."""
    return or_(_TASKS.c.agency == agency, CASES.c.responsible == agency)


def _answered_for(agency: str) -> Condition:
    return CASES.c.responsible == agency


PLACES = table(
    "places", column("version_id", Integer), column("step", String), column("stage", String)
)
"""The stage of each step of a version. The caller prepends these rows to the query."""


def _stages_passed() -> Any:
    """Each stage of each case, if the stage has had tasks and none of them is open: from the
    opening of its first task to the completion of its last.
    """
    of_step = and_(
        PLACES.c.version_id == CASES.c.pathway_version_id, PLACES.c.step == _TASKS.c.step
    )
    return (
        select(
            _TASKS.c.case_id,
            PLACES.c.stage,
            func.min(_TASKS.c.opened_at).label("first"),
            func.max(_TASKS.c.done_at).label("last"),
        )
        .select_from(_of_case(_TASKS).join(PLACES, of_step))
        .group_by(_TASKS.c.case_id, PLACES.c.stage)
        .having(func.count(case((_TASKS.c.is_open, 1))) == 0)
        .subquery("passed")
    )


def let_in(agency: str, meant_by: Collection[str]) -> Condition:
    """The condition for cases that no bar keeps from an agency, or that the agency is responsible
    for. As everywhere else, other cases do not exist for it. If a row does not say yet whom the
    case's bars shut out, the case counts as kept from all but the responsible agency.

    Args:
        meant_by: the words in a bar that would shut the agency out.
    """
    out = select(_SHUT_OUT.c.value).where(_SHUT_OUT.c.value.in_(sorted(meant_by)))
    is_in = and_(CASES.c.shut_out.is_not(None), ~out.exists())
    return or_(CASES.c.responsible == agency, is_in)


def without_part(agency: str) -> Condition:
    """The condition for cases in which an agency has never had a part."""
    part = select(_PARTIES.c.value).where(_PARTIES.c.value == agency)
    return and_(CASES.c.parties.is_not(None), ~part.exists(), CASES.c.responsible != agency)


_PASSED = _stages_passed()
_STAGES, _PARTIES, _SHUT_OUT = (
    members_of(each).table_valued("value", joins_implicitly=True)
    for each in (CASES.c.stages, CASES.c.parties, CASES.c.shut_out)
)
MEASURES: dict[str, Measure] = {
    each.name: each
    for each in (
        Measure(
            name="silence",
            of=_of_case(_REQUESTS),
            where=_WAITS & _IS_OPEN,
            by={Kind.AGENCY: _REQUESTS.c.agency},
            counts={"waiting": true(), "overdue": _REQUESTS.c.overdue},
            spans=(
                DaysTaken(name="silent_for", first=_REQUESTS.c.offered_at, last=NOW),
                DaysTaken(
                    name="promised",
                    first=_REQUESTS.c.offered_at,
                    last=_REQUESTS.c.answer_by,
                    has_ninth=False,
                ),
            ),
            own=_of_request,
        ),
        Measure(
            name="answers",
            of=_of_case(_REQUESTS),
            where=_ASKS & _COUNTED,
            at=_REQUESTS.c.offered_at,
            by={Kind.AGENCY: _REQUESTS.c.agency},
            counts={
                "asked": true(),
                "answered": _ANSWERED,
                "in_time": _REQUESTS.c.answered_at <= _REQUESTS.c.answer_by,
                "never": and_(~_ANSWERED, _REQUESTS.c.status == RequestStatus.REVOKED),
            },
            spans=_taken_and_promised(
                _REQUESTS.c.offered_at, _REQUESTS.c.answered_at, _REQUESTS.c.answer_by
            ),
            own=_of_request,
        ),
        Measure(
            name="stages",
            of=CASES.join(_STAGES, true()),
            where=_IS_OPEN,
            by={Kind.PATHWAY: CASES.c.pathway, Kind.STAGE: _STAGES.c.value},
            counts={"cases": true()},
            spans=(DaysTaken(name="open_for", first=CASES.c.opened_at, last=NOW),),
            own=_answered_for,
        ),
        Measure(
            name="ends",
            of=CASES,
            where=_COUNTED & (CASES.c.end != ""),
            at=CASES.c.opened_at,
            by={Kind.PATHWAY: CASES.c.pathway, Kind.END: CASES.c.end},
            counts={"cases": true()},
            own=_answered_for,
        ),
        Measure(
            name="countries",
            of=CASES.join(_AGENCIES, _AGENCIES.c.code == CASES.c.responsible),
            where=_COUNTED,
            at=CASES.c.opened_at,
            by={Kind.COUNTRY: _AGENCIES.c.country},
            counts={"cases": true(), "open": _IS_OPEN, "ended": ~_IS_OPEN},
            own=_answered_for,
        ),
        Measure(
            name="tasks",
            of=_of_case(_TASKS),
            where=_TASKS.c.is_open,
            by={Kind.AGENCY: _TASKS.c.agency},
            counts={
                "open": true(),
                "overdue": _TASKS.c.overdue,
                **{f"open_{name}": _aged(*days) for name, days in _AGES.items()},
            },
            own=_of_task,
        ),
        Measure(
            name="steps",
            of=_of_case(_TASKS),
            where=_TASKS.c.done_at.is_not(None) & _COUNTED,
            at=_TASKS.c.done_at,
            by={Kind.PATHWAY: CASES.c.pathway, Kind.STEP: _TASKS.c.step},
            counts={"done": true(), "late": _TASKS.c.done_at > _TASKS.c.due_at},
            spans=_taken_and_promised(_TASKS.c.opened_at, _TASKS.c.done_at, _TASKS.c.due_at),
            own=_of_task,
        ),
        Measure(
            name="stage_times",
            of=_of_case(_PASSED),
            where=_COUNTED & _PASSED.c.stage.not_in(select(_STAGES.c.value)),
            at=_PASSED.c.last,
            by={Kind.PATHWAY: CASES.c.pathway, Kind.STAGE: _PASSED.c.stage},
            counts={"passed": true()},
            spans=(DaysTaken(name="took", first=_PASSED.c.first, last=_PASSED.c.last),),
            own=_answered_for,
            is_placed=True,
        ),
        Measure(
            name="undelivered",
            of=_of_case(_NOTICES),
            where=_NOTICES.c.status == NoticeStatus.UNDELIVERABLE,
            by={Kind.AGENCY: _NOTICES.c.agency},
            counts={"notices": true()},
            spans=(DaysTaken(name="silent_for", first=_NOTICES.c.owed_at, last=NOW),),
            own=lambda agency: or_(_NOTICES.c.agency == agency, CASES.c.responsible == agency),
        ),
        Measure(
            name="looks",
            of=_LOOKS,
            where=true(),
            at=_LOOKS.c.hour,
            by={Kind.AGENCY: _LOOKS.c.agency},
            counts={},
            sums={name: _LOOKS.c[name] for name in ("looks", "outside", "refused")},
            own=None,
            person=None,
        ),
    )
}
"""All measures, in the order in which they are listed."""
