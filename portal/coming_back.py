"""Takes people back to the page they were on when their session ran out, with what they had typed,
or when they had to prove again who they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from re import Pattern
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from casework import drafts, sessions
from casework.drafts import DraftOf
from casework.principal import Principal
from engine.errors import InWords
from portal import cookies
from portal.asked import Asked, Portal
from portal.case_addresses import act_address
from portal.routes import Needs, Route

ABOUT = "about"
"""The input that says what an act is about."""
UNSEEN = "unseen"
"""The name of the inputs that list the fields shown empty although the draft has values for them.
"""


def remember(
    portal: Portal,
    route: Route,
    request: Request,
    form: Mapping[str, Sequence[str]],
    response: Response,
) -> None:
    """Remember this page for somebody whose session has run out, until they sign in again. If its
    route keeps forms, the typed form is saved as a draft.
    """
    token, now = cookies.session_of(request, portal.is_secure), portal.time.now()
    before = sessions.ran_out(portal.onward, token, now) if token else None
    if before is None:
        return
    path = page_of(request)
    if route.keeps:
        about = next(iter(form.get(ABOUT, ())), "")
        its = DraftOf(request.path_params["code"], request.path_params["way"], about)
        with suppress(InWords):  # a case that is not theirs, or no longer exists
            drafts.keep(
                portal.onward,
                its,
                typed(form),
                before.by,
                now,
                unseen=form.get(UNSEEN, ()),
                since=before.seen_until,
            )
        path = act_address(*its)
    if is_ours(request, path):
        cookies.come_back(response, path, portal.is_secure)


def typed(form: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What was typed in a form, without the page's own inputs."""
    return {name: [*values] for name, values in form.items() if name not in (ABOUT, UNSEEN)}


def where_to(asked: Asked, before: str, token: str) -> str:
    """Where to go after signing in; empty if no page is remembered for the same person.

    Args:
        before: the token of the session that the browser had before.
        token: the token of the new session.
    """
    path = cookies.back(asked.request, asked.portal.is_secure)
    if not (before and is_ours(asked.request, path)):
        return ""
    earlier = sessions.ran_out(asked.onward, before, asked.now)
    now = sessions.signed_in(asked.onward, token, asked.now)
    is_same = earlier and now and _who(earlier.by) == _who(now.by)
    return path if is_same else ""


def _who(by: Principal) -> tuple[str, str]:
    return by.agency, by.person


def page_of(request: Request) -> str:
    """The page to return to after a request. For a GET, this is its address with the query. For a
    form, it is its address or the nearest one above that is a page of ours; empty if none is.
    """
    path, query = request.url.path, request.url.query
    if request.method == "GET":
        return f"{path}?{query}" if query else path
    while path and not is_ours(request, path):
        path, _, _ = path.rpartition("/")
    return path


def is_ours(request: Request, path: str) -> bool:
    """Whether a path leads to one of our pages for signed-in people."""
    asked = urlsplit(path)
    is_plain = not (asked.scheme or asked.netloc) and path.isascii() and path.isprintable()
    return is_plain and any(each.match(asked.path) for each in request.app.state.comes_back_to)


def pages_of(routes: Sequence[Route]) -> tuple[Pattern[str], ...]:
    """The addresses of pages that somebody may be returned to; an application keeps them as
    `comes_back_to`.
    """
    needed = (Needs.SESSION, Needs.RECENT)
    found = (each for each in routes if each.needs in needed and each.method == "GET")
    return tuple(compile_path(each.path)[0] for each in found)
