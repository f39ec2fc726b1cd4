"""What an agency has to do, and its requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from starlette.responses import Response

from casework import request_lists, sessions, worklists
from casework.listed_work import ListPlace, Worklist
from casework.openable import openable
from casework.request_lists import RequestLine
from casework.worklist_filters import Which, choices
from casework.worklists import TaskLine
from portal.asked import Asked
from portal.fields import Field, Option, Widget
from portal.routes import Route

_AT_ONCE = 50
_PARTS = ("all", "overdue", "mine", "unclaimed", "new")
"""The parts of the worklist, by their names in addresses; the first is the whole list."""
_BY = ("stage", "role", "country")


def tasks(asked: Asked) -> Response:
    """The page of the worklist, sorted by when the tasks are due."""
    part, last_here = asked.query("show") or "all", _last_here(asked)
    which = Which(
        overdue=part == "overdue",
        mine=part == "mine",
        unclaimed=part == "unclaimed",
        since=last_here if part == "new" else None,
        **{name: asked.query(name) for name in _BY},
    )
    found = worklists.tasks(
        asked.onward,
        asked.by,
        language=asked.language,
        limit=_AT_ONCE,
        first_due=True,
        which=which,
        after=ListPlace.read(asked.query("after")),
    )
    return asked.page(
        "worklist.html",
        lines=found,
        notes=lambda line: _notes(asked, line),
        is_new=lambda line: last_here is not None and line.opened_at > last_here,
        last_here=last_here,
        part=part,
        is_narrowed=any(asked.query(name) for name in _BY),
        shown_by=lambda each: _address(asked, show="" if each == _PARTS[0] else each),
        shows=[each for each in _PARTS if each != "new" or last_here],
        fields=_fields(asked),
        may_open=bool(openable(asked.onward, asked.by, asked.language)),
        before=_address(asked) if asked.query("after") else "",
        after=_next(asked, found) if found.has_more else "",
    )


def _last_here(asked: Asked) -> datetime | None:
    return sessions.last_here(asked.onward, asked.by, asked.signed.session)


def _next(asked: Asked, found: Worklist[TaskLine]) -> str:
    last = ListPlace(found[-1].code, found[-1].task)
    return _address(asked, after=str(last))


def _address(asked: Asked, **more: str) -> str:
    """The address of the worklist with the part and filters of this page, except for what `more`
    replaces or adds.
    """
    kept = {name: asked.query(name) for name in ("show", *_BY)}
    said = urlencode({name: value for name, value in (kept | more).items() if value})
    return f"/?{said}" if said else "/"


def _fields(asked: Asked) -> list[Field]:
    """The fields that filter a part; a filter with only one choice is not shown."""
    found = choices(asked.onward, asked.by, asked.language)
    by = (
        ("stage", asked.say("page.by_stage"), found.stages),
        ("role", asked.say("page.by_role"), found.roles),
        ("country", asked.say("page.by_country"), found.countries),
    )
    return [
        Field(
            name=name,
            title=title,
            widget=Widget.SELECT,
            options=[Option("", asked.say("page.all")), *(Option(*each) for each in options)],
            sent={name: [asked.query(name)]},
        )
        for name, title, options in by
        if len(options) > 1
    ]


def _notes(asked: Asked, line: TaskLine) -> list[str]:
    """The notes beside a task: which agency does it unless the reader's agency takes it, and who
    has claimed it.
    """
    owed_by = line.owed_instead_of(asked.by.agency)
    taken = asked.say("page.claimed_by_person", person=line.claimed_by) if line.claimed_by else ""
    return [
        each
        for each in (asked.say("page.unless_you_take_it", agency=owed_by) if owed_by else "", taken)
        if each
    ]


def requests(asked: Asked) -> Response:
    """The page of requests that await the agency's answer, and of notifications it has not seen
    yet.
    """
    return _requests(asked, request_lists.requests, are_sent=False)


def sent(asked: Asked) -> Response:
    """The page of requests that the agency has sent and that are still open for it."""
    return _requests(asked, request_lists.sent_requests, are_sent=True)


def _requests(
    asked: Asked, ask: Callable[..., Worklist[RequestLine]], *, are_sent: bool
) -> Response:
    """A page of requests. The address may limit it to unanswered requests, to those exchanged with
    one other agency, or to both, as the links on the page of figures do.
    """
    waiting, other = asked.query("show") == "waiting", asked.query("agency")
    found = ask(
        asked.onward,
        asked.by,
        language=asked.language,
        limit=_AT_ONCE,
        waiting=waiting,
        other=other,
    )
    return asked.page(
        "requests.html",
        lines=found,
        are_sent=are_sent,
        at_once=_AT_ONCE,
        other=other,
        is_narrowed=bool(waiting or other),
    )


ROUTES = (
    Route(path="/", answer=tasks),
    Route(path="/requests", answer=requests),
    Route(path="/requests/sent", answer=sent),
)
