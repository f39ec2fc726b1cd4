"""Assembles a whole pathway: the template it extends, its own text, then its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from ruamel.yaml.comments import CommentedMap

from engine.definition import Heading, Part, Use
from engine.documents.blanks import read_as
from engine.documents.document import Document, Path, load_document
from engine.errors import CodedError, DefinitionError, EngineError, Problem, message_of
from engine.message import Message, finding
from engine.templates.extending import Fixed, Touched, changed_though_fixed, extended, named
from engine.templates.inserting import grafted


class Source(msgspec.Struct, frozen=True):
    """A file that a pathway includes, or that is read together with it."""

    file: str
    """The canonical name of the file, for errors and for detecting cycles."""
    text: str


ReadBeside = Callable[[str, str], Source]
"""Reads a file by the path given in another file: (that file's name, the path).

Raises EngineError, worded for the author, if there is no such file or it may not be read.
"""


Around = Callable[[str], Mapping[str, Source]]
"""Finds the translations beside a file; returns them by the word in the middle of their names: `fr`
for `home.fr.yaml`.
"""


def nothing_around(file: str) -> Mapping[str, Source]:
    """An `Around` for a text without files beside it."""
    return {}


def alone(file: str, path: str) -> Source:
    """A `ReadBeside` for a text that may not refer to other files; it always raises CodedError."""
    raise CodedError(finding("file.alone", path=path))


def read_pathway(text: str, file: str = "pathway.yaml", beside: ReadBeside = alone) -> Document:
    """Read a pathway and all files it includes, as one self-contained document.

    The keys of `Heading`, which say what a file does with others, are removed, and each piece keeps
    its line in its own file. A file without these keys is returned unchanged.

    Raises:
        DefinitionError: a file is not YAML, is not of the kind expected there, cannot be read,
            includes itself, or does not fit what it changes.
    """
    return _Reading(beside).whole(load_document(text, file), (file,))[0]


class _Reading:
    def __init__(self, beside: ReadBeside) -> None:
        self._beside = beside
        self._parts: dict[str, tuple[Document, Part]] = {}

    def whole(self, document: Document, chain: tuple[str, ...]) -> tuple[Document, Fixed]:
        """The whole pathway, and what is fixed in it; `chain` lists the files that led here."""
        if "part" in document.root:
            raise _problem(document, ("part",), finding("file.part"), key=True)
        heading = heading_of(document)
        if heading is None:
            return document, {}
        fixed: Fixed = {}
        touched: Touched = []
        if heading.extends is not None:
            template = self._file(document, ("extends",), heading.extends)
            if template.file in chain:
                circle = " -> ".join([*chain, template.file])
                raise _problem(document, ("extends",), finding("file.extends_itself", way=circle))
            below, fixed = self.whole(template, (*chain, template.file))
            made = extended(below, document, heading, touched)
        elif heading.remove:
            raise _problem(document, ("remove",), finding("file.no_template"), key=True)
        else:
            below = made = _without_heading(document)
        for number, use in enumerate(heading.use):
            made = self._used(made, document, ("use", number), use, touched)
        problems = changed_though_fixed(below, made, fixed, touched)
        own, unknown = named(made, document, "fixed", heading.fixed)
        if problems or unknown:
            raise DefinitionError(sorted([*problems, *unknown], key=made.position))
        return made, {**dict.fromkeys(own, document.file), **fixed}

    def _used(
        self, made: Document, document: Document, path: Path, use: Use, touched: Touched
    ) -> Document:
        part, declared = self._part(document, path, use, ())
        return grafted(made, document, path, use, part, declared, touched)

    def _part(
        self, document: Document, path: Path, use: Use, chain: tuple[str, ...]
    ) -> tuple[Document, Part]:
        """A part with its own parts inserted; `chain` lists the parts that led here."""
        part = self._file(document, (*path, "part"), use.part)
        if part.file in chain:
            circle = " -> ".join([*chain, part.file])
            raise _problem(document, (*path, "part"), finding("file.uses_itself", way=circle))
        if "part" not in part.root:
            raise _problem(document, (*path, "part"), finding("file.no_part", file=part.file))
        if part.file not in self._parts:
            self._parts[part.file] = self._with_its_parts(part, (*chain, part.file))
        return self._parts[part.file]

    def _with_its_parts(self, part: Document, chain: tuple[str, ...]) -> tuple[Document, Part]:
        own = read_as(Part, part)
        if not own.use:
            return part, own
        made = _without_heading(part)
        for number, use in enumerate(own.use):
            path: Path = ("use", number)
            inner, declared = self._part(part, path, use, chain)
            made = grafted(made, part, path, use, inner, declared, [])
        return made, read_as(Part, made)

    def _file(self, document: Document, path: Path, written: str) -> Document:
        try:
            found = self._beside(document.file, written)
        except DefinitionError:
            raise
        except EngineError as error:
            what = said = message_of(error)
            if not said.code.startswith("finding."):  # which says how to mend it
                what = finding("file.unreadable", said=said)
            raise _problem(document, path, what) from None
        return load_document(found.text, found.file)


def heading_of(document: Document) -> Heading | None:
    """What a file says about other files; None if it has none of the keys of `Heading`."""
    words: Mapping[str, Any] = {
        word: document.root[word] for word in Heading.model_fields if word in document.root
    }
    return read_as(Heading, document, words) if words else None


def _without_heading(document: Document) -> Document:
    root = CommentedMap(
        (key, value) for key, value in document.root.items() if key not in Heading.model_fields
    )
    return Document.woven(root, {(): (document, ())}, document)


def _problem(
    document: Document, path: Path, what: Message, *, key: bool = False
) -> DefinitionError:
    return DefinitionError([Problem(document.place(path, key=key), what)])
