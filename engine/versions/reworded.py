"""Finds the consent questions that a version asks in other words than the previous version.

Agreeing to another question is another consent, and consents let agencies know and read. The titles
of the fields and roles that a question names are read out with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.pathway import Pathway
from engine.translation import Translation
from engine.versions.renames import Renames, renames
from engine.versions.widening import HowSeen, Sight

_Part = tuple[str, str]
"""A section of a translation, and a name in that section; both empty for the question itself."""
_Question = Mapping[_Part, str]


def reworded(old: Pathway, new: Pathway, names: Renames | None = None) -> list[Sight]:
    """The questions, and the titles read out with them, that are worded differently or asked in a
    further language. New consents, and what a question newly names, are left to `widened`.

    Args:
        names: the renames from old to new; by default, taken from `was` in the new version.
    """
    names = renames(old.definition, new.definition) if names is None else names
    there = {_named(each, names.consents) for each in old.definition.consents}
    before = {
        (_named(consent, names.consents), language): _in_names_of(question, names)
        for (consent, language), question in _questions(old)
    }
    found = set[Sight]()
    for (consent, language), question in _questions(new):
        known = before.get((consent, language))
        if consent in there:
            changed = (
                words
                for part, words in question.items()
                if known is None or known.get(part, words) != words
            )
            found |= {_sight(consent, language, words) for words in changed}
    return sorted(found)


def _sight(consent: str, language: str, words: str) -> Sight:
    return Sight("", consent, HowSeen.READ_OUT, (f"{language}: {words}",))


def _questions(pathway: Pathway) -> Iterator[tuple[tuple[str, str], _Question]]:
    """Each question by its consent and language: its own words, and what it names."""
    for language in pathway.languages:
        spoken = pathway.spoken(language)
        for name in pathway.definition.consents:
            yield (name, language), dict(_parts(pathway, spoken, name))


def _parts(pathway: Pathway, spoken: Translation, name: str) -> Iterator[tuple[_Part, str]]:
    asked, text = pathway.definition.consents[name], spoken.consents[name]
    yield ("", ""), text
    if "{shown}" in text:
        yield from ((("data", each), spoken.data[each]) for each in asked.shows)
    if "{agency}" in text:
        yield from ((("roles", each), spoken.roles[each]) for each in asked.to)


def _in_names_of(question: _Question, names: Renames) -> _Question:
    return {
        (section, _named(name, names.of(section)) if section else ""): words
        for (section, name), words in question.items()
    }


def _named(name: str, names: Mapping[str, str]) -> str:
    return names.get(name, name)
