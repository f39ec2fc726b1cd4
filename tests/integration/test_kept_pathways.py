"""The pathways that a process keeps: so many, and each with the words of its day whoever asks beside."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace as with_other
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import event, select

from casework import library, published
from casework.context import Onward
from casework.library import Library
from casework.publishing import publish_pathway
from casework.reference import Reference
from engine.agencies.registry import Registry
from engine.time.calendars import Calendars
from engine.translation import OWN
from models.columns import table_of
from models.definitions import PathwayVersion
from tests.installations import PATHWAY, ready
from tests.outsiders import watched
from tests.principals import OPERATOR

_VERSIONS = table_of(PathwayVersion)
ROUNDS = 200
AWAY_SECONDS = 0.0001


@pytest.fixture
def onward(tmp_path: Path) -> Iterator[Onward]:
    """Three versions of a pathway."""
    made = ready(f"sqlite:///{tmp_path / 'onward.db'}", tmp_path)
    for number in (2, 3):
        publish_pathway(made, PATHWAY.replace("version: 1", f"version: {number}"), by=OPERATOR)
    yield made
    made.close()


def ids_of(onward: Onward) -> list[int]:
    with onward.store.read() as connection:
        return list(connection.scalars(select(_VERSIONS.c.id).order_by(_VERSIONS.c.number)))


@contextmanager
def gives_way() -> Iterator[None]:
    """This thread lets the others go on at every line of the library."""

    def at(frame: FrameType, _event: str, _arg: object) -> Any:
        if frame.f_code.co_filename != library.__file__:
            return None
        time.sleep(AWAY_SECONDS)
        return at

    before = sys.gettrace()
    sys.settrace(at)
    try:
        yield
    finally:
        sys.settrace(before)


def test_only_the_pathways_that_were_used_last_are_kept(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that has looked at every version ever published holds some of them."""
    monkeypatch.setattr(library, "KEPT", 2)
    kept, read = Library(), []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "FROM pathway_versions" in statement:
            read.append(parameters)

    first, second, third = ids_of(onward)
    event.listen(onward.store.engine, "before_cursor_execute", note)
    with onward.store.read() as connection:
        for ident, times in (
            (first, 1), (second, 2), (first, 2), (third, 3), (first, 3), (second, 4), (second, 4)
        ):  # fmt: skip
            assert kept.pathway(connection, ident).name == "trial"
            assert len(read) == times
    event.remove(onward.store.engine, "before_cursor_execute", note)


def test_two_threads_that_ask_by_two_editions_get_the_words_of_each(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A translation is mended while a turn that has begun goes by the one before."""
    (ident, *_) = ids_of(onward)
    kept = Library()
    with onward.store.read() as connection:
        words = replace(kept.pathway(connection, ident).spoken(OWN), language="fr")
    said = {
        number: Reference(
            Registry(()), Calendars(()), {ident: {"fr": replace(words, title=f"words {number}")}}
        )
        for number in (1, 2)
    }
    monkeypatch.setattr(Library, "reference", lambda _self, _connection, number: said[number])

    def asks(number: int) -> set[str]:
        with onward.store.read() as connection, gives_way():
            return {
                kept.speaking(connection, ident, number).spoken("fr").title for _ in range(ROUNDS)
            }

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(asks, (1, 2, 1, 2)))
    assert found == [{"words 1"}, {"words 2"}] * 2


def test_a_list_of_versions_reads_no_text_that_it_has_read_before(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few pathways are kept."""
    monkeypatch.setattr(library, "KEPT", 1)
    there = with_other(onward, library=Library())

    def texts() -> int:
        with watched(there, monkeypatch) as seen:
            assert len(published.pathways(there, OPERATOR)[0]) == 3
        return sum("pathway_versions.text" in each for each in seen)

    assert (texts(), texts()) == (3, 0)
