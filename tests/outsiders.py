"""What an agency may ask of a case by its code, and what it gets for an answer: words, statements, keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from casework import links_shown, queries
from casework.acting import do, require_possible, words_to_read_out
from casework.case_part import case_part
from casework.context import Onward
from casework.explaining import explain
from casework.filling_in import form_of
from casework.principal import Principal
from casework.request_view import request
from engine import commands as c
from engine.errors import Refusal
from models import prepared as prepared_statements
from models.keys import Keyring

NO_CASE = "0000-0000"
ASKS: dict[str, Callable[[Onward, str, Principal], object]] = {
    "request": lambda onward, code, by: request(onward, code, "ask_home.1", by),
    "person": queries.protected_values,
    "explain": lambda onward, code, by: explain(onward, code, "", by),
    "links": links_shown.links,
    "texts": lambda onward, code, by: queries.spoken(onward, code, by, "en"),
    "part": case_part,
    "form": lambda onward, code, by: form_of(onward, code, "interview.1", by),
    "complete": lambda onward, code, by: do(onward, code, c.Complete(task="interview.1"), by),
    "claim": lambda onward, code, by: do(onward, code, c.Claim(task="interview.1"), by),
    "accept": lambda onward, code, by: do(
        onward, code, c.AcceptHandOver(hand_over="ask_home.1"), by
    ),
    "withdraw": lambda onward, code, by: do(
        onward, code, c.WithdrawConsent(consent="referral"), by
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

    def prepared(*given: Any) -> object:
        made = prepare(*given)
        seen.append(made.text)
        return made

    prepare = prepared_statements._prepare
    event.listen(onward.store.engine, "before_cursor_execute", asked)
    monkeypatch.setattr(prepared_statements, "_prepare", prepared)  # what goes past SQLAlchemy
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


def is_as_invented(
    onward: Onward, code: str, by: Principal, monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Whether whatever it asks for is answered as for a code that was never given out."""
    for ask in ASKS:
        answer(onward, ask, NO_CASE, by, monkeypatch)  # the first look of an hour begins its count
        invented = answer(onward, ask, NO_CASE, by, monkeypatch)
        assert "unknown_case" in invented[0]
        assert "a key" not in invented[1]
        if answer(onward, ask, code, by, monkeypatch) != invented:
            return False
    return True
