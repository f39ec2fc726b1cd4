"""Whom bars keep out of a case is listed in its row, so that what is counted leaves the case out; both stores."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casework.case_rows import CASES
from casework.context import Onward
from casework.figures.measures import let_in
from casework.publishing import publish_pathway
from casework.verifying import verify
from engine.shut_out import meant_by
from tests.factories import MONDAY
from tests.installations import installation
from tests.principals import OPERATOR
from tests.promised_cover import is_shut_out
from tests.random_pathways import documents
from tests.stored_plays import AGENCIES, StoredPlay

EXAMPLES = {"sqlite": 8, "postgr": 2}
MOVES = 15


def test_the_store_finds_whom_bars_keep_out_as_the_promise_says_it(
    url: str, tmp_path: Path
) -> None:
    """After each thing that is done by chance, among agencies that come, change and go."""
    onward = installation(url, tmp_path, at=MONDAY)
    numbers, out = count(), list[bool]()

    @settings(
        max_examples=EXAMPLES[url[:6]],
        derandomize=True,
        phases=[Phase.generate],
    )
    @given(documents(), st.integers(0, 2**32))
    def look(document: dict[str, Any], seed: int) -> None:
        document |= {"pathway": f"trial_{next(numbers)}"}
        publish_pathway(onward, json.dumps(document), by=OPERATOR)
        play = StoredPlay(onward, document, Random(seed))
        for _ in range(MOVES):
            play.move()
            for agency in {*AGENCIES} - {play.state.responsible}:
                is_out = is_shut_out(play.trial, play.state, agency, play.registry)
                assert counts(onward, play, agency) is not is_out, agency
                out.append(is_out)
        assert verify(onward, play.code, OPERATOR).faults == ()

    look()
    if url.startswith("sqlite"):  # the few plays of the other store need not have met it
        assert any(out)
        assert not all(out)
    onward.close()


def counts(onward: Onward, play: StoredPlay, agency: str) -> bool:
    its = let_in(agency, meant_by(play.registry, agency)) & (CASES.c.code == play.code)
    with onward.store.read() as connection:
        return connection.execute(select(CASES.c.id).where(its)).first() is not None
