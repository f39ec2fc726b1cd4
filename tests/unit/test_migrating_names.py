"""Names of a case that moves: what is called otherwise goes on, and nothing gets the name of
something else."""

from __future__ import annotations

from engine import commands as c
from engine.message import message
from engine.migrating import MoveTarget, MoveVerdict, weigh
from engine.versions.renames import Renames, renames, unfit
from tests.factories import CARE, DESK, HEAD, Case, lawful
from tests.unit.test_migrating import KNOWN, LAW, at, moved, version_2

STEPS = """
stages:
  first:
    steps:
      talk: {by: screener}
      call: {by: screener, after: talk}
      stay: {by: manager, after: call}
    then: end done
"""


def test_what_has_another_name_goes_on_under_it() -> None:
    """Steps, stages, fields, roles, clocks and ends say in `was` how they were called."""
    case = Case(LAW)
    new = version_2(
        (
            "  talk: {by: screener, form: [risk,",
            "  first_talk: {was: talk, by: desk, form: [danger,",
        ),
        ("remind screener", "remind desk"),
        ("  first:\n", "  contact:\n    was: first\n"),
        ("  screener: desk @ host", "  desk: {type: desk, side: host, was: screener}"),
        (
            "  risk: {choice: [low, medium, high], ordered}",
            "  danger: {choice: [low, medium, high], ordered, was: risk}",
        ),
        (
            "reflection: {time: 45 days after case.opened}",
            "thinking: {time: 45 days after case.opened, was: reflection}",
        ),
        ("not_before: reflection", "not_before: thinking"),
    )
    case.do(c.Claim(task="talk.1"), DESK)
    state = moved(case, new)
    assert case.open == ["first_talk.1"]
    assert state.tasks["first_talk.1"].claimed_by == "staff-1"
    assert state.tasks["first_talk.1"].due_at == at(10)
    assert {"clock.thinking", "first_talk.1:due", "stay:floor"} <= state.clocks.keys()
    assert state.stages == {"contact": "open"}
    assert state.roles["desk"] == DESK
    case.complete("first_talk.1", danger="low", home_country="NG")
    case.wait(days=46)
    case.complete("stay.1", CARE)
    assert case.state.end == "done"


def test_names_lead_over_versions_in_between() -> None:
    """From the first to the third, and back."""
    first = Renames(steps={"a": "b", "x": "y"})
    second = Renames(steps={"b": "c", "p": "q"})
    both = first.then(second)
    assert both.steps == {"a": "c", "x": "y", "p": "q"}
    assert both.back().steps == {"c": "a", "y": "x", "q": "p"}
    assert first.then(first.back()).steps == {}


def test_an_old_name_must_be_one_of_the_version_before() -> None:
    """A rename that the version before has already says nothing more."""
    old = lawful(HEAD + LAW).definition
    renamed = version_2(("      talk: {", "      chat: {was: talk, ")).definition
    assert unfit(old, renamed) == ()
    third = renamed.model_copy(update={"version": 3})
    assert unfit(renamed, third) == ()
    assert renames(renamed, third) == Renames()
    wrong = version_2(("      talk: {", "      chat: {was: tlak, ")).definition
    (fault,) = unfit(old, wrong)
    assert str(fault) == "renames.unknown kind=step name=chat was=tlak version=1 known=[talk, stay]"


def test_a_name_that_came_again_later_keeps_a_case_from_the_way_back() -> None:
    """Over a version in between: both are used in it, and one name is left for them."""
    case = Case(LAW)
    case.complete("talk.1", risk="low", home_country="NG")
    later = version_2(
        ("      talk: {", "      chat: {"),
        ("      stay: {", "      talk: {by: manager}\n      stay: {"),
    )
    onto = MoveTarget(later, Renames(steps={"talk": "chat"}))
    verdict = weigh(case.pathway, onto, case.state, case.now, KNOWN)
    assert verdict.decision is not None
    state = verdict.decision.state
    assert (state.steps["chat"], state.steps["talk"]) == ("done", "open")
    back = MoveTarget(case.pathway, Renames(steps={"chat": "talk"}))
    assert weigh(later, back, state, case.now, KNOWN, on_purpose=True).reasons == (
        message("hinders.name_taken", kind="step", name="talk", was=("chat", "talk")),
    )


def in_one_move(case: Case, *later: str) -> MoveVerdict:
    """The move of a case over several versions, each given by its stages, to the last one."""
    names, new = Renames(), case.pathway
    for number, body in enumerate(later, start=2):
        head = HEAD.replace("version: 1", f"version: {number}\nrunning_cases: migrate")
        before, new = new, lawful(head + body)
        names = names.then(renames(before.definition, new.definition))
    return weigh(case.pathway, MoveTarget(new, names), case.state, case.now, KNOWN)


def test_a_name_in_the_way_that_is_itself_another_one_now_is_no_hindrance() -> None:
    """`call` has become `ring` first, and `talk` has become `call` later."""
    case = Case(STEPS)
    case.complete("talk.1")
    second = STEPS.replace("call: {", "ring: {was: call, ").replace("after: call", "after: ring")
    third = (
        second.replace("was: call, ", "")
        .replace("talk: {", "call: {was: talk, ")
        .replace("after: talk", "after: call")
    )
    verdict = in_one_move(case, second, third)
    assert verdict.reasons == ()
    assert verdict.decision is not None
    assert verdict.decision.state.steps == {"call": "done", "ring": "open"}


def test_two_that_would_get_one_name_keep_a_case_where_it_is() -> None:
    """The name was given up in between, and given again."""
    case = Case(STEPS)
    case.complete("talk.1")
    case.complete("call.1")
    second = STEPS.replace("talk: {", "ring: {was: talk, ").replace("after: talk", "after: ring")
    third = second.replace("      ring: {was: talk, by: screener}\n", "").replace(
        ", after: ring", ""
    )
    fourth = third.replace("call: {", "ring: {was: call, ").replace("after: call", "after: ring")
    assert in_one_move(case, second, third, fourth).reasons == (
        message("hinders.name_taken", kind="step", name="ring", was=("call", "talk")),
    )
