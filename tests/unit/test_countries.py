"""Which countries there are, and which one was meant."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.countries import fault_of_country, is_country, name_in, names
from tests.factories import Case
from wording.sentences import in_full


@pytest.mark.parametrize("code", ["GH", "GB", "BG", "NO", "XK"])
def test_a_country_of_today_is_known(code: str) -> None:
    """Kosovo's code is user-assigned, and in use with everybody who writes one."""
    assert is_country(code)


@pytest.mark.parametrize("code", ["UK", "EL", "XX", "XA", "XZ", "ZZ", "EU", "gh", "", "YU"])
def test_no_other_code_is_one(code: str) -> None:
    """Neither those of nobody nor those of what is no country any more."""
    assert not is_country(code)


def test_there_are_as_many_as_the_standard_has() -> None:
    """249 of ISO 3166-1, and one that is agreed on."""
    assert len(names()) == 250


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("UK", "did you mean `GB` (Britain)?"),
        ("EL", "did you mean `GR` (Greece)?"),
        ("XX", "write a code of ISO 3166-1, as in `GH`"),
    ],
)
def test_the_one_that_was_meant_is_named(code: str, meant: str) -> None:
    """Where that can be told."""
    assert in_full(fault_of_country(code)) == f"there is no country `{code}` ({meant})"


@pytest.mark.parametrize(
    ("languages", "name"),
    [
        (("en",), "Netherlands"),
        (("fr", "en"), "Pays-Bas"),
        (("bg", "en"), "Нидерландия"),
        (("zz", "en"), "Netherlands"),
        (("no language", "en"), "Netherlands"),
        (("zz",), "NL"),
    ],
)
def test_a_country_is_named_in_a_language(languages: tuple[str, ...], name: str) -> None:
    """In the first that has a name for it; the code stays where none has."""
    assert name_in("NL", *languages) == name


def test_portuguese_names_are_those_of_africa_and_portugal() -> None:
    """The library's own default would be Brazil's."""
    assert name_in("BJ", "pt") == "Benim"


@pytest.mark.parametrize("language", ["en", "fr", "pt", "bg"])
def test_each_country_has_a_name_in_the_languages_of_the_library(language: str) -> None:
    """Also the one whose code is agreed on."""
    assert [code for code in names() if name_in(code, language) == code] == []


@pytest.mark.parametrize("answer", ["UK", "XA", "gh"])
def test_a_form_takes_countries_that_exist_alone(answer: str) -> None:
    """A side would be bound on which there can be nobody."""
    body = "stages: {start: {steps: {ask: {by: screener, form: [home_country]}}, then: end done}}"
    case = Case(body)
    act = c.Complete(task="ask.1", answers={"home_country": answer})
    assert case.refused(act) == "wrong_form"
    case.complete("ask.1", home_country="NG")
    assert case.state.sides["origin"] == "NG"
