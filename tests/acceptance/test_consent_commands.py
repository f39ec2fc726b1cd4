"""Consents, agencies that are shut out, and linked cases by the command line."""

from __future__ import annotations

import re

import pytest

from tests.desk import Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One installation for all tests of this file; each opens cases of its own."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.set_up()
    return made


def test_a_consent_is_read_out_given_by_a_guardian_and_taken_from_one_agency(desk: Desk) -> None:
    """The next of those that were read out is asked; a view goes with a guardian's answer only."""
    code = desk.open()
    said = desk.do("consent", "words", code, "agree.1", "--as", "GH-GPS")
    assert re.match(r"May we ask .+\?$", said)
    assert "with a guardian's answer" in desk.refused(
        "consent", "refuse", code, "agree.1", "--as", "GH-GPS", "--view", "objects"
    )
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS", "--guardian", "--view", "agrees")
    desk.do("consent", "withdraw", code, "referral", "--as", "GH-GPS", "--from", "ng-naptip")
    assert desk.json("case", code)["consents"] == {"referral": "given"}
    assert [each["agency"] for each in desk.json("case", code)["requests"]] == ["NG-RECEIVER"]
    assert "Consent given, but not for NG-NAPTIP" in desk.do("log", code)
    desk.do("consent", "withdraw", code, "referral", "--as", "GH-GPS")
    assert re.search(r"Consent withdrawn *$", desk.do("log", code), re.MULTILINE)


def test_a_stop_is_shown_with_its_case_until_it_is_confirmed(desk: Desk) -> None:
    """Whoever looks after the case sees who was told to stop and has not said so yet."""
    code = desk.open()
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS")
    desk.do("consent", "withdraw", code, "referral", "--as", "GH-GPS", "--from", "ng-naptip")
    (stop,) = desk.json("case", code)["stops"]
    assert (stop["of"], stop["consent"], stop["asked"]) == ("NG-NAPTIP", "referral", 1)
    assert re.search(rf"{stop['id']} .* NG-NAPTIP ", desk.do("case", code))
    desk.do("stopped", code, stop["known_as"]["NG-NAPTIP"], "--as", "NG-NAPTIP")
    assert desk.json("case", code)["stops"] == []
    assert stop["id"] not in desk.do("case", code)


def test_the_language_of_a_consent_is_a_code(desk: Desk) -> None:
    """Words in its place were kept in the log, and no word was said."""
    code = desk.open()
    told = desk.refused(
        "consent", "give", code, "agree.1", "--as", "GH-GPS", "--language", "Ada in Twi", code=2
    )
    assert "write the code of a language, such as fr or pt-BR" in told
    assert "Ada" not in told
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS", "--language", "pt-BR")


def test_an_agency_is_prohibited_and_permitted(desk: Desk) -> None:
    """It has nothing to do in the case, and nothing to say."""
    code = desk.open()
    desk.do("prohibit", code, "gh-dsw", "--as", "GH-GPS")
    assert desk.json("case", code)["prohibited"] == ["GH-DSW"]
    assert re.search(r"kept from +GH-DSW", desk.do("case", code))
    assert "there is no case" in desk.refused("accept", code, "look.1", "--as", "GH-DSW")
    desk.do("permit", code, "GH-DSW", "--as", "GH-GPS")
    assert desk.json("case", code)["prohibited"] == []


def test_cases_are_linked_and_seen_by_the_agencies_of_both(desk: Desk) -> None:
    """Each says what the other person is; nobody else sees it."""
    code, other = desk.open(), desk.open()
    assert f"{code} is not linked with any other case" in desk.do("links", code, "--as", "GH-GPS")
    desk.do("link", code, other, "--is", "parent", "--as", "GH-GPS")
    (line,) = desk.json("links", other, "--as", "GH-GPS")
    assert (line["code"], line["word"]) == (code, "child")
    assert f"linked with  {other}\n" in desk.do("case", code)
    assert "no part" in desk.refused("links", code, "--as", "NG-NAPTIP")
    desk.do("unlink", code, other, "--as", "GH-GPS")
    assert desk.json("links", other, "--as", "GH-GPS") == []
