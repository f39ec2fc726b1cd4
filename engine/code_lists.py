"""Writes the answers of a case in the columns and codes of a standard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from engine.definition import Definition
from engine.pathway import Pathway
from engine.phrases.expressions import Choice, Country, Number, ValueType, YesNo
from engine.questions import lookup, vocabulary_of
from engine.resolved import resolved
from engine.state import State
from engine.statuses import CasePhase


class ColumnCodes(msgspec.Struct, frozen=True, kw_only=True):
    """One column: its source, and the code of each answer."""

    source: str
    values: dict[str, str] = {}
    unknown: str = ""


@resolved
class CodeList(msgspec.Struct, frozen=True, kw_only=True):
    """The columns and codes of a standard, as far as a pathway has answers for them."""

    name: str
    columns: dict[str, ColumnCodes]

    def line_of(
        self, pathway: Pathway, state: State, is_seen: Callable[[str], bool]
    ) -> dict[str, str]:
        """The codes of a case by column. The code is the column's `unknown` if there is no answer,
        or the reader must not see it. The codes of several values are joined by `;`.

        Args:
            is_seen: whether the reader may see the value of a source.
        """
        known = _answers(pathway, state)
        return {
            name: _coded(column, known(column.source) if is_seen(column.source) else None)
            for name, column in self.columns.items()
        }


def sources_of(definition: Definition) -> dict[str, ValueType]:
    """Possible sources of a column: every name a condition may use, choices with several answers,
    the countries of all sides, and the status and end of the case.
    """
    found = vocabulary_of(definition)
    for name, field in definition.data.items():
        if field.many and field.words:
            found[name] = Choice(values=field.words)
    found |= {f"side.{side}.country": Country() for side in definition.sides}
    found["case.status"] = Choice(values=(CasePhase.OPEN, CasePhase.ENDED))
    found["case.end"] = Choice(values=tuple(definition.ends))
    return found


def words_of(kind: ValueType) -> tuple[str, ...] | None:
    """The answers that a column has codes for. Empty for numbers and countries, which are written as
    they are; None for a kind of field that cannot be exported.
    """
    if isinstance(kind, Choice):
        return kind.values
    if isinstance(kind, YesNo):
        return ("yes", "no")
    return () if isinstance(kind, Number | Country) else None


def _answers(pathway: Pathway, state: State) -> Callable[[str], Any]:
    """The answers as conditions see them, plus values for the case as a whole."""
    of_case: Mapping[str, Any] = {
        "case.status": CasePhase.OPEN if state.status == CasePhase.OPEN else CasePhase.ENDED,
        "case.end": state.end or None,
        **{f"side.{each}.country": state.sides.get(each) for each in pathway.definition.sides},
    }
    asked = lookup(state)
    return lambda name: of_case[name] if name in of_case else asked(name)


def _coded(column: ColumnCodes, value: Any) -> str:
    if value is None:
        return column.unknown
    if isinstance(value, list | tuple):
        # In the order of the choice, so that the order in which they were answered reveals nothing.
        codes = {column.values[each]: None for each in column.values if each in value}
        return ";".join(code for code in codes if code)
    if isinstance(value, bool):
        word = "yes" if value else "no"
        return column.values.get(word, "true" if value else "false")
    return column.values[value] if column.values else str(value)
