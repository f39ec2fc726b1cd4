"""Why something is refused is read in the language of who asks, and told to programs by its code."""

from __future__ import annotations

import json

import pytest

from tests.desk import Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.set_up()
    return made


@pytest.mark.parametrize(
    ("language", "unknown", "unanswered", "wrong"),
    [
        (
            "fr-CI",
            "il n'y a pas de dossier 0000-0000",
            "full_name n'a pas de réponse",
            "nights\N{NO-BREAK SPACE}: ceci n'est pas un nombre, ou est trop grand",
        ),
        (
            "pt",
            "não há nenhum caso 0000-0000",
            "full_name não tem resposta",
            "nights: isto não é um número, ou é demasiado grande",
        ),
        (
            "ha",
            "there is no case 0000-0000",
            "full_name is not answered",
            "nights: this is not a number, or is too large",
        ),
    ],
)
def test_a_refusal_is_told_in_the_language_of_who_asks(
    desk: Desk, language: str, unknown: str, unanswered: str, wrong: str
) -> None:
    """By the environment, or as a list is; in English where Onward does not speak it."""
    assert unknown in desk.refused("case", "0000-0000", ONWARD_LANGUAGE=language)
    assert unknown in desk.refused("case", "0000-0000", "--language", language)
    other = "en" if language != "ha" else "fr"
    asked = desk.refused("case", "0000-0000", "--language", language, ONWARD_LANGUAGE=other)
    assert unknown in asked
    code = desk.do("open", "passage", "--country", "GH", "--as", "GH-GPS").split()[0]
    talk = ("complete", code, "talk.1", "--as", "GH-GPS", "--answer", "nights=x")
    said = desk.refused(*talk, ONWARD_LANGUAGE=language)
    assert wrong in said
    assert unanswered in said


def test_a_refusal_in_json_is_a_code_its_values_and_its_text(desk: Desk) -> None:
    """A program goes by the code; what it shows is there too."""
    phrase = ("together", "give agree", "0000-0000", "--as", "GH-GPS", "--json")
    done = desk.run(*phrase, ONWARD_LANGUAGE="fr")
    (one,) = json.loads(done.stdout)
    assert one["reason"] == "unknown_case"
    assert one["refusal"] == {
        "code": "refused.unknown_case.for_you",
        "values": {"case": "0000-0000"},
        "text": "il n'y a pas de dossier 0000-0000, ou votre organisme n'y prend pas part",
    }
