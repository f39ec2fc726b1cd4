"""A notice that no channel took, seen and sent again as an operator types it; and which Onward this is."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest

from casework.bootstrap import connect
from casework.driving import CaseDriving
from casework.settings import Settings
from notifiers.memory import MemoryChannel
from tests.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An installation whose agencies have no addresses yet."""
    made = Desk(tmp_path)
    made.set_up()
    return made


def deliver(desk: Desk, code: str) -> list[str]:
    """What a worker does with the notices of a case; the references of those that left."""
    channel = MemoryChannel()
    onward = connect(Settings(home=desk.home), channel=channel)
    driving = CaseDriving(onward)
    for notice in driving.notices(code):
        driving.deliver(notice)
    onward.close()
    return [sent.reference for sent in channel.sent]


def test_a_notice_that_was_given_up_is_sent_again(desk: Desk) -> None:
    """Once the address is there: by its name, or all of an agency; a second time it says so."""
    code = desk.open()
    assert deliver(desk, code) == []
    lines = desk.json("undelivered")
    assert {line["agency"] for line in lines} >= {"GH-GPS", "GH-DSW"}
    first = next(line["reference"] for line in lines)
    (desk.home / "addresses.yaml").touch(mode=0o600)
    (desk.home / "addresses.yaml").write_text(
        "GH-GPS: {email: 'memory://a'}\nGH-DSW: {email: 'memory://b'}\n"
    )
    whom = next(line["agency"] for line in lines if line["reference"] == first)
    assert desk.do("resend", first.lower()) == f"{first} goes to {whom} again\n"
    assert deliver(desk, code) == [first]
    assert f"notice {first} was not given up: it is sent" in desk.refused("resend", first)
    done = json.loads(desk.do("resend", "--to", "gh-dsw", "--json"))
    assert {each["agency"] for each in done} == {"GH-DSW"}
    assert deliver(desk, code) == [each["reference"] for each in done]
    assert desk.do("resend", "--to", "GH-DSW") == "no such notice was given up\n"
    assert "name either notices or, with --to, an agency" in desk.refused("resend")
    assert "there is no agency GH-DSX" in desk.refused("resend", "--to", "GH-DSX")


def test_what_was_not_configured_is_sent_again_at_once(desk: Desk) -> None:
    """By one command for all agencies, once it is mended; a second time nothing is left."""
    code = desk.open()
    deliver(desk, code)
    owed = {line["reference"] for line in desk.json("undelivered")}
    assert len(owed) > 1
    agencies = {line["agency"] for line in desk.json("undelivered")}
    (desk.home / "addresses.yaml").touch(mode=0o600)
    (desk.home / "addresses.yaml").write_text(
        "".join(f"{each}: {{email: 'memory://a'}}\n" for each in agencies)
    )
    done = json.loads(desk.do("resend", "--not-configured", "--json"))
    assert {each["reference"] for each in done} == owed
    assert set(deliver(desk, code)) == owed
    assert desk.do("resend", "--not-configured") == "no such notice was given up\n"
    assert "name either notices or" in desk.refused("resend", "--not-configured", "--to", "GH-DSW")


def test_a_notice_that_there_is_not_says_how_one_is_named(desk: Desk) -> None:
    """And where they are listed; its case is written as people type codes."""
    code = desk.open()
    said = desk.refused("resend", "nope")
    assert "there is no notice NOPE: write its whole reference" in said
    assert "`onward undelivered` lists" in said
    assert f"there is no notice {code}:" in desk.refused("resend", code.lower())
    typed = code.replace("-", "").lower().replace("0", "o").replace("1", "l")
    assert f"there is no notice {code}-99:" in desk.refused("resend", f"{typed}-99")


def test_onward_says_which_version_it_is(tmp_path: Path) -> None:
    """Without an installation."""
    said = Desk(tmp_path).do("--version")
    assert said == f"onward {metadata.version('onward')}\n"


def test_the_notices_that_were_given_up_are_counted_by_reason_and_none_is_hidden_in_silence(
    desk: Desk,
) -> None:
    """A list that stops says so, and says how to see the rest."""
    deliver(desk, desk.open())
    count = len(desk.json("undelivered"))
    assert count > 1

    said = desk.do("undelivered", "--limit", "1")
    assert f"{count} undelivered: the agency has no address that can be used" in said
    assert f"1 of {count} are shown; --limit {count} shows all" in said
    assert "are shown" not in desk.do("undelivered")
