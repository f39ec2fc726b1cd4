"""The portal as a web application. A route can use only what it declares."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from casework import sessions
from casework.looks import one_look
from casework.notice_holders import holder_of_link
from engine.errors import InWords
from engine.message import Message, message
from models.plain_text import is_storable, made_storable
from models.session import StoreError
from portal import coming_back, cookies
from portal.api import app as api
from portal.asked import Asked, Portal, tell_operator
from portal.case_addresses import spelt_otherwise
from portal.cross_site import is_our_own
from portal.middleware import (
    Compression,
    HeadersOfAll,
    HeadOfPages,
    OwnHost,
    name_no_address,
    put_headers,
)
from portal.pages import ROUTES
from portal.routes import Needs, Route
from portal.threads_apart import Crowded, QueueApart, TakesLong
from portal.uploads import MOST_WITH_FILES, fields_of, is_with_files

_FILES = "/static"
_STATIC = Path(__file__).parent / "static"
_MOST_BYTES = 200_000
"""The largest form without files that is accepted, in bytes."""
_MOST_FIELDS = 500


def application(portal: Portal) -> Starlette:
    """The portal of an installation."""
    app = Starlette()
    app.router.redirect_slashes = False
    lines = {each: QueueApart(each) for each in {route.apart for route in ROUTES} if each}
    app.state.comes_back_to = coming_back.pages_of(ROUTES)
    for route in ROUTES:
        app.add_route(route.path, _answering(portal, route, lines), methods=[route.method])
    app.mount(_FILES, StaticFiles(directory=_STATIC))
    app.mount(api.PATH, api.application(portal))
    app.add_middleware(Compression)
    app.add_middleware(OwnHost, address=portal.address)
    app.add_middleware(HeadOfPages, others=(f"{_FILES}/", f"{api.PATH}/"))
    # Outermost, so that the others' own answers get these headers too.
    app.add_middleware(HeadersOfAll, is_secure=portal.is_secure, for_good=f"{_FILES}/")

    async def wrong(request: Request, error: Exception) -> Response:
        if isinstance(error, StoreError):
            tell_operator(error)
        response = await run_in_threadpool(_plain, portal, request, message("page.went_wrong"), 500)
        put_headers(response.headers, portal.is_secure)
        return response

    app.add_exception_handler(Exception, wrong)
    app.add_exception_handler(StoreError, wrong)
    app.add_exception_handler(ClientDisconnect, _hung_up)
    for status in (404, 405):
        app.add_exception_handler(status, partial(_not_there, portal, status))
    return app


def _answering(
    portal: Portal, route: Route, lines: Mapping[TakesLong, QueueApart]
) -> Callable[[Request], Awaitable[Response]]:
    async def plain(request: Request, said: Message, status: int) -> Response:
        return await run_in_threadpool(_plain, portal, request, said, status)

    async def answer(request: Request) -> Response:
        form: dict[str, list[str]] = {}
        if not is_storable(f"{request.url.path}{unquote(request.url.query)}"):
            return await plain(request, message("page.not_there"), 404)
        if route.method != "GET":
            if not is_our_own(request, portal.address):
                return await plain(request, message("page.foreign_form"), 403)
            try:
                body = await _body(request, MOST_WITH_FILES if route.takes_files else _MOST_BYTES)
                has_files = route.takes_files and is_with_files(request)
                form = _read(await fields_of(request, body) if has_files else _fields(body))
            except ValueError:
                return await plain(request, message("page.too_long"), 413)
        answered = partial(_answer, portal, route, request, form)
        if route.apart is None:
            return await run_in_threadpool(answered)
        try:
            return await lines[route.apart].wait_for(answered)
        except Crowded:
            crowded = await plain(request, route.apart.crowded, 503)
            crowded.headers["retry-after"] = str(route.apart.come_back)
            return crowded

    async def answer_unseen(request: Request) -> Response:
        response = await answer(request)
        name_no_address(response)
        return response

    return answer_unseen if route.lets_in else answer


async def _body(request: Request, most: int) -> bytes:
    """The body of a request. Raises ValueError as soon as more than `most` bytes have arrived."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise ValueError
    return body


def _fields(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("utf-8", "replace"), True, max_num_fields=_MOST_FIELDS)


def _read(fields: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    for name, value in fields:
        form.setdefault(name, []).append(made_storable(value))
    return form


def _plain(portal: Portal, request: Request, said: Message, status: int) -> Response:
    """A page with a single message, shown whether or not anybody is signed in."""
    nowhere = Route(path=request.url.path, answer=_nothing, needs=Needs.NOBODY)
    response = Asked(portal, nowhere, request, {}, None).plain(said, status)
    name_no_address(response)  # its own address may let somebody in
    return response


def _not_there(portal: Portal, status: int, request: Request, _: Exception) -> Response:
    return _plain(portal, request, message("page.not_there"), status)


def _hung_up(request: Request, _: Exception) -> Response:
    """The answer to a form that did not arrive completely; nobody is there any more to read a
    page.
    """
    return Response(status_code=400)


def _nothing(asked: Asked) -> Response:
    """The page for an unknown address."""
    return asked.plain(message("page.not_there"), 404)


def _answer(portal: Portal, route: Route, request: Request, form: dict[str, list[str]]) -> Response:
    if there := spelt_otherwise(route, request):
        return RedirectResponse(there, 308)
    signed, now = None, portal.time.now()
    if route.needs is Needs.NOTICE:
        return _answer_holder(portal, route, request, form, now)
    if route.needs is not Needs.NOBODY:
        token = cookies.session_of(request, portal.is_secure)
        signed = sessions.signed_in(portal.onward, token, now) if token else None
        if signed is None:
            elsewhere = RedirectResponse("/sign-in", 303)
            coming_back.remember(portal, route, request, form, elsewhere)
            return elsewhere
    asked = Asked(portal, route, request, form, signed)
    if signed is not None and (first := _first(asked)):
        return RedirectResponse(first, 303)
    try:
        with one_look():
            return route.answer(asked)
    except InWords as error:
        return asked.refused(error)


def _answer_holder(
    portal: Portal, route: Route, request: Request, form: dict[str, list[str]], now: datetime
) -> Response:
    """Answer the holder of a notice. Every wrong or void link gets the same answer, whatever the
    cause.
    """
    named = request.path_params
    asked = Asked(portal, route, request, form)
    try:
        by = holder_of_link(portal.onward, named["reference"], named["token"], now)
        asked = Asked(portal, route, request, form, holder=by)
        return route.answer(asked)
    except InWords as error:
        return asked.refused(error)


def _first(asked: Asked) -> str:
    """Where to send a signed-in reader first; empty if the page may be shown."""
    needs, is_setting_up = asked.route.needs, asked.signed.is_setting_up
    if is_setting_up != (needs is Needs.SETTING_UP):
        return "/set-up" if is_setting_up else "/"
    if needs is Needs.RECENT and not asked.is_sure:
        return f"/again?{urlencode({'to': coming_back.page_of(asked.request)})}"
    return ""
