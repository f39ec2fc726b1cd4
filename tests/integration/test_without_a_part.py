"""An agency without a part in a case learns nothing from asking, and nothing of the case is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from casework import links, queries
from casework.acting import do, require_possible, words_to_read_out
from casework.context import Onward
from casework.explaining import explain
from casework.filling_in import form_of
from casework.principal import Principal
from casework.request_view import request
from engine import commands as c
from engine.errors import Refusal
from models.keys import Keyring
from tests.erased import erase_case
from tests.installations import HOME, HOME_TWO, asked_home, opened

NO_CASE = "0000-0000"
ASKS: dict[str, Callable[[Onward, str, Principal], object]] = {
    "request": lambda onward, code, by: request(onward, code, "ask_home.1", by),
    "person": queries.protected_values,
    "explain": lambda onward, code, by: explain(onward, code, "", by),
    "links": links.links,
    "texts": lambda onward, code, by: queries.spoken(onward, code, by, "en"),
    "form": lambda onward, code, by: form_of(onward, code, "interview.1", by),
    "complete": lambda onward, code, by: do(onward, code, c.Complete(task="interview.1"), by),
    "claim": lambda onward, code, by: do(onward, code, c.Claim(task="interview.1"), by),
    "accept": lambda onward, code, by: do(
        onward, code, c.AcceptHandOver(hand_over="ask_home.1"), by
    ),
    "first look": lambda onward, code, by: require_possible(
        onward, code, c.Complete(task="interview.1"), by
    ),
    "words": lambda onward, code, by: words_to_read_out(onward, code, "agree.1", by),
}


@contextmanager
def watched(onward: Onward, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is asked of the store, and each key that is unwrapped."""
    seen: list[str] = []

    def asked(*given: Any) -> None:
        seen.append(given[2])

    def unwrapped(self: Keyring, *given: Any) -> object:
        seen.append("a key")
        return cipher(self, *given)

    cipher = Keyring.cipher
    event.listen(onward.store.engine, "before_cursor_execute", asked)
    monkeypatch.setattr(Keyring, "cipher", unwrapped)
    try:
        yield seen
    finally:
        monkeypatch.undo()
        event.remove(onward.store.engine, "before_cursor_execute", asked)


def answer(
    onward: Onward, ask: str, code: str, by: Principal, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, list[str]]:
    """The refusal without the code, and what was done for it."""
    with watched(onward, monkeypatch) as seen, pytest.raises(Refusal) as refused:
        ASKS[ask](onward, code, by)
    return str(refused.value).replace(code, "CODE"), seen


@pytest.mark.parametrize("ask", ASKS)
def test_who_has_no_part_is_answered_as_if_there_were_no_case(
    onward: Onward, ask: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words and the same statements, whether it is there or not; no key is unwrapped."""
    code = opened(onward)
    for by in (HOME, HOME_TWO):
        answer(onward, ask, NO_CASE, by, monkeypatch)  # the first look of the hour begins its count
        invented = answer(onward, ask, NO_CASE, by, monkeypatch)
        assert answer(onward, ask, code, by, monkeypatch) == invented
        assert "unknown_case" in invented[0]
        assert "a key" not in invented[1]


@pytest.mark.parametrize("ask", ["request", "explain"])
def test_who_gets_a_part_is_heard_from_then_on(onward: Onward, ask: str) -> None:
    """Who was asked, and nobody else."""
    code = asked_home(onward)
    with pytest.raises(Refusal, match="unknown_case"):
        ASKS[ask](onward, code, HOME_TWO)
    ASKS[ask](onward, code, HOME)


def test_a_row_from_before_the_list_is_told_by_its_state(onward: Onward) -> None:
    """And has the list once something happens."""
    code = asked_home(onward)
    with onward.store.write() as connection:
        connection.exec_driver_sql("UPDATE cases SET parties = NULL")
    ASKS["explain"](onward, code, HOME)
    with pytest.raises(Refusal, match="unknown_case"):
        ASKS["explain"](onward, code, HOME_TWO)


def test_an_erased_case_does_not_exist_for_who_had_no_part(onward: Onward) -> None:
    """Not even by a right that the agency would have in it."""
    code = asked_home(onward)
    with onward.store.write() as connection:
        connection.exec_driver_sql("UPDATE cases SET status = 'ended'")
    erase_case(onward, code)
    with pytest.raises(Refusal, match="unknown_case"):
        do(onward, code, c.Raise(interrupt="gone"), HOME_TWO)
