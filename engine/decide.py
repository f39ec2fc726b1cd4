"""The heart: what a command does to a case, as facts, or why it is refused. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from engine import commands as c
from engine import facts as f
from engine.agencies.registry import Registry
from engine.errors import Refusal
from engine.loads import NO_LOADS, Loads
from engine.machines import move
from engine.message import message
from engine.pathway import Pathway
from engine.state import State
from engine.time.calendars import CalendarError, Calendars
from engine.turns import (
    answering,
    arrivals,
    completing,
    consents,
    feedback,
    ladders,
    leaving,
    links,
    looking,
    merging,
    overriding,
    periods,
    progress,
    refreshing,
    reopening,
    reports,
    rights,
    settling,
    sharing,
    silence,
    withholding,
)
from engine.turns import tasks as t
from engine.turns.reactions import raise_interrupt, resolve_interrupt
from engine.turns.turn import Turn
from engine.view import Report, View


class Decision(msgspec.Struct, frozen=True):
    """Facts in the order in which they became true, and the state in which all are."""

    facts: tuple[f.AnyFact, ...]
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

    Everything that was due is settled first, so a late tick and a late person lead to the same.
    What time has brought is dated by its moment, not by when somebody looked. The result depends
    on the arguments alone.

    Args:
        loads: what agencies have to do in other cases; only `counted_types` need be there.

    Raises:
        Refusal: the command is not possible. What was due is then decided by `Settle` alone.
    """
    try:
        return _decide(pathway, state, command, registry, calendars, loads)
    except CalendarError as error:
        raise Refusal("not_counted.calendar", why=str(error)) from None


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
    if state.status == "open":
        settling.catch_up(turn)
    turn.occurred_at = reports.happened_at(turn, command)
    if turn.occurred_at < now:
        turn.report = Report(turn.occurred_at, turn.state)
    _handle(turn, command)
    return afterwards(turn)


def afterwards(turn: Turn) -> Decision:
    """What follows from whatever was done, up to the end of the turn."""
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
        if turn.state.status == "open":
            refreshing.refresh(turn, act.days)
        return
    if isinstance(act, c.OpenCase):
        _open(turn, act, command.agency)
        return
    if turn.state.status != "new" and not isinstance(act, c.Hear):
        _require_part(turn, act, command.agency)
    if turn.state.status != "open" and not isinstance(act, _AFTER_THE_END):
        # Who answers for it may know that there are two cases of the person; nobody else need.
        knows = turn.state.merged_into and command.agency == turn.state.responsible
        if knows:
            raise Refusal("closed.merged", into=turn.state.merged_into)
        raise Refusal("closed.case", status=message(f"status.case.{turn.state.status}"))
    if isinstance(act, c.Hear):
        links.hear(turn, act)
        return
    _ACTS[type(act)](turn, act, command.agency, command.person)


def _require_part(view: View, act: c.AnyAct, agency: str) -> None:
    """Raises Refusal `unknown_agency`, `barred` or `not_allowed`, before anything is said of the case."""
    if agency not in view.registry.by_code:
        raise Refusal("unknown_agency.none", agency=agency)
    if view.is_prohibited(agency):
        raise Refusal("barred.yours")
    if isinstance(act, rights.OF_ROLES):
        rights.require_knowing(view, agency)


def _open(turn: Turn, act: c.OpenCase, agency: str) -> None:
    """The agency that opens a case answers for it until another one takes over."""
    if turn.state.status != "new":
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
        links.come_after(turn, act.after, act.known)
    for role, chosen in act.roles.items():
        _choose(turn, role, chosen)
    turn.note("case.opened")
    settling.review(turn)


def _require_in_effect(view: View) -> None:
    """Raises Refusal `not_in_effect` if the case was opened before the pathway holds."""
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
    if agency not in {each.code for each in turn.candidates(role)}:
        raise Refusal("not_able.role", agency=agency, role=role)
    turn.say(f.RoleBound(role=role, agency=agency))


_AFTER_THE_END = (c.Look, c.Reopen, c.Follow, c.Unmerge)
"""What may be asked of a case that is not open."""

Handler = Callable[[Turn, Any, str, str], None]

_ACTS: dict[type[c.Act], Handler] = {
    c.Claim: lambda turn, act, agency, who: t.claim(turn, act.task, agency, who),
    c.Accept: lambda turn, act, agency, who: t.accept(turn, act.task, agency, who),
    c.Decline: lambda turn, act, agency, who: t.decline(turn, act.task, agency, act.reason),
    c.Complete: completing.complete,
    c.Reassign: lambda turn, act, agency, who: t.reassign(turn, act.task, agency, act.agency),
    c.Start: lambda turn, act, agency, who: completing.start_manual(turn, act.step, agency),
    c.Skip: overriding.skip,
    c.OpenStep: overriding.open_step,
    c.Reopen: reopening.reopen,
    c.RecordConsent: consents.record,
    c.WithdrawConsent: lambda turn, act, agency, who: withholding.withdraw(
        turn, act.consent, agency, act.agency
    ),
    c.Prohibit: lambda turn, act, agency, who: withholding.prohibit(turn, act.agency, agency),
    c.Permit: lambda turn, act, agency, who: withholding.permit(turn, act.agency, agency),
    c.Offer: lambda turn, act, agency, who: completing.complete(
        turn, c.Complete(task=act.task), agency, who
    ),
    c.See: lambda turn, act, agency, who: answering.see(turn, act.hand_over, agency, who),
    c.Ask: lambda turn, act, agency, who: answering.ask_more(turn, act.hand_over, agency, who),
    c.AcceptHandOver: answering.accept,
    c.WaitList: lambda turn, act, agency, who: answering.wait_list(
        turn, act.hand_over, agency, who
    ),
    c.DeclineHandOver: lambda turn, act, agency, who: answering.decline(
        turn, act.hand_over, agency, who, act.reason
    ),
    c.Prepare: lambda turn, act, agency, who: answering.prepare(turn, act.hand_over, agency, who),
    c.Revoke: lambda turn, act, agency, who: silence.revoke(turn, act.hand_over, agency, who),
    c.ConfirmArrival: lambda turn, act, agency, who: arrivals.confirm(turn, act.task, agency, who),
    c.ReportNoShow: lambda turn, act, agency, who: arrivals.report_no_show(turn, act.task, agency),
    c.GiveFeedback: lambda turn, act, agency, who: feedback.give(turn, act.task, agency, who),
    c.Raise: lambda turn, act, agency, who: raise_interrupt(turn, act.interrupt, agency),
    c.Extend: lambda turn, act, agency, who: periods.extend(turn, act.name, agency),
    c.Shorten: lambda turn, act, agency, who: periods.shorten(turn, act.name, agency),
    c.Link: lambda turn, act, agency, who: links.link(turn, act.case, act.word),
    c.Unlink: lambda turn, act, agency, who: links.unlink(turn, act.case),
    c.Follow: links.follow,
    c.Merge: merging.merge,
    c.Unmerge: merging.unmerge,
    c.Look: looking.look,
    c.Resolve: resolve_interrupt,
}
