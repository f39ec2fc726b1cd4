"""Keys without a value: these mean yes where yes or no is allowed, and are errors everywhere else.

A deadline whose number was forgotten must not count as no deadline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from engine.definition import Entry
from engine.definition.words import entry_in
from engine.documents.document import Document, Path, plain
from engine.documents.misshapen import advice, shape_problems
from engine.errors import DefinitionError, Problem
from engine.message import Message, finding

Read = TypeVar("Read", bound=Entry)


def read_as(model: type[Read], document: Document, part: Mapping[str, Any] | None = None) -> Read:
    """Read a document as an entry of the kind `model`.

    Args:
        part: the keys to read, with their values; if left out, the whole document is read.

    Raises:
        DefinitionError: with every fault in its shape, each at its place.
    """
    root = plain(document.root if part is None else part)
    blank = list(blanks(root, model))
    problems = [blank_problem(document, path, model) for path in blank]
    try:
        read = model.model_validate(root)
    except ValidationError as error:
        problems += shape_problems(error, document, model, set(blank))
    if problems:
        raise DefinitionError(sorted(problems, key=document.position))
    return read


def blanks(node: Any, model: type[BaseModel]) -> Iterator[Path]:
    """The path of each key that needs a value and has none."""
    for path in _without_value(node, ()):
        written = _annotation(model, path)
        if written is not None and not _may_be_blank(written):
            yield path


def blank_problem(
    document: Document, path: Path, model: type[BaseModel], below: str = ""
) -> Problem:
    """The problem of a key without a value, at its place.

    Args:
        below: the dotted path of the value that the template has there, if it has one.
    """
    word, wanted = str(path[-1]), _wanted(_annotation(model, path))
    if path[:-1] == ("countries",):  # most countries have no settings of their own
        wanted = finding("wanted.nothing", name=word)
    what = finding("blank.word", word=word, wanted=wanted)
    if below:
        what = finding("blank.in_a_patch", word=word, wanted=wanted, path=below)
    return Problem(document.place(path, key=True), what)


def _without_value(node: Any, path: Path) -> Iterator[Path]:
    if isinstance(node, Mapping):
        for word, value in node.items():
            if value is None:
                yield (*path, word)
            yield from _without_value(value, (*path, word))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _without_value(value, (*path, number))


def _below(here: Any, part: str | int) -> Any:
    """The type of the values in a model's field, a mapping or a list; None if unknown."""
    if isinstance(here, type) and issubclass(here, BaseModel):
        return _types_in(here).get(part)
    values = [each for each in get_args(here) if each is not Ellipsis]
    return values[-1] if values and get_origin(here) in (dict, tuple) else None


@cache
def _types_in(model: type[BaseModel]) -> dict[str | int, Any]:
    """The type of the value of each key of a model."""
    found: dict[str | int, Any] = {}
    for name, field in model.model_fields.items():
        written: Any = field.annotation
        kind = Annotated[(written, *field.metadata)] if field.metadata else written
        found |= dict.fromkeys((name, field.alias or name), kind)
    return found


def _annotation(model: type[BaseModel], path: Path) -> Any:
    """The type of the value at a path; None if there is no such key."""
    here: Any = model
    for part in path:
        here = _below(entry_in(here), part)
    return here


@cache
def _may_be_blank(annotation: Any) -> bool:
    """Whether a missing value means something for this type, such as yes."""
    return (
        _refused(annotation) is None and TypeAdapter(annotation).validate_python(None) is not None
    )


def _wanted(annotation: Any) -> Message:
    """What the value should be, in the words of the error for a wrong value."""
    needed = _needed(annotation)
    detail = _refused(needed)
    if detail is None or detail["type"] == "string_type":
        return finding("wanted.text")
    if detail["type"] == "tuple_type" and _refused(needed, "one") is None:
        return finding("wanted.names")
    return advice(detail)


def _refused(annotation: Any, value: object = None) -> ErrorDetails | None:
    try:
        TypeAdapter(annotation).validate_python(value)
    except ValidationError as error:
        return error.errors()[0]
    return None


def _needed(annotation: Any) -> Any:
    """The same type without `None`."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return Annotated[(_needed(inner), *metadata)]
    if get_origin(annotation) in (Union, UnionType):
        kept = [each for each in get_args(annotation) if each is not type(None)]
        return Union[tuple(kept)]  # noqa: UP007 - of what is only known here
    return annotation
