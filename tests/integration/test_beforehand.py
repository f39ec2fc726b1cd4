"""An act is looked at before its form is asked for, and nobody learns of a case by that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.acting import do, require_possible
from casework.context import Onward
from engine import commands as c
from engine.commands import Decline
from engine.errors import Refusal
from models.keys import Erased
from tests.erased import erase_case
from tests.installations import HOME, SCREEN, asked_home, ready
from tests.principals import staff

DECLINE = Decline(task="interview.1", reason="no_capacity")


@pytest.fixture
def onward(sqlite_url: str, tmp_path: Path) -> Iterator[Onward]:
    """An installation with the trial pathway and its agencies."""
    made = ready(sqlite_url, tmp_path)
    yield made
    made.close()


def test_an_erased_case_is_none_to_an_agency_that_had_no_part_in_it(onward: Onward) -> None:
    """As with a code that was never given out, also to who had one; the responsible agency is told."""
    code = asked_home(onward)
    do(onward, code, c.DeclineHandOver(hand_over="ask_home.1", reason="unsafe"), HOME)
    erase_case(onward, code)

    with pytest.raises(Refusal) as refused:
        require_possible(onward, code, DECLINE, staff("GH-TWO"))
    assert refused.value.reason == "unknown_case"
    with pytest.raises(Refusal, match="unknown_case"):
        require_possible(onward, code, DECLINE, HOME)
    with pytest.raises(Erased):
        require_possible(onward, code, DECLINE, SCREEN)
