"""What people read of a pathway in one language: its own, which is English, or another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from engine.definition import Definition, Interrupt, Stage, Step


OWN = "en"
"""The language in which a pathway itself is written."""
WORDS_BESIDE = frozenset({"asked", "conditions", "declined", "feedback"})
"""Words stored beside answers are kept under one of these and their subject, as in `conditions
ask_home.1`; a field may have the same name.
"""
_REVIEW: Mapping[str, str] = {"fr": "Point de situation", "pt": "Ponto de situação"}
"""The engine's own task; other languages show its name."""


class ShownText(msgspec.Struct, frozen=True):
    """The texts of a stage, a step or an interrupt."""

    title: str
    label: str = ""
    """Neutral words, if the title is not neutral."""

    @property
    def outside(self) -> str:
        """The text for lists and notices."""
        return self.label or self.title


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

    def label(self, name: str, otherwise: str) -> str:
        """Neutral words for the subject of a task or notice.

        Args:
            name: of a step, an interrupt, an end, or one of the engine's own tasks.
            otherwise: the text if it is none of these.
        """
        found = self.steps.get(name) or self.interrupts.get(name)
        if found:
            return found.outside
        if name == "review":
            return _REVIEW.get(self.language, otherwise)
        return self.ends.get(name, otherwise)

    def called(self, name: str, sections: Sequence[str]) -> str:
        """What a sentence calls a part of the pathway; empty if it has no other words than its name.

        Args:
            sections: where the name is looked up, in this order.
        """
        for section in sections:
            found = getattr(self, section, {}).get(name)
            if isinstance(found, ShownText):
                found = found.outside
            if found:
                return "" if self.language == OWN and found == words(name) else str(found)
        return ""

    def stage(self, name: str) -> str:
        """Neutral words for a stage; its name in words if only an earlier version had it."""
        found = self.stages.get(name)
        return found.outside if found else words(name)

    def question(self, name: str) -> str:
        """The form's question for a stored answer; for other words, the name itself."""
        field, _, about = name.rpartition(" ")
        if (
            field in self.data and field not in WORDS_BESIDE
        ):  # of a member of a panel: `reasons approve.1.lead`
            return f"{self.data[field]} ({about})"
        return self.data.get(name, name)

    def value(self, value: object) -> str:
        """An answer, in words if it is one of a choice."""
        if isinstance(value, list | tuple):
            return ", ".join(map(self.value, value))
        return self.words.get(value, value) if isinstance(value, str) else str(value)


Key = tuple[str, str]
"""Section and name; for the pathway's title, `("title", "")`."""
Entries = dict[Key, str | ShownText]


def base_of(language: str) -> str:
    """`fr-CI` and `FR` both give `fr`."""
    return language.replace("_", "-").partition("-")[0].strip().lower()


def words(name: str) -> str:
    """`hold_interview` as `Hold interview`."""
    return name.replace("_", " ").capitalize()


def english(definition: Definition) -> Entries:
    """All texts of a pathway in its own language."""
    return dict(_english(definition))


def _english(d: Definition) -> Iterator[tuple[Key, str | ShownText]]:
    yield ("title", ""), d.title
    for name in d.roles:
        yield ("roles", name), words(name)
    for name, field in d.data.items():
        yield ("data", name), field.title or words(name)
    for word in _chosen(d):
        yield ("words", word), words(word)
    for name, consent in d.consents.items():
        yield ("consents", name), consent.ask
    for name, stage in d.stages.items():
        yield ("stages", name), _shown(name, stage)
    for stage in d.stages.values():
        for name, step in stage.steps.items():
            yield ("steps", name), _shown(name, step)
    for name, interrupt in d.interrupts.items():
        yield ("interrupts", name), _shown(name, interrupt)
    for name in d.ends:
        yield ("ends", name), words(name)


def _chosen(d: Definition) -> dict[str, None]:
    steps = [step for stage in d.stages.values() for step in stage.steps.values()]
    lists = [field.choice or () for field in d.data.values()]
    lists += [tuple(step.decide or ()) for step in steps]
    lists += [tuple(interrupt.resolved) for interrupt in d.interrupts.values()]
    return dict.fromkeys(word for each in lists for word in each)


def _shown(name: str, of: Stage | Step | Interrupt) -> ShownText:
    return ShownText(of.title or words(name), of.label or "")


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
