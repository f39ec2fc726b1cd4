"""The core: what a command does to a case, as facts, or why it is refused. Pure."""

from __future__ import annotations

import msgspec

from engine import commands as c
from engine import facts as f
from engine.acts.linking import come_after
from engine.agencies.registry import Registry
from engine.errors import Refusal, SpeakingOf
from engine.loads import NO_LOADS, Loads
from engine.machines import move
from engine.pathway import Pathway
from engine.state import State
from engine.statuses import CasePhase
from engine.time.calendars import CalendarError, Calendars
from engine.turns import (
    ladders,
    leaving,
    order,
    progress,
    refreshing,
    reports,
    resting,
    rights,
    settling,
    sharing,
)
from engine.turns.turn import Turn
from engine.view import Report, View


class Decision(msgspec.Struct, frozen=True):
    """Facts in the order in which they became true, and the resulting state."""

    facts: tuple[f.Fact, ...]
    state: State


def decide(
    pathway: Pathway,
    state: State,
    command: c.Command,
    registry: Registry,
    calendars: Calendars,
    loads: Loads = NO_LOADS,
) -> Decision:
    """Settle what is due, do what the command asks, open what follows.

    Everything due is settled first, and dated by its own moment, so it makes no difference when
    somebody looks. The result depends on the arguments alone.

    Args:
        loads: what agencies have to do in other cases; needed only for the types of role in
            `loads.counted_types`.

    Raises:
        Refusal: the command is not possible. Then nothing is settled either, so whatever was due
            needs a command `Settle`.
    """
    with SpeakingOf(pathway):
        try:
            return _decide(pathway, state, command, registry, calendars, loads)
        except CalendarError as error:
            raise Refusal("not_counted.calendar", why=error.message) from None


def _decide(
    pathway: Pathway,
    state: State,
    command: c.Command,
    registry: Registry,
    calendars: Calendars,
    loads: Loads = NO_LOADS,
) -> Decision:
    now = command.recorded_at
    turn = Turn(pathway, state, now, registry, calendars, loads=loads)
    if isinstance(command.act, c.Settle) and command.act.until is not None:
        turn.until = min(now, command.act.until)
    if state.status != CasePhase.NEW:
        settling.catch_up(turn)
    turn.occurred_at = reports.happened_at(turn, command)
    if turn.occurred_at < now:
        turn.report = Report(turn.occurred_at, turn.state)
    _handle(turn, command)
    return afterwards(turn)


def afterwards(turn: Turn) -> Decision:
    """Everything that follows from what was done, up to the end of the turn."""
    turn.occurred_at = turn.as_of
    leaving.pass_on(turn)
    progress.advance(turn)
    settling.settle(turn)
    settling.keep_review(turn)
    sharing.keep_up(turn)
    leaving.watch(turn)
    ladders.remind(turn)
    return Decision(tuple(turn.facts), turn.state)


def _handle(turn: Turn, command: c.Command) -> None:
    act = command.act
    if isinstance(act, c.Settle):
        return
    if isinstance(act, c.Refresh):
        if turn.state.status == CasePhase.OPEN:
            refreshing.refresh(turn, act.days)
        return
    if isinstance(act, c.OpenCase):
        _open(turn, act, command.agency)
        return
    rule = act.rule
    if turn.state.status != CasePhase.NEW and not rule.unasked:
        rights.require_part(turn, rule, command.agency)
    status = turn.state.status
    if status == CasePhase.NEW or (status != CasePhase.OPEN and not rule.after_the_end):
        # Only the responsible agency may know that the person has two cases.
        knows = turn.state.merged_into and command.agency == turn.state.responsible
        if knows:
            raise Refusal("closed.merged", into=turn.state.merged_into)
        raise order.closed(turn.pathway, turn.state)
    before = len(turn.facts)
    rule.do(turn, act, command.agency, command.person)
    if len(turn.facts) == before and not rule.unasked:
        raise Refusal("done_already")
    if command.agency and not rule.unasked and command.agency not in turn.state.met():
        turn.say(f.PartTaken(agency=command.agency))


def _open(turn: Turn, act: c.OpenCase, agency: str) -> None:
    """Open a case. The agency that opens it is responsible for it until another one takes over.

    Raises:
        Refusal: the case was opened before, the pathway is not in effect yet, a role is unknown, or
            the agency, or one chosen for a role, does not fit.
    """
    if turn.state.status != CasePhase.NEW:
        raise Refusal("open_already.code", case=act.code)
    _require_in_effect(turn)
    known = turn.registry.by_code.get(agency)
    if known is None or not known.is_valid(turn.today):
        raise Refusal("unknown_agency.today", agency=agency)
    if known.country != act.country:
        raise Refusal("wrong_country", agency=agency, country=act.country)
    move("case", turn.state.status, "open")
    pathway = turn.pathway
    turn.say(
        f.CaseOpened(code=act.code, pathway=pathway.name, version=pathway.version, agency=agency)
    )
    turn.say(f.SideBound(side=pathway.first_side, country=act.country))
    if act.after:
        come_after(turn, act.after, act.known)
    for role, chosen in act.roles.items():
        _choose(turn, role, chosen)
    turn.note("case.opened")
    resting.watch(turn)


def _require_in_effect(view: View) -> None:
    """Raises Refusal `not_in_effect` if the case was opened before this version took effect."""
    pathway, opened = view.pathway, view.occurred_at.date()
    effective = pathway.definition.effective
    if opened < effective:
        raise Refusal(
            "not_in_effect.yet",
            version=pathway.version,
            pathway=pathway.name,
            effective=effective,
            opened=opened,
        )


def _choose(turn: Turn, role: str, agency: str) -> None:
    if role not in turn.pathway.roles:
        raise Refusal("unknown_role", role=role)
    if agency in turn.only_kept_apart(role):
        raise Refusal("same_agency.chosen", agency=agency, role=role)
    if agency not in {each.code for each in turn.candidates(role)}:
        raise Refusal("not_able.role", agency=agency, role=role)
    turn.say(f.RoleBound(role=role, agency=agency))
