"""Compares what two pathways mean, entry by entry and field by field.

Short and long forms are equal, and so are phrases that are read as the same; comments, layout and
the order of entries and keys are ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal

import msgspec

from engine.definition import Definition, Entry, FormItem, Path
from engine.phrases.syntax import After
from engine.versions.redefined import in_names_of
from engine.versions.renames import SECTIONS, Renames, renames

HEAD = "head"
_SHORT = ("time", "rule")
"""Fields whose key may be omitted if no other field is given."""
Kind = Literal["added", "removed", "changed", "renamed"]


class Difference(msgspec.Struct, frozen=True):
    """An entry or field that differs between two pathways, or is in only one."""

    section: str
    """`head`, or the section of the entry: `data`, `steps`, ..."""
    kind: Kind
    entry: str
    """The name of the entry; in the head, the field itself."""
    words: str = ""
    """The path to the value within the entry, as in `due source`; empty for a whole entry, or a
    head field that is a single value.
    """
    before: str = ""
    """The old value as it may be written, the content of a removed entry, or the old name of a
    renamed one; empty for what is new.
    """
    after: str = ""
    """The new value as it may be written, the content of an added entry, or the new name of a
    renamed one; empty for what is removed.
    """


def differences(old: Definition, new: Definition, names: Renames | None = None) -> list[Difference]:
    """All differences, section by section. A renamed entry is reported as such, and compared under
    its new name; references to it are not differences.

    Args:
        names: the renames from old to new; by default, taken from `was` in the new pathway.
    """
    names = renames(old, new) if names is None else names
    there = in_names_of(old, names)
    return [
        each
        for section in (HEAD, *SECTIONS)
        for each in _between(section, there, new, {} if section == HEAD else names.of(section))
    ]


Words = Mapping[str, str]
"""The content of an entry: each value by its path."""


def _entries(definition: Definition, section: str) -> dict[str, Words]:
    if section == HEAD:
        words = [word for word in Definition.model_fields if word not in SECTIONS]
        entries = {word: getattr(definition, word) for word in words}
    elif section == "steps":
        return {
            name: {"stage": stage, **said(step)}
            for stage, each in definition.stages.items()
            for name, step in each.steps.items()
        }
    else:
        entries = getattr(definition, section)
    return {
        name: {word: value for word, value in said(entry).items() if _is_own(section, word)}
        for name, entry in entries.items()
        if entry is not None
    }


def _is_own(section: str, word: str) -> bool:
    """Whether a value belongs to its entry, unlike the steps of a stage, which are a section of
    their own.
    """
    return section != "stages" or word.partition(" ")[0] != "steps"


def _between(
    section: str, before: Definition, after: Definition, names: Mapping[str, str]
) -> Iterator[Difference]:
    old, new = _entries(before, section), _entries(after, section)
    was = {now: name for name, now in names.items()}
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield Difference(section, "removed", name, before=_summary(old[name]))
        elif name not in old:
            yield Difference(section, "added", name, after=_summary(new[name]))
        elif name in was:
            yield Difference(section, "renamed", name, "", was[name], name)
            yield from _within(section, name, _without_was(old[name]), _without_was(new[name]))
        else:
            yield from _within(section, name, old[name], new[name])


def _without_was(words: Words) -> Words:
    """Drop `was`, which says what something was called before: a rename is reported as such."""
    return {word: value for word, value in words.items() if word != "was"}


def _within(section: str, name: str, old: Words, new: Words) -> Iterator[Difference]:
    for word in dict.fromkeys([*old, *new]):
        before, after = old.get(word, ""), new.get(word, "")
        if before != after:
            yield Difference(section, _kind(before, after), name, word, before, after)


def _kind(before: str, after: str) -> Kind:
    if before and after:
        return "changed"
    return "added" if after else "removed"


def _summary(words: Words) -> str:
    return ", ".join(f"{word} {value}".strip() for word, value in words.items())


def said(part: object) -> Words:
    """The content of a part: each value, as it may be written, by its path."""
    return {" ".join(map(str, path)): value for path, value in _values(part, ())}


def _values(part: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Every value in a part, as it may be written; fields with their default are skipped."""
    within = _parts(part)
    if within is not None:
        for name, value in within:
            yield from _values(value, (*path, *name))
    elif written := _written(part):
        yield path, written


def _parts(part: object) -> list[tuple[Path, object]] | None:
    """The pieces of a part, each with its key; None for a plain value."""
    if isinstance(part, FormItem):
        return None
    if isinstance(part, Entry):
        said = [
            (name, value)
            for name, unsaid in _defaults(type(part)).items()
            if (value := getattr(part, name)) != unsaid
        ]
        # `due: 24 hours` is `due: {time: 24 hours}`, and `running: keep` is `running: {rule: keep}`.
        return [(() if name in _SHORT else (name,), value) for name, value in said]
    if isinstance(part, Mapping):
        return [((key,), value) for key, value in part.items()]
    if isinstance(part, tuple) and any(_parts(each) is not None for each in part):
        return [((number,), value) for number, value in enumerate(part, 1)]
    return None


@cache
def _defaults(kind: type[Entry]) -> dict[str, object]:
    """The default of each field of an entry."""
    fields = kind.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields}


def _written(value: object) -> str:
    """The value as it may be written; empty for None, False and an empty list."""
    if isinstance(value, After) and not value.least:
        value = value.names
    if isinstance(value, tuple):
        written = ", ".join(map(_written, value))
        return written if len(value) < 2 else f"[{written}]"
    if value is None or value is False:
        return ""
    return "yes" if value is True else str(value)
