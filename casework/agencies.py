"""Whether an agency belongs to this installation, and is still working."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from casework.context import Onward
from engine.errors import Refusal
from engine.nearest import nearest
from models.agencies import AgencyRow
from models.columns import table_of

_AGENCIES = table_of(AgencyRow)


def last_day_of(onward: Onward, code: str) -> date | None:
    """The last day of an agency that has stopped working; None while it works.

    Raises:
        Refusal: `unknown_agency`, also if the registry no longer has it.
    """
    query = select(_AGENCIES.c.code, _AGENCIES.c.is_listed, _AGENCIES.c.valid_until)
    with onward.store.read() as connection:
        row = connection.execute(query.where(_AGENCIES.c.code == code)).first()
        if row is None:
            listed = select(_AGENCIES.c.code).where(_AGENCIES.c.is_listed)
            raise _unknown(code, list(connection.scalars(listed)))
    if not row.is_listed:
        raise Refusal("unknown_agency.left", agency=code)
    last: date | None = row.valid_until
    return last if last is not None and last < onward.clock.now().date() else None


def _unknown(code: str, known: list[str]) -> Refusal:
    """The refusal, suggesting a similar code, or saying that no registry was loaded."""
    if not known:
        return Refusal("unknown_agency.no_registry", agency=code)
    if near := nearest(code, known):
        return Refusal("unknown_agency.near", agency=code, near=near)
    return Refusal("unknown_agency.none", agency=code)
