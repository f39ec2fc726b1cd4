"""The languages of a pathway: its translations, gathered, checked and ready to use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from engine.checks.translation_rules import check_translation, missing
from engine.definition import Definition
from engine.documents.document import Document, load_document
from engine.errors import DefinitionError, Problem, in_order
from engine.message import finding
from engine.templates import Around, ReadBeside
from engine.templates.translating import TranslatedEntry, gather
from engine.translation import Entries, Translation, english, made_of


class Languages(msgspec.Struct, frozen=True):
    """The translations of a pathway."""

    translations: Mapping[str, Translation]
    left_out: tuple[Problem, ...]
    """What is lacking in each language that was left out: only included files are translated into
    it, and their translations do not cover the whole pathway.
    """


def read_languages(
    text: str, file: str, definition: Definition, beside: ReadBeside, around: Around
) -> Languages:
    """Read the translations of a valid pathway, from the files beside it.

    Raises:
        DefinitionError: with everything that is wrong in a translation or missing from the
            pathway's own translations, each at its place. An incomplete language into which only
            included files are translated is left out instead.
    """
    document, own = load_document(text, file), english(definition)
    problems: list[Problem] = []
    left_out: list[Problem] = []
    translations: dict[str, Translation] = {}
    for language, gathered in sorted(gather(document, beside, around).items()):
        said: Entries = {key: entry.text for key, entry in gathered.entries.items()}
        wrong = list(_wrong(gathered.entries, said, own))
        lacks = missing(said, own)
        problems += wrong
        if lacks and gathered.own:
            problems += _lacking(gathered.own, lacks)
        elif lacks:
            left_out.append(_left_out(document, language, lacks))
        elif not wrong:
            translations[language] = made_of(language, said)
    if problems:
        raise DefinitionError(in_order(problems))
    return Languages(translations, tuple(left_out))


def _wrong(
    entries: Mapping[tuple[str, str], TranslatedEntry], said: Entries, own: Entries
) -> Iterator[Problem]:
    for key, fault in check_translation(said, own):
        entry = entries[key]
        path = (*entry.path, *fault.path)
        if not entry.document.holds(path):  # a title in its short form, without the key
            path = entry.path
        is_unknown = key not in own
        place = entry.document.place(path, key=is_unknown, offset=fault.column - 1)
        yield Problem(place, fault.message)


def _lacking(document: Document, lacks: Mapping[str, list[str]]) -> Iterator[Problem]:
    """One problem for each section that lacks texts, placed at the section; at the start of the
    file, if the file does not have the section.
    """
    for section, names in lacks.items():
        what = finding(
            "translation.lacks" if document.holds((section,)) else "translation.lacks_all",
            section=section,
            names=tuple(names),
        )
        if section == "title":
            what = finding("translation.no_title")
        yield Problem(document.place((section,), key=True), what)


def _left_out(document: Document, language: str, lacks: Mapping[str, list[str]]) -> Problem:
    first = next(f"{section} {name}".strip() for section, names in lacks.items() for name in names)
    stem = document.file.rpartition("/")[2].removesuffix(".yaml")
    what = finding(
        "translation.left_out",
        language=language,
        n=sum(map(len, lacks.values())),
        first=first,
        file=f"{stem}.{language}.yaml",
    )
    return Problem(document.place(()), what)
