"""One agency's part of a case, and what it may do now, as its pages show them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.deciding import attempt
from casework.held_case import Held, hold_for, shown_to, view_of
from casework.links_shown import linked_with
from casework.looks import looking
from casework.principal import Principal
from casework.public_addresses import run_of_case
from casework.recording import record
from casework.turn import conclude
from engine import offering
from engine.acts.act import Act
from engine.acts.confirming import ConfirmStop
from engine.acts.consents import WithdrawConsent
from engine.acts.linking import Unlink
from engine.acts.looking import Look
from engine.contacting import Reach, reach
from engine.errors import Refusal
from engine.numbering import Work, meant, shown
from engine.offering import Offered
from engine.projection import Seen
from engine.state import HandOver
from engine.translation import OWN, Translation
from engine.view import View
from engine.visibility import has_part, is_of, own_tasks, sees_consent, shown_beside


class CasePart(msgspec.Struct, frozen=True, kw_only=True):
    """What one agency sees of a case at one moment. Tasks and requests have the agency's own
    numbers.
    """

    code: str
    agency: str
    takes_part: bool
    """Whether the agency takes part in the case and may be shown it now. Otherwise it has at most
    tasks to stop.
    """
    seen: Seen
    spoken: Translation
    """The pathway's texts in the reader's language."""
    offered: tuple[Offered, ...]
    """What the agency may do, beginning with what it owes."""
    contacts: Mapping[str, Reach]
    """Whom the agency may contact for its tasks, by the numbers of the tasks."""
    reads: Mapping[str, tuple[str, ...]]
    """The fields that its open tasks show beside what they ask for, by the numbers of the tasks."""
    now: datetime
    run: str = ""
    """The address of the case's run in Prefect; empty if there is none for the reader."""

    def work(self, number: str) -> Work:
        """The agency's task or request with a number.

        Raises:
            Refusal: `not_found`.
        """
        found = meant(self.seen.state, self.agency, number)
        if found is None:
            raise Refusal("not_found.part_of_yours", name=number)
        return found

    def number(self, work: Work) -> str:
        """The number under which the agency knows a task or request."""
        return shown(self.seen.state, self.agency, work.id)

    def may_open(self, asked: HandOver) -> bool:
        """Whether a request has a page that the agency may open. Of other requests, the responsible
        agency reads only that they exist.
        """
        return is_of(asked, self.agency)

    def about(self, number: str) -> tuple[Offered, ...]:
        """What the agency may do with its task or request or, if the number is empty, with the case
        itself and everything else in it.
        """
        works = {self.number(each) for each in self.works}
        return tuple(
            each
            for each in self.offered
            if each.about == number or not (number or each.about in works)
        )

    @property
    def works(self) -> tuple[Work, ...]:
        state = self.seen.state
        return (*state.tasks.values(), *state.stops.values(), *state.hand_overs.values())


def case_part(
    onward: Onward,
    code: str,
    by: Principal,
    language: str = OWN,
    *,
    fully: type[Act] | None = None,
) -> CasePart:
    """The case as the reader now sees it on behalf of their agency.

    Args:
        fully: the act for which every possible value is wanted, such as every agency that a task
            may go to.

    Raises:
        Refusal: `unknown_case`, `suspended_agency` or `too_many_looks`.
        Erased: the case was erased.
    """
    authority.require(by, Right.READ)
    with looking(onward, by), onward.store.read() as connection:
        held = hold_for(onward, connection, code, by, lock=False)
        linked = linked_with(onward, connection, held, by)
        run = run_of_case(onward, connection, code, by)
    return replace(_part_of(held, by, linked, language, fully=fully), run=run)


def answers_read(
    onward: Onward,
    code: str,
    by: Principal,
    language: str,
    are_shown: Callable[[CasePart], bool],
) -> CasePart:
    """Like `case_part`, but for a reader who also reads the answers that are not protected. If any
    are shown, the case's log records a look.

    Args:
        are_shown: tells whether the answers, as they are now, will be shown to the reader.
    """
    part = case_part(onward, code, by, language)
    if not (part.seen.state.data and are_shown(part)):
        return part
    with looking(onward, by), onward.store.write() as connection:
        held = hold_for(onward, connection, code, by)
        part = _part_of(held, by, linked_with(onward, connection, held, by), language)
        look = Look(known=(*part.seen.state.data,), explained=True)
        written = record(onward, connection, attempt(held, look, by)) if look.known else []
    if written:
        conclude(onward, written)
    return part


def part_within(
    onward: Onward, connection: Connection, code: str, by: Principal, language: str = OWN
) -> CasePart:
    """Like `case_part`, but in a transaction that is about to change the case. Locks the case.

    Raises:
        Refusal: `unknown_case` or `suspended_agency`.
        Erased: the case was erased.
    """
    authority.require(by, Right.READ)
    held = hold_for(onward, connection, code, by)
    return _part_of(held, by, linked_with(onward, connection, held, by), language)


def _part_of(
    held: Held,
    by: Principal,
    linked: Collection[str],
    language: str = OWN,
    *,
    fully: type[Act] | None = None,
) -> CasePart:
    view, state = view_of(held), held.state
    found = [each for each in _offers(view, by, fully) if _is_seen(view, by.agency, linked, each)]
    return CasePart(
        code=held.row.code,
        agency=by.agency,
        takes_part=has_part(view, by.agency),
        seen=shown_to(held, by),
        spoken=held.pathway.spoken(language),
        offered=tuple(
            replace(
                each,
                about=shown(state, by.agency, each.about),
                subject=shown(state, by.agency, each.subject),
            )
            for each in found
        ),
        contacts=_contacts(view, by.agency),
        reads=_reads(view, by.agency),
        now=held.now,
    )


def _offers(view: View, by: Principal, fully: type[Act] | None) -> list[Offered]:
    """What the agency may do. If it has no part in the case, it may at most confirm that it has
    stopped.
    """
    is_part = has_part(view, by.agency)
    if not is_part and all(each.agency != by.agency for each in view.state.open_stops()):
        return []
    found = offering.offered(view, by.agency, fully=fully, nobody=not by.person)
    return [each for each in found if is_part or each.act is ConfirmStop]


def _is_seen(view: View, agency: str, linked: Collection[str], offer: Offered) -> bool:
    """Whether an offer reveals nothing that the projection withholds. A consent is shown to an
    agency that it names or that sees the whole case. A link that is more than proposed is shown to
    an agency that may know of both cases.
    """
    if offer.act is Unlink:
        return offer.subject in linked or offer.subject in view.state.proposals
    return offer.act is not WithdrawConsent or sees_consent(view, agency, offer.subject)


def _contacts(view: View, agency: str) -> dict[str, Reach]:
    its = ((each, reach(view, agency, each)) for each in own_tasks(view, agency) if each.contacts)
    return {shown(view.state, agency, task.id): whom for task, whom in its if whom}


def _reads(view: View, agency: str) -> dict[str, tuple[str, ...]]:
    its = ((each, shown_beside(view, agency, each)) for each in own_tasks(view, agency))
    return {shown(view.state, agency, task.id): fields for task, fields in its if fields}
