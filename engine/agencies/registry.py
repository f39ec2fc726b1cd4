"""Which agencies exist, what they may do, and where. An immutable value; the file is read
elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cached_property

import msgspec

from engine.agencies.duties import Duty
from engine.errors import Refusal
from engine.retention import RetentionPeriod
from engine.time.calendars import place_of


def is_within(day: date, first: date | None, last: date | None) -> bool:
    """Whether a day lies between the first and the last, both included; None is no limit."""
    return (first is None or first <= day) and (last is None or day <= last)


class WithoutAccount(StrEnum):
    """A way to act on a notice without signing in."""

    LINK = "link"
    """By a link in the notice."""
    TELEPHONE = "telephone"
    """By a code in the notice, which is read out to the responsible agency."""


class Leave(msgspec.Struct, frozen=True, kw_only=True):
    """Days on which an agency gets no new work."""

    first: date
    last: date
    alternate: str = ""
    """Code of the agency that stands in; empty if none does."""


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """A person who acts for an agency, identified by a code and never by name."""

    code: str
    roles: tuple[str, ...]
    """The types of roles in which the person acts; some or all of the agency's."""
    valid_from: date | None = None
    valid_until: date | None = None
    """The person's last day."""
    deputy: str = ""
    """Code of the colleague who stands in before the first day, after the last, and during a
    suspension; empty if there is none.
    """
    duties: frozenset[Duty] = frozenset()
    """The person's duties, in addition to their roles."""
    suspended: bool = False
    """An operator, a coordinator or an administrator has suspended the person, until further
    notice.
    """

    def is_valid(self, day: date) -> bool:
        return not self.suspended and is_within(day, self.valid_from, self.valid_until)

    def require_their_day(self, agency: str, day: date) -> None:
        """Raises Refusal `unknown_staff` on a day before the person's first or after their last."""
        if self.valid_from and day < self.valid_from:
            raise Refusal("unknown_staff.not_yet", agency=agency, day=self.valid_from)
        if self.valid_until and self.valid_until < day:
            raise Refusal("unknown_staff.no_more", agency=agency, day=self.valid_until)


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """One agency. `code` is `<country>-<short>`, in capitals."""

    code: str
    name: str
    country: str
    subdivision: str = ""
    """The part of the country whose calendar applies; empty for the country's own."""
    zone: str = "UTC"
    """IANA name of the time zone of the agency's place, in which moments are shown to it."""
    roles: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)
    areas: tuple[str, ...] = ()
    """The areas that the agency serves; the whole country if none is named."""
    specialised: tuple[str, ...] = ()
    """Words such as `children`, which a role may require."""
    channels: tuple[str, ...] = ()
    """Channels in the order to try; the addresses are stored elsewhere."""
    valid_from: date | None = None
    valid_until: date | None = None
    """The agency's last day of work."""
    leave: tuple[Leave, ...] = ()
    capacity: dict[str, int] = {}
    """How many open tasks and requests the agency can handle at once, for each type of role that it
    limits.
    """
    staff: tuple[StaffMember, ...] = ()
    without_account: tuple[WithoutAccount, ...] = ()
    """How the holder of one of the agency's notices may act on the notice without signing in."""
    unnamed: bool = False
    """Bystanders see the agency's first type of role and its country instead of its code, because
    the agency is a place to stay.
    """
    suspended: bool = False
    """An operator or coordinator has suspended the agency, until further notice."""

    @property
    def place(self) -> str:
        """The place whose calendar applies to the agency: `GB`, or `GB-SCT`."""
        return place_of(self.country, self.subdivision)

    def is_valid(self, day: date) -> bool:
        return is_within(day, self.valid_from, self.valid_until)

    def stands_in(self, person: str, colleague: str, day: date) -> bool:
        """Whether one of the agency's staff stands in for a colleague who is not valid on a day.

        If the deputy is not valid either, the deputy's deputy stands in; if everyone in the chain
        is away, nobody does.
        """
        staff = {each.code: each for each in self.staff}
        away, absent = set[str](), staff.get(colleague)
        while absent and not absent.is_valid(day) and absent.code not in away:
            away.add(absent.code)
            absent = staff.get(absent.deputy)
        is_away = absent is None or absent.code in away
        return bool(away) and not is_away and absent is not None and absent.code == person

    def is_suspended(self, person: str) -> bool:
        """Whether the agency, or this member of its staff, is suspended."""
        return self.suspended or any(each.suspended for each in self.staff if each.code == person)

    def is_away(self, day: date) -> bool:
        """Whether the agency gets no new work on a day, because it is on leave or suspended."""
        return self.suspended or self.leave_on(day) is not None

    def leave_on(self, day: date) -> Leave | None:
        return next((each for each in self.leave if each.first <= day <= each.last), None)

    def has_left(self, day: date) -> bool:
        """Whether the agency's last day is before this day."""
        return self.valid_until is not None and self.valid_until < day

    def changes_after(self, day: date) -> date | None:
        """The first day, from `day` on, after which something changes: the last day of a leave that
        covers `day`, or the agency's last day of work. None if nothing changes.
        """
        leave = self.leave_on(day)
        days = [leave.last if leave else None, self.valid_until]
        return min((each for each in days if each is not None and each >= day), default=None)

    def alternate_on(self, day: date) -> str:
        leave = self.leave_on(day)
        return leave.alternate if leave else ""


class Separation(msgspec.Struct, frozen=True, kw_only=True):
    """A type of role that may not be held together with certain others in one case.

    Source: separation of duties (who decides on status neither refers nor gives support; no
    self-approval).
    """

    role: str
    others: tuple[str, ...]
    between: str
    """`agencies`, or `persons` of one agency."""


Apart = dict[str, frozenset[str]]
"""For each type of role, those that may not be held together with it."""


EXPORTS_A_MONTH = 12
"""How many exports an agency may make in a month, if the registry does not say."""


class Registry(msgspec.Struct, frozen=True, dict=True):
    """The agencies, in the order to ask them, and the rules that apply to all of them."""

    agencies: tuple[Agency, ...]
    separations: tuple[Separation, ...] = ()
    exports_a_month: int = EXPORTS_A_MONTH
    retention: tuple[RetentionPeriod, ...] = ()
    """How long each country requires, and how long it allows, ended cases to be kept."""

    @cached_property
    def by_code(self) -> dict[str, Agency]:
        return {agency.code: agency for agency in self.agencies}

    def has_coordinator(self, day: date) -> bool:
        """Whether at least one person coordinates pathways on a day, at any agency.

        A person counts only if `coordinates` holds for them on that day.
        """
        return any(
            self.coordinates(agency.code, each.code, day)
            for agency in self.agencies
            for each in agency.staff
        )

    def coordinates(self, code: str, person: str, day: date) -> bool:
        """Whether one of the staff of an agency coordinates pathways on a day.

        False if the agency has no such person, if the person or the agency is suspended, or if the
        day is before the first or after the last of the person or the agency.
        """
        agency = self.by_code.get(code)
        if agency is None or agency.suspended or not agency.is_valid(day):
            return False
        of_person = (each for each in agency.staff if each.code == person)
        return any(Duty.COORDINATES in each.duties and each.is_valid(day) for each in of_person)

    @cached_property
    def changing(self) -> frozenset[str]:
        """Codes of agencies that have a last day, or days of leave."""
        return frozenset(
            agency.code for agency in self.agencies if agency.valid_until or agency.leave
        )

    @cached_property
    def staying(self) -> frozenset[str]:
        """Codes of agencies that have no last day."""
        return frozenset(agency.code for agency in self.agencies if not agency.valid_until)

    @cached_property
    def limited(self) -> frozenset[str]:
        """The types of role for which at least one agency limits its load."""
        return frozenset(role for agency in self.agencies for role in agency.capacity)

    @cached_property
    def agencies_apart(self) -> Apart:
        """By type of role, the other types that the same agency may not hold in the same case."""
        return both_ways(each for each in self.separations if each.between == "agencies")

    @cached_property
    def persons_apart(self) -> Apart:
        """By type of role, the other types in which the same person may not act in the same case."""
        return both_ways(each for each in self.separations if each.between == "persons")

    @cached_property
    def _holders(self) -> dict[tuple[str, str], tuple[Agency, ...]]:
        found: dict[tuple[str, str], list[Agency]] = {}
        for agency in self.agencies:
            for role in agency.roles:
                found.setdefault((role, agency.country), []).append(agency)
        return {key: tuple(agencies) for key, agencies in found.items()}

    def candidates(
        self, role_type: str, country: str, day: date, without: Iterable[str] = ()
    ) -> list[Agency]:
        """The agencies that may be given a role in a country on a day, in the order to ask them.

        An agency on leave is replaced by its alternate if the alternate may be given the role too,
        and is left out otherwise. A suspended agency that is not on leave is left out.

        Args:
            without: codes of agencies to leave out.
        """
        able = [each for each in self.holders(role_type, country, day) if each.code not in without]
        is_any_away = any(each.leave or each.suspended for each in able)
        return _present(able, day) if is_any_away else able

    def holders(self, role_type: str, country: str, day: date) -> list[Agency]:
        """The agencies that may hold a role in a country on a day, on leave or not."""
        return [each for each in self.in_class(role_type, country) if each.is_valid(day)]

    def in_class(self, role_type: str, country: str) -> tuple[Agency, ...]:
        """The agencies with a type of role in a country, whatever the day."""
        return self._holders.get((role_type, country), ())


def both_ways(separations: Iterable[Separation]) -> Apart:
    """Make separations symmetric: whoever holds either of two types may not hold the other."""
    found: Apart = {}
    for each in separations:
        for other in each.others:
            found[each.role] = found.get(each.role, frozenset()) | {other}
            found[other] = found.get(other, frozenset()) | {each.role}
    return found


def _present(able: list[Agency], day: date) -> list[Agency]:
    """Agencies that are present, each once; an alternate takes the place of the agency it stands
    in for.
    """
    by_code = {agency.code: agency for agency in able if not agency.is_away(day)}
    in_turn = [agency.alternate_on(day) or agency.code for agency in able]
    return [by_code[code] for code in dict.fromkeys(in_turn) if code in by_code]
