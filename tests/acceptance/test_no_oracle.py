"""A real code and an invented one get the same refusal, whichever command asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from casework.case_codes import told_code
from onward import cli
from tests.desk import FORM, Desk, Prepare

INVENTED, OWN, OTHERS, CODE = "2345-6789", "OWN", "OTHERS", "CODE"
OUTSIDERS = ("GH-LAC", "GH-GIS", "NG-NAPTIP")
"""No agency of the pathway, one that may open cases itself, and one over the border."""
COMMANDS = {
    "claim": (CODE, "look.1"),
    "accept": (CODE, "look.1"),
    "decline": (CODE, "look.1", "--reason", "no_capacity"),
    "complete": (CODE, "look.1"),
    "reassign": (CODE, "look.1", "--to", "GH-GIS"),
    "start": (CODE, "tidy"),
    "stopped": (CODE, "ask_home.1"),
    "prohibit": (CODE, "NG-NAPTIP"),
    "permit": (CODE, "NG-NAPTIP"),
    "raise": (CODE, "leaves"),
    "resolve": (CODE, "no_show"),
    "extend": (CODE, "look"),
    "shorten": (CODE, "look"),
    "consent words": (CODE, "agree.1"),
    "consent give": (CODE, "agree.1"),
    "consent refuse": (CODE, "agree.1"),
    "consent withdraw": (CODE, "referral"),
    "offer": (CODE, "ask_home.1"),
    "see": (CODE, "ask_home.1"),
    "ask": (CODE, "ask_home.1"),
    "prepare": (CODE, "ask_home.1"),
    "revoke": (CODE, "ask_home.1"),
    "arrive": (CODE, "travel.1"),
    "no-show": (CODE, "travel.1"),
    "together": ("claim look", CODE),
    "feedback": (CODE, "ask_home.1"),
    "answer accept": (CODE, "ask_home.1"),
    "answer waitlist": (CODE, "ask_home.1"),
    "answer decline": (CODE, "ask_home.1", "--reason", "no_capacity"),
    "link": (CODE, OWN, "--is", "sibling"),
    "unlink": (CODE, OTHERS),
    "merge": (CODE, OWN),
    "unmerge": (CODE, OTHERS),
    "agree": (CODE, OWN),
    "disagree": (CODE, OWN),
    "links": (CODE,),
    "skip": (CODE, "look", "--reason", "not_needed"),
    "open-step": (CODE, "look", "--reason", "not_needed"),
    "reopen": (CODE, "--reason", "new_facts"),
    "request": (CODE, "ask_home.1"),
    "explain": (CODE,),
    "person": (CODE,),
    "disclosures": (CODE,),
    "dossier": (CODE, "--out", "never.html"),
    "telephone": (CODE, told_code(b"any code"), "--who", "duty officer"),
}
MORE = [
    ("explain", (CODE, "look.1")),
    ("explain", (CODE, "nothing")),
    ("claim", (CODE, "nothing")),
    ("together", ("complete talk", CODE, "--answer", "risk=bogus")),
    ("together", ("complete nothing", CODE, "--answer", "nights=many")),
]


@pytest.fixture(scope="module")
def prepare() -> Prepare:
    """A pathway and its agencies."""
    return Desk.set_up


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name in group.commands:
        each = group.commands[name]
        if hasattr(each, "commands"):
            yield from commands(each, f"{name} ")
        else:
            yield before + name, each


def test_every_command_that_takes_a_code_is_asked() -> None:
    """A new one stands in the table, or this fails."""
    found = set()
    for name, each in commands(typer.main.get_command(cli.app)):
        options = {option for parameter in each.params for option in parameter.opts}
        arguments = [one for one in each.params if one.param_type_name == "argument"]
        takes_code = {"CODE", "CODE..."} & {getattr(one, "metavar", "") for one in arguments}
        if "--as" in options and takes_code:
            found.add(name)
    assert found == COMMANDS.keys()


@pytest.mark.parametrize("agency", OUTSIDERS)
def test_a_case_of_others_and_an_invented_one_are_refused_alike(desk: Desk, agency: str) -> None:
    """The same exit, the same words; nothing is asked for, and nothing stays."""
    real = desk.open()
    own = "GH-GIS" if agency == "GH-GIS" else "GH-GPS"
    mine, theirs = (
        desk.do("open", "passage", "--country", "GH", "--as", each).split()[0]
        for each in (own, "GH-GPS")
    )
    entries = desk.json("case", real)["entries"]
    for name, words in [*COMMANDS.items(), *MORE]:
        said = []
        for code in (real, INVENTED):
            known = {CODE: code, OWN: mine, OTHERS: theirs}
            typed = [known.get(word, word) for word in words]
            done = desk.run(*name.split(), *typed, "--as", agency, typed=FORM)
            assert done.returncode == 1, (name, done)
            said.append((done.stdout + done.stderr).replace(code, CODE))
        assert said[0] == said[1], name
        assert "there is no case" in said[0], name
    assert desk.json("case", real)["entries"] == entries


PROPOSED = {
    "link": (OWN, CODE, "--is", "sibling"),
    "merge": (OWN, CODE),
    "unlink": (OWN, CODE),
    "unmerge": (OWN, CODE),
    "agree": (OWN, CODE),
    "disagree": (OWN, CODE),
    "open": ("passage", "--country", "GH", "--after", CODE),
}
"""What the agency of a case asks about another one: done or refused, without a word of that one."""


@pytest.mark.parametrize("name", PROPOSED)
def test_what_is_proposed_to_others_reads_like_what_is_proposed_to_nobody(
    desk: Desk, name: str
) -> None:
    said = []
    for code in (desk.open(), INVENTED):
        mine = desk.do("open", "passage", "--country", "GH", "--as", "GH-GIS").split()[0]
        typed = [{CODE: code, OWN: mine}.get(word, word) for word in PROPOSED[name]]
        done = desk.run(name, *typed, "--as", "GH-GIS")
        mine = done.stdout.split()[0] if name == "open" else mine
        read = desk.do("links", mine, "--as", "GH-GIS")
        text = done.stdout + done.stderr + read
        said.append((done.returncode, text.replace(code, CODE).replace(mine, OWN)))
    assert said[0] == said[1]
    assert ("proposed" in said[0][1]) is (name in ("link", "merge", "open"))


def test_a_case_that_was_erased_is_none_either(desk: Desk) -> None:
    """But for the agency that was responsible: for others it is as after every other end."""
    code = desk.open()
    desk.do("raise", code, "leaves", "--as", "GH-GPS")
    desk.do("erase", "case", code, "--ground", "request", "--yes")
    assert "there is no case" in desk.refused("explain", code, "--as", "GH-LAC")
    assert "there is no case" in desk.refused("claim", code, "look.1", "--as", "GH-LAC")
    assert "there is no case" not in desk.refused("claim", code, "look.1", "--as", "GH-GPS")


def test_an_agency_of_the_case_is_told_why(desk: Desk) -> None:
    """What is refused to it is refused with its reason; but not what others have."""
    code = desk.open()
    for ident in ("agree.1", "agree.7", "nothing.1"):
        said = desk.refused("claim", code, ident, "--as", "GH-DSW")
        assert f"there is no open task {ident} in this case" in said
