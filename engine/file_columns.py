"""Reads the rows of a file as answers to the first form of a case: what each column means, and what
is wrong with a cell.

No message repeats the content of a cell, which may be about a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from engine.code_lists import CodeList, ColumnCodes
from engine.definition import DataField, Definition
from engine.errors import CodedError
from engine.forms import fault_of, typed
from engine.message import Message, message
from engine.phrases.moments import NoMoment, read_first_moment

OF_THE_CASE = ("pathway", "country", "agency", "opened_at", "reference")
"""Columns that say how a case is opened, instead of answering a field."""


class RowFault(msgspec.Struct, frozen=True):
    """What is wrong with a row; `column` is empty if no single column is to blame."""

    column: str
    reason: Message


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """What a file's columns mean in a pathway."""

    definition: Definition
    fields: dict[str, str]
    """Maps each column to the field it answers."""
    coded: dict[str, ColumnCodes]
    """Maps a column to its codes, if it uses those of a standard."""
    others: tuple[str, ...]
    """Columns that answer nothing; any filled cell in them is a fault."""

    def answers(
        self, cells: Mapping[str, str], zone: tzinfo
    ) -> tuple[dict[str, object], list[RowFault]]:
        """A row's answers by field, and what is wrong with the row. An empty cell is no answer;
        the cells of several columns for one text are joined by spaces.

        Args:
            zone: for moments written without one.
        """
        answers: dict[str, object] = {}
        faults = [
            RowFault(column, message("row.answers_nothing"))
            for column in self.others
            if cells.get(column, "").strip()
        ]
        for column, name in self.fields.items():
            text = cells.get(column, "").strip()
            if not text:
                continue
            field, coded = self.definition.data[name], self.coded.get(column)
            answer, fault = _decoded(coded, field, text) if coded else (typed(field, text), None)
            answer = _with_zone(answer, zone) if field.type == "datetime" else answer
            if fault := fault or (None if answer is None else fault_of(field, answer)):
                faults.append(RowFault(column, fault))
            elif answer is not None:
                answers[name] = f"{answers[name]} {answer}" if name in answers else answer
        return answers, faults


def columns_of(
    names: Mapping[str, str], definition: Definition, lists: Iterable[CodeList]
) -> Columns:
    """Work out what the columns of a file mean.

    Args:
        names: maps a file's column to a field, or to a column of a standard whose source is a
            field. A file's column mapped to anything else answers nothing.

    Raises:
        CodedError: two columns answer the same field, and the field is not text.
    """
    standard = {name: column for each in lists for name, column in each.columns.items()}
    fields: dict[str, str] = {}
    coded: dict[str, ColumnCodes] = {}
    for column, meant in names.items():
        if meant in definition.data:
            fields[column] = meant
        elif meant in standard and standard[meant].source in definition.data:
            fields[column] = standard[meant].source
            coded[column] = standard[meant]
    _require_apart(fields, definition)
    others = tuple(column for column in names if column not in fields)
    return Columns(definition=definition, fields=fields, coded=coded, others=others)


def _require_apart(fields: Mapping[str, str], definition: Definition) -> None:
    """Raises CodedError if two columns answer a field that is not text. Only texts, such as a first
    and a last name, may be joined.
    """
    first: dict[str, str] = {}
    for column, name in fields.items():
        other = first.setdefault(name, column)
        if other != column and not definition.data[name].text:
            raise CodedError(message("table.both_answer", other=other, column=column, meant=name))


def _decoded(column: ColumnCodes, field: DataField, text: str) -> tuple[Any, Message | None]:
    """The answer that a cell of a coded column gives, and what is wrong with the code. Both are None
    if the code is the standard's own for unknown.
    """
    by_code: dict[str, list[str]] = {}
    for word, code in column.values.items():
        if code:
            by_code.setdefault(code, []).append(word)
    if text == column.unknown and text not in by_code:
        return None, None
    if not by_code:
        return typed(field, text), None
    words = []
    for code in text.split(";") if field.many else [text]:
        meant = by_code.get(code.strip(), [])
        if not meant:
            return None, message("row.unknown_code", codes=tuple(sorted(by_code)))
        if len(meant) > 1:
            return None, message("row.code_of_several")
        words.append(meant[0])
    return typed(field, ",".join(words)), None


def moment_of(text: str, zone: tzinfo) -> datetime | None:
    """A moment in a cell, in this zone unless the cell names one. None if it cannot be read."""
    try:
        at = read_first_moment(text)
    except NoMoment:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _with_zone(answer: object, zone: tzinfo) -> object:
    at = moment_of(answer, zone) if isinstance(answer, str) else None
    return at.isoformat() if at else answer
