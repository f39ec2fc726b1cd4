"""An answer that only tells somebody, where the case still ends, is told as a note."""

from __future__ import annotations

import pytest

from engine.checks.silent_ends import silent_ends
from tests.factories import HEAD as HEAD_OF_ALL
from tests.factories import pathway
from tests.told import advice, sentence

HEAD = "stages:\n  one:\n    steps:\n"
LAST = "      ask: {by: screener, decide: {yes: go on, no: tell manager}}\n"
OTHER = "      look: {by: screener}\n"
END = "    then: end done\n"
REQUEST = "      ask: {{hand_over: manager, answer: 2 days, silent: go on, declined: {}}}\n"
NOTE = "`no` only tells `manager`: the case still ends"


IN_FORM = HEAD_OF_ALL.replace("done: success", "done: {kind: success, by: manager}")


def notes(steps: str, end: str = END, head: str = HEAD_OF_ALL) -> list[str]:
    return [sentence(each) for each in silent_ends(pathway(HEAD + steps + end, head).definition)]


def test_an_outcome_that_only_tells_before_an_end_is_noted_at_its_word() -> None:
    """With the end that follows, so that a writer sees what happens."""
    (note,) = silent_ends(pathway(HEAD + OTHER + LAST + END).definition)
    assert note.path == ("stages", "one", "steps", "ask", "decide", "no")
    assert sentence(note) == NOTE
    assert advice(note) == "check whether `end done` is meant, and write another end if not"


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (
            "      ask: {by: screener, consent: tell_home, refused: tell manager}\n",
            "`refused` only tells `manager`: the case still ends",
        ),
        (
            REQUEST.format("{unsafe: tell screener, otherwise: end stays}"),
            "`unsafe` only tells `screener`: the case still ends",
        ),
        (
            REQUEST.format("tell screener"),
            "`declined` only tells `screener`: the case still ends",
        ),
    ],
)
def test_a_no_to_a_consent_or_a_request_is_an_answer_too(steps: str, said: str) -> None:
    assert notes(steps) == [said]


@pytest.mark.parametrize(
    ("steps", "end"),
    [
        (LAST.replace("tell manager", "end stays"), END),
        (LAST.replace("tell manager", '"back to one, at most 1, then tell manager"'), END),
        (LAST + OTHER.replace("screener", "screener, after: ask"), END),
        (
            LAST + OTHER.replace("screener", "screener, when: decision.ask = no, otherwise: skip"),
            END,
        ),
        (LAST + OTHER.replace("screener", "screener, due: 2 days after ask.done"), END),
        (
            LAST.replace(
                "}}", "}, repeat: {at_most: 3, until: decision.ask = yes, then: end stays}}"
            ),
            END,
        ),
        (LAST.replace("}}", "}, optional: yes}") + OTHER, END),
        (LAST, "  two: {after: one, steps: {look: {by: screener}}, then: end done}\n"),
    ],
    ids=[
        "another end",
        "back",
        "a step after it",
        "a condition asks",
        "counted from it",
        "done again",
        "optional",
        "another stage",
    ],
)
def test_where_somebody_still_has_a_say_nothing_is_noted(steps: str, end: str) -> None:
    assert notes(steps, end) == []


def test_an_end_in_form_is_not_silent() -> None:
    """Its closing is a task, so somebody looks at what was answered."""
    assert notes(LAST, head=IN_FORM) == []
    assert notes(LAST) == [NOTE]
