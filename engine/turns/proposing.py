"""Links and merges that need the other case's agency to agree: proposed, agreed to, declined,
taken back, or unanswered.

The asking case records the same whatever the other case is like: only a yes reveals anything about
the other case.
"""

from __future__ import annotations

from datetime import datetime

from engine import both_cases
from engine import facts as f
from engine.clock import Clock
from engine.errors import Refusal
from engine.links import MERGE, ONE_PERSON, RELATED, Agreement, Proposal
from engine.machines import move
from engine.message import message
from engine.state import State
from engine.statuses import CasePhase, ProposalStatus
from engine.turns import counting
from engine.turns.turn import Turn
from engine.view import View

_ASKED, _AGREED, _SILENT = (
    "A link is proposed",
    "A link was agreed",
    "No answer about a link",
)
"""Labels of notices, which say nothing about the other case."""


def require_new(view: View, case: str, word: str) -> None:
    """Raises Refusal if `case` is this case, if the two are linked already (a merge is still
    possible), if a proposal between them awaits an answer, or if the person has not agreed.
    """
    state = view.state
    if case == state.code:
        raise Refusal("same_case")
    if word != MERGE and case in state.links:
        raise Refusal("linked_already", case=case, other=state.code)
    waiting = state.proposals.get(case)
    if waiting and waiting.is_ours and waiting.status == ProposalStatus.WAITING:
        raise Refusal("proposed_already.ours", case=case)
    if waiting and waiting.awaits_us:
        raise Refusal("proposed_already.theirs", case=case)
    if not both_cases.is_agreed_by_person(view, word):
        raise Refusal("no_consent.link", consents=both_cases.needed(view, word))


def propose(turn: Turn, case: str, word: str) -> None:
    """Record a proposal, with the time by which it must be answered. If it is made again after a
    silence, the wait goes on.
    """
    before = turn.state.proposals.get(case)
    silent = before is not None and before.is_ours
    status = (
        move("proposal", before.status, "wait_on")
        if before and silent
        else move("proposal", "new", "propose")
    )
    links = turn.pathway.definition.links
    agency = turn.state.responsible
    number = _next(turn.state, case)
    about = Proposal(word=word, status=status, at=turn.now, number=number).about
    clock = counting.begin(turn, "proposal", about, about, links.answer, agency)
    proposal = Proposal(
        word=word,
        number=number,
        status=status,
        at=turn.now,
        answer_by=clock.at if clock else None,
        brings=links.brings if word == ONE_PERSON else (),
        is_consented=bool(both_cases.needed(turn, word)),
    )
    turn.say(f.LinkProposed(case=case, proposal=proposal))
    if clock:
        turn.set_clock(clock)


def be_asked(turn: Turn, case: str, proposed: Proposal, agency: str) -> None:
    """Record a proposal by the agency of another case.

    Raises:
        Refusal: `not_proposed`: the proposal does not reach this case; nobody is told why.
    """
    state, before = turn.state, turn.state.proposals.get(case)
    is_known = case in state.links or case in (state.merged_into, *state.taken_in)
    is_declined = (
        before is not None
        and before.status == ProposalStatus.DECLINED
        and RELATED.get(before.word, MERGE) == proposed.word
    )
    can = both_cases.may_be_asked(turn, proposed.word)
    if is_known or is_declined or not can or turn.is_shut_out(agency):
        raise Refusal("not_proposed", case=case)
    asked = Proposal(
        word=RELATED.get(proposed.word, MERGE),
        number=_next(state, case),
        status=move("proposal", "new", "propose"),
        at=turn.now,
        agency=agency,
        answer_by=proposed.answer_by,
        brings=proposed.brings,
        is_consented=proposed.is_consented,
    )
    turn.say(f.LinkProposed(case=case, proposal=asked))
    if state.status == CasePhase.OPEN and asked.answer_by:
        turn.set_clock(_told_by_them(turn, asked.about, asked.answer_by))
    _tell(turn, "request_received", _ASKED, asked.answer_by)


def require_asked(view: View, case: str) -> Proposal:
    """The proposal by the other case. Raises Refusal `not_proposed` unless it awaits this case's
    answer.
    """
    asked = view.state.proposals.get(case)
    if asked is None or not asked.awaits_us:
        raise Refusal("not_proposed", case=case)
    return asked


def require_agreeable(view: View, asked: Proposal, brings: tuple[str, ...]) -> None:
    """Raises Refusal unless this case's agency may say yes, and let the other case have the answers
    to the protected fields in `brings`.
    """
    state = view.state
    if not both_cases.may_be_asked(view, asked.word):
        raise Refusal("closed.case", status=message(f"status.case.{state.status}"))
    is_asked_there = asked.word == ONE_PERSON and asked.is_consented
    if view.is_shut_out(asked.agency):
        raise Refusal("barred.agency_of_link", agency=asked.agency)
    if not (is_asked_there or both_cases.lets_know(view, asked.word, asked.agency)):
        consents = both_cases.needed(view, asked.word)
        if consents:
            raise Refusal("no_consent.link", consents=consents)
        raise Refusal("not_allowed.link_unasked", agency=asked.agency)
    others = tuple(each for each in brings if each not in {*asked.brings} & {*state.protected})
    if others and not asked.brings:
        raise Refusal("not_asked_for.nothing", fields=others)
    if others:
        raise Refusal("not_asked_for", fields=others, asked=asked.brings)


def be_agreed(turn: Turn, case: str, agency: str, brings: tuple[str, ...]) -> Proposal:
    """Record that the agency of the other case has said yes to this case's proposal. For a merge,
    the caller then closes this case.

    Returns:
        The proposal.

    Raises:
        Refusal: `not_proposed`, also if that agency may no longer know of this case, as when the
            person has withdrawn their agreement.
    """
    proposal = turn.state.proposals.get(case)
    is_ours = proposal is not None and proposal.is_ours
    if proposal is None or not is_ours or not both_cases.lets_know(turn, proposal.word, agency):
        raise Refusal("not_proposed", case=case)
    turn.stop_clocks(proposal.about, "agreed")
    if proposal.word != MERGE:
        agreement = Agreement(agency=agency, brings=brings)
        turn.say(f.CaseLinked(case=case, word=proposal.word, agreement=agreement))
        fields = turn.pathway.definition.data
        shared = tuple(name for name in brings if name in fields and fields[name].is_protected)
        if shared:
            turn.say(f.PersonKnown(fields=shared))
    _tell(turn, "answer_received", _AGREED)
    return proposal


def drop(turn: Turn, case: str) -> None:
    """Drop a proposal that was taken back by whoever made it."""
    turn.stop_clocks(turn.state.proposals[case].about, "taken_back")
    turn.say(f.ProposalDropped(case=case))


def decline(turn: Turn, case: str) -> None:
    """Say no. The other case is not told; to it, this looks like any other silence."""
    asked = require_asked(turn, case)
    turn.stop_clocks(asked.about, "declined")
    status = move("proposal", asked.status, "decline")
    turn.say(f.ProposalMoved(case=case, status=status))


def silence(turn: Turn, case: str, proposal: Proposal) -> None:
    """Record that nobody has answered in time. In the case that was asked, the responsible agency
    is reminded; in the case that asked, the responsible agency is told, and decides whether to wait
    longer.
    """
    status = move("proposal", proposal.status, "silence")
    turn.say(f.ProposalMoved(case=case, status=status))
    if proposal.is_ours:
        _tell(turn, "attention", _SILENT)
    else:
        _tell(turn, "reminder", _ASKED, proposal.answer_by)


def _tell(turn: Turn, kind: str, label: str, due_at: datetime | None = None) -> None:
    turn.tell(turn.state.responsible, kind, "case", label, due_at=due_at)


def _told_by_them(turn: Turn, about: str, at: datetime) -> Clock:
    """The clock of the asked case, with the moment that the asking case has counted."""
    agency = turn.state.responsible
    return Clock(key=about, kind="proposal", about=about, at=at, start=turn.now, agency=agency)


def _next(state: State, case: str) -> int:
    """The number for a proposal with another case: the one it already has, or the next."""
    known = state.proposals.get(case)
    return (
        known.number
        if known
        else 1 + max((each.number for each in state.proposals.values()), default=0)
    )
