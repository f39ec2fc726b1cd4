"""A YAML text with the position of everything in it, even if it was assembled from several
files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from functools import cached_property, lru_cache
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString, ScalarString

from engine.documents.composer import Composer, is_usual
from engine.documents.slips import syntax_problem
from engine.errors import DefinitionError, Place, Problem
from engine.message import finding

Path = tuple[str | int, ...]
"""Keys and positions that lead to a place in the document."""


NOTHING = object()
Origin = tuple["Document", Path]
"""The document that a part came from, and its path there."""


class Document:
    """A mapping with the position of everything in it.

    If it was assembled from several files, the file of each value is known.
    """

    def __init__(self, text: str, file: str) -> None:
        self.file, self.text = file, text
        self.sources: tuple[Document, ...] = (self,)
        """The documents that this one was assembled from, first the one that includes the rest; only
        this one if nothing was assembled.
        """
        self.removed: dict[Path, Place] = {}
        """The paths that patches removed from their templates, each with the place of its `remove`."""
        self._origins: Mapping[Path, Origin] = {}
        self.root = _parsed(text, file)

    @classmethod
    def woven(cls, root: CommentedMap, origins: Mapping[Path, Origin], *of: Document) -> Document:
        """A document assembled from others, the first of which includes the rest.

        A part without an origin inherits that of its nearest parent; the whole (the empty path)
        must have one.
        """
        made = cls.__new__(cls)
        made.file, made.root, made._origins = of[0].file, root, origins
        made.sources = tuple(dict.fromkeys(each for one in of for each in one.sources))
        made.removed = {path: place for one in of for path, place in one.removed.items()}
        return made

    @cached_property
    def text(self) -> str:
        """The text of the file; for an assembled document, YAML that needs no other file.

        Made only on demand, because it takes longer than assembling the document, and most
        documents are only checked.
        """
        return written_out(self.root)

    def place(self, path: Path, *, key: bool = False, offset: int = 0) -> Place:
        """The position of a value, or of its key if the value is left out; of the nearest parent if
        neither is there.

        Args:
            key: whether to give the position of the key in any case.
            offset: how many characters into the value's text.
        """
        for length in range(len(path), -1, -1):
            if origin := self._origins.get(path[:length]):
                document, there = origin
                return document.place((*there, *path[length:]), key=key, offset=offset)
        node, found = self.root, (0, 0)
        for depth, part in enumerate(path):
            last = depth == len(path) - 1
            if isinstance(node, CommentedMap) and part in node:
                if part in (node.lc.data or ()):  # values merged in by `<<` are elsewhere
                    found = node.lc.key(part) if last and key else node.lc.value(part)
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                found = node.lc.item(part)
            else:
                break
            if node[part] is None:  # for a key without value, YAML gives a later position
                is_own = isinstance(node, CommentedMap) and part in (node.lc.data or ())
                found = node.lc.key(part) if is_own else found
            node = node[part]
        line, column = self._within(found, node, offset) if offset else found
        return Place(self.file, line + 1, column + 1)

    def _within(self, start: tuple[int, int], scalar: Any, offset: int) -> tuple[int, int]:
        """The position `offset` characters into a text that starts at `start` and may span several
        lines.
        """
        lines = self.text.splitlines()
        line, column = start
        if isinstance(scalar, LiteralScalarString | FoldedScalarString):
            line, column = line + 1, _indent(lines[line + 1])  # the `|` or `>` does not count
        elif isinstance(scalar, ScalarString):
            column += 1  # the quotation mark
        while offset > (rest := len(lines[line].rstrip()) - column) and line + 1 < len(lines):
            offset -= rest + 1  # the end of a line counts as a space
            line, column = line + 1, _indent(lines[line + 1])
        return line, column + offset

    def position(self, problem: Problem) -> tuple[int, int, int]:
        """A sort key for problems: by file, the document's own first, and in reading order within a
        file.
        """
        files = [each.file for each in self.sources]
        place = problem.place
        return files.index(place.file), place.line, place.column

    def at(self, path: Path) -> Any:
        """The value at exactly this path, or `NOTHING`."""
        node: Any = self.root
        for part in path:
            try:
                node = node[part]
            except (KeyError, IndexError, TypeError):
                return NOTHING
        return node

    def holds(self, path: Path) -> bool:
        """Whether there is a value at exactly this path."""
        return self.at(path) is not NOTHING


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _parsed(text: str, file: str) -> Any:
    try:
        root = _read(text)
    except MarkedYAMLError as error:
        raise DefinitionError([syntax_problem(error, text, file)]) from None
    except ReaderError as error:
        raise DefinitionError([_unreadable(error, text, file)]) from None
    except YAMLError as error:
        what = finding("yaml.unreadable", said=str(error))
        raise DefinitionError([Problem(Place(file, 1, 1), what)]) from None
    except RecursionError:
        raise DefinitionError([_nested(Place(file, 1, 1))]) from None
    except ValueError:  # YAML turns a text like a date into one, without naming its place
        raise DefinitionError(_impossible_dates(text, file)) from None
    except (KeyError, IndexError, TypeError, AttributeError):  # a tag that does not fit its value
        raise DefinitionError([_unfit_tag(text, file)]) from None
    _check_size(root, file)
    return root


@lru_cache(maxsize=8)  # published texts are read back under another name
def _read(text: str) -> Any:
    if is_usual(text):
        yaml = _yaml()
        yaml.Composer = Composer
        with suppress(Exception):  # what is wrong is found again, and named, below
            return yaml.load(text)
    return _yaml().load(text)


def written_out(root: Mapping[str, Any]) -> str:
    """The document as self-contained YAML, in the order of the mapping, without comments or
    anchors.
    """
    yaml = YAML(typ="rt")  # only this type writes everything it reads, even from a faulty file
    yaml.default_flow_style, yaml.width = False, 4096
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.representer.ignore_aliases = lambda data: True
    out = StringIO()
    yaml.dump(plain(root), out)
    return out.getvalue()


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.allow_duplicate_keys = False
    yaml.preserve_quotes = True
    return yaml


_DATE = re.compile(r"(?<![\w.-])\d{4}-\d{1,2}-\d{1,2}(?![\w-])")
_MOMENT = re.compile(r"(?<![\w.-])\d{4}-\d\d?-\d\d?(?:[Tt]|\s+)\d\d?:\d\d\S*(?:\s+[-+]\d\S*)?")


def _impossible_dates(text: str, file: str) -> list[Problem]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for match in _DATE.finditer(line):
            try:
                date(*map(int, match[0].split("-")))
            except ValueError:
                place = Place(file, number, match.start() + 1)
                found.append(Problem(place, finding("yaml.no_such_day", day=match[0])))
    return found or _impossible_moments(text, file)


def _impossible_moments(text: str, file: str) -> list[Problem]:
    for number, line in enumerate(text.splitlines(), 1):
        for match in _MOMENT.finditer(line):
            try:
                _yaml().load(match[0])
            except ValueError:
                place = Place(file, number, match.start() + 1)
                return [Problem(place, finding("yaml.no_such_moment"))]
    return [Problem(Place(file, 1, 1), finding("yaml.no_date"))]


def _unreadable(error: ReaderError, text: str, file: str) -> Problem:
    before = text[: error.position]
    place = Place(file, before.count("\n") + 1, error.position - before.rfind("\n"))
    character = f"U+{ord(text[error.position]):04X}"
    return Problem(place, finding("yaml.invisible_character", character=character))


_TAG = re.compile(r"(?<!\S)![^\s,]*")


def _unfit_tag(text: str, file: str) -> Problem:
    """A fault at the first tag, since the library does not say where the error is."""
    found = _TAG.search(text)
    before = text[: found.start()] if found else ""
    place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    return Problem(place, finding("yaml.unfit_tag"))


_DEEPEST, _MOST = 50, 200_000


def _nested(place: Place) -> Problem:
    return Problem(place, finding("yaml.too_deep"))


def _check_size(root: Any, file: str) -> None:
    """Refuse a document that is nested too deeply or has too many values. Whatever an alias (`*name`)
    stands for counts every time the alias is used.
    """
    waiting, seen = [(root, 1)], 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if not isinstance(node, CommentedMap | CommentedSeq):
            continue
        place = Place(file, node.lc.line + 1, node.lc.col + 1)
        if depth > _DEEPEST:
            raise DefinitionError([_nested(place)])
        if seen > _MOST:
            raise DefinitionError([Problem(place, finding("yaml.too_much", most=_MOST))])
        parts = node.values() if isinstance(node, CommentedMap) else node
        waiting += [(each, depth + 1) for each in parts]


@lru_cache(maxsize=8)  # a pathway, its languages and its codes are read from the same few files
def load_document(text: str, file: str) -> Document:
    """Read a YAML text, which must be a mapping. The document is shared, so nobody may modify it.

    Raises:
        DefinitionError: it cannot be read as YAML, for example because of a day that does not
            exist; or it is empty, is not a mapping, is nested too deeply, or is too large.
    """
    document = Document(text, file)
    if document.root is None:
        raise DefinitionError([Problem(Place(file, 1, 1), finding("yaml.empty"))])
    if not isinstance(document.root, CommentedMap):
        raise DefinitionError([Problem(Place(file, 1, 1), finding("yaml.no_mapping"))])
    return document


def plain(node: Any) -> Any:
    """A document or part of it as plain `dict`, `list` and `str`, without ruamel's subclasses."""
    if isinstance(node, Mapping):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return str(node) if isinstance(node, str) else node
