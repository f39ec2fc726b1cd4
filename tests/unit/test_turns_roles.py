"""Which agency gets a role: by area, language and specialisation, and who comes first."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.registry import Agency, Registry
from tests.factories import DESK, HEAD, REGISTRY, Case

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
