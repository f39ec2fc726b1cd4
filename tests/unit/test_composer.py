"""A text that libyaml reads is what ruamel makes of it: values, types and places."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from engine.documents.composer import Composer, is_usual
from tests.installations import PATHWAY
from tests.outside import do_without

ROOT = Path(__file__).parents[2]
FOLDERS = ("pathways", "tests/mechanisms")
LEAST_USUAL = 0.9
"""Of the texts of these folders, so that the test says something of what people write."""


@pytest.fixture(autouse=True, scope="module")
def _libyaml() -> None:
    if not yaml.__with_libyaml__:
        do_without("libyaml", "install PyYAML from a wheel; without it ruamel reads every text")


def read(text: str, *, fast: bool) -> Any:
    """What is read, and where; None if it is refused."""
    reader = YAML(typ="rt")
    reader.allow_duplicate_keys = False
    reader.preserve_quotes = True
    if fast:
        reader.Composer = Composer
    try:
        return list(parts(reader.load(text)))
    except Exception:  # noqa: BLE001 - whatever YAML, and what it makes of a text, may raise
        return None


def parts(node: Any) -> Iterator[Any]:
    """Each value with its type, and the place of each key and value.

    Where nothing stands behind a key, the two look for it at different places, and nobody uses it.
    """
    if not isinstance(node, CommentedMap | CommentedSeq):
        yield type(node), repr(node)
        return
    yield type(node), node.lc.line, node.lc.col
    pairs = node.items() if isinstance(node, CommentedMap) else enumerate(node)
    for key, value in pairs:
        place = node.lc.data[key] if node.lc.data and key in node.lc.data else ()
        yield repr(key), place[:2] if value is None else place
        yield from parts(value)


@cache
def texts() -> tuple[str, ...]:
    files = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.yaml"))]
    return tuple(file.read_text(encoding="utf-8") for file in files)


def test_what_people_write_is_read_as_before() -> None:
    """The library, and mechanisms that others have written."""
    usual = [text for text in texts() if is_usual(text)]
    assert len(usual) > LEAST_USUAL * len(texts())
    assert [text for text in usual if read(text, fast=True) != read(text, fast=False)] == []


HEAD = PATHWAY[PATHWAY.index("data:") : PATHWAY.index("stages:")]
_SCRAPS = (
    *"\n\t\r :-,[]{}#&*!|>'\"%@`?~=\\\u0085\u00a0\u2028\ufeff\x07é\U0001f600",
    *("  ", "\n  ", "- ", "? ", ": ", "--- ", "...\n", "<<: ", "&a ", "*a", "!x ", "!!int ", "| \n", " #c"),
    *("2026-01-01", "yes", "0o7", "0x1F", "1_000", "12:30", "null", "\\x41", "{a:1}", '{"a":1}', "- - a"),
)  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, len(HEAD)), st.sampled_from(_SCRAPS)), min_size=1, max_size=3)
)
def test_what_is_typed_by_mistake_is_read_as_before_or_left_to_ruamel(
    typed: list[tuple[int, str]],
) -> None:
    text = HEAD
    for place, scrap in typed:
        text = text[:place] + scrap + text[place:]
    agrees(text)


def agrees(text: str) -> None:
    assume(is_usual(text))
    made = read(text, fast=True)
    assert made is None or made == read(text, fast=False)


@pytest.mark.parametrize(
    "text",
    [
        "roles: {&first: screener}",
        "ask: |# in words",
        "|\n# in words",
        "words: {low: faible,? : prêt}",
        "roles:\n  desk\t: screener",
        "title: one\u0085version: 1",
        "title: one\rversion: 1",
        "title: \ufeffone",
        "words: {low: faible,\n... \n}",
        "a: 1\n---\nb: 2",
        "%YAML 1.1\n---\nopen: yes",
    ],
)
def test_what_the_two_may_read_otherwise_is_left_to_ruamel(text: str) -> None:
    assert not is_usual(text)


@example(
    "a: 1_000\nb: 0o7\nc: 0x1F\nd: 12:30\ne: yes\nf: ~\ng: 2026-01-01\nh: 1e3\ni: .inf\nj: 017"
)
@example("- |\n  one\n  two\n- >-\n  three\n\n  four\n- 'five'\n- \"s\\x41x\"")
@example("a: {b: [1, 2.5, c d, 'e'], f: {}}\ng: []\nh:\n- - i\n  - j")
@example("a: !!str 7")
@example("a: &x 7\nb: &x 8\nc: *x")
@example("- &x {a: &y [1]}\n- *x\n- {<<: *x, b: *y}\n- *z")
@example("a: &x [*x]")
@example("# nothing is said\n")
@example("")
@given(st.text("ab1:-,[]{}'\"| \n#", max_size=20))
def test_short_texts_are_read_as_before_or_left_to_ruamel(text: str) -> None:
    agrees(text)
