"""Rewrites a definition with the names of another version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from engine import definition as d
from engine.definition.forms import FormItem
from engine.phrases.conditions import And, Compare, Condition, Name, Not, OneOf, Operand, Or, Word
from engine.phrases.syntax import (
    After,
    Answered,
    BackTo,
    Earliest,
    EndCase,
    Latest,
    Moment,
    RaiseInterrupt,
    Rung,
    Tell,
)
from engine.versions.renames import Renames
from engine.versions.renaming import renamed_expression, renamed_moment

NAMED: Mapping[type[d.Entry], Mapping[str, str]] = {
    d.Definition: {"overrides": "roles"}
    | {each: each for each in ("roles", "data", "consents", "bases")}
    | {each: each for each in ("clocks", "stages", "interrupts", "ends")},
    d.Role: {"area": "data", "language": "data"},
    d.DataField: {"highest_of": "data"},
    d.Consent: {"to": "roles", "shows": "data", "language": "data", "reconfirm_before": "steps"},
    d.Links: {"brings": "data"},
    d.Stopping: {"tell": "roles"},
    d.Basis: {"to": "roles", "shows": "data"},
    d.Extension: {"role": "roles"},
    d.Shortening: {"role": "roles"},
    d.Time: {"calendar": "roles", "restarted_by": "moments"},
    d.NamedTime: {"calendar": "roles", "restarted_by": "moments"},
    d.Repeat: {"on": "moments"},
    d.Series: {"after": "moments"},
    d.Arrival: {"confirmed_by": "roles"},
    d.Step: {
        "by": "roles",
        "not_by": "steps",
        "other_agency_than": "steps",
        "started_by": "roles",
        "needs": "moments",
        "consent": "consents",
        "hand_over": "roles",
        "fall_back": "roles",
        "serves": "data",
        "shows": "data",
    },
    d.Panel: {
        "members": "roles",
        "shows": "data",
        "chair": "roles",
        "chair_not_by": "steps",
    },
    d.Stage: {"steps": "steps", "outlives_end": "ends"},
    d.Interrupt: {
        "raised_by": "roles",
        "set": "data",
        "bars": "roles",
        "suspends": "stages",
        "withdraws": "stages",
        "tell": "roles",
    },
    d.End: {"by": "roles", "approved_by": "roles"},
    d.Reopening: {"by": "roles", "at": "stages", "ends": "ends"},
    FormItem: {"name": "data"},
}
"""Fields of entries that contain a name, or whose keys are names, with what they name. Apart from
`shows_to` of a panel and `needs` of links, all others are phrases, or contain no name that can
change.
"""

_ROOMS = {
    "step": "steps",
    "decision": "steps",
    "hand_over": "steps",
    "arrival": "steps",
    "stage": "stages",
    "consent": "consents",
    "interrupt": "interrupts",
    "clock": "clocks",
    "role": "roles",
}
"""First words of names in conditions, each with the section of what the next word names."""


def in_names_of(definition: d.Definition, names: Renames) -> d.Definition:
    """A copy of the definition with only the names changed."""
    if names == Renames():
        return definition
    found: d.Definition = _Renamer(definition, names).entry(definition)
    return found


def renamed_condition(condition: Condition, definition: d.Definition, names: Renames) -> Condition:
    """A condition of a definition, with only the names changed."""
    return _Renamer(definition, names).condition(condition)


class _Renamer:
    def __init__(self, definition: d.Definition, names: Renames) -> None:
        self._data, self._names = definition.data, names

    def entry(self, entry: Any) -> Any:
        rooms = NAMED.get(type(entry), {})
        # Keys that were left out stay out: leaving one out may mean something of its own.
        update = {
            word: self._named(getattr(entry, word), rooms.get(word))
            for word in entry.model_fields_set
        }
        if isinstance(entry, d.Panel) and entry.shows_to:
            read = entry.shows_to.items()
            shows = {self._name(r, "roles"): self._named(fields, "data") for r, fields in read}
            update["shows_to"] = shows
        if isinstance(entry, d.Links) and entry.needs:
            needs = {word: self._named(each, "moments") for word, each in entry.needs.items()}
            update["needs"] = needs
        return entry.model_copy(update=update)

    def _named(self, value: Any, room: str | None) -> Any:
        """The value of a field, with the names in it changed. `room` is the section of these names;
        None if the value itself is not a name.
        """
        if room is None or value is None:
            return self._part(value)
        if isinstance(value, dict):
            return {self._name(key, room): self._part(each) for key, each in value.items()}
        if isinstance(value, tuple):
            return tuple(self._name(each, room) for each in value)
        return self._name(value, room)

    def _name(self, name: str, room: str) -> str:
        if room == "moments":
            return renamed_moment(name, self._names)
        return self._names.of(room).get(name, name)

    def _part(self, value: Any) -> Any:
        """A renamed entry, collection or phrase."""
        match value:
            case d.Entry():
                return self.entry(value)
            case dict():
                return {key: self._part(each) for key, each in value.items()}
            case tuple():
                return tuple(map(self._part, value))
            case Moment() | Earliest() | Latest():
                return renamed_expression(value, self._names)
            case Name() | Compare() | OneOf() | Not() | And() | Or():
                return self.condition(value)
        return self._phrase(value)

    def _phrase(self, value: Any) -> Any:
        match value:
            case Answered():
                return replace(value, field=self._name(value.field, "data"))
            case After():
                places = self._names.stages | self._names.steps
                return replace(value, names=tuple(places.get(each, each) for each in value.names))
            case Rung() | Tell():
                return replace(value, role=self._name(value.role, "roles"))
            case EndCase():
                return replace(value, name=self._name(value.name, "ends"))
            case RaiseInterrupt():
                return replace(value, name=self._name(value.name, "interrupts"))
            case BackTo():
                stage = self._name(value.stage, "stages")
                return replace(value, stage=stage, then=self._part(value.then))
        return value

    def condition(self, tree: Condition) -> Condition:
        match tree:
            case Name():
                return self._asked(tree)
            case Compare():
                right = self._operand(tree.left, tree.right)
                return Compare(self._asked(tree.left), tree.operator, right)
            case OneOf():
                return OneOf(self._asked(tree.left), tree.values)
            case Not():
                return Not(self.condition(tree.part), tree.column)
        return type(tree)(tuple(map(self.condition, tree.parts)))

    def _asked(self, name: Name) -> Name:
        head, _, rest = name.text.partition(".")
        subject, dot, word = rest.partition(".")
        if head in _ROOMS and rest and head not in self._data:
            return Name(f"{head}.{self._name(subject, _ROOMS[head])}{dot}{word}", name.column)
        field = self._name(head, "data")
        return Name(f"{field}.{rest}" if rest else field, name.column)

    def _operand(self, left: Name, right: Operand) -> Operand:
        """The right side of a comparison, renamed. A bare word there is another field, unless it is a
        value of the field on the left.
        """
        if isinstance(right, Name):
            return self._asked(right)
        field = self._data.get(left.text)
        if isinstance(right, Word) and not (field and right.text in field.words):
            return Word(self._name(right.text, "data"), right.column)
        return right
