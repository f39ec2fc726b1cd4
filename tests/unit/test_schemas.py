"""The schemas with which an editor completes and checks the files of a coordinator."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.schemas import SCHEMAS, FileKind, schema_file
from tests.editors import Editor, read

LIBRARY = Path(__file__).parents[2] / "pathways"
FILES = sorted(LIBRARY.rglob("*.yaml"))
HEAD = "# yaml-language-server: $schema="

Marked = Callable[[str, FileKind], list[str]]


@pytest.fixture(name="marked", scope="module")
def _marked() -> Marked:
    """What an editor marks in a text, by the schema in the library."""
    editors = {
        kind: Editor(json.loads((LIBRARY / schema_file(kind)).read_text(encoding="utf-8")))
        for kind in FileKind
    }
    return lambda text, kind: editors[kind].marks(text)


def kind_of(text: str) -> FileKind:
    """By the word with which it begins."""
    first = next(iter(read(text)))
    return FileKind({"language": "translation"}.get(first, first))


@pytest.mark.parametrize("kind", FileKind)
def test_the_schema_that_stands_in_the_library_is_of_this_version(kind: FileKind) -> None:
    written = json.loads((LIBRARY / schema_file(kind)).read_text(encoding="utf-8"))
    assert written == SCHEMAS[kind]()


@pytest.mark.parametrize("kind", FileKind)
def test_every_word_says_what_it_means(kind: FileKind) -> None:
    """An editor shows it as the mouse rests on the word: a sentence, of nothing that only programs know."""
    words = list(words_of(SCHEMAS[kind]()))
    assert "Source:" not in json.dumps(SCHEMAS[kind]())
    assert len(words) > 5
    for name, word in words:
        meaning = word.get("description", "")
        assert meaning[:1].isupper() or meaning[:1] == "`", (name, meaning)
        assert meaning.endswith("."), (name, meaning)
        assert not re.search(r"`[A-Z_]{4,}`|\w+\(|Raises|Args", meaning), (name, meaning)


def words_of(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every word that may stand anywhere in a file, with what its schema says of it."""
    if isinstance(schema, list):
        for each in schema:
            yield from words_of(each)
    elif isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict) and "type" in schema:
            yield from properties.items()
        for each in schema.values():
            yield from words_of(each)


def test_the_library_has_files_of_every_kind() -> None:
    """So each schema is tried on a real one."""
    assert {kind_of(file.read_text(encoding="utf-8")) for file in FILES} == set(FileKind)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_each_file_of_the_library_names_its_schema_and_has_no_mark(
    file: Path, marked: Marked
) -> None:
    """In a clone, without a network."""
    text = file.read_text(encoding="utf-8")
    kind, line = kind_of(text), text.splitlines()[0]
    assert line.startswith(HEAD)
    named = (file.parent / line.removeprefix(HEAD)).resolve()
    assert named == LIBRARY / schema_file(kind)
    assert marked(text, kind) == []


SCENARIOS = """\
scenarios: visit
cases:
  plain:
    opened: 2026-03-02 09:00
    by: GH-GPS
    country: GH
    play:
      - {at: +2 days, by: GH-GPS, do: complete ask, answers: {wants_visit: yes}}
      - {at: 2026-03-05 12:00, expect: {due: {visit: 2026-04-05}, closed: no}}
"""
REGISTRY = """\
registry: trial
countries:
  GH: {zone: Africa/Accra, holidays: {2026-03-06: Independence Day}}
agencies:
  GH-GPS: {name: One, country: GH, roles: [desk], capacity: {desk: 4}, leave: [{from: 2026-01-01, until: 2026-01-09}]}
"""
RATES = """\
rates: visit
first: 2026-03-02
staff: {GH-GPS: 2, GH-DSW: {people: 1, hours: [8, 12], days: all}}
usual: {wait: 1 day}
steps: {ask: {minutes: 20, outcomes: {yes: 2, no: 1}}}
interrupts: {leaves: 0.02, alert: {raised: 0.1, wait: 3 hours}}
"""
PART = """\
part: safety
with: [who, how_often]
steps:
  look: {by: $who, due: 1 day, optional: $how_often, repeat: {at_most: $how_often}}
"""


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (FileKind.SCENARIOS, SCENARIOS),
        (FileKind.REGISTRY, REGISTRY),
        (FileKind.RATES, RATES),
        (FileKind.PART, PART),
    ],
)
def test_short_forms_have_no_mark(kind: FileKind, text: str, marked: Marked) -> None:
    """What the reader of a file takes, its editor takes."""
    assert marked(text, kind) == []


@pytest.mark.parametrize(
    ("kind", "text", "right", "wrong", "place"),
    [
        (
            FileKind.SCENARIOS,
            SCENARIOS,
            "do: complete ask",
            "do: finish ask",
            "cases.plain.play.0.do",
        ),
        (FileKind.SCENARIOS, SCENARIOS, "answers:", "anwsers:", "cases.plain.play.0"),
        (
            FileKind.SCENARIOS,
            SCENARIOS,
            "closed: no",
            "closed: perhaps",
            "cases.plain.play.1.expect",
        ),
        (FileKind.SCENARIOS, SCENARIOS, "  plain:", "  Plain case:", "cases"),
        (FileKind.SCENARIOS, SCENARIOS, "at: +2 days, ", "", "cases.plain.play.0"),
        (FileKind.REGISTRY, REGISTRY, "roles: [desk]", "roles: []", "agencies.GH-GPS.roles"),
        (FileKind.REGISTRY, REGISTRY, "leave:", "leaves:", "agencies.GH-GPS"),
        (FileKind.REGISTRY, REGISTRY, "GH-GPS:", "gh-gps:", "agencies"),
        (FileKind.REGISTRY, REGISTRY, "{desk: 4}", "{desk: many}", "agencies.GH-GPS.capacity.desk"),
        (FileKind.REGISTRY, REGISTRY, "  GH: {zone", "  Ghana: {zone", "countries"),
        (FileKind.RATES, RATES, "leaves: 0.02", "leaves: 2", "interrupts.leaves"),
        (FileKind.RATES, RATES, "GH-GPS: 2", "GH-GPS: 0", "staff.GH-GPS"),
        (FileKind.RATES, RATES, "minutes:", "minute:", "steps.ask"),
        (FileKind.RATES, RATES, "wait: 1 day", "wait: 1", "usual.wait"),
        (FileKind.PART, PART, "due: 1 day", "deu: 1 day", "steps.look"),
        (FileKind.PART, PART, "optional: $how_often", "optional: often", "steps.look.optional"),
    ],
    ids=lambda each: each if isinstance(each, str) and "\n" not in each else "",
)
def test_what_cannot_stand_is_marked_where_it_stands(
    kind: FileKind, text: str, right: str, wrong: str, place: str, marked: Marked
) -> None:
    assert text.count(right) == 1
    (mark,) = marked(text.replace(right, wrong), kind)
    assert mark.startswith(place)
