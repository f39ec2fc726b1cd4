"""What people are told: every code has its words in each language, with the values that it brings."""

from __future__ import annotations

import ast
import fnmatch
import gettext
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from engine.errors import Refusal
from engine.machines import TABLES
from engine.message import Message, message
from engine.translation import OWN
from tests.source_code import modules
from wording import catalogues
from wording.catalogues import LANGUAGES
from wording.sentences import in_words

_SAYING = ("engine", "wording", "casework", "onward", "flows")
_FOR_WORKERS = (
    "calendar.",
    "count.",
    "known.",
    "moment.",
    "off.",
    "refused.",
    "shown.",
    "status.",
    "why.",
)
"""Codes that somebody at an agency meets: these are in every language."""


class Said(NamedTuple):
    """Where a message is made."""

    where: str
    code: str
    values: frozenset[str]


def said(root: Path) -> Iterator[Said]:
    """Every message that the code makes. The code of each is a literal, its values are named."""
    for room in _SAYING:
        for name, source in modules(root / room):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and (found := _said(node, name)):
                    yield found


def _said(node: ast.Call, name: str) -> Said | None:
    prefix = {"Refusal": "refused.", "message": ""}.get(ast.unparse(node.func))
    if prefix is None:
        return None
    where = f"{name}:{node.lineno}"
    assert len(node.args) == 1, f"{where}: a code, and values by name"
    (code,) = node.args
    assert all(each.arg for each in node.keywords), f"{where}: each value by its name"
    values = frozenset(each.arg for each in node.keywords if each.arg)
    return Said(where, f"{prefix}{_written(code, where)}", values)


def _written(code: ast.expr, where: str) -> str:
    """A code as it is written; `*` stands for a status that is filled in: `status.task.*`."""
    parts = code.values if isinstance(code, ast.JoinedStr) else [code]
    known = [each.value if isinstance(each, ast.Constant) else "*" for each in parts]
    assert known != ["*"], f"{where}: the code is written there"
    return "".join(map(str, known))


def catalogue(root: Path, language: str) -> dict[str, list[str]]:
    """The texts of each code: one, or one for each number."""
    with (root / "wording" / f"{language}.po").open("rb") as file:
        found = read_po(file, locale=language, abort_invalid=True)
    texts: dict[str, Any] = {_code(each): each.string for each in found if each.id}
    return {code: [text] if isinstance(text, str) else [*text] for code, text in texts.items()}


def _code(entry: Any) -> str:
    return str(entry.id[0] if entry.pluralizable else entry.id)


def places(text: str) -> set[str]:
    """The values that a text names."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_read_as_babel_reads_it(project_root: Path, language: str) -> None:
    """Its texts, and which of several a number takes."""
    with (project_root / "wording" / f"{language}.po").open("rb") as file:
        by_babel = BytesIO()
        write_mo(by_babel, read_po(file, locale=language, abort_invalid=True))
    by_babel.seek(0)
    babels, ours = gettext.GNUTranslations(by_babel), catalogues.catalogue(language)
    assert ours.texts
    for code in ours.texts:
        for number in (0, 1, 2, 5):
            expected = babels.ngettext(code, code, number)
            expected = babels.gettext(code) if expected == code else expected
            assert ours.text(code, number) == expected
    written = (project_root / "wording" / f"{language}.po").read_text(encoding="utf-8")
    assert len(ours.texts) == written.count("\nmsgid ")


def test_every_message_has_english_words_with_just_its_values(project_root: Path) -> None:
    words = catalogue(project_root, "en")
    faults = [
        f"{each.where}: {each.code} {sorted(each.values)}"
        for each in said(project_root)
        if not (meant := fnmatch.filter(words, each.code))
        or any(_named(words[code]) != each.values - {"n"} for code in meant)
    ]
    assert faults == []


def _named(texts: list[str]) -> set[str]:
    """The values of all its texts, without the number that chooses among them."""
    return {name for text in texts for name in places(text)} - {"n"}


def test_every_status_has_words(project_root: Path) -> None:
    words = catalogue(project_root, "en")
    statuses = {
        f"status.{kind}.{status}"
        for kind, rows in TABLES.items()
        for _, sources, target in rows
        for status in (target, *([sources] if isinstance(sources, str) else sources))
    }
    assert statuses - set(words) == set()


def test_no_words_are_left_that_nothing_says(project_root: Path) -> None:
    known = {each.code for each in said(project_root)}
    words = catalogue(project_root, "en")
    assert set(words) - {code for each in known for code in fnmatch.filter(words, each)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_worker_meets_has_words_in_each_language(
    project_root: Path, language: str
) -> None:
    english, words = catalogue(project_root, "en"), catalogue(project_root, language)
    met = {code for code in english if code.startswith(_FOR_WORKERS)}
    assert met - set(words) == set()
    assert set(words) - set(english) == set()
    for code, texts in words.items():
        assert all(texts), code
        assert set().union(*map(places, texts)) == set().union(*map(places, english[code])), code


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != OWN])
def test_switched_to_another_language_nothing_that_a_worker_meets_is_english(
    project_root: Path, language: str
) -> None:
    """Each sentence is made with its values; only a text that has no word of its own stays as it is."""
    english = {
        code: texts
        for code, texts in catalogue(project_root, "en").items()
        if code.startswith(_FOR_WORKERS) and any(map(_own_words, texts))
    }
    assert len(english) > 200
    alike = set()
    for code, texts in english.items():
        values = dict.fromkeys(set().union(*map(places, texts)) - {"n"}, ("A", "B"))
        for met in (Message(code, values | {"n": number}) for number in (1, 2)):
            alike |= {code} if in_words(met, language) == in_words(met) else set()
    assert alike == _ALIKE.get(language, set())


_OF_REQUESTS = "why.kind_of_request."
_ALIKE = {
    "fr": {f"{_OF_REQUESTS}consultation", f"{_OF_REQUESTS}notification", "why.task.vote"},
}
"""Words that another language has too."""


def _own_words(text: str) -> str:
    """What stands between the values."""
    return "".join(filter(str.isalpha, "".join(own for own, *_ in Formatter().parse(text))))


def test_a_list_is_joined_as_the_language_does_it() -> None:
    refusal = Refusal("wrong_outcome.one_of", allowed=("a", "b", "c"))
    assert in_words(refusal.message) == "say one of: a, b, c"
    assert in_words(refusal.message, "fr-CI") == "dites l'un de ces mots : a, b, c"


def test_a_language_without_a_catalogue_is_english() -> None:
    assert in_words(message("refused.not_merged", case="A", into="B"), "ha").startswith("A is not")


def test_a_moment_is_written_with_its_zone() -> None:
    told = in_words(message("refused.wrong_moment.to_come", at=datetime(2026, 3, 2, 9, tzinfo=UTC)))
    assert "2026-03-02 09:00 UTC" in told
