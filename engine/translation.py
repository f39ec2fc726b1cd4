"""What people read of a pathway in one language: the pathway's own, which is English, or another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from engine.locales import language_name
from engine.resolved import resolved
from engine.words_beside import are_beside

if TYPE_CHECKING:
    from engine.definition import Definition, Interrupt, Stage, Step


OWN = "en"
"""The language in which a pathway itself is written."""
SHARED = frozenset({"words", "sides", "role_types", "choices"})
"""Sections whose names an included part does not declare as its own, so that they stay the same
under any prefix.
"""
_REVIEW: Mapping[str, str] = {"fr": "Point de situation", "pt": "Ponto de situação"}
"""What the engine's own task `review` is called; other languages show its name."""


class ShownText(msgspec.Struct, frozen=True):
    """The texts of a stage, a step or an interrupt."""

    title: str
    label: str = ""
    """Neutral words, if the title is not neutral."""

    @property
    def outside(self) -> str:
        """The text for lists and notices."""
        return self.label or self.title


@resolved
class Translation(msgspec.Struct, frozen=True, kw_only=True):
    """All texts of a pathway in one language, by name."""

    language: str
    title: str
    roles: dict[str, str]
    data: dict[str, str]
    """The questions of the forms."""
    words: dict[str, str]
    """The options: choices of fields, outcomes of steps and interrupts."""
    consents: dict[str, str]
    """The questions, with placeholders."""
    stages: dict[str, ShownText]
    steps: dict[str, ShownText]
    interrupts: dict[str, ShownText]
    ends: dict[str, str]
    consent_titles: dict[str, str] = {}
    clocks: dict[str, str] = {}
    sides: dict[str, str] = {}
    role_types: dict[str, str] = {}
    bases: dict[str, str] = {}
    choices: dict[str, str] = {}
    """This and the five before it are empty in translations published before these sections
    existed.
    """

    def label(self, name: str, otherwise: str | None = None) -> str:
        """Neutral words for the subject of a task or notice.

        Args:
            name: of a step, a stage, an interrupt, an end, or one of the engine's own tasks.
            otherwise: the text if it is none of these; if left out, the name in words.
        """
        found = self.steps.get(name) or self.stages.get(name) or self.interrupts.get(name)
        if found:
            return found.outside
        if otherwise is None:
            otherwise = words(name)
        if name == "review":
            return _REVIEW.get(self.language, otherwise)
        return self.ends.get(name, otherwise)

    def called(self, name: str, sections: Sequence[str]) -> str:
        """What a sentence calls a part of the pathway; empty if there is no text for the part, or if
        the English text is only its name.

        Args:
            sections: the sections in which to look up the name, in this order.
        """
        for section in sections:
            found = getattr(self, section, {}).get(name)
            if isinstance(found, ShownText):
                found = found.outside
            if found:
                return "" if self.language == OWN and found == words(name) else str(found)
        return ""

    def named(self, name: str, section: str) -> str:
        """What a list calls a part of the pathway: what a sentence calls it, or else its name."""
        return self.called(name, (section,)) or name

    def stage(self, name: str) -> str:
        """Neutral words for a stage; its name in words if only an earlier version had it."""
        found = self.stages.get(name)
        return found.outside if found else words(name)

    def question(self, name: str) -> str:
        """The form's question for a stored answer; for other stored texts, the name itself."""
        field, _, about = name.rpartition(" ")
        if field in self.data and not are_beside(name):
            # a panel member's: `reasons approve.1.lead`
            return f"{self.data[field]} ({about})"
        return self.data.get(name, name)

    def value(self, value: object) -> str:
        """An answer, in words if it was chosen from a list."""
        if isinstance(value, list | tuple):
            return ", ".join(map(self.value, value))
        return self.words.get(value, value) if isinstance(value, str) else str(value)


Key = tuple[str, str]
"""Section and name; for the pathway's title, `("title", "")`."""
Entries = dict[Key, str | ShownText]


def words(name: str) -> str:
    """A name in words: `Hold interview` for `hold_interview`."""
    return name.replace("_", " ").capitalize()


def english(definition: Definition) -> Entries:
    """All texts of a pathway in its own language."""
    sections = _sections(definition).items()
    texts = {(section, name): text for section, named in sections for name, text in named.items()}
    return {("title", ""): definition.title} | texts


def _sections(d: Definition) -> dict[str, dict[str, str] | dict[str, ShownText]]:
    """Everything that a translation has words for, by section."""
    steps = {name: step for stage in d.stages.values() for name, step in stage.steps.items()}
    parts: list[Stage | Step] = [*d.stages.values(), *steps.values()]
    return {
        "roles": _in_words(d.roles),
        "data": {name: field.title or words(name) for name, field in d.data.items()},
        "words": _chosen(d),
        "consents": {name: consent.ask for name, consent in d.consents.items()},
        "stages": _shown(d.stages),
        "steps": _shown(steps),
        "interrupts": _shown(d.interrupts),
        "ends": _in_words(d.ends),
        "consent_titles": _in_words(d.consents),
        "clocks": _in_words(d.clocks),
        "sides": _in_words(d.sides),
        "role_types": _in_words(role.type for role in d.roles.values()),
        "bases": _in_words(d.bases),
        "choices": _in_words(part.one_of for part in parts if part.one_of),
    }


def _in_words(names: Iterable[str]) -> dict[str, str]:
    return {name: words(name) for name in names}


def _shown(named: Mapping[str, Stage | Step | Interrupt]) -> dict[str, ShownText]:
    return {name: ShownText(of.title or words(name), of.label or "") for name, of in named.items()}


def _chosen(d: Definition) -> dict[str, str]:
    """Everything that can be chosen, in words. A language code becomes the name of the language."""
    steps = [step for stage in d.stages.values() for step in stage.steps.values()]
    lists = [field.choice or () for field in d.data.values()]
    lists += [tuple(step.decide or ()) for step in steps]
    lists += [tuple(interrupt.resolved) for interrupt in d.interrupts.values()]
    elsewhere = {word for each in lists if not _are_languages(each) for word in each}
    return {
        word: words(word) if word in elsewhere else language_name(word, OWN) or words(word)
        for each in lists
        for word in each
    }


def _are_languages(choice: Sequence[str]) -> bool:
    """Whether the choices are language codes: at least two codes, and at most one other word, such
    as `other`. A single code, such as `no` or `so`, is taken for a word.
    """
    codes = [each for each in choice if len(each) <= _LONGEST_CODE]
    if len(codes) < max(2, len(choice) - 1):
        return False
    named = sum(bool(language_name(each, OWN)) for each in codes)
    return named >= max(2, len(choice) - 1)


_LONGEST_CODE = 3


def made_of(language: str, entries: Entries) -> Translation:
    """A translation from its entries."""
    sections: dict[str, dict[str, str | ShownText]] = {
        name: {} for name in Translation.__struct_fields__ if name not in ("language", "title")
    }
    for (section, name), text in entries.items():
        if section != "title":
            sections[section][name] = text
    head = {"language": language, "title": entries["title", ""]}
    return msgspec.convert(head | sections, Translation, from_attributes=True)
