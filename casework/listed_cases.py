"""The cases of a list, read page by page. All cases of a page are decrypted at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, and_, or_

from casework.context import Onward
from casework.held_case import Held, Opened, opened_together, view_of, with_pathway
from engine.loads import NO_LOADS
from engine.numbering import Work
from engine.state import State
from engine.visibility import answers_for, has, is_of
from models.as_stored import readable_rows

if TYPE_CHECKING:
    from engine.view import View


class ListOrder(NamedTuple):
    """The order of a list: by a column, then by id for rows with the same value."""

    at: Column[Any]
    falls: bool = True
    """Whether the greatest come first."""
    of: tuple[ColumnElement[bool], ...] = ()
    """Conditions that the query must have: the order works only for rows that meet them."""

    def key(self, row: Any) -> tuple[Any, int]:
        return getattr(row, self.at.name), row.id

    def ordered(self, query: Any) -> Any:
        columns = (self.at, self.at.table.c.id)
        return query.order_by(*(each.desc() if self.falls else each.asc() for each in columns))

    def after(self, row: Any) -> ColumnElement[bool]:
        """The condition for rows that come after this one."""
        (last, number), ident = self.key(row), self.at.table.c.id
        if self.falls:
            return or_(self.at < last, and_(self.at == last, ident < number))
        return or_(self.at > last, and_(self.at == last, ident > number))


@cache
def first_page(query: Any, order: ListOrder) -> Any:
    """The query with an order added. Cached, so the query must be the same object each time."""
    return order.ordered(query)


class ListedCase:
    """A case in a list. Whatever depends on its pathway is made only on demand, and only once."""

    __slots__ = ("_held", "_view", "state")

    def __init__(self, state: State, held: Callable[[], Held]) -> None:
        self.state = state
        self._held = held
        self._view: View | None = None

    @property
    def view(self) -> View:
        if self._view is None:
            self._view = view_of(self._held())
        return self._view

    def shows(self, agency: str, work: Work) -> bool:
        """Whether a task or request is the agency's own, and may be shown to it now."""
        if not is_of(work, agency):
            return False
        return answers_for(self.state, agency) or has(self.view, agency, work)


class Cases:
    """The cases of a list in their current state. Each is opened once, with all of its page."""

    def __init__(self, onward: Onward, connection: Connection) -> None:
        self._onward, self._connection = onward, connection
        self._known: dict[str, ListedCase | None] = {}
        self.unreadable = set[str]()
        """The codes of cases that cannot be read in full; `row 17` for one without a readable
        code.
        """

    def in_pages(
        self, query: Any, order: ListOrder, wanted: Mapping[str, Any], *, is_kept: bool
    ) -> Iterator[Any]:
        """The rows of a query in an order, read only as far as needed.

        Args:
            wanted: the query's parameters, including `limit`, the size of a page.
            is_kept: whether the query is the same object each time, so that it pays to prepare it.
        """
        page = first_page(query, order) if is_kept else order.ordered(query)
        while True:
            rows, damaged = readable_rows(self._connection, page, wanted, is_kept=is_kept)
            self.unreadable |= {each.row.code or f"row {each.row.id}" for each in damaged}
            self._open(dict.fromkeys(row.code for row in rows if row.code not in self._known))
            yield from rows
            if damaged or len(rows) < wanted["limit"]:  # the last page
                return
            page, is_kept = order.ordered(query.where(order.after(rows[-1]))), False

    def _open(self, codes: Collection[str]) -> None:
        found = opened_together(self._onward, self._connection, [*codes]) if codes else {}
        for code, there in found.items():
            self._known[code] = self._case(there) if there else None
        self.unreadable |= {code for code, there in found.items() if there is None}

    def _case(self, there: Opened) -> ListedCase:
        return ListedCase(there.state, partial(self._complete, there))

    def _complete(self, there: Opened) -> Held:
        return with_pathway(self._onward, self._connection, there, NO_LOADS)

    def __getitem__(self, code: str) -> ListedCase | None:
        return self._known[code]
