"""What a step shows to whoever does it, without asking for it; and what nobody would ever read."""

from __future__ import annotations

from engine import commands as c
from engine.checks.unread import unread_fields
from engine.errors import DefinitionError
from engine.loader import load_pathway
from engine.versions.widening import HowSeen, widened
from engine.visibility import open_answers, readable, shown_beside
from tests.factories import CARE, DESK, HEAD, Case, pathway
from tests.told import sentence

LAW = "bases: {law: {ground: statutory, source: The law, to: manager, shows: [full_name, risk]}}\n"
ALL = "full_name, risk"


def body(shows: str) -> str:
    """A desk asks, and a manager, who is not responsible, works on it."""
    return f"""{LAW}stages:
  start:
    steps:
      talk: {{by: screener, form: [full_name, risk, married]}}
      help: {{by: manager, after: talk, form: [rooms?]{shows}}}
    then: end done
"""


def asked(shows: str) -> Case:
    case = Case(body(shows))
    case.do(
        c.Complete(
            task="talk.1", answers={"risk": "low", "married": True}, protected=("full_name",)
        )
    )
    return case


def test_a_field_is_read_with_the_task_that_shows_it_and_no_longer() -> None:
    """Protected or not, and only while the task is open."""
    case = asked(f", shows: [{ALL}]")
    assert readable(case.view, ("full_name", "risk", "married"), CARE) == ("full_name", "risk")
    assert shown_beside(case.view, CARE, case.task("help.1")) == ("full_name", "risk")
    assert open_answers(case.view, CARE) == {"risk": "low"}
    assert open_answers(case.view, DESK) == {}
    assert readable(asked("").view, ("full_name", "risk"), CARE) == ()
    case.do(c.Complete(task="help.1"), CARE)
    assert readable(case.view, ("full_name", "risk"), CARE) == ()


def test_nobody_reads_by_a_step_what_no_cover_shows_them() -> None:
    """The step says where it is read, not whether it may be."""
    text = HEAD + body(", shows: [married]")
    try:
        load_pathway(text, "trial.yaml")
    except DefinitionError as error:
        (said,) = (sentence(each) for each in error.problems)
        assert said == "neither a basis nor a consent shows `married` to `manager`"
    else:  # pragma: no cover
        raise AssertionError("the step shows what nothing lets its role read")


def test_what_a_role_may_read_and_never_does_is_worth_a_look() -> None:
    (note,) = unread_fields(pathway(body("")).definition)
    assert (note.path, sentence(note)) == (
        ("bases", "law", "shows"),
        "`manager` may read `full_name, risk`, but none of its steps asks for or shows that, so it never does",
    )
    (other,) = unread_fields(pathway(body(", shows: [risk]")).definition)
    assert "`full_name`" in sentence(other)
    assert not [*unread_fields(pathway(body(f", shows: [{ALL}]")).definition)]


def test_who_may_be_responsible_reads_without_a_step_that_shows_it() -> None:
    text = body("").replace("to: manager, shows", "to: [manager, screener], shows")
    text = text.replace("form: [rooms?]", "form: [rooms?], shows: [full_name, risk]")
    assert not [*unread_fields(pathway(text).definition)]


def test_a_version_that_shows_more_in_a_step_is_wider() -> None:
    """So that somebody else agrees to it before it is published."""
    old, new = pathway(body("")).definition, pathway(body(", shows: [risk]")).definition
    (more,) = widened(old, new)
    assert (more.who, more.what, more.way) == ("care @ host", "risk", HowSeen.AT_WORK)
    assert widened(new, old) == []
