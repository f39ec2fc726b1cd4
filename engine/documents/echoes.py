"""Errors that only follow from another one, and would hide it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pydantic_core import ErrorDetails

from engine.definition import Entry, words_at
from engine.documents.document import Document, Path
from engine.documents.unknown_words import meant_by, word_before

_LISTS = ("tuple_type", "list_type")


def place_of(detail: ErrorDetails) -> Path:
    return tuple(part for part in detail["loc"] if part != "[key]")


def indented(document: Document, word: str) -> Path | None:
    """Where a word that belongs at the beginning of a line is written within another one; None if it
    is nowhere.
    """
    rooms = [(room, value) for room, value in document.root.items() if isinstance(value, dict)]
    return next(((room, word) for room, value in rooms if word in value), None)


def without_echoes(
    details: Sequence[ErrorDetails], document: Document, model: type[Entry]
) -> Iterable[ErrorDetails]:
    """The errors that are left without those that follow from others of them."""
    places = [place_of(each) for each in details]
    unlisted = {place_of(each) for each in details if each["type"] in _LISTS}
    meant = {
        (*path[:-1], meant_by(str(path[-1]), words_at(model, path[:-1])))
        for path, each in zip(places, details, strict=True)
        if each["type"] == "extra_forbidden"
    }
    inside = {
        indented(document, str(path[0]))
        for path, each in zip(places, details, strict=True)
        if each["type"] == "missing" and len(path) == 1
    }
    for path, each in zip(places, details, strict=True):
        kind = each["type"]
        is_echo = (
            _is_rest_of_phrase(each, document)
            or (kind == "missing" and path in meant)
            or (kind == "too_short" and any(path == other[:-1] for other in places))
            or (kind == "extra_forbidden" and _is_rest_of_list(path, document, unlisted))
            or path[:2] in inside
        )
        if not is_echo:
            yield each


_REST = re.compile(r"(at most \d+|then .+)")


def _is_rest_of_phrase(detail: ErrorDetails, document: Document) -> bool:
    """Whether the error comes from the rest of a phrase with a comma. In `{declined: next receiver,
    at most 2}` YAML takes what follows the comma for another key (in a list, for another item).
    """
    path = place_of(detail)
    here, rest = document.at(path), path[-1]
    if detail["type"] == "phrase" and isinstance(rest, int) and rest > 0:
        rest, here = here, None
    elif detail["type"] != "extra_forbidden":
        return False
    return here is None and isinstance(rest, str) and _REST.fullmatch(rest) is not None


def _is_rest_of_list(path: Path, document: Document, unlisted: set[Path]) -> bool:
    """Whether a key belongs to a list without brackets before it: `{choice: low, high}`."""
    before, _ = word_before(document.at(path[:-1]), path[-1])
    return document.at(path) is None and (*path[:-1], before) in unlisted
