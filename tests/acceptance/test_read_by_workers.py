"""What a worker of an agency meets, in the language of who reads it."""

from __future__ import annotations

import pytest

from tests.desk import FRENCH, Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An installation whose pathway speaks French."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "passage.fr.yaml").write_text(FRENCH, encoding="utf-8")
    made = Desk(folder)
    made.set_up()
    return made


def opened_in_abidjan(desk: Desk) -> str:
    """By an agency that reads French."""
    return desk.do("open", "passage", "--country", "CI", "--as", "CI-UCT").split()[0]


def test_an_agency_is_told_in_its_language_where_nobody_names_one(desk: Desk) -> None:
    """By its first language in the registry; the option comes before the environment, that before it."""
    code = opened_in_abidjan(desk)
    talk = ("accept", code, "talk.9", "--as", "CI-UCT")
    french, english = "ce dossier n'a pas de tâche talk.9", "this case has no task talk.9"
    assert french in desk.refused(*talk)
    assert english in desk.refused(*talk, ONWARD_LANGUAGE="en")
    assert "ne s'appelle talk.9" in desk.refused("explain", code, "talk.9", "--as", "CI-UCT")
    asked = ("explain", code, "talk.9", "--as", "CI-UCT", "--language", "pt")
    assert "nenhuma tarefa" in desk.refused(*asked, ONWARD_LANGUAGE="en")
    none = "or your agency has no part in this case"
    assert none in desk.refused("accept", code, "talk.9", "--as", "GH-GPS")


def test_an_explanation_names_things_as_its_reader_calls_them(desk: Desk) -> None:
    """In the words of the pathway, and in English where it has no others."""
    code = opened_in_abidjan(desk)
    assert "talk.1  Premier entretien" in desk.do("explain", code, "talk.1", "--as", "CI-UCT")
    assert f"{code}  Demander et rentrer" in desk.do("explain", code, "--as", "CI-UCT")
    assert ": Premier entretien" in desk.do("explain", code, "--language", "fr")
    assert "contact  Contact" in desk.do("explain", code, "contact", "--language", "fr")
    assert "talk.1  First talk" in desk.do("explain", code, "talk.1", "--language", "pt")
    assert "talk.1  First talk" in desk.do("explain", code, "talk.1")
