"""Bars whole sides and roles: from then on, their agencies get nothing but a farewell."""

from __future__ import annotations

from engine import facts as f
from engine.turns import farewells, responsibility, revoking
from engine.turns.turn import Turn


def bar(turn: Turn, names: tuple[str, ...]) -> None:
    """Bar the named sides and roles: their agencies lose what they hold, are told that the matter
    is over, and get nothing more.

    Source: a pending asylum claim forbids contact with the country of origin (BG-F11).
    """
    known = (*turn.state.barred, *turn.state.barred_roles)
    new = [name for name in names if name not in known]
    if new:
        with farewells.last_word(turn):
            _bar(turn, new)


def _bar(turn: Turn, names: list[str]) -> None:
    for name in names:
        is_side = name in turn.pathway.definition.sides
        turn.say(f.SideBarred(side=name) if is_side else f.RoleBarred(role=name))
    cut_off(turn)
    for asked in turn.state.hand_overs.values():
        if turn.is_barred(asked.agency) and asked.status in revoking.REVOCABLE:
            revoking.revoke(turn, asked, notice="no_longer_needed")
            revoking.wait_again(turn, asked.step)
    to_nobody = [
        plan
        for plan in turn.pathway.steps.values()
        if plan.receivers and all(map(turn.is_barred_role, plan.receivers))
    ]
    revoking.drop_steps(turn, to_nobody)
    revoking.take_back_tasks(turn)


def cut_off(turn: Turn) -> None:
    """Take the responsibility from an agency that is shut out, if another can take it, and cancel
    the unsent notices of barred agencies.
    """
    if turn.is_shut_out(turn.state.responsible):
        instead = responsibility.stand_in(turn)
        if instead:
            responsibility.move_to(turn, instead, "barred")
    met = (
        turn.state.met() | turn.involved()
    )  # one that declined has no part, and may be owed a notice
    barred = tuple(sorted(each for each in met if each and turn.is_barred(each)))
    if barred:  # with no agencies named, everybody's notices would be cancelled
        turn.say(f.NoticesCancelled(agencies=barred))
