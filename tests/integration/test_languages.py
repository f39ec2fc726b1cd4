"""Languages of published pathways on both stores: lists, notices, questions; words that are mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casework import queries, worklists
from casework.acting import do, words_to_read_out
from casework.context import Onward
from casework.delivering import claim_notices, deliver
from casework.held_case import hold
from casework.publishing import Published, publish_pathway
from casework.registering import register
from casework.verifying import verify
from engine import commands as c
from engine.templates import Source
from notifiers.memory import MemoryChannel
from tests.installations import AGENCIES, PATHWAY, SCREEN, addresses, installation, opened
from tests.principals import OPERATOR, TIME, staff
from tests.trial_translations import FRENCH


@pytest.fixture
def channel() -> MemoryChannel:
    return MemoryChannel()


@pytest.fixture
def onward(url: str, tmp_path: Path, channel: MemoryChannel) -> Iterator[Onward]:
    """The first agency reads French."""
    made = installation(url, tmp_path, channel=channel)
    try:
        register(
            made, AGENCIES.replace("name: One,", "name: One, languages: [fr, en],"), by=OPERATOR
        )
        yield made
    finally:
        made.close()


def publish(onward: Onward, french: str = FRENCH) -> Published:
    return publish_pathway(
        onward,
        PATHWAY,
        file="trial.yaml",
        around=lambda _: {"fr": Source("trial.fr.yaml", french)},
        by=OPERATOR,
    )


def labels(onward: Onward, agency: str = "GH-ONE", language: str | None = None) -> list[str]:
    return [line.label for line in worklists.tasks(onward, staff(agency), language=language)]


def test_a_worklist_is_read_in_the_language_of_its_agency(onward: Onward) -> None:
    """Or in the one that is asked for; in English where the pathway has no such words."""
    publish(onward)
    code = opened(onward)
    assert labels(onward) == ["Entretien"]
    assert labels(onward, language="en") == labels(onward, language="pt") == ["Interview"]
    assert queries.case(onward, code, OPERATOR, "fr").spoken.title == "Un essai"
    assert queries.case(onward, code, by=OPERATOR).spoken.title == "A trial"


def test_a_notice_names_the_step_in_the_language_in_which_it_is_written(
    onward: Onward, channel: MemoryChannel
) -> None:
    """What is kept of it stays in English: the language is that of who reads it then."""
    publish(onward)
    code = opened(onward)
    to = replace(onward, addresses=addresses("GH-ONE email"))
    (owed,) = claim_notices(to, code, by=TIME)
    assert deliver(to, owed, by=TIME).delivered
    assert "Étape : Entretien" in channel.sent[0].message.body


def test_a_question_is_read_out_and_proved_in_its_language(onward: Onward) -> None:
    """The hash of the answer is that of the words that were read out."""
    publish(onward)
    code = opened(onward)
    do(
        onward,
        code,
        c.Complete(task="interview.1"),
        SCREEN,
        answers={"full_name": "Person 1", "home_country": "NG"},
    )
    said = words_to_read_out(onward, code, "agree.1", SCREEN, "fr")
    assert (said.text, said.language) == ("Pouvons-nous parler de vous à Home ?", "fr")
    other = words_to_read_out(onward, code, "agree.1", SCREEN, "ha")
    assert (other.text, other.language, other.wanted) == (
        "May we tell Home about you?",
        "en",
        "ha",
    )
    do(onward, code, c.RecordConsent(task="agree.1", given=True, language="fr"), SCREEN)
    with onward.store.read() as connection:
        consent = hold(onward, connection, code, lock=False).state.consents["referral"]
    assert consent.language == "fr"
    # sha256 of the French question, by `printf ... | sha256sum`
    assert consent.text_hash == "b48ea105622b003f87ae9d665537fff8680f46ddc6e5f33df5c16256f33a1e70"


def test_words_are_mended_without_a_new_version(onward: Onward) -> None:
    """Whoever has read them before reads them anew; the same words again are nothing new."""
    first = publish(onward)
    assert (first.is_new, first.languages, first.mended) == (True, ("fr",), ("fr",))
    code = opened(onward)
    assert labels(onward) == ["Entretien"]
    again = publish(onward)
    assert (again.is_new, again.mended) == (False, ())
    mended = publish(onward, FRENCH.replace("Entretien", "Premier entretien"))
    assert (mended.is_new, mended.mended) == (False, ("fr",))
    assert mended.content_hash == first.content_hash
    assert labels(onward) == ["Premier entretien"]
    assert (
        queries.case(onward, code, OPERATOR, "fr").spoken.label("interview", "")
        == "Premier entretien"
    )
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_a_version_without_a_translation_goes_on_in_english(onward: Onward) -> None:
    """And gets its words whenever they are written."""
    publish_pathway(onward, PATHWAY, file="trial.yaml", by=OPERATOR)
    opened(onward)
    assert labels(onward) == ["Interview"]
    assert publish(onward).mended == ("fr",)
    assert labels(onward) == ["Entretien"]
