"""Lists what crossed borders in all cases: between which countries, and on which grounds. No case
codes are shown.

Source: the basis of each transfer across a border is recorded, and can be shown to a supervisory
authority (D15).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from casework import authority
from casework.authority import Right
from casework.case_rows import CASES
from casework.context import Onward
from casework.disclosures import Disclosure, disclosed_in
from casework.held_case import hold
from casework.principal import Principal
from engine.grounds import BY_PERSON_OR_LAW, ShownGround
from engine.records import RecordError
from models.keys import Erased, SealError


class CrossingLine(msgspec.Struct, frozen=True, kw_only=True):
    """What went from one country to another on the same grounds in cases of one pathway."""

    here: str
    there: str
    pathway: str
    by: tuple[ShownGround, ...]
    """The grounds, without the day on which a person agreed and without the number of a request."""
    is_founded: bool
    """Whether one of the grounds rests on the person's own consent or on a law."""
    ways: dict[str, int]
    """The number of disclosures, by the way of disclosing."""
    cases: int
    first: date
    last: date
    """`first` and `last` are the days of the first and the last disclosure, in UTC."""


class Crossings(list[CrossingLine]):
    """The lines, with the number of cases missing from them because they were erased or cannot be
    read.
    """

    def __init__(self, erased: int, unreadable: int) -> None:
        super().__init__()
        self.erased, self.unreadable = erased, unreadable


def crossings(
    onward: Onward, by: Principal, *, since: date | None = None, until: date | None = None
) -> Crossings:
    """Everything that crossed a border, with its grounds.

    Args:
        since, until: first and last day, in UTC; None sets no limit.
    """
    authority.require(by, Right.OPERATE)
    found, missing = defaultdict[_Key, list[tuple[str, Disclosure]]](list), {"erased": 0, "bad": 0}
    with onward.store.read() as connection:
        codes = connection.scalars(select(CASES.c.code).order_by(CASES.c.id)).all()
    for code in codes:
        with onward.store.read() as connection:
            try:
                made = [*_crossed(onward, connection, code)]
            except Erased:
                missing["erased"] += 1
                continue
            except (SealError, RecordError):
                missing["bad"] += 1
                continue
        for key, each in made:
            if _is_within(each.at, since, until):
                found[key].append((code, each))
    lines = Crossings(missing["erased"], missing["bad"])
    lines += [_line(key, found[key]) for key in sorted(found, key=_order)]
    return lines


_Key = tuple[tuple[str, str], str, tuple[ShownGround, ...]]
"""What a line is about: the countries, the pathway, the grounds."""


def _order(key: _Key) -> tuple[tuple[str, str], str, str]:
    return key[0], key[1], str(key[2])


def _crossed(
    onward: Onward, connection: Connection, code: str
) -> Iterator[tuple[_Key, Disclosure]]:
    held = hold(onward, connection, code, lock=False)
    for each in disclosed_in(onward, connection, held):
        if each.crosses:
            grounds = dict.fromkeys(_without_case(ground) for ground in each.by)
            yield (each.crosses, held.pathway.name, tuple(grounds)), each


def _without_case(ground: ShownGround) -> ShownGround:
    """A ground without anything that identifies a single case: the time of consent, and the number
    of a request.
    """
    name = ground.name.partition(".")[0]
    return replace(ground, name=name, given_at=None)


def _is_within(at: datetime, since: date | None, until: date | None) -> bool:
    return not (since and at.date() < since) and not (until and at.date() > until)


def _line(key: _Key, found: list[tuple[str, Disclosure]]) -> CrossingLine:
    (here, there), pathway, by = key
    ways: dict[str, int] = {}
    for _, each in found:
        ways[each.way] = ways.get(each.way, 0) + 1
    days = sorted(each.at.date() for _, each in found)
    return CrossingLine(
        here=here,
        there=there,
        pathway=pathway,
        by=by,
        is_founded=any(ground.kind in BY_PERSON_OR_LAW for ground in by),
        ways=ways,
        cases=len({code for code, _ in found}),
        first=days[0],
        last=days[-1],
    )
