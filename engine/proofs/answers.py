"""Answers that matter: for each field, enough values to cover every case that the conditions
distinguish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.checks.answered_somewhere import conditions_in
from engine.definition import DataField, birth_dates, moments_of
from engine.field_types import FIELD_TYPES
from engine.forms import applies, fits_length
from engine.pathway import Pathway
from engine.phrases.conditions import Or, atoms_in
from engine.phrases.possibility import trial_values
from engine.phrases.vocabulary import names_in
from engine.plans import FormField
from engine.proofs.reads import only_answered
from engine.proofs.world import HOME, OPENED, OTHER_COUNTRIES
from engine.questions import country_name, vocabulary_of
from engine.state import Answer, State
from engine.time.clocks import birthday

MOST_FORMS = 64
"""How many ways to fill in a form are tried at most; if there are more, the walk is incomplete."""


class Answers:
    """For each field of a pathway, the answers worth trying."""

    def __init__(self, pathway: Pathway) -> None:
        self._fields = pathway.definition.data
        self._sides = pathway.definition.sides
        conditions = tuple(condition for _, condition in conditions_in(pathway.definition))
        vocabulary = vocabulary_of(pathway.definition)
        self._trials: dict[str, list[Any]] = (
            trial_values(Or(conditions), vocabulary) if conditions else {}
        )
        where = country_name(pathway.first_side)
        first = self._trials.pop(where, None)
        self.asks_where_it_opens = first is not None
        self.opened_in = (HOME, *sorted(_codes(first or ())))
        """The countries worth trying for the first side."""
        self._may_be_there = {
            name
            for condition in conditions
            for atom in atoms_in(condition)
            if where in (named := dict(names_in(atom, vocabulary)))
            for name in named
        }
        """Fields compared with the first side's country."""
        for name, of in pathway.derived.items():
            if name in self._trials:
                self._trials |= {each: list(self._fields[each].choice or ()) for each in of}
        self._births = {
            name: _births(ages) for name, ages in birth_dates(pathway.definition).items()
        }
        self._counted_from = {moment.anchor for _, moment in moments_of(pathway.definition)}
        self._lengths = pathway.lengths
        self._only_answered = {
            field
            for condition in conditions
            for name, _ in names_in(condition, vocabulary)
            if (field := only_answered(name, self._fields)) and field not in vocabulary
        }
        """Fields about which conditions ask at most whether they are answered."""
        self.relevant = frozenset(self._fields) & (
            self._trials.keys() | self._births.keys() | self._only_answered
        )
        """Fields that a condition reads, directly or through a derived field, or that a birthday is counted from."""

    @property
    def countries(self) -> frozenset[str]:
        """The countries tried as answers to `relevant` fields, and those in which cases are opened."""
        names = [name for name in self.relevant if self._fields[name].type == "country"]
        found = {str(value) for name in names for value in self._of(name, required=True)}
        return frozenset(found) | set(self.opened_in)

    def values(self, name: str) -> list[Answer]:
        """Enough answers to a field to cover every case that the conditions distinguish."""
        return [answer for answer in self._of(name, required=True) if answer is not None]

    def forms(
        self, form: tuple[FormField, ...], state: State, live: frozenset[str]
    ) -> tuple[list[dict[str, Answer | None]], bool]:
        """The ways to fill in a form in the present state, and whether these are all that matter.

        Args:
            live: names that something still reads; any answer will do for the others.
        """
        ways: list[dict[str, Answer | None]] = [{}]
        complete = True
        for asked in form:
            more = [
                {**way, asked.name: value}
                for way in ways
                for value in self._on(asked, way, state, live)
            ]
            complete = complete and len(more) <= MOST_FORMS
            ways = more[:MOST_FORMS]
        return ways, complete

    def _on(
        self,
        asked: FormField,
        way: Mapping[str, Answer | None],
        state: State,
        live: frozenset[str],
    ) -> list[Answer | None]:
        """The answers to one field, given the answers above it in the form."""
        given = {name: value for name, value in way.items() if value is not None}
        protected = [name for name in given if self._fields[name].is_protected]
        answers = {name: value for name, value in given.items() if name not in protected}
        is_asked = applies(asked, state, answers, protected)
        if is_asked is False:
            return [None]
        if asked.name not in live and not self._fields[asked.name].binds:
            return [self._plain(self._fields[asked.name])]
        return self._of(asked.name, required=asked.required and is_asked is True)

    def _of(self, name: str, *, required: bool) -> list[Answer | None]:
        field = self._fields[name]
        if name not in self.relevant:
            return [self._plain(field)]
        if name in self._births:
            return [*self._births[name], *([] if required else [None])]
        if name in self._only_answered:
            return [self._plain(field), *([] if required else [None])]
        found: list[Answer | None] = [
            answer
            for value in self._trials[name]
            if value is not None and (answer := _as_answer(field, value)) is not None
        ]
        if most := self._lengths.get(name):  # no form accepts any other length
            found = [each for each in found if fits_length(each, most)] or [self._plain(field)]
        if self._may_be_where_it_opens(name, field):
            found = list(dict.fromkeys([*found, *self.opened_in]))
        if field.binds:  # the trial value may already be another side's country
            found = list(dict.fromkeys([self._plain(field), *found]))
        if name in self._counted_from and field.type in ("date", "datetime"):
            found.append(self._plain(field))  # otherwise no due moment that closes could be met
        return found if required else [*found, None]

    def _may_be_where_it_opens(self, name: str, field: DataField) -> bool:
        """Whether the first side's country is worth trying as an answer to a field. It is if the
        field asks for a country and conditions read the first side's country. If the field binds a
        side, a condition must also compare the field with that country.
        """
        if not self.asks_where_it_opens or field.type != "country":
            return False
        return name in self._may_be_there or not field.binds

    def _plain(self, field: DataField) -> Answer:
        """One valid answer to a field, where it makes no difference which. Fields that bind sides
        take `OTHER_COUNTRIES` in turn, since two sides never share a country.
        """
        if field.country:
            place = self._sides.index(field.binds) - 1 if field.binds else 0
            return OTHER_COUNTRIES[place % len(OTHER_COUNTRIES)]
        return field.words[0] if field.words else FIELD_TYPES[field.type].example(OPENED)


def _codes(values: Iterable[object]) -> set[str]:
    """The countries among trial values."""
    return {value for value in values if isinstance(value, str) and len(value) == 2}


_SOON = timedelta(days=180)


def _births(ages: Iterable[int]) -> list[Answer]:
    """For each age, two dates of birth: of a person who reaches it soon, and of one who just has."""
    opened = OPENED.date()
    days = (birthday(opened, -age) for age in sorted(ages))
    return [(each + wait).isoformat() for each in days for wait in (_SOON, -timedelta(days=1))]


_ANOTHER = {f"another {number}": code for number, code in enumerate(OTHER_COUNTRIES)}


def _as_answer(field: DataField, value: Any) -> Answer | None:
    """A trial value as it would be given in a form; None if the field asks for a country and the
    value is not one.
    """
    if field.type == "country":
        return _ANOTHER.get(value, next(iter(_codes([value])), None))
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    answer: Answer = value
    return answer
