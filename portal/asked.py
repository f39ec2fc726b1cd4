"""A request for a page: who is asking, in which language, with which form, and how to answer it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casework import authority
from casework.agency_time import AgencyTime, agency_time
from casework.authenticating import is_for_training
from casework.authority import Right
from casework.context import Onward
from casework.installation_clock import TimeSource
from casework.passkey_use import PasskeyAnswer
from casework.principal import Principal
from casework.relying_party import RelyingParty, relying_party
from casework.sessions import SignedIn
from engine.errors import Coded, InWords
from engine.explaining.counts import Count
from engine.message import Message
from engine.time.calendars import CalendarError
from engine.translation import OWN, Translation
from models.session import StoreError
from portal import cookies, readers
from portal.case_addresses import timeline_address
from portal.due import Due, due, full_moment, written_day
from portal.look import Frame, InvalidInput, Section, Told, draw
from portal.routes import Needs, Route
from portal.uploads import Upload, uploads_of
from wording import day_by_day, sentences

_OF_DUTIES: Mapping[str, Right] = {
    "figures": Right.MANAGE,
    "staff": Right.ADMINISTER,
    "coordinate": Right.COORDINATE,
}
"""Pages in the navigation for readers with certain rights, by a name from which the page's address
and the code of its title are made.
"""

Inputs = Mapping[str, Sequence[str]]
"""The values that a form has sent, by input."""
_ACT_DONE = "page.told.act"
"""The code of the message shown after an act in a case; its value `case` is the case's code."""
PASSKEY = "passkey"
"""The input into which our script writes the browser's answer when a passkey is made or used."""
WORD = "word-"
"""The prefix of inputs for an act's own words."""


@dataclass(frozen=True, kw_only=True)
class Portal:
    """What all pages share."""

    onward: Onward
    time: TimeSource
    """The real clock. Sessions expire by it, whatever time the installation simulates."""
    address: str
    """The portal's address in browsers, without a path: `https://onward.example`."""

    @property
    def is_training(self) -> bool:
        """Whether this is a training installation; False if the store cannot be read. It is checked
        each time, since an installation may become one while the portal runs.
        """
        try:
            with self.onward.store.read() as connection:
                return is_for_training(connection)
        except (SQLAlchemyError, StoreError):  # pages must work even to say that the store is down
            return False

    @property
    def is_secure(self) -> bool:
        return urlsplit(self.address).scheme == "https"

    @cached_property
    def party(self) -> RelyingParty | None:
        """The site for which browsers make passkeys; None if they make none under this address."""
        return relying_party(self.address)


class NotDeclared(RuntimeError):
    """A page has asked for something that its route does not declare."""


class Asked:
    """One request from a browser. Anything its route did not declare is unavailable."""

    def __init__(
        self,
        portal: Portal,
        route: Route,
        request: Request,
        form: Inputs,
        signed: SignedIn | None = None,
        holder: Principal | None = None,
    ) -> None:
        self.portal, self.route, self.request = portal, route, request
        self._form, self._signed, self._holder = form, signed, holder

    # who is asking

    @property
    def signed(self) -> SignedIn:
        if self.route.needs in (Needs.NOBODY, Needs.NOTICE) or self._signed is None:
            raise NotDeclared(self.route.path)
        return self._signed

    @property
    def by(self) -> Principal:
        return self._holder or self.signed.by

    @property
    def is_sure(self) -> bool:
        """Whether protected values may be shown without asking the reader to prove again who they
        are. The rule is the same as for routes that need `RECENT`.
        """
        return self.is_training or self.signed.sure_until > self.now

    @property
    def onward(self) -> Onward:
        return self.portal.onward

    @property
    def now(self) -> datetime:
        """The real time, by which sessions expire."""
        return self.portal.time.now()

    @cached_property
    def is_training(self) -> bool:
        return self.portal.is_training

    # what was asked

    def part(self, name: str) -> str:
        """A part of the path, by its name in the route."""
        return str(self.request.path_params[name])

    def query(self, name: str) -> str:
        return self.request.query_params.get(name, "")

    @property
    def words(self) -> Inputs | None:
        """The words of an act that one of our links gave in the address; None if it gave none."""
        query = self.request.query_params
        return {name: query.getlist(name) for name in query if name.startswith(WORD)} or None

    @property
    def form(self) -> Inputs:
        if self.route.method == "GET":
            raise NotDeclared(self.route.path)
        return self._form

    @property
    def files(self) -> Sequence[Upload]:
        if not self.route.takes_files:
            raise NotDeclared(self.route.path)
        return uploads_of(self.request)

    def field(self, name: str) -> str:
        return self.secret(name).strip()

    def secret(self, name: str) -> str:
        """A field exactly as typed, because a password may begin or end with blanks."""
        return next(iter(self.form.get(name, ())), "")

    def shown(self, name: str) -> PasskeyAnswer | str:
        """The browser's answer if a passkey was used, or else what was typed into the field."""
        if answer := self.secret(PASSKEY):
            return PasskeyAnswer(text=answer, party=self.portal.party)
        return self.secret(name)

    def at_typed(self, name: str) -> str:
        """The link to the field that an error in `shown` is about; empty for a passkey, which has
        no field.
        """
        return "" if self.secret(PASSKEY) else f"#{name}"

    @property
    def device(self) -> str:
        """The browser's description of itself."""
        return self.request.headers.get("user-agent", "")

    # its language and time

    @cached_property
    def language(self) -> str:
        """The language of the page: English if it exists in English only, else as
        `readers.language_of` finds it.
        """
        if self.route.in_english:
            return OWN
        by = self._holder or (self._signed.by if self._signed else None)
        chosen = cookies.language_of(self.request, self.portal.is_secure)
        return readers.language_of(self.request, by.language if by else "", chosen)

    def say(self, code: str, /, **values: object) -> str:
        """The message of a code in the reader's language."""
        return sentences.in_words(Message(code, values), self.language)

    def line(self, said: Message, names: Translation | None = None) -> str:
        """A message that stands alone; `names` are the pathway's texts for what it mentions."""
        return sentences.as_line(said, self.language, names)

    def counted(self, counts: Sequence[Count], names: Translation) -> list[tuple[str, ...]]:
        """The lines that tell, day by day, how each moment was counted. Identical counts, such as
        those of a panel's votes, are shown once.
        """
        found = (tuple(day_by_day.told(each, self.language, names)) for each in counts)
        return [*dict.fromkeys(found)]

    def told(self, error: InWords) -> str:
        """An error, as a sentence.

        Raises:
            StoreError: the error itself, if it is a `StoreError`, since only the operator may read
                where the store is.
        """
        if isinstance(error, StoreError):
            raise error
        text = sentences.told(error, self.language, on_page=True)
        return f"{text[:1].upper()}{text[1:]}"

    @cached_property
    def _there(self) -> AgencyTime:
        return agency_time(self.onward, self.by)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the reader's agency; UTC if it has left the registry."""
        return self._there.zone

    def moment(self, at: datetime) -> str:
        return full_moment(at, self.zone, self.language)

    def day(self, on: date) -> str:
        return written_day(on, self.language)

    def due(self, at: datetime) -> Due:
        """When something is due, with the number of working days left at the reader's agency. Its
        calendar may not reach so far; then they are not counted.
        """
        there = self._there
        first, last = (each.astimezone(there.zone).date() for each in (there.now, at))
        try:
            days = there.days.working_days_between(first, last) if there.days else None
        except CalendarError:  # the calendar ends before that
            days = None
        return due(at, there.now, there.zone, self.language, working_days=days)

    # how it is answered

    def page(
        self,
        template: str,
        status: int = 200,
        faults: Sequence[InvalidInput] = (),
        *,
        is_bare: bool = False,
        **values: Any,
    ) -> Response:
        """Make a page, which browsers must not store.

        Args:
            is_bare: whether nothing but the exit button is shown around the page.
        """
        said = self._said()
        frame = self._frame(said, faults, is_bare=is_bare)
        shown = draw(template, frame, asked=self, **values)
        response = HTMLResponse(shown, status)
        if said:
            cookies.forget_said(response, self.portal.is_secure)
        if self.query("language") and not self.route.in_english:
            cookies.choose(response, self.language, self.portal.is_secure)
        return response

    def _said(self) -> list[Told]:
        """The result of the last act; empty if there is none, or if the cookie holds anything but a
        message of ours.
        """
        said = cookies.said(self.request, self.portal.is_secure)
        if said is None:
            return []
        try:
            text = sentences.as_line(said, self.language)
        except (KeyError, TypeError, ValueError):
            return []
        is_act, is_done = said.code == _ACT_DONE, not said.code.startswith(cookies.NOTED)
        follows = timeline_address(str(said.values["case"])) if is_act else ""
        return [Told(text, is_done=is_done, follows=follows)]

    def _frame(self, said: list[Told], faults: Sequence[InvalidInput], *, is_bare: bool) -> Frame:
        url, signed = self.request.url, self._signed
        return Frame(
            language=self.language,
            here=f"{url.path}?{url.query}" if self.route.method == "GET" else url.path,
            agency=signed.by.agency if signed else "",
            sections=() if is_bare else self._sections(),
            is_bare=is_bare,
            is_in_english=self.route.in_english,
            is_training=self.is_training,
            told=said,
            faults=faults,
        )

    def _sections(self) -> list[Section]:
        """The pages in the navigation for whoever is signed in."""
        signed, say = self._signed, self.say
        if signed is None or signed.is_setting_up:
            return []
        pages = {
            "/": say("page.tasks"),
            "/requests": say("page.requests"),
            **{
                f"/{name}": say(f"page.section.{name}")
                for name, right in _OF_DUTIES.items()
                if authority.has(signed.by, right)
            },
            "/devices": say("page.devices"),
        }
        here = self.request.url.path
        return [Section(text, path, current=here == path) for path, text in pages.items()]

    def to(self, path: str, said: Message | None = None) -> Response:
        """Redirect to another page, which shows the message first."""
        response = RedirectResponse(path, 303)
        if said:
            cookies.say(response, said, self.portal.is_secure)
        return response

    def plain(self, said: Message, status: int) -> Response:
        """A page with a single message."""
        return self.page("refused.html", status, title=self.line(said), why="")

    def refused(self, error: InWords) -> Response:
        """A page for something that cannot be shown or done."""
        status = status_of(error)
        say = self.say
        title = say("page.not_there" if status == _NOT_THERE else "page.refused")
        return self.page("refused.html", status, title=title, why=self.told(error))


def tell_operator(error: StoreError) -> None:
    """Log in one line why the store cannot be used; readers of pages are told only that something
    went wrong.
    """
    logging.getLogger("onward.portal").warning("%s", sentences.told(error))


_NOT_THERE = 404
_STATUS = {
    "void_notice": 410,
    "misheard": 422,
    "no_caller": 422,
    "unknown_case": _NOT_THERE,
    "not_found": _NOT_THERE,
    "not_authorised": 403,
    "not_allowed": 403,
    "not_yours": 403,
    "barred": 403,
    "wrong_sign_in": 403,
    "wrong_again": 403,
    "wrong_factor": 403,
    "wrong_passkey": 403,
    "late_passkey": 403,
    "copied_passkey": 403,
    "late_sign_in": 403,
    "used_code": 403,
    "clock_off": 403,
    "wrong_code": 422,
    "weak_password": 422,
    "long_name": 422,
    "too_many_looks": 429,
    "too_many_tries": 429,
}


def status_of(error: InWords) -> int:
    """The HTTP status of a page that says why something was refused."""
    reason = error.message.code.split(".")[1] if isinstance(error, Coded) else ""
    return _STATUS.get(reason, 409)
