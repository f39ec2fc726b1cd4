"""What agencies see of the tasks and requests in a list: their own numbers for them, the labels in
their language, and the place where a page begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import Connection, Table, select

from casework.context import Onward
from casework.held_case import opened
from casework.languages import language_of, words_in
from casework.listed_cases import Cases, ListedCase
from casework.principal import Principal
from engine.errors import Refusal
from engine.numbering import Work, meant, shown
from engine.records import RecordError
from engine.state import State
from engine.translation import OWN
from models.keys import SealError

Line = TypeVar("Line", bound=msgspec.Struct)


class Worklist(list[Line]):
    """The lines, how many cases were left out because they are unreadable, and whether more lines
    follow.
    """

    def __init__(self, lines: Iterable[Line], unreadable: int, *, has_more: bool = False) -> None:
        super().__init__(lines)
        self.unreadable, self.has_more = unreadable, has_more


class ListPlace(NamedTuple):
    """A place in a list: a task or request that a list has shown."""

    code: str
    number: str

    @classmethod
    def read(cls, text: str) -> ListPlace | None:
        """The place written as `CODE/NUMBER`; None for a text without a number after a `/`."""
        code, _, number = text.partition("/")
        return cls(code, number) if number else None

    def __str__(self) -> str:
        return f"{self.code}/{self.number}"


def row_of(
    onward: Onward, connection: Connection, by: Principal, last: ListPlace, table: Table
) -> Any | None:
    """The row of the task or request at a place in the agency's list; None if there is none, or if
    the case cannot be read.
    """
    with suppress(Refusal, SealError, RecordError):
        there = opened(onward, connection, last.code, by=by, lock=False)
        work = meant(there.state, by.agency, last.number)
        if work is not None:
            which = table.c.case_id == there.row.id, table.c.ident == work.id
            return connection.execute(select(table).where(*which)).first()
    return None


class Label(NamedTuple):
    text: str
    language: str


def labels_of(
    connection: Connection, agency: str, language: str | None, rows: Sequence[Any]
) -> Callable[[Any, str], Label]:
    """A function that gives a row's label in the reader's language; if the row's pathway is not
    translated into it, the row's own label.
    """
    wanted = language or language_of(connection, agency)
    found = words_in(connection, wanted, {row.pathway_version_id for row in rows})

    def label(row: Any, step: str) -> Label:
        if words := found.get(row.pathway_version_id):
            return Label(words.label(step, row.label), words.language)
        return Label(row.label, OWN)

    return label


def seen_by(
    cases: Cases,
    agency: str,
    rows: Iterable[Any],
    work: Callable[[State, Any], Work | None],
) -> Iterator[tuple[Any, ListedCase, str]]:
    """The rows that the agency may see, each with its case and the agency's number for the work."""
    for row in rows:
        there = cases[row.code]
        its = there and work(there.state, row)
        if there and its and there.shows(agency, its):
            yield row, there, shown(there.state, agency, its.id)
