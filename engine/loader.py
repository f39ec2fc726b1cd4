"""Reads a pathway's YAML: every error with its file, line and column, all of them at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import ScalarString

from engine.checks import check
from engine.checks.names import Fault
from engine.definition import Definition, Entry, words_at
from engine.errors import DefinitionError, Place, Problem
from engine.misshapen import said
from engine.pathway import Pathway

Path = tuple[str | int, ...]
"""Keys and positions that lead to a place in the document."""


NOTHING = object()


class Document:
    """A YAML text with the place of everything in it."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        try:
            self.root = _yaml().load(text)
        except MarkedYAMLError as error:
            raise DefinitionError([_syntax_problem(error, file)]) from None
        except YAMLError as error:
            raise DefinitionError([Problem(Place(file, 1, 1), str(error))]) from None
        except ValueError:  # YAML makes dates of what looks like one, in no place that it names
            raise DefinitionError(_impossible_dates(text, file)) from None

    def place(self, path: Path, *, key: bool = False, offset: int = 0) -> Place:
        """Where a value (or its key) stands; the nearest thing above it where it is missing."""
        node, found = self.root, (0, 0)
        for depth, part in enumerate(path):
            last = depth == len(path) - 1
            if isinstance(node, CommentedMap) and part in node:
                found = node.lc.key(part) if last and key else node.lc.value(part)
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                found = node.lc.item(part)
            else:
                break
            node = node[part]
        quoted = isinstance(node, ScalarString)
        column = found[1] + 1 + (offset + quoted if offset else 0)
        return Place(self.file, found[0] + 1, column)

    def at(self, path: Path) -> Any:
        """What stands at that very path, `NOTHING` if nothing does."""
        node: Any = self.root
        for part in path:
            try:
                node = node[part]
            except (KeyError, IndexError, TypeError):
                return NOTHING
        return node

    def holds(self, path: Path) -> bool:
        """Something stands at that very path."""
        return self.at(path) is not NOTHING


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.allow_duplicate_keys = False
    yaml.preserve_quotes = True
    return yaml


_DATE = re.compile(r"(?<![\w.-])\d{4}-\d{1,2}-\d{1,2}(?![\w-])")


def _impossible_dates(text: str, file: str) -> list[Problem]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for match in _DATE.finditer(line):
            try:
                date(*map(int, match[0].split("-")))
            except ValueError:
                place = Place(file, number, match.start() + 1)
                remedy = "write year, month and day, as in 2026-01-31"
                found.append(Problem(place, f"there is no day {match[0]}", remedy))
    return found or [Problem(Place(file, 1, 1), "a date or time in this file cannot be read")]


def _syntax_problem(error: MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
    message = (error.problem or "this is not YAML").strip()
    if "duplicate key" in message:
        return Problem(place, message.split(" with value")[0], "write each name once")
    if r"'\t'" in message:
        return Problem(place, "a tab stands where spaces must", "indent with spaces")
    if error.context and "quoted scalar" in error.context and error.context_mark:
        begun = Place(file, error.context_mark.line + 1, error.context_mark.column + 1)
        return Problem(begun, "a quote begins here and does not end", "close it, or write '' for '")
    if "expected <block end>" in message or "mapping values are not allowed" in message:
        return Problem(
            place,
            "this line does not fit the lines above it",
            "let it begin exactly under the line that it belongs with, and put a text that holds"
            " `: ` in quotes",
        )
    return Problem(
        place,
        f"this is not YAML: {message}",
        "look at the indentation here and in the line above, and at unquoted `:`, `#`, `[` or `{`",
    )


def load_document(text: str, file: str) -> Document:
    """Read a YAML text that must be a mapping.

    Raises:
        DefinitionError: it is not YAML, or not a mapping.
    """
    document = Document(text, file)
    if not isinstance(document.root, CommentedMap):
        raise DefinitionError(
            [Problem(Place(file, 1, 1), "the file is empty or not a mapping", "begin with `name:`")]
        )
    return document


def load_pathway(text: str, file: str = "pathway.yaml") -> Pathway:
    """Read, check and prepare a pathway.

    Raises:
        DefinitionError: with everything that is wrong, each at its file, line and column.
    """
    document = load_document(text, file)
    root = plain(document.root)
    problems: list[Problem] = []
    cut: list[Path] = []
    definition = None
    try:
        definition = Definition.model_validate(root)
    except ValidationError as error:
        problems = shape_problems(error, document, Definition)
        cut = [_written(_place_of(each), document) for each in error.errors()]
        definition = _what_remains(root, cut)
    if definition:
        problems += problems_of(
            document,
            [
                each
                for each in check(definition)
                if not (_near(each.path, cut) or _is_echo(each, cut))
            ],
        )
    problems += _yaml_traps(text, document)
    if problems or definition is None:
        raise DefinitionError(sorted(problems, key=_position))
    return Pathway(definition)


def reload_pathway(text: str, file: str) -> Pathway:
    """A pathway that was checked when it was published.

    It is not checked again: a stricter check of a later day must not stop cases under way.

    Raises:
        DefinitionError: it is no pathway at all.
    """
    document = load_document(text, file)
    try:
        return Pathway(Definition.model_validate(plain(document.root)))
    except ValidationError as error:
        raise DefinitionError(shape_problems(error, document, Definition)) from None


def problems_of(document: Document, faults: Iterable[Fault]) -> list[Problem]:
    """Faults of a definition at their places in its text."""
    return [Problem(_place(document, each), each.message, each.remedy) for each in faults]


def _place_of(detail: ErrorDetails) -> Path:
    return tuple(part for part in detail["loc"] if part != "[key]")


def _what_remains(root: Any, cut: list[Path]) -> Definition | None:
    """The definition without its misshapen parts, so that the rest is checked as well."""
    for path in sorted(cut, key=len, reverse=True):
        node = root
        for part in path[:-1]:
            node = node[part]
        if path and isinstance(node, dict):
            node.pop(path[-1], None)
    try:
        return Definition.model_validate(root)
    except ValidationError:
        return None


def _place(document: Document, fault: Fault) -> Place:
    """What is said of a whole entry is said at its name."""
    is_entry = isinstance(document.at(fault.path), CommentedMap)
    return document.place(fault.path, key=is_entry or fault.name, offset=fault.column - 1)


def _is_echo(fault: Fault, cut: list[Path]) -> bool:
    """A name seems to be missing only because what it names was cut out."""
    names = {str(path[-1]) for path in cut if len(path) in (2, 4)}
    return any(f"`{name}`" in fault.message for name in names) or (
        fault.absent and any(path[:1] in (("stages",), ("data",)) for path in cut)
    )


def _near(path: Path, cut: list[Path]) -> bool:
    """Something seems to be missing, or without its reason, only because a part was cut out."""
    return any(
        path == each[:-1] or (path[:-1] == each[:-1] and path[-1] in ("otherwise", "late"))
        for each in cut
    )


def _position(problem: Problem) -> tuple[int, int]:
    return problem.place.line, problem.place.column


def plain(node: Any) -> Any:
    """The document without ruamel's types, which pydantic would take for subclasses."""
    if isinstance(node, Mapping):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return str(node) if isinstance(node, str) else node


def shape_problems(error: ValidationError, document: Document, model: type[Entry]) -> list[Problem]:
    """What pydantic found, at its places and in our words."""
    problems = [_shape_problem(each, document, model) for each in error.errors(include_input=False)]
    return sorted(dict.fromkeys(problems), key=_position)


def _shape_problem(detail: ErrorDetails, document: Document, model: type[Entry]) -> Problem:
    path = _place_of(detail)
    context, kind = detail.get("ctx", {}), detail["type"]
    if kind == "extra_forbidden":
        word, known = str(path[-1]), words_at(model, path[:-1])
        near = difflib.get_close_matches(word, known, 1)
        remedy = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(known)}"
        return Problem(document.place(path, key=True), f"unknown word `{word}`", remedy)
    if kind == "missing":
        return Problem(
            document.place(path[:-1], key=True), f"`{path[-1]}` is missing", f"add `{path[-1]}:`"
        )
    if kind == "string_pattern_mismatch":
        where = document.place(path, key="[key]" in detail["loc"])
        return Problem(where, _NAME_MESSAGE, _pattern_remedy(str(context.get("pattern", ""))))
    offset = int(context.get("column", 1)) - 1
    place = document.place(_written(path, document), offset=offset)
    return Problem(place, *said(detail))


_NAME_MESSAGE = "this name cannot be read"


_REMEDIES = {
    "[A-Z]{2}-": "write the country, a dash and a short name, all in capitals, as in GH-DSW",
    "[A-Z]{2}": "write two capitals, as in GH",
    "[A-Z0-9]{1,3}": "write its code without the country, in capitals, as in SCT",
}
"""What a name must look like, by a part of its pattern."""


def _pattern_remedy(pattern: str) -> str:
    for part, remedy in _REMEDIES.items():
        if part in pattern:
            return remedy
    return "use small letters, digits and _, beginning with a letter"


def _written(path: Path, document: Document) -> Path:
    """Drop what the short form leaves out: `due: 24 hours` has no `time` of its own."""
    while path and not document.holds(path):
        path = path[:-1]
    return path


_TITLED = re.compile(r"^\s*(?:title|label|ask|source):\s*[^\"'#\s][^#]*?\s#\S")


def _yaml_traps(text: str, document: Document) -> list[Problem]:
    """` #` begins a comment: a title that holds one has lost its end."""
    return [
        Problem(
            Place(document.file, number, line.index(" #") + 2),
            "what follows ` #` is a comment and no part of the text",
            "put the text in quotes, or a space behind the # of a comment",
        )
        for number, line in enumerate(text.splitlines(), 1)
        if _TITLED.match(line)
    ]
