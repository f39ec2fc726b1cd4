"""Rights of roles: who may raise, begin, extend or overrule, also where nobody holds the role yet."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import commands as c
from engine.agencies.registry import Agency, Leave, Registry
from engine.choices import choices
from engine.errors import Refusal
from engine.facts import RoleBound
from engine.message import message
from engine.pathway import Pathway
from engine.state import RESPONSIBLE
from engine.turns import rights
from engine.turns.turn import Turn
from engine.view import View
from tests.factories import CARE, CARE2, DESK, HEAD, HOME, HOME2, REGISTRY, Case
from tests.random_pathways import pathways
from tests.unit.test_random_cases import AGENCIES, Player

BOARD, BOARD2 = "GH-BOARD", "GH-BOARD2"
WITH_BOARDS = Registry(
    (
        *REGISTRY.agencies,
        Agency(code=BOARD, name="Board", country="GH", roles=("board",), areas=("low",)),
        Agency(code=BOARD2, name="Second board", country="GH", roles=("board",)),
    )
)
ROLES = HEAD.replace("\ndata:\n", "\n  board: {type: board, side: host, area: risk}\ndata:\n", 1)
LONGER = "{time: 5 days, extend: {by: 15 days, role: BOARD}, shorten: {role: BOARD}}"
BODY = """
overrides: [BOARD]
reopen: {by: [BOARD], at: start}
stages:
  start:
    steps:
      work: {by: screener, form: [home_country?, risk?], due: LONGER}
      call: {by: screener, manual: yes, started_by: [BOARD], due: 1 day}
    then: end done
interrupts:
  pause: {raised_by: [BOARD], suspends: start, review: 30 days}
"""
BASES = """
bases:
  law: {ground: statutory, source: The law, to: [screener, manager, board], shows: [risk]}
  order: {ground: court, source: The order, to: home, when: risk = high}
"""
RIGHTS: list[c.Act] = [
    c.Extend(name="work"),
    c.Shorten(name="work"),
    c.Start(step="call"),
    c.Raise(interrupt="pause"),
    c.Skip(step="work", reason="done_elsewhere"),
]


def begun(role: str = "board", registry: Registry = WITH_BOARDS) -> Case:
    body = BODY.replace("LONGER", LONGER).replace("BOARD", role)
    return Case(body + BASES, head=ROLES, registry=registry)


@pytest.mark.parametrize("act", RIGHTS, ids=str)
def test_who_would_hold_the_role_has_its_rights_and_holds_it_then(act: c.Act) -> None:
    """It has no step: it is looked up as for a task."""
    case = begun()
    for other in (DESK, BOARD2, CARE):
        is_period = isinstance(act, c.Extend | c.Shorten) and other != case.state.responsible
        assert case.refused(act, other) == ("not_open" if is_period else "not_allowed")
    assert "board" not in case.state.roles
    case.do(act, BOARD)
    assert case.last[0] == RoleBound(role="board", agency=BOARD)
    assert case.state.roles["board"] == BOARD


def test_who_may_reopen_a_case_is_found_after_its_end() -> None:
    case = begun()
    case.complete("work.1")
    reopen = c.Reopen(reason="new_information")
    assert case.refused(reopen, DESK) == "not_allowed"
    case.do(reopen, BOARD)
    assert case.state.roles["board"] == BOARD


def test_who_raises_an_interrupt_may_be_another_than_who_resolves_it() -> None:
    case = begun()
    case.do(c.Raise(interrupt="pause"), BOARD)
    assert case.refused(c.Resolve(interrupt="pause"), BOARD2) == "not_allowed"
    case.do(c.Resolve(interrupt="pause"), BOARD)


def test_who_answers_for_the_case_stands_in_only_where_nobody_is_able() -> None:
    """There is no board, or its side is not known yet: the desk has its rights, and not its role."""
    without = begun(registry=REGISTRY)
    without.do(c.Extend(name="work"), DESK)
    assert "board" not in without.state.roles
    abroad = begun("home")
    assert abroad.refused(c.Extend(name="work"), HOME) == "not_allowed"
    abroad.do(c.Extend(name="work"), DESK)
    assert "home" not in abroad.state.roles


def test_who_may_not_know_of_the_case_learns_nothing_from_a_refusal() -> None:
    """Over the border nobody may know yet: each act is refused in the same words, whether the case is
    open or has ended, and whatever there is in it."""
    open_case, ended = begun("home"), begun("home")
    ended.do(c.Complete(task="work.1", answers={"home_country": "NG"}), DESK)
    for case in (open_case, ended):
        for act in (*RIGHTS, c.Reopen(reason="new_information"), c.Raise(interrupt="unknown")):
            with pytest.raises(Refusal) as known:
                case.do(act, HOME)
            assert str(known.value) == "refused.not_allowed.no_part"


@pytest.mark.parametrize("act", [c.Extend(name="work"), c.Shorten(name="work")], ids=str)
def test_whose_period_it_is_not_learns_no_more_than_that_none_runs(act: c.Act) -> None:
    """Whether others have it in hand, it has not begun, or it is no step at all."""
    body = BODY.replace("LONGER", LONGER).replace("BOARD", "board")
    body = body.replace("work: {", "ask: {by: screener, form: [risk]}\n      work: {after: ask, ")
    waits = Case(body, head=ROLES, registry=WITH_BOARDS)
    unknown = replace(act, name="nothing_of_this_name")
    said = {told(case, each) for case in (begun(), waits) for each in (act, unknown)}
    assert said == {"refused.not_open.period"}


def told(case: Case, act: c.Act) -> str:
    with pytest.raises(Refusal) as refused:
        case.do(act, CARE)
    return refused.value.message.code


def test_what_is_answered_decides_who_has_the_right() -> None:
    """The first board serves another area; as long as nothing is answered, it would be that one."""
    case = begun()
    body = BODY.replace("LONGER", LONGER).replace("BOARD", "board")
    body = body.replace("work: {", "ask: {by: screener, form: [risk]}\n      work: {after: ask, ")
    case = Case(body, head=ROLES, registry=WITH_BOARDS)
    case.complete("ask.1", risk="high")
    assert case.refused(c.Extend(name="work"), BOARD) == "not_open"
    case.do(c.Extend(name="work"), BOARD2)


def on_leave(alternate: str) -> Registry:
    away = Leave(first=date(2026, 3, 1), last=date(2026, 3, 31), alternate=alternate)
    return Registry(
        tuple(
            replace(each, leave=(away,)) if each.code == BOARD else each
            for each in WITH_BOARDS.agencies
        )
    )


def test_while_it_is_on_leave_its_alternate_has_the_right() -> None:
    """Who is on leave is not found; who holds the role already keeps its rights beside the alternate."""
    case = begun(registry=on_leave(BOARD2))
    assert case.refused(c.Extend(name="work"), BOARD) == "not_open"
    case.do(c.Extend(name="work"), BOARD2)
    held = begun()
    held.do(c.Raise(interrupt="pause"), BOARD)
    held.registry = on_leave(BOARD2)
    assert rights.holders(held.view, ["board"]) == {BOARD, BOARD2}
    held.do(c.Resolve(interrupt="pause"), BOARD2)
    assert held.state.roles["board"] == BOARD


def test_a_prohibited_agency_has_no_right_and_the_next_one_has() -> None:
    case = begun()
    case.do(c.Prohibit(agency=BOARD))
    assert case.refused(c.Extend(name="work"), BOARD) == "barred"
    case.do(c.Extend(name="work"), BOARD2)


def test_who_has_a_right_is_offered_it() -> None:
    """What is offered is what is taken: whoever plays an agency finds the board."""
    case = begun()
    offered = {each.about: each.agency for each in choices(case.view, lambda *_: None)}
    assert offered["pause"] == offered["call"] == BOARD


def test_a_refusal_says_for_whom_another_stands_in() -> None:
    case = begun("home")
    with pytest.raises(Refusal, match=r"not_allowed\.stood_in_for .* agency=GH-CARE2"):
        case.do(c.Raise(interrupt="pause"), CARE2)


@settings(max_examples=60, phases=[Phase.generate])
@given(pathways(), st.integers(0, 25), st.integers(0, 2**32))
def test_every_right_is_somebodys_at_every_moment(trial: Pathway, moves: int, seed: int) -> None:
    """Exactly who would get a task has it, or holds the role; whoever uses it comes to hold that
    role and no other; and nobody has it who may not know of the case."""
    player, chance = Player(trial), Random(seed)
    for _ in range(moves):
        player.move(chance)
    roles = [*trial.roles, RESPONSIBLE]
    for role in roles:
        had = rights.holders(view_of(player), [role])
        held, found = player.state.roles.get(role), view_of(player).holder(role)
        assert had - {held} == {found} - {held}
        assert found in had
        assert all(view_of(player).may_know(each) for each in had)
    some = chance.sample(roles, 2)
    for agency in [*AGENCIES, HOME2]:
        turn = Turn.on(view_of(player))
        allowed = agency in rights.holders(turn, some)
        assert turn.facts == []
        if not allowed:
            with pytest.raises(Refusal):
                rights.require(turn, agency, some, message("refused.right.override", roles=some))
        else:
            rights.require(turn, agency, some, message("refused.right.override", roles=some))
        assert {each.agency for each in turn.facts if isinstance(each, RoleBound)} <= {agency}
        assert len(turn.facts) <= 1


def view_of(player: Player) -> View:
    return View(player.trial, player.state, player.now, player.registry, player.calendars)
