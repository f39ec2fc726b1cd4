"""A case that can be asked questions, none of which changes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from engine import covering, declined, visibility
from engine.agencies.registry import Agency, Registry
from engine.clock import Clock
from engine.countries import country_of
from engine.errors import Refusal
from engine.loads import NO_LOADS, Loads, in_order
from engine.questions import lookup
from engine.shut_out import meant_by, shut_out
from engine.state import RESPONSIBLE, HandOver, State
from engine.statuses import UNANSWERED, RequestStatus, TaskStatus
from engine.time.calendars import CalendarError, Calendars, Edition

if TYPE_CHECKING:
    from engine.pathway import Pathway
    from engine.plans import BasisPlan, Test

T = TypeVar("T")
_DECLINED = RequestStatus.DECLINED


class Report(NamedTuple):
    """Something recorded late: when it happened, and the case before it was recorded."""

    at: datetime
    before: State


class View:
    """A case with everything needed to answer questions about it. Asking never binds a role.

    Args:
        loads: what agencies have to do in other cases.
        reader: the agency that asks; empty for an operator.
    """

    if TYPE_CHECKING:  # not a property, for speed: every question reads it several times

        @property
        def state(self) -> State:
            """The state; within a turn, including all changes so far."""

    __slots__ = ("calendars", "floor", "loads", "now", "pathway", "reader", "registry", "state")

    def __init__(
        self,
        pathway: Pathway,
        state: State,
        now: datetime,
        registry: Registry,
        calendars: Calendars,
        *,
        loads: Loads = NO_LOADS,
        reader: str = "",
    ) -> None:
        self.pathway: Final = pathway
        object.__setattr__(self, "state", state)
        self.now: Final = now
        self.registry: Final = registry
        self.calendars: Final = calendars
        self.loads: Final = loads
        self.reader: Final = reader
        self.floor: tuple[State, datetime, str, Clock | None] | None = None
        """The clock of the `not_before` counted last, after the state, the moment and the step that it
        was counted for: kept because a gate asks for it, and whatever follows the gate asks again.
        """

    def seen_by(self, reader: str) -> View:
        """A view of this case for another reader."""
        about = (self.pathway, self.state, self.now, self.registry, self.calendars)
        return View(*about, loads=self.loads, reader=reader)

    @property
    def as_of(self) -> datetime:
        """The time used to date whatever follows: now, or the moment of the clock being settled."""
        return self.now

    @property
    def occurred_at(self) -> datetime:
        """When the event being recorded happened; now, if none is being recorded."""
        return self.now

    @property
    def report(self) -> Report | None:
        """What is being recorded, if it happened earlier; otherwise None."""
        return None

    @property
    def today(self) -> date:
        return self.now.date()

    def asks(self, test: Test | None) -> bool | None:
        """The result of a condition now; None if not known, True if there is no condition."""
        return True if test is None else test(lookup(self.state))

    def is_in_force(self, basis: BasisPlan) -> bool:
        """Whether a basis of law is in force, as the case stands now."""
        return covering.is_in_force(basis, self.state)

    # agencies

    def fitting(self, role: str) -> str | None:
        """The agency for a role: its holder, or else the first that may hold it, in the order in
        which to ask them. Those that declined it are passed over.

        None if there is no such agency, as when the side is unknown, or if the role is barred.
        """
        if self.is_barred_role(role):
            return None
        bound, refused = self.state.roles.get(role), self.said_no(role)
        if bound is not None and bound not in refused and self.may_keep(role, bound):
            return bound
        able = (each for find in (self.candidates, self._holders) for each in find(role))
        return next((each.code for each in able if each.code not in refused), None)

    def may_keep(self, role: str, agency: str) -> bool:
        """Whether the agency that a role is bound to may go on in it: it has not left, is not
        barred, and has done no task in a role that the registry keeps apart from this one.
        """
        if self.is_barred(agency) or self.has_left(agency):
            return False
        return agency not in self.kept_apart(self.pathway.roles[role].type, by_work_alone=True)

    def said_no(self, role: str) -> frozenset[str]:
        return declined.said_no(self.pathway, self.state, role)

    def able(self, role: str) -> str | None:
        """The agency that fits a role, or its stand-in, if it may know of the case; else None. For
        `responsible`, the responsible agency.
        """
        if role == RESPONSIBLE:
            return self.state.responsible
        return self.let_in(role, self.fitting(role))

    def let_in(self, role: str, fits: str | None) -> str | None:
        """The agency that fits a role, or its stand-in, if it may know of the case; else None.

        Args:
            fits: the agency that fits, as `fitting` gives it.
        """
        agency = fits and self.present(role, fits, knowing=True)
        return agency if agency and self.may_know(agency) else None

    def holder(self, *roles: str) -> str:
        """The agency that gets work meant for these roles: the first that `able` gives, with the
        roles tried in this order, or else the responsible one.

        So every task has an agency, and no task crosses a border before the agency there may know
        of the case.
        """
        return next(filter(None, map(self.able, roles)), self.state.responsible)

    def acting(self, role: str) -> str | None:
        """The agency that fits a role (see `fitting`), or its stand-in while it is on leave or
        suspended; None if there is none.
        """
        agency = self.fitting(role)
        return agency and self.present(role, agency)

    def present(self, role: str, agency: str, *, knowing: bool = False) -> str | None:
        """The given agency, which fits the role, or its stand-in while it is on leave or suspended.
        The stand-in is the agency's alternate, if that is a candidate for the role, or else the
        next candidate. None if there is no stand-in.

        Args:
            knowing: only allow a stand-in that may be told of the case.
        """
        if not self.is_on_leave(agency):
            return agency
        others = [each.code for each in self.candidates(role, (*self.said_no(role),))]
        others = [each for each in others if self.may_know(each) or not knowing]
        alternate = self.registry.by_code[agency].alternate_on(self.today)
        return next((each for each in (alternate, *others) if each in others), None)

    def has_left(self, agency: str) -> bool:
        """Whether the registry no longer has an agency, or its last day is over."""
        known = self.registry.by_code.get(agency)
        return known is None or known.has_left(self.today)

    def is_on_leave(self, agency: str) -> bool:
        """Whether an agency gets nothing new today, being on leave or suspended."""
        known = self.registry.by_code.get(agency)
        return known is not None and known.is_away(self.today)

    def may_know(self, agency: str) -> bool:
        """Whether an agency may be given work in the case, or told or shown anything of it, now."""
        return visibility.may_know(self, agency)

    def may_go_on(self, agency: str) -> bool:
        """Whether an agency keeps its open work, even if a consent that names it has expired."""
        return visibility.may_go_on(self, agency)

    def candidates(self, role: str, without: tuple[str, ...] = ()) -> list[Agency]:
        """Agencies that may be given a role now, in the order in which to ask them; those that
        declined come last.
        """
        able = self._matching(role, partial(self.registry.candidates, without=without))
        able = in_order(able, self.pathway.roles[role], self.pathway, self.state, self.loads)
        refused = self.said_no(role)
        return sorted(able, key=lambda each: each.code in refused) if refused else able

    def _holders(self, role: str) -> list[Agency]:
        """Agencies that may keep a role, even if they get nothing new now."""
        return self._matching(role, self.registry.holders)

    def _matching(self, role: str, find: Callable[[str, str, date], list[Agency]]) -> list[Agency]:
        """Agencies that match a role and have no role in the case that is kept apart from it."""
        found = self._of_role(role, find)
        apart = self.kept_apart(self.pathway.roles[role].type) if found else ()
        return [each for each in found if each.code not in apart] if apart else found

    def _of_role(self, role: str, find: Callable[[str, str, date], list[Agency]]) -> list[Agency]:
        """Agencies of the side's country that match the answers and are not barred."""
        plan = self.pathway.roles[role]
        country = self.state.sides.get(plan.side)
        if country is None or self.is_barred_role(role):
            return []
        return [
            each
            for each in find(plan.type, country, self.today)
            if plan.is_held_by(each, self.state.data) and not self.is_barred(each.code)
        ]

    def only_kept_apart(self, role: str) -> tuple[str, ...]:
        """The agencies that could be given a role if they did not have another role in the case that
        is kept apart from it.
        """
        apart = self.kept_apart(self.pathway.roles[role].type)
        found = self._of_role(role, self.registry.candidates)
        return tuple(each.code for each in found if each.code in apart)

    def kept_apart(self, role_type: str, *, by_work_alone: bool = False) -> Collection[str]:
        """The agencies that have, or are being asked to take, a role in the case that the registry
        keeps apart from roles of this type.

        The responsible agency does not count as having a role just because a task fell to it when
        nobody else was left.

        Args:
            by_work_alone: count only agencies that have done a task in such a role, not those that
                merely hold it.
        """
        others = self.registry.agencies_apart.get(role_type)
        if not others:
            return ()
        state = self.state
        tasks = (each for each in state.tasks.values() if each.status != TaskStatus.WITHDRAWN)
        had = [
            (each.role, each.agency)
            for each in tasks
            if each.status == TaskStatus.DONE
            or not (by_work_alone or each.agency == state.responsible)
        ]
        asked = (each for each in state.hand_overs.values() if each.status in UNANSWERED)
        held = (*state.roles.items(), *((each.role, each.agency) for each in asked))
        return {
            agency
            for role, agency in (had if by_work_alone else (*held, *had))
            if role in self.pathway.roles and self.pathway.roles[role].type in others
        }

    def is_barred_role(self, role: str) -> bool:
        return role in self.state.barred_roles or self.side_of(role) in self.state.barred

    def is_barred(self, agency: str) -> bool:
        """Whether an agency is barred: it is given no work, and no notice but a farewell. Always
        False for the responsible agency: the responsibility is taken from it first, if another
        agency can have it.
        """
        return agency != self.state.responsible and self.is_shut_out(agency)

    def is_prohibited(self, agency: str) -> bool:
        return agency in self.state.prohibited and agency != self.state.responsible

    def is_shut_out(self, agency: str) -> bool:
        """Whether an agency is prohibited, holds or may hold a barred role, or is in the country of
        a barred side. A country does not count if a side that is not barred has it too.
        """
        out = shut_out(self.pathway, self.state)
        return bool(out) and not out.isdisjoint(meant_by(self.registry, agency))

    def could_hold(self, agency: str, roles: Iterable[str]) -> bool:
        """Whether an agency holds one of the roles, or is of a type that may hold one in the
        country of the role's side.
        """
        known, held, sides = self.registry.by_code.get(agency), self.state.roles, self.state.sides
        for role in roles:
            if held.get(role) == agency:
                return True
            plan = self.pathway.roles[role]
            if known and plan.type in known.roles and known.country == sides.get(plan.side):
                return True
        return False

    def is_of(self, role: str, agency: str) -> bool:
        """Whether an agency's type may hold the role, in the country of the role's side."""
        plan, known = self.pathway.roles[role], self.registry.by_code.get(agency)
        of_type = known is not None and plan.type in known.roles
        return of_type and self.country_of(agency) == self.state.sides.get(plan.side)

    def country_of(self, agency: str) -> str:
        known = self.registry.by_code.get(agency)
        return known.country if known else country_of(agency)

    def edition(self, agency: str) -> Edition:
        """The calendar in which an agency's periods are counted."""
        known = self.registry.by_code.get(agency)
        return self.calendars.edition(known.place if known else self.country_of(agency))

    def calendar(self, name: str) -> Edition | None:
        """The calendar of a place (`GB-SCT`), of a side's country, or of a role holder's place;
        None if the country or the holder is not known yet.
        """
        state = self.state
        if name[0].isupper():
            return self.calendars.edition(name)
        if name in self.pathway.definition.sides:
            country = state.sides.get(name)
            return self.calendars.edition(country) if country else None
        holder = state.responsible if name == RESPONSIBLE else state.roles.get(name)
        return self.edition(holder) if holder else None

    def side_of(self, role: str) -> str:
        return self.pathway.roles[role].side

    def sender_of(self, asked: HandOver) -> str:
        """The agency to tell about a request: its sender, or the responsible one if the sender is
        barred or has left.
        """
        is_out = self.is_barred(asked.sender) or self.has_left(asked.sender)
        return self.state.responsible if is_out else asked.sender

    # clocks

    def happened(self, name: str) -> datetime | None:
        """When something happened, or a named clock was reached; None if not yet."""
        return self.state.moments.get(name) or self.state.moments.get(f"clock.{name}")

    def if_covered(self, counting: Callable[[], T | None]) -> T | None:
        """The result of `counting`; None, as if not known yet, if a calendar is missing or
        ends too early.

        Nothing is guessed. A turn reports each such calendar once.
        """
        try:
            return counting()
        except CalendarError:
            return None

    def moment(self, name: str) -> date | None:
        found: date | None = self.happened(name)
        if found is None and isinstance(answer := self.state.data.get(name), str):
            return moment_of(answer)
        return found

    def foreseen(self, name: str) -> date | None:
        """When something happened or is to happen, as the start of a period; for a running named
        clock, its end. None if it is not known.
        """
        running = self.state.clocks.get(f"clock.{name}")
        return running.at if running else self.moment(name)

    # rights

    def require_agency(self, agency: str, owner: str) -> None:
        if agency != owner:
            raise Refusal("not_yours.another")

    def involved(self) -> set[str]:
        """The agencies that take part in the case. The holder of a role takes part once it may have
        heard of the case.
        """
        state = self.state
        holders = visibility.parties(self.pathway, state).intersection(state.roles.values())
        answered = {h.agency for h in state.hand_overs.values() if h.status != _DECLINED}
        return {state.responsible, *holders, *answered} | {
            agency for task in state.tasks.values() for agency in task.agencies
        }


def moment_of(answer: str) -> date | None:
    """A stored day or moment; None if it is neither."""
    try:
        return date.fromisoformat(answer) if len(answer) == 10 else datetime.fromisoformat(answer)
    except ValueError:
        return None
