"""What is left of a record for whoever may read no answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine import facts as f
from engine.pathway import Pathway
from engine.state import ConsentState
from engine.statuses import ConsentStatus
from engine.withheld import without_person
from tests.random_pathways import pathways
from tests.random_plays import Play

OF_PERSON = {"answers", "value", "data", "anchors", "language", "interpreter", "giver", "view"}
"""Words of facts and states under which something of the person is kept."""


def words_in(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for word, each in value.items():
            yield word
            yield from words_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from words_in(each)


@settings(
    max_examples=20,
    phases=[Phase.generate],
)
@given(pathways(), st.integers(0, 2**32))
def test_no_fact_and_no_state_keeps_an_answer(trial: Pathway, seed: int) -> None:
    """Nor a yes or no, which no search for a value would find; each keeps what kind of fact it is."""
    play = Play(trial, Random(seed))
    for _ in range(25):
        play.move()
    shown = without_person(play.facts)
    assert not OF_PERSON & {*words_in(shown), *words_in(without_person(play.state))}
    assert [each["is"] for each in shown] == [fact.__struct_config__.tag for fact in play.facts]


def test_what_is_not_of_the_person_stays_as_it_is_stored() -> None:
    """How a consent stands, and for whom; a value that is stored nowhere is not made up."""
    consent = ConsentState(
        status=ConsentStatus.GIVEN, recipients=("NG-HOME",), language="fr", giver="guardian"
    )
    shown = without_person(f.ConsentChanged(name="referral", consent=consent))
    assert shown == {
        "is": "consent_changed",
        "name": "referral",
        "consent": {"status": "given", "recipients": ["NG-HOME"]},
    }
