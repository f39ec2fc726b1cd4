"""A portal in a test, and browsers without a screen that use it."""

from __future__ import annotations

import asyncio
import atexit
import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
from typing import NamedTuple

import httpx
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from starlette.responses import Response
from starlette.types import ASGIApp

from casework import passwords, sessions, setting_up, sign_in_links
from casework.context import Onward
from portal import cookies
from portal.app import application
from portal.asked import Portal
from tests.installations import START
from tests.principals import OPERATOR

ADDRESS = "http://localhost"
PASSWORD = "teal lantern gravel otter"
# To hash passwords at their full cost was half of the time that most tests of pages took.
passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=256, parallelism=1)
OURS = {"sec-fetch-site": "same-origin"}
_DEVICE = "A browser in a test"
_LOOP = asyncio.Runner()
"""To begin one for each request takes a tenth of it."""
atexit.register(_LOOP.close)


class RealTime:
    """The real time, as a test has it."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def within(self, stored: datetime | None) -> datetime:
        return self.at

    def pass_by(self, time: timedelta) -> None:
        self.at += time


class Sent(NamedTuple):
    """A file that somebody has chosen in a form."""

    field: str
    name: str
    body: bytes


class Browser:
    """Keeps cookies, follows redirects, and tells of itself what browsers tell."""

    def __init__(self, portal: Portal, app: ASGIApp | None = None) -> None:
        self._app, self.cookies = app or application(portal), httpx.Cookies()
        self.onward, self.time, self._address = portal.onward, portal.time, portal.address
        self._is_secure = portal.is_secure

    def get(self, path: str, *, follow: bool = True, **headers: str) -> httpx.Response:
        return self._ask(
            "GET",
            path,
            None,
            follow,
            {name.replace("_", "-"): value for name, value in headers.items()},
        )

    def ask(self, method: str, path: str, *, follow: bool = True) -> httpx.Response:
        """As a program that opens links does."""
        return self._ask(method, path, None, follow, {})

    def post(
        self,
        path: str,
        form: Mapping[str, str | list[str]] | None = None,
        *,
        follow: bool = True,
        headers: Mapping[str, str] = OURS,
    ) -> httpx.Response:
        return self._ask("POST", path, form or {}, follow, headers)

    def send(
        self, path: str, form: Mapping[str, str] | None = None, files: Sequence[Sent] = ()
    ) -> httpx.Response:
        """A form that may have files."""
        parts = [(each.field, (each.name, each.body)) for each in files] or [("none", ("", b""))]
        return self._ask("POST", path, dict(form or {}), True, OURS, parts)

    def insist(self, path: str, form: Mapping[str, str | list[str]]) -> httpx.Response:
        """Send a form, and once more after the page that says what it would do."""
        found = re.search(r'value="(\w+)" name="foreseen"', (page := self.post(path, form)).text)
        assert found, read(page)
        return self.post(path, {**form, "foreseen": found[1]})

    def _ask(
        self,
        method: str,
        path: str,
        form: Mapping[str, str | list[str]] | None,
        follow: bool,
        headers: Mapping[str, str],
        files: Sequence[tuple[str, tuple[str, bytes]]] = (),
    ) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(
                transport=transport, base_url=self._address, cookies=self.cookies
            ) as client:
                answer = await client.request(
                    method, path, data=form, files=files or None, headers=headers
                )
                self.cookies = httpx.Cookies(client.cookies)
                return answer

        answer = _LOOP.run(send())
        where = answer.headers.get("location", "")
        if follow and answer.is_redirect and where.startswith("/"):
            return self.get(where)
        return answer

    def sign_in(self, agency: str, person: str) -> Browser:
        """With a new account, by what stands behind the pages of `set_up`: most tests are about others."""
        now = self.time.now()
        link = sign_in_links.invite(self.onward, agency, person, OPERATOR, now)
        began = sign_in_links.sign_in(self.onward, link, _DEVICE, now)
        signed = sessions.signed_in(self.onward, began, now)
        assert signed
        held = Held(agency, person, setting_up.secret_of(self.onward, signed.by))
        done = setting_up.set_up(self.onward, signed, PASSWORD, held.code(now), _DEVICE, now)
        given = Response()
        cookies.sign_in(given, done.token, self._is_secure)
        asked = httpx.Request("GET", self._address)
        self.cookies.extract_cookies(httpx.Response(200, headers=given.raw_headers, request=asked))
        return self

    def set_up(self, agency: str, person: str) -> Held:
        """Set up an account by a link, as people do the first time, and have what its owner then has."""
        token = sign_in_links.invite(self.onward, agency, person, OPERATOR, self.time.now())
        page = self.post(f"/in/{token}")
        held = Held(agency, person, secret_on(page))
        done = self.post("/set-up", held.form(self.time.now()) | {"again": PASSWORD})
        assert done.status_code == httpx.codes.OK, read(done)
        return replace(held, recovery_codes=re.findall(r"<strong>([\w-]{19})</strong>", done.text))


@dataclass(frozen=True)
class Held:
    """What somebody has to sign in with."""

    agency: str
    person: str
    secret: bytes
    """That of their app."""
    recovery_codes: Sequence[str] = ()

    def code(self, now: datetime) -> str:
        """What their app shows, at their time."""
        return TOTP(self.secret, 6, SHA1(), 30).generate(int(now.timestamp())).decode()

    def form(self, now: datetime, **other: str) -> dict[str, str]:
        """The form of signing in, filled in."""
        names = {"agency": self.agency, "person": self.person}
        return names | {"password": PASSWORD, "code": self.code(now)} | other


def secret_on(page: httpx.Response) -> bytes:
    """The secret that a page shows for an app."""
    return secret_in(page.text)


def secret_in(html: str) -> bytes:
    """The same, in the source of a page."""
    found = re.search(r"secret=([A-Z2-7]+)", html)
    assert found, html
    return base64.b32decode(found[1])


def portal_of(onward: Onward, time: RealTime | None = None, address: str = ADDRESS) -> Portal:
    return Portal(onward=onward, time=time or RealTime(), address=address)


def read(page: httpx.Response) -> str:
    """What a page says, without its tags."""
    main = page.text.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())
