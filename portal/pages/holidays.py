"""Lets coordinators declare a holiday late, after showing what it would move, and take it back."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote, urlencode

from starlette.responses import Response

from casework import declared_holidays, registry_overview
from casework.foreseen_holidays import ForeseenHoliday, foresee_holiday
from casework.refreshing import number_after, refresh_cases
from engine.errors import Refusal
from engine.message import message
from portal.asked import Asked, status_of
from portal.fields import Field, Option, Widget, day_sent
from portal.foreseen import mark_of
from portal.look import InvalidInput
from portal.pages.pathways import AT_ONCE
from portal.pages.registry_pages import CALENDARS
from portal.routes import Needs, Route
from portal.threads_apart import MANY_CASES

_HOLIDAY = CALENDARS + "/holiday"
_FOLLOW = CALENDARS + "/follow"
_BACK = CALENDARS + "/{place}/{day}/take-back"
_PLACE, _DAY, _NAME, _AFTER = "place", "day", "name", "after"


def ask(asked: Asked) -> Response:
    return _form(asked, asked.query(_PLACE))


def declare(asked: Asked) -> Response:
    """Declare the holiday, once the reader has been shown what that would do."""
    place, name, day = asked.field(_PLACE), asked.field(_NAME), day_sent(_DAY, asked.form)
    if day is None:
        return _form(asked, place, 422, InvalidInput(asked.say("registry.no_day"), f"#{_DAY}-day"))
    try:
        found = foresee_holiday(asked.onward, place, day, name, asked.by, most=AT_ONCE)
    except Refusal as refusal:
        if refusal.reason != "no_holiday":
            raise
        return _form(
            asked, place, status_of(refusal), InvalidInput(asked.told(refusal), f"#{_PLACE}")
        )
    if asked.field("foreseen") != _mark(found):
        return asked.page("registry_holiday_before.html", found=found, mark=_mark(found))
    declared_holidays.declare(asked.onward, place, day, name, asked.by)
    return _followed(asked, f"{CALENDARS}/{quote(place)}?year={day.year}")


def ask_back(asked: Asked) -> Response:
    """A page that says what taking back a declared holiday does, before anything is done."""
    place, day = asked.part("place"), _day_of(asked)
    calendar = registry_overview.calendar(asked.onward, place, asked.by)
    late = next((each for each in calendar.late if (each.place, each.day) == (place, day)), None)
    if late is None:
        raise Refusal("no_holiday.not_declared", place=place, day=day)
    return asked.page("registry_holiday_back.html", late=late)


def take_back(asked: Asked) -> Response:
    place, day = asked.part("place"), _day_of(asked)
    declared_holidays.take_back(asked.onward, place, day, asked.by)
    return _followed(asked, f"{CALENDARS}/{quote(place)}?year={day.year}")


def ask_follow(asked: Asked) -> Response:
    """The page on how many open cases have yet to be updated: all of them, or those opened after
    the case in the address.
    """
    after = asked.query(_AFTER)
    left = number_after(asked.onward, after, asked.by)
    return asked.page("registry_follow.html", after=after, left=left, at_once=AT_ONCE)


def follow(asked: Asked) -> Response:
    return _followed(asked, CALENDARS, asked.field(_AFTER))


def _followed(asked: Asked, there: str, after: str = "") -> Response:
    """Update as many open cases as one page takes. If others are left, redirect to the page that
    goes on with them. A case that cannot be updated is left to the operator.

    Args:
        there: the page to show once all cases have been updated.
    """
    done = refresh_cases(asked.onward, asked.by, after=after, most=AT_ONCE)
    said = message(
        "registry.told.followed",
        n=done.cases,
        moved=done.deadlines,
    )
    if stuck := len(done.stuck) + len(done.uncounted):
        said = message("registry.told.stuck", n=stuck, moved=done.deadlines)
    return asked.to(f"{_FOLLOW}?{urlencode({_AFTER: done.last})}" if done.left else there, said)


def _day_of(asked: Asked) -> date:
    try:
        return date.fromisoformat(asked.part("day"))
    except ValueError:
        raise Refusal("not_found.holiday", day=asked.part("day")) from None


def _mark(found: ForeseenHoliday) -> str:
    """A mark of what the page shows."""
    late = found.late
    return mark_of((late.place, late.day, late.name, found.moved, found.periods))


def _form(asked: Asked, place: str, status: int = 200, *faults: InvalidInput) -> Response:
    sent = asked.form if asked.route.method == "POST" else {_PLACE: [place]}
    places = (each.edition.place for each in registry_overview.calendars(asked.onward, asked.by))
    options = [Option(each, each) for each in places]
    say = asked.say
    fields = (
        Field(
            name=_PLACE,
            title=say("registry.place"),
            widget=Widget.SELECT,
            options=options,
            sent=sent,
        ),
        Field(name=_DAY, title=say("registry.day"), widget=Widget.DAY, sent=sent),
        Field(name=_NAME, title=say("registry.holiday_name"), widget=Widget.LINE, sent=sent),
    )
    return asked.page("registry_holiday.html", status, faults, fields=fields)


ROUTES = (
    Route(path=_HOLIDAY, answer=ask, needs=Needs.RECENT),
    Route(path=_HOLIDAY, answer=declare, needs=Needs.RECENT, method="POST", apart=MANY_CASES),
    Route(path=_FOLLOW, answer=ask_follow, needs=Needs.RECENT),
    Route(path=_FOLLOW, answer=follow, needs=Needs.RECENT, method="POST", apart=MANY_CASES),
    Route(path=_BACK, answer=ask_back, needs=Needs.RECENT),
    Route(path=_BACK, answer=take_back, needs=Needs.RECENT, method="POST", apart=MANY_CASES),
)
