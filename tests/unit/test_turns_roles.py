"""Which agency gets a role: by area, language and specialisation, and who comes first."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.agencies.registry import Agency, Leave, Registry
from tests.factories import CARE, CARE2, DESK, HEAD, HOME, HOME3, REGISTRY, Case

NORTH, SOUTH, CHILDREN = "GH-NORTH", "GH-SOUTH", "GH-CHILDREN"

TWO_STEPS = """
stages:
  start:
    steps:
      talk: {by: screener, form: [part?, tongue?]}
      help: {by: helper, after: talk}
    then: end done
"""
HELPERS = Registry(
    (
        *REGISTRY.agencies,
        Agency(code=NORTH, name="North", country="GH", roles=("help",), areas=("north",)),
        Agency(
            code=SOUTH,
            name="South",
            country="GH",
            roles=("help",),
            areas=("south",),
            languages=("fr",),
        ),
        Agency(
            code=CHILDREN,
            name="Everywhere",
            country="GH",
            roles=("help",),
            specialised=("children", "health"),
            languages=("en", "pt"),
        ),
    )
)


def helping(
    role: str, registry: Registry = HELPERS, *, roles: dict[str, str] | None = None
) -> Case:
    """A case in which `helper` is the role, and the fields `part` and `tongue` are asked for."""
    fields = "  part: {choice: [north, south, east]}\n  tongue: {choice: [en, fr, pt, ar]}\n"
    head = HEAD.replace("  home:", f"  helper: {role}\n  home:")
    head = head.replace("  risk:", f"{fields}  risk:")
    return Case(TWO_STEPS, head=head, registry=registry, roles=roles)


@pytest.mark.parametrize(
    ("role", "answers", "agency"),
    [
        ("{type: help, side: host, area: part}", {"part": "south"}, SOUTH),
        ("{type: help, side: host, area: part}", {"part": "east"}, CHILDREN),
        ("{type: help, side: host, area: part}", {}, NORTH),
        ("{type: help, side: host, language: tongue}", {"tongue": "fr"}, SOUTH),
        ("{type: help, side: host, language: tongue}", {"tongue": "ar"}, DESK),
        ("{type: help, side: host, for: children}", {}, CHILDREN),
        ("{type: help, side: host, for: [health, children]}", {}, CHILDREN),
        ("{type: help, side: host, for: [health, prisons]}", {}, DESK),
        ("help @ host", {"part": "south", "tongue": "fr"}, NORTH),
        ("{type: help, side: host}", {"part": "south"}, NORTH),
    ],
)
def test_a_role_goes_to_the_first_agency_that_serves_what_is_answered(
    role: str, answers: dict[str, str], agency: str
) -> None:
    """What is not answered asks for nothing; with nobody able, the responsible agency does it."""
    case = helping(role)

    case.complete("talk.1", **answers)

    assert case.task("help.1").agency == agency


def test_a_task_is_declined_to_whom_serves_the_area_alone() -> None:
    """The next one must be able to do it as well."""
    case = helping("{type: help, side: host, area: part}")
    case.complete("talk.1", part="north")

    case.do(c.Decline(task="help.1", reason="no_capacity"), NORTH)

    assert case.task("help.1").agency == CHILDREN
    assert case.refused(c.Reassign(task="help.1", agency=SOUTH)) == "not_able"


def test_who_is_chosen_at_the_opening_need_serve_only_what_is_known_then() -> None:
    """A role that is bound stays with its agency, whatever is answered later."""
    case = helping("{type: help, side: host, area: part}", roles={"helper": SOUTH})

    case.complete("talk.1", part="north")

    assert case.task("help.1").agency == SOUTH


def on_leave(agency: str, alternate: str = "", *, first: int = 1, last: int = 6) -> Registry:
    """Days of March 2026; the case is opened on the second."""
    leave = Leave(first=date(2026, 3, first), last=date(2026, 3, last), alternate=alternate)
    return Registry(
        tuple(
            replace(each, leave=(leave,)) if each.code == agency else each
            for each in HELPERS.agencies
        )
    )


def test_who_is_on_leave_gets_nothing_new_and_the_next_one_does_it() -> None:
    """Its last day still counts."""
    case = helping("help @ host", on_leave(NORTH, last=2))

    case.complete("talk.1")

    assert case.task("help.1").agency == SOUTH


def test_the_alternate_comes_first_if_it_may_hold_the_role() -> None:
    """One that does not serve what is answered stands in for nobody."""
    first = helping("help @ host", on_leave(NORTH, CHILDREN))
    unable = helping("{type: help, side: host, area: part}", on_leave(NORTH, SOUTH))

    first.complete("talk.1")
    unable.complete("talk.1", part="north")

    assert first.task("help.1").agency == CHILDREN
    assert unable.task("help.1").agency == CHILDREN


TWICE = """
stages:
  start:
    steps:
      plan: {by: manager}
      meet: {by: manager, after: plan}
      last: {by: manager, after: meet}
    then: end done
"""


def test_who_holds_a_role_gets_what_is_new_again_after_the_leave() -> None:
    """What it had before the leave stays with it; meanwhile another stands in."""
    registry = on_leave(CARE, CARE2, first=3, last=3)
    case = Case(TWICE, registry=registry)

    case.wait(days=1)
    assert case.task("plan.1").agency == CARE
    case.complete("plan.1", CARE)
    assert case.task("meet.1").agency == CARE2
    case.wait(days=1)
    case.complete("meet.1", CARE2)

    assert case.task("last.1").agency == CARE
    assert case.state.roles["manager"] == CARE


def test_with_nobody_to_stand_in_the_responsible_agency_does_it() -> None:
    """The desk may hold only its own role."""
    case = Case(TWICE, registry=on_leave(CARE), roles={"manager": CARE2})
    case.registry = Registry(
        tuple(
            replace(each, leave=(Leave(first=date(2026, 3, 1), last=date(2026, 3, 9)),))
            if "care" in each.roles
            else each
            for each in REGISTRY.agencies
        )
    )

    case.complete("plan.1", CARE2)

    assert case.task("meet.1").agency == DESK


ASK = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home:
        hand_over: home
        after: talk
        needs: consent.tell_home
        answer: 5 working days
        declined: go on
        silent: tell screener
    then: end done
"""


def test_the_person_is_asked_about_who_stands_in_and_that_agency_gets_the_request() -> None:
    """Who is on leave is not named, and not asked."""
    case = Case(ASK, registry=on_leave(HOME, HOME3))
    case.complete("where.1", home_country="NG")

    case.give()

    assert case.state.consents["tell_home"].recipients == (HOME3,)
    assert case.hand_over("ask_home.1").agency == HOME3
