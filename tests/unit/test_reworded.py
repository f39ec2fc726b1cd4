"""What a version has read out to the person in other words: said of whatever stands in a question, and of nothing else."""

from __future__ import annotations

import pytest

from engine.loader import reload_pathway
from engine.pathway import Pathway
from engine.speaking import read_languages
from engine.templates import Source, alone
from engine.versions.reworded import reworded
from tests.installations import PATHWAY
from tests.trial_translations import FRENCH, PORTUGUESE

ASKS = PATHWAY.replace("about you?", "of {shown}?")
IN_FRENCH = FRENCH.replace("de vous à {agency}", "de {shown} à {agency}")


def pathway(text: str = ASKS, **translations: str) -> Pathway:
    read = reload_pathway(text, "trial.yaml")
    files = {name: Source(f"trial.{name}.yaml", each) for name, each in translations.items()}
    found = read_languages(text, "trial.yaml", read.definition, alone, lambda _: files)
    return read.translated(found.translations)


def told(old: Pathway, new: Pathway) -> list[str]:
    return [each for found in reworded(old, new) for each in found.only]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("May we tell", "Shall we call", ["en: Shall we call {agency} of {shown}?"]),
        ("risk: {choice", "risk: {title: Weight, choice", ["en: Weight"]),
        ("full_name: {text", "full_name: {title: Called, text", []),
        ("shows: [risk]", "shows: []", []),
        ("shows: [risk]", "shows: [risk, home_country]", []),
        ("  referral: {to", "  stay: {ask: Stay?}\n  referral: {to", []),
    ],
)
def test_a_question_is_its_words_and_the_titles_that_it_names(
    before: str, after: str, expected: list[str]
) -> None:
    assert told(pathway(), pathway(ASKS.replace(before, after))) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Pouvons-nous", "Peut-on", ["fr: Peut-on parler de {shown} à {agency} ?"]),
        ("risk: Risque", "risk: Poids", ["fr: Poids"]),
        ("home: Partenaire", "home: Ami", ["fr: Ami"]),
        ("full_name: Nom complet", "full_name: Nom", []),
        ("referral: Demande", "referral: Envoi", []),
    ],
)
def test_so_it_is_in_another_language(before: str, after: str, expected: list[str]) -> None:
    old, new = pathway(fr=IN_FRENCH), pathway(fr=IN_FRENCH.replace(before, after))
    assert told(old, new) == expected


def test_a_further_language_is_asked_in_for_the_first_time_and_one_that_is_gone_is_not() -> None:
    both = pathway(PATHWAY, fr=FRENCH, pt=PORTUGUESE)
    assert set(told(pathway(PATHWAY, fr=FRENCH), both)) == {
        "pt: Podemos falar de si a {agency}?",
        "pt: Parceiro",
    }
    assert told(both, pathway(PATHWAY, fr=FRENCH)) == []


def test_what_has_only_another_name_is_asked_as_before() -> None:
    renamed = ASKS.replace("referral", "sending").replace("risk", "danger")
    renamed = renamed.replace("sending: {to", "sending: {was: referral, to")
    renamed = renamed.replace("danger: {choice", "danger: {was: risk, title: Risk, choice")
    assert told(pathway(), pathway(renamed)) == []
