"""Whom an agency may get in touch with, as it reads that in its worklist; and what nothing is served on."""

from __future__ import annotations

import pytest

from tests.desk import Desk

PATHWAY = """\
pathway: visit
version: 1
title: A visit
effective: 2026-01-01
sides: [host]
roles: {screener: first_responder @ host}
data:
  age: {choice: [child, adult, disputed]}
  reach: {text, safe_contact, title: How the person may be reached}
  receipt: {signature, title: Who has received it}
consents:
  visits: {guardian: age != adult, ask: "May we come?"}
bases:
  law: {ground: statutory, source: The law, to: screener}
stages:
  main:
    steps:
      talk: {by: screener, form: [age, reach?]}
      agree: {by: screener, after: talk, consent: visits, refused: end done}
      call: {title: Call, by: screener, after: talk, contacts: yes}
      letter: {title: Letter, by: screener, after: talk, serves: receipt, form: [receipt]}
    then: end done
ends: {done: success}
"""


@pytest.fixture(name="desk", scope="module")
def _desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One installation for all tests of this file; each opens cases of its own."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.set_up()
    (made.folder / "visit.yaml").write_text(PATHWAY, encoding="utf-8")
    made.do("publish", str(made.folder / "visit.yaml"))
    return made


def _opened(desk: Desk, answers: str) -> str:
    code = desk.do("open", "visit", "--country", "GH", "--as", "GH-GPS").split()[0]
    desk.do("complete", code, "talk.1", "--as", "GH-GPS", "--answers", "-", typed=answers)
    return code


def _contacts(desk: Desk, code: str) -> dict[str, str | None]:
    lines = desk.json("tasks", "--as", "GH-GPS")
    return {each["step"]: each["contact"] for each in lines if each["code"] == code}


def test_a_worklist_says_whom_to_get_in_touch_with_and_never_how(desk: Desk) -> None:
    """How stands where only this agency reads it; where nothing is known, nobody is got in touch with."""
    code = _opened(desk, "age=disputed\nreach=Only on Sundays, by the aunt\n")
    assert _contacts(desk, code) == {"agree": None, "call": "guardian", "letter": "guardian"}
    listed = desk.do("tasks", "--as", "GH-GPS")
    assert "the guardian or representative, only in the way that `onward person` shows" in listed
    assert "aunt" not in listed
    assert "aunt" in desk.do("person", code, "--as", "GH-GPS")
    other = _opened(desk, "age=adult\n")
    assert _contacts(desk, other) == {"agree": None, "call": "nobody", "letter": "nobody"}


def test_nothing_is_served_on_who_may_be_a_child(desk: Desk) -> None:
    """The refusal says who receives it, and nothing of the person."""
    code = _opened(desk, "age=disputed\nreach=By the aunt\n")
    served = ("complete", code, "letter.1", "--as", "GH-GPS", "--answer")
    told = desk.refused(*served, "receipt=person")
    assert "nothing may be served on somebody who may be a child" in told
    desk.do(*served, "receipt=guardian")
