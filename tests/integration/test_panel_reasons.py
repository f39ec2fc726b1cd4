"""What each member of a panel says is sealed for itself, and read by whom the panel shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import migrating, queries
from casework.acting import do
from casework.context import Onward
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.verifying import verify
from engine import commands as c
from models.keys import Erased
from tests.erased import erase_person
from tests.inside import whole_log
from tests.installations import ready
from tests.principals import OPERATOR, staff

AGENCIES = """\
registry: trial
countries: {GH: {}}
agencies:
  GH-DESK: {name: Desk, country: GH, roles: [desk]}
  GH-ONE: {name: One, country: GH, roles: [one]}
  GH-TWO: {name: Two, country: GH, roles: [two]}
"""
PATHWAY = """\
pathway: by_panel
version: 1
title: A trial
effective: 2026-01-01
sides: [host]
roles: {desk: desk @ host, one: one @ host, two: two @ host}
data: {reasons: {text, title: Why?}}
bases: {law: {ground: statutory, source: The law, to: [desk, one, two], shows: [reasons]}}
stages:
  first:
    steps:
      approve:
        panel: {members: [one, two], quorum: 2, agree: all, tied: returned, no_quorum: returned, shows_to: {two: [reasons]}}
        form: [reasons]
        decide: {approved: go on, returned: go on}
        due: 3 days
      note: {by: desk, after: approve}
    then: end done
ends: {done: success}
"""
DESK, ONE, TWO = (staff(code, "staff-1") for code in ("GH-DESK", "GH-ONE", "GH-TWO"))
WORDS, OTHERS = "Canary: plan too thin", "Canary: plan holds"


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    made = ready(url, tmp_path, agencies=AGENCIES, pathways=[PATHWAY])
    yield made
    made.close()


def test_each_members_words_are_kept_and_shown_as_the_panel_says(
    onward: Onward, tmp_path: Path
) -> None:
    """Each reads its own; the other member's while its own vote is awaited. The log has names only."""
    code = open_case(onward, "by_panel", "GH", DESK).code
    answers = {"reasons": WORDS}
    do(onward, code, c.Complete(task="approve.1", outcome="approved"), ONE, answers=answers)
    assert queries.protected_values(onward, code, ONE) == {"reasons approve.one": WORDS}
    assert queries.protected_values(onward, code, TWO) == {"reasons approve.one": WORDS}
    answers = {"reasons": OTHERS}
    do(onward, code, c.Complete(task="approve.1", outcome="returned"), TWO, answers=answers)
    assert queries.protected_values(onward, code, DESK) == {
        "reasons approve.one": WORDS,
        "reasons approve.two": OTHERS,
    }
    words = queries.case(onward, code, by=OPERATOR).spoken
    assert words.question("reasons approve.one") == "Why? (approve.one)"
    assert "Canary" not in repr(whole_log(onward, code))
    assert verify(onward, code, by=OPERATOR).faults == ()
    store = tmp_path / "onward.db"
    assert not store.exists() or b"Canary" not in store.read_bytes()


def test_who_is_erased_takes_the_reasons_along(onward: Onward) -> None:
    """They are about the person, and under the person's key."""
    opened = open_case(onward, "by_panel", "GH", DESK)
    answers = {"reasons": WORDS}
    do(
        onward,
        opened.code,
        c.Complete(task="approve.1", outcome="returned"),
        ONE,
        answers=answers,
    )
    do(onward, opened.code, c.Complete(task="note.1"), DESK)
    erase_person(onward, opened.code)
    with pytest.raises(Erased):
        queries.protected_values(onward, opened.code, DESK)


def test_they_are_kept_by_their_new_names_in_a_case_that_moves(onward: Onward) -> None:
    """Field and step have other names in the new version; who may read them reads them there."""
    code = open_case(onward, "by_panel", "GH", DESK).code
    answers = {"reasons": WORDS}
    do(onward, code, c.Complete(task="approve.1", outcome="approved"), ONE, answers=answers)
    text = PATHWAY.replace("version: 1", "version: 2\nrunning_cases: ask").replace(
        "reasons", "grounds"
    )
    text = text.replace("text, title: Why?", "text, title: Why?, was: reasons")
    text = text.replace("      approve:\n", "      sign:\n        was: approve\n")
    publish_pathway(onward, text.replace("after: approve", "after: sign"), by=OPERATOR)
    moved = migrating.move_case(onward, code, "by_panel", 2, OPERATOR)
    assert moved.word == "unaffected"
    assert queries.protected_values(onward, code, TWO) == {"grounds sign.one": WORDS}
    assert verify(onward, code, by=OPERATOR).faults == ()


@pytest.mark.parametrize("word", ["declined", "conditions"])
def test_an_answer_moves_by_its_new_name_though_agencies_write_words_of_the_old_one(
    onward: Onward, word: str
) -> None:
    """What was said of a vote that was not cast is no answer, and stays what it is."""
    text = PATHWAY.replace("reasons", word).replace("by_panel", "by_word")
    publish_pathway(onward, text, by=OPERATOR)
    code = open_case(onward, "by_word", "GH", DESK).code
    do(
        onward,
        code,
        c.Complete(task="approve.1", outcome="approved"),
        ONE,
        answers={word: WORDS},
    )
    do(onward, code, c.Decline(task="approve.1", reason="no_capacity"), TWO, words=OTHERS)
    text = text.replace("version: 1", "version: 2\nrunning_cases: ask").replace(word, "grounds")
    publish_pathway(onward, text.replace("text, title", f"text, was: {word}, title"), by=OPERATOR)
    migrating.move_case(onward, code, "by_word", 2, OPERATOR)
    assert queries.protected_values(onward, code, DESK) == {
        "grounds approve.one": WORDS,
        "declined approve.two": OTHERS,
    }
    assert verify(onward, code, by=OPERATOR).faults == ()
