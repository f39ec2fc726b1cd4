"""What agencies see of links between cases, and of proposals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from casework import authority
from casework.authority import Right
from casework.case_rows import CASES
from casework.context import Onward
from casework.held_case import Held, hold, hold_for, view_of
from casework.looks import looking
from casework.principal import Principal
from engine import both_cases
from engine.errors import Refusal
from engine.links import Proposal
from engine.records import RecordError
from engine.statuses import CasePhase
from engine.view import View
from engine.visibility import answers_for, has_part
from models.keys import SealError


class LinkLine(msgspec.Struct, frozen=True, kw_only=True):
    """A case that is linked with another, or is proposed to be, as an agency may see it."""

    code: str
    word: str
    """How this case's person is related to the person of the case that was looked up; `merge` if
    the proposal is to merge the two cases.
    """
    proposal: str = ""
    """`proposed`, `no_answer`, `asked` or `declined`, for a link or merge not yet agreed to;
    otherwise empty. The first two reveal nothing about the other case.
    """
    responsible: str = ""
    """The agency responsible for the linked case; empty for a proposal, or if the reader has no part
    in that case.
    """
    status: str = ""


class ProposalLine(msgspec.Struct, frozen=True, kw_only=True):
    """A link or merge that awaits an agency's answer."""

    code: str
    """The agency's case."""
    case: str
    """The case whose agency asks."""
    word: str
    """How, according to the proposal, the person of `case` is related to the person of `code`;
    `merge` if `case` is to close.
    """
    agency: str
    brings: tuple[str, ...]
    """The protected fields whose answers `case` would get from the agency's case."""
    at: datetime
    answer_by: datetime | None


def links(onward: Onward, code: str, by: Principal) -> list[LinkLine]:
    """The linked cases that the caller's agency may know of; for the responsible agency, also the
    links and merges that are proposed.

    Raises:
        Refusal: `unknown_case`, `suspended_agency`, `too_many_looks`, or `not_allowed`.
        Erased: the case was erased.
    """
    authority.require(by, Right.READ)
    with looking(onward, by), onward.store.read() as connection:
        view = view_of(hold_for(onward, connection, code, by, lock=False))
        if not has_part(view, by.agency):
            raise Refusal("not_allowed.no_part")
        found = [*_linked(onward, connection, view, by.agency)]
    if answers_for(view.state, by.agency):
        for other, proposal in view.state.proposals.items():
            line = LinkLine(code=other, word=proposal.word, proposal=_how(proposal))
            found.append(line)
    return found


def linked_with(onward: Onward, connection: Connection, held: Held, by: Principal) -> set[str]:
    """The codes of the linked cases that the caller's agency may know of."""
    return {each.code for each in _linked(onward, connection, view_of(held), by.agency)}


def _linked(onward: Onward, connection: Connection, view: View, agency: str) -> Iterator[LinkLine]:
    code, answers = view.state.code, answers_for(view.state, agency)
    for other, word in view.state.links.items():
        there = _there(onward, connection, other)
        if there is None or not both_cases.is_agreed_by_person(view, word):
            continue
        seen = view_of(there)
        if both_cases.may_know_of_both(seen, agency, code, answers=answers):
            known = (there.state.responsible, there.state.status)
            responsible, status = known if has_part(seen, agency) else ("", "")
            yield LinkLine(code=other, word=word, responsible=responsible, status=status)


def _how(proposal: Proposal) -> str:
    """The status of a proposal, as seen from this case."""
    word = "ours" if proposal.is_ours else "theirs"
    return _STATUS.get(f"{word}.{proposal.status}", str(proposal.status))


_STATUS = {
    "ours.waiting": "proposed",
    "ours.silent": "no_answer",
    "theirs.waiting": "asked",
    "theirs.silent": "asked",
}


def proposals(onward: Onward, by: Principal) -> list[ProposalLine]:
    """The links and merges that await the answer of the caller's agency, in the order of its cases'
    codes. Cases that cannot be read are left out.
    """
    authority.require(by, Right.READ)
    query = select(CASES.c.code).where(CASES.c.responsible == by.agency, CASES.c.proposals > 0)
    found: list[ProposalLine] = []
    with onward.store.read() as connection:
        for code in connection.scalars(query.order_by(CASES.c.code)).all():
            with suppress(SealError, RecordError):  # a damaged case does not hide the others
                held = hold(onward, connection, code, lock=False)
                found += _asked(onward, connection, held)
    return found


def _asked(onward: Onward, connection: Connection, held: Held) -> Iterator[ProposalLine]:
    """The proposals that await the answer of a case's agency. A proposal is left out if the other
    case is closed, cannot be read, no longer proposes it, or may not be known to this agency.
    """
    code = held.state.code
    for case, asked in held.state.proposals.items():
        there = asked.awaits_us and _there(onward, connection, case)
        theirs = there and there.state.proposals.get(code)
        if not (there and theirs and theirs.is_ours) or there.state.status != CasePhase.OPEN:
            continue
        if both_cases.lets_know(view_of(there), theirs.word, held.state.responsible):
            yield ProposalLine(
                code=code,
                case=case,
                word=asked.word,
                agency=asked.agency,
                brings=asked.brings,
                at=asked.at,
                answer_by=asked.answer_by,
            )


def _there(onward: Onward, connection: Connection, code: str) -> Held | None:
    """The other case; None if it is erased or cannot be read."""
    with suppress(Refusal, SealError, RecordError):
        return hold(onward, connection, code, lock=False)
    return None
