"""The answers that make a difference: enough values of each field to tell all conditions apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, product
from math import prod
from typing import Any

from pydantic import BaseModel

from engine.checks.asked import conditions_in
from engine.conditions import Or
from engine.definition import DataField
from engine.pathway import Pathway, StepPlan
from engine.possibility import trial_values
from engine.proofs.world import OPENED, OTHER_COUNTRIES
from engine.questions import vocabulary_of
from engine.state import Answer

MOST_FORMS = 64
"""So many ways to fill in one form are tried; where there are more, the walk is not complete."""

_PLAIN: dict[str, Answer] = {
    "text": "text",
    "number": 1,
    "yes_no": True,
    "date": (OPENED.date()).isoformat(),
    "datetime": OPENED.isoformat(),
    "country": OTHER_COUNTRIES[0],
}


class Answers:
    """For each field of a pathway the answers that are worth trying."""

    def __init__(self, pathway: Pathway) -> None:
        self._fields = pathway.definition.data
        conditions = tuple(condition for _, condition in conditions_in(pathway.definition))
        vocabulary = vocabulary_of(pathway.definition)
        self._trials: dict[str, list[Any]] = (
            trial_values(Or(conditions), vocabulary) if conditions else {}
        )
        self.relevant = frozenset(self._fields) & self._trials.keys()
        """Fields on which something depends."""

    @property
    def countries(self) -> frozenset[str]:
        """The countries that may be answered."""
        names = [name for name in self.relevant if self._fields[name].type == "country"]
        found = {str(value) for name in names for value in self._of(name, required=True)}
        return frozenset(found)

    def forms(self, plan: StepPlan) -> tuple[list[dict[str, Answer | None]], bool]:
        """The ways to fill in the form of a step, and whether these are all that matter."""
        values = {each.name: self._of(each.name, required=each.required) for each in plan.form}
        ways = product(*values.values())
        complete = prod(map(len, values.values())) <= MOST_FORMS
        filled = [dict(zip(values, way, strict=True)) for way in islice(ways, MOST_FORMS)]
        return filled, complete

    def _of(self, name: str, *, required: bool) -> list[Answer | None]:
        field = self._fields[name]
        if name not in self.relevant:
            return [_plain(field)]
        found: list[Answer | None] = [
            answer
            for value in self._trials[name]
            if value is not None and (answer := _as_answer(field, value)) is not None
        ]
        return found if required else [*found, None]


def parts_of(node: object) -> Iterator[object]:
    """What an entry, a mapping or a list of a definition is made of."""
    if isinstance(node, BaseModel):
        yield from (getattr(node, name) for name in type(node).model_fields)
    elif isinstance(node, dict):
        yield from node.values()
    elif isinstance(node, tuple):
        yield from node


def _plain(field: DataField) -> Answer:
    return field.choice[0] if field.choice else _PLAIN[field.type]


_ANOTHER = {f"another {number}": code for number, code in enumerate(OTHER_COUNTRIES)}


def _as_answer(field: DataField, value: Any) -> Answer | None:
    """A trial value as a form takes it."""
    if field.type == "country":
        return _ANOTHER.get(value, str(value) if len(str(value)) == 2 else None)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    answer: Answer = value
    return answer
