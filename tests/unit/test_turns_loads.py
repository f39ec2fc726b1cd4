"""Who comes first for a role, by what agencies have to do already."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.agencies.registry import Agency, Registry
from engine.decide import decide
from engine.loads import Load, Loads, counted_types
from engine.simulation.sharing import Sharing
from engine.state import State
from tests.factories import CALENDARS, DESK, HEAD, MONDAY, REGISTRY, Case, pathway

ONE, TWO, THREE = "GH-ONE", "GH-TWO", "GH-THREE"
SEVERAL = """
stages:
  start:
    steps:
      help: {by: helper}
      see: {by: seer}
    then: end done
"""


def head(choose: str) -> str:
    return HEAD.replace(
        "  home:",
        f"  helper: {{type: help, side: host, choose: {choose}}}\n"
        f"  seer: {{type: help, side: host, choose: {choose}}}\n  home:",
    )


def registry(*capacities: int | None) -> Registry:
    """Three agencies for `help`, with what each can do."""
    helpers = [
        Agency(
            code=code,
            name=code,
            country="GH",
            roles=("help",),
            capacity={} if capacity is None else {"help": capacity},
        )
        for code, capacity in zip((ONE, TWO, THREE), capacities, strict=True)
    ]
    return Registry((*REGISTRY.agencies, *helpers))


def given(
    choose: str, known: Registry, opened: tuple[int, int, int], hours: tuple[int, ...] = ()
) -> tuple[str, str]:
    """Who gets the two roles of a new case.

    Args:
        opened: what the three have open in other cases.
        hours: how long ago they got something.
    """
    codes = (ONE, TWO, THREE)
    moments = [MONDAY - timedelta(hours=each) if each else None for each in hours or (0, 0, 0)]
    loads = Loads(
        {
            (code, "help"): Load(open=number, given_at=at)
            for code, number, at in zip(codes, opened, moments, strict=True)
        }
    )
    act = c.OpenCase(code="7K2F-9QXM", country="GH")
    command = c.Command(act=act, agency=DESK, occurred_at=MONDAY, recorded_at=MONDAY)
    trial = pathway(SEVERAL, head(choose))
    state = decide(trial, State(), command, known, CALENDARS, loads).state
    return state.tasks["help.1"].agency, state.tasks["see.1"].agency


FREE = registry(None, None, None)


@pytest.mark.parametrize(
    ("choose", "known", "opened", "hours", "agencies"),
    [
        ("first", FREE, (9, 0, 0), (), (ONE, ONE)),
        ("first", registry(9, None, None), (9, 0, 0), (), (TWO, TWO)),
        ("first", registry(1, 1, None), (0, 0, 0), (), (ONE, TWO)),
        ("first", registry(0, 0, 0), (0, 0, 0), (), (ONE, ONE)),
        ("first", registry(3, 3, 3), (3, 4, 5), (), (ONE, ONE)),
        ("most_free", FREE, (1, 0, 1), (), (TWO, ONE)),
        ("most_free", FREE, (0, 0, 0), (), (ONE, TWO)),
        ("most_free", registry(9, 4, 9), (3, 0, 4), (), (ONE, ONE)),
        ("most_free", registry(2, None, 9), (0, 1, 9), (), (ONE, ONE)),
        ("in_turn", FREE, (0, 0, 0), (1, 5, 3), (TWO, THREE)),
        ("in_turn", FREE, (0, 0, 0), (1, 5, 0), (THREE, TWO)),
        ("in_turn", FREE, (0, 0, 0), (), (ONE, TWO)),
        ("in_turn", registry(None, 2, None), (0, 2, 0), (1, 5, 3), (THREE, ONE)),
    ],
)
def test_an_agency_is_chosen_as_the_role_says(
    choose: str,
    known: Registry,
    opened: tuple[int, int, int],
    hours: tuple[int, ...],
    agencies: tuple[str, str],
) -> None:
    """Full ones are passed over while another has room; what the case itself gives counts."""
    assert given(choose, known, opened, hours) == agencies


def test_simulated_cases_take_turns_with_each_other() -> None:
    """As cases in the store do; of two that got something at the same moment, the first of the registry."""
    trial = pathway(SEVERAL, head("in_turn"))
    sharing, chosen = Sharing(trial, FREE), list[str]()
    for number in range(3):
        at = MONDAY + timedelta(hours=number)
        act = c.OpenCase(code=f"CASE-{number}", country="GH")
        command = c.Command(act=act, agency=DESK, occurred_at=at, recorded_at=at)
        loads = sharing.without(number)
        state = decide(trial, State(), command, FREE, CALENDARS, loads).state
        sharing.now(number, State(), state)
        chosen += [state.tasks["help.1"].agency, state.tasks["see.1"].agency]
    assert chosen == [ONE, TWO, THREE, ONE, TWO, ONE]


def test_who_declines_hands_on_to_who_is_freest_then() -> None:
    """The one that declined is not asked again, though it has most room."""
    trial = Case(SEVERAL, head=head("most_free"), registry=registry(None, None, None))

    trial.do(c.Decline(task="help.1", reason="no_capacity"), ONE)

    assert trial.task("help.1").agency == THREE


def test_a_role_that_is_held_stays_with_a_full_agency() -> None:
    """Room matters when an agency is chosen, not when it goes on."""
    again = SEVERAL.replace("see: {by: seer}", "more: {by: helper, after: help}")
    trial = Case(again, head=head("first"), registry=registry(1, None, None))
    trial.registry = registry(0, None, None)

    trial.complete("help.1", ONE)

    assert trial.task("more.1").agency == ONE


def test_loads_matter_only_where_a_role_or_an_agency_says_so() -> None:
    """Nothing is counted for any other pathway or registry."""
    plain, freest = pathway(SEVERAL, head("first")), pathway(SEVERAL, head("most_free"))
    limited = registry(3, None, None)
    elsewhere = Registry((*REGISTRY.agencies, replace(limited.agencies[-1], capacity={"x": 1})))

    assert counted_types(plain, REGISTRY) == counted_types(plain, elsewhere) == frozenset()
    assert counted_types(plain, limited) == counted_types(freest, REGISTRY) == {"help"}
