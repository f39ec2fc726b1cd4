"""Collects the texts of each language from all files that make up a pathway.

A translation is kept beside the file it translates: a template, a patch or a part. Text that a
patch changes in English must be translated again in each language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import msgspec
from pydantic import ValidationError

from engine.definition import Definition, Part, PathwayFile, Use
from engine.definition.translation import LANGUAGE, TranslationFile
from engine.definition.translation import Shown as WrittenShown
from engine.documents.blanks import read_as
from engine.documents.document import Document, Path, load_document, plain
from engine.documents.misshapen import shape_problems
from engine.errors import DefinitionError, Problem
from engine.message import finding
from engine.templates.inserting import PARAMETER, named_by_part, own_names, with_parameters
from engine.templates.reading import Around, ReadBeside, heading_of, read_pathway
from engine.translation import SHARED, Entries, Key, ShownText, english


class TranslatedEntry(msgspec.Struct, frozen=True):
    """One entry of a translation, and its place."""

    text: str | ShownText
    document: Document
    path: Path


class Gathered(msgspec.Struct, frozen=True):
    """The texts of one language."""

    entries: dict[Key, TranslatedEntry]
    own: Document | None
    """The file beside the pathway itself; None if everything was collected from other files."""


def gather(document: Document, beside: ReadBeside, around: Around) -> dict[str, Gathered]:
    """All translations of a pathway's file, by language, not yet checked against the pathway.

    Raises:
        EngineError: a file cannot be read, as `ReadBeside` says.
        DefinitionError: a file is not YAML or not of the kind expected, declares another language
            than its name says, or uses a parameter that is not given.
    """
    return _Gathering(beside, around).of(document)


def english_of(document: Document, beside: ReadBeside) -> Entries:
    """The English texts of the pathway in a file.

    Raises:
        DefinitionError: the file does not hold a pathway.
    """
    whole = read_pathway(document.text, document.file, beside)
    try:
        return english(Definition.model_validate(plain(whole.root)))
    except ValidationError as error:
        raise DefinitionError(shape_problems(error, whole, PathwayFile)) from None


class _Gathering:
    def __init__(self, beside: ReadBeside, around: Around) -> None:
        self._beside, self._around = beside, around

    def of(self, document: Document) -> dict[str, Gathered]:
        heading = heading_of(document)
        found: dict[str, dict[Key, TranslatedEntry]] = {}
        if heading and heading.extends:
            template = self._file(document, heading.extends)
            below, above = (english_of(each, self._beside) for each in (template, document))
            for language, gathered in self.of(template).items():
                found[language] = {
                    key: entry
                    for key, entry in gathered.entries.items()
                    if key in above and above[key] == below.get(key)
                }
        for use in heading.use if heading else ():
            for language, entries in self._of_part(document, use).items():
                found.setdefault(language, {}).update(entries)
        own = self._read(document.file)
        for language, file in own.items():
            found.setdefault(language, {}).update(_entries(file))
        return {
            language: Gathered(entries, own.get(language)) for language, entries in found.items()
        }

    def _of_part(self, document: Document, use: Use) -> dict[str, dict[Key, TranslatedEntry]]:
        """The texts of a part and of the parts in it, filled in and named as in `document`."""
        part = self._file(document, use.part)
        found: dict[str, dict[Key, TranslatedEntry]] = {}
        for inner in Part.model_validate(plain(part.root)).use:
            for language, entries in self._of_part(part, inner).items():
                found.setdefault(language, {}).update(entries)
        brought = {
            name for each in found.values() for section, name in each if section not in SHARED
        }
        named = named_by_part({*own_names(part.root), *brought}, use)
        for language, file in self._read(part.file).items():
            found.setdefault(language, {}).update(_entries(file))
        return {language: dict(_filled(entries, named, use)) for language, entries in found.items()}

    def _file(self, document: Document, written: str) -> Document:
        found = self._beside(document.file, written)
        return load_document(found.text, found.file)

    def _read(self, file: str) -> dict[str, Document]:
        return {
            language: _checked(load_document(source.text, source.file), language)
            for language, source in self._around(file).items()
            if re.fullmatch(LANGUAGE, language)
        }


def _checked(document: Document, language: str) -> Document:
    written = read_as(TranslationFile, document).language
    if written != language:
        what = finding("translation.named_otherwise", language=language, written=written)
        raise DefinitionError([Problem(document.place(("language",)), what)])
    return document


def _entries(document: Document) -> Iterator[tuple[Key, TranslatedEntry]]:
    file = TranslationFile.model_validate(plain(document.root))
    if file.title is not None:
        yield ("title", ""), TranslatedEntry(file.title, document, ("title",))
    for section in TranslationFile.model_fields:
        texts = getattr(file, section)
        if isinstance(texts, dict):
            for name, text in texts.items():
                shown = isinstance(text, WrittenShown)
                said = ShownText(text.title, text.label or "") if shown else text
                yield (section, name), TranslatedEntry(said, document, (section, name))


def _filled(
    entries: Mapping[Key, TranslatedEntry], named: Callable[[str], str], use: Use
) -> Iterator[tuple[Key, TranslatedEntry]]:
    """The texts of a part, with its parameters filled in, under the names that they have where the
    part is used.

    Raises:
        DefinitionError: a parameter is not given.
    """
    for (section, name), entry in entries.items():
        here = name if section in SHARED else named(name)
        yield (section, here), TranslatedEntry(_given(entry, use), entry.document, entry.path)


def _given(entry: TranslatedEntry, use: Use) -> str | ShownText:
    text = entry.text
    texts = (text.title, text.label) if isinstance(text, ShownText) else (text,)
    for parameter in PARAMETER.findall(" ".join(texts)):
        if parameter not in use.given:
            known = tuple(use.given) or ("none",)
            what = finding("translation.no_parameter", name=parameter, known=known)
            raise DefinitionError([Problem(entry.document.place(entry.path), what)])
    filled = [with_parameters(each, use) for each in texts]
    return ShownText(*filled) if isinstance(text, ShownText) else filled[0]
