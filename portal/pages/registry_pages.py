"""The registry in force, for coordinators: its agencies, and the calendars by which they count."""

from __future__ import annotations

from datetime import date

from babel.dates import get_day_names
from starlette.responses import Response

from casework import registry_overview
from casework.registry_overview import AgencyPage, CalendarPage, RegistryAct, RegistryChange
from casework.systems import TokenLine
from engine.agencies.duties import Duty
from engine.agencies.registry import StaffMember
from engine.countries import country_of, name_in
from engine.locales import locale_of
from engine.translation import OWN, words
from portal.asked import Asked
from portal.routes import Route
from portal.rows import Rows, told

REGISTRY = "/registry"
AGENCY = REGISTRY + "/agencies/{agency}"
CALENDARS = REGISTRY + "/calendars"
CALENDAR = CALENDARS + "/{place}"
_TOGETHER = 50
"""If there are more agencies than this, those of one country are listed at a time, at first those of
the reader's own.
"""


def overview(asked: Asked) -> Response:
    """The page with the registry's version, its latest changes, and its agencies."""
    found = registry_overview.overview(asked.onward, asked.by)
    codes = {each.agency.country for each in found.agencies}
    countries = {each: name_in(each, asked.language, OWN) for each in codes}
    country = asked.query("country")
    if country not in countries:
        country = country_of(asked.by.agency) if len(found.agencies) > _TOGETHER else ""
    return asked.page(
        "registry.html",
        found=found,
        agencies=[each for each in found.agencies if country in ("", each.agency.country)],
        countries=sorted(countries.items(), key=lambda each: each[1]),
        here=country,
        changes=[_changed(asked, each) for each in found.changes],
        country=lambda code: name_in(code, asked.language, OWN),
    )


def agency(asked: Asked) -> Response:
    """The page with an agency's roles, its staff, and its programs."""
    code = asked.part("agency")
    found = registry_overview.agency(asked.onward, code, asked.by, asked.now)
    return asked.page(
        "registry_agency.html",
        code=code,
        found=found,
        rows=_rows(asked, found),
        duties=lambda each: _duties(asked, each),
        days=lambda first, last: _days(asked, first, last),
        tokens=[_token(asked, each) for each in found.tokens],
    )


def calendars(asked: Asked) -> Response:
    return asked.page(
        "registry_calendars.html", found=registry_overview.calendars(asked.onward, asked.by)
    )


def calendar(asked: Asked) -> Response:
    """The page with the days off of one place in one year."""
    found = registry_overview.calendar(asked.onward, asked.part("place"), asked.by)
    first, last = found.edition.covers
    now = asked.onward.clock.now().year
    wanted = asked.query("year")
    year = int(wanted) if wanted.isdecimal() and len(wanted) <= 4 else now
    year = min(max(year, first), last)
    return asked.page(
        "registry_calendar.html",
        found=found,
        year=year,
        before=year - 1 if year > first else None,
        after=year + 1 if year < last else None,
        rows=_weekends(asked, found),
        days=[each for each in dict.fromkeys(found.edition.holidays) if each.day.year == year],
        worked=[each for each in found.edition.worked if each.year == year],
        late=found.late,
    )


def _changed(asked: Asked, change: RegistryChange) -> tuple[str, str, str]:
    """The row of a change: when, by whom, and what."""
    return asked.moment(change.made_at), change.by, _done(asked, change)


def _done(asked: Asked, change: RegistryChange) -> str:
    about = change.about
    match change.act:
        case RegistryAct.LOAD:
            return asked.say("registry.act.load", registry=about.get("registry", ""))
        case RegistryAct.DECLARE_HOLIDAY:
            return asked.say("registry.act.holiday", day=about["day"], place=about["place"])
        case RegistryAct.TAKE_BACK_HOLIDAY:
            return asked.say("registry.act.no_holiday", day=about["day"], place=about["place"])
        case RegistryAct.SUSPEND:
            return asked.say("registry.act.suspend", who=_who(about))
        case RegistryAct.LIFT_SUSPENSION:
            return asked.say("registry.act.lift", who=_who(about))


def _who(about: dict[str, str]) -> str:
    return " ".join(filter(None, (about["agency"], about.get("person", ""))))


def _rows(asked: Asked, found: AgencyPage) -> Rows:
    agency, say = found.line.agency, asked.say
    channels = (
        say("registry.channel", kind=each.kind)
        if each.has_address
        else say("registry.channel_without", kind=each.kind)
        for each in found.line.channels
    )
    leave = (
        say("registry.leave", first=each.first, last=each.last, agency=each.alternate)
        if each.alternate
        else say("registry.leave_alone", first=each.first, last=each.last)
        for each in agency.leave
    )
    return told(
        [
            (say("registry.name"), agency.name),
            (say("registry.country"), name_in(agency.country, asked.language, OWN)),
            (say("registry.roles"), ", ".join(map(words, agency.roles))),
            (say("registry.for"), ", ".join(map(words, agency.specialised))),
            (say("registry.areas"), ", ".join(agency.areas)),
            (say("registry.languages"), ", ".join(agency.languages)),
            (say("registry.channels"), ", ".join(channels)),
            (say("registry.without_account"), ", ".join(agency.without_account)),
            (say("registry.in_force"), _days(asked, agency.valid_from, agency.valid_until)),
            (say("registry.leaves"), ", ".join(leave)),
            (
                say("registry.capacity"),
                ", ".join(f"{words(k)}: {n}" for k, n in agency.capacity.items()),
            ),
            (
                say("registry.oversight"),
                say("registry.oversight_what") if found.has_oversight else "",
            ),
        ]
    )


def _token(asked: Asked, each: TokenLine) -> tuple[str, str, str, str]:
    seen = asked.moment(each.seen_at) if each.seen_at else asked.say("registry.never")
    return each.system, each.rights, asked.moment(each.expires_at), seen


def _days(asked: Asked, first: date | None, last: date | None) -> str:
    """The days between which something is valid; empty if always."""
    if first and last:
        return asked.say("registry.between", first=asked.day(first), last=asked.day(last))
    if first:
        return asked.say("registry.since", day=asked.day(first))
    return asked.say("registry.until", day=asked.day(last)) if last else ""


def _duties(asked: Asked, member: StaffMember) -> list[str]:
    """The roles and the duties of a member of staff."""
    duties = (asked.say(f"registry.duty.{each}") for each in Duty if each in member.duties)
    return [", ".join(map(words, member.roles)), *duties]


def _weekends(asked: Asked, found: CalendarPage) -> Rows:
    edition, say = found.edition, asked.say
    names = get_day_names(locale=locale_of(asked.language))
    weekends = (
        say(
            "registry.weekend_since",
            days=", ".join(names[day] for day in sorted(each.days)),
            day=asked.day(each.since),
        )
        for each in edition.weekends
    )
    first, last = edition.covers
    return told(
        [
            (say("registry.edition"), edition.id),
            (say("registry.made_at"), asked.moment(found.made_at)),
            (say("registry.zone"), edition.zone),
            (say("registry.covers"), f"{first}-{last}"),
            (say("registry.weekend"), "; ".join(weekends)),
        ]
    )


ROUTES = (
    Route(path=REGISTRY, answer=overview),
    Route(path=AGENCY, answer=agency),
    Route(path=CALENDARS, answer=calendars),
    Route(path=CALENDAR, answer=calendar),
)
