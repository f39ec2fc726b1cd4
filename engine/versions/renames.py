"""Which names have changed in a later version of a pathway, section by section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from engine.message import Message, message

if TYPE_CHECKING:
    from engine.definition import Definition, Entry

SECTIONS = (
    *("roles", "data", "consents", "bases", "clocks"),
    *("stages", "steps", "interrupts", "ends"),
)
NOUNS = {
    "roles": "role",
    "data": "field",
    "consents": "consent",
    "bases": "basis",
    "clocks": "clock",
    "stages": "stage",
    "steps": "step",
    "interrupts": "interrupt",
    "ends": "end",
}


class Renames(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Old names to new ones; unchanged names are not included."""

    roles: dict[str, str] = {}
    data: dict[str, str] = {}
    consents: dict[str, str] = {}
    bases: dict[str, str] = {}
    clocks: dict[str, str] = {}
    stages: dict[str, str] = {}
    steps: dict[str, str] = {}
    interrupts: dict[str, str] = {}
    ends: dict[str, str] = {}
    shared_ends: dict[str, str] = {}
    """Those of `ends` that share a name with a stage, step or interrupt in either version, so that no
    task is named after them; empty in older records.
    """

    def of(self, section: str) -> dict[str, str]:
        found: dict[str, str] = getattr(self, section)
        return found

    def then(self, later: Renames) -> Renames:
        """Combine the renames from one version to a second with those from the second to a
        third.
        """
        fields = self.__struct_fields__
        return Renames(**{each: _chained(self.of(each), later.of(each)) for each in fields})

    def back(self) -> Renames:
        """The same renames, from the new names to the old ones."""
        fields = self.__struct_fields__
        return Renames(**{each: {n: o for o, n in self.of(each).items()} for each in fields})


def _chained(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    chained = {old: second.get(new, new) for old, new in first.items()}
    chained |= {old: new for old, new in second.items() if old not in first.values()}
    return {old: new for old, new in chained.items() if old != new}


def entries_of(definition: Definition, section: str) -> Mapping[str, Entry]:
    """Everything that has a name in a section; steps are a section of their own."""
    if section != "steps":
        found: Mapping[str, Entry] = getattr(definition, section)
        return found
    stages = definition.stages.values()
    return {name: step for stage in stages for name, step in stage.steps.items()}


def renames(old: Definition, new: Definition) -> Renames:
    """The renames that `was` declares relative to the previous version. A `was` is ignored if that
    version already has the new name, or does not have the old one.
    """
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for section, name, was in written(new):
        before = entries_of(old, section)
        if was in before and name not in before:
            found[section][was] = name
    shared = {
        was: name
        for was, name in found["ends"].items()
        if was in _other_names(old) or name in _other_names(new)
    }
    return Renames(**found, shared_ends=shared)


def _other_names(definition: Definition) -> set[str]:
    """The names after which tasks are named, or notices are about, besides those of ends."""
    sections = ("stages", "steps", "interrupts")
    return {name for section in sections for name in entries_of(definition, section)}


def written(definition: Definition) -> Iterator[tuple[str, str, str]]:
    """Each `was`: its section, the name of the entry, and the old name."""
    for section in SECTIONS:
        for name, entry in entries_of(definition, section).items():
            was = getattr(entry, "was", None)
            if was:
                yield section, name, was


def unfit(old: Definition, new: Definition) -> tuple[Message, ...]:
    """A message for each `was` that does not fit the previous version; a `was` that is left over from
    an earlier rename is no fault.
    """
    faults = []
    for section, name, was in written(new):
        before, noun = entries_of(old, section), NOUNS[section]
        if was not in before and name not in before:
            faults.append(
                message(
                    "renames.unknown",
                    kind=noun,
                    name=name,
                    was=was,
                    version=old.version,
                    known=tuple(before),
                )
                if before
                else message(
                    "renames.none_there", kind=noun, name=name, was=was, version=old.version
                )
            )
        elif was in before and name in before:
            faults.append(
                message("renames.both", kind=noun, name=name, was=was, version=old.version)
            )
    return tuple(faults)
