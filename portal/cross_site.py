"""Whether a request that changes something comes from one of our own pages.

Source: Fetch Metadata, or `Origin` for browsers that do not send Fetch Metadata; see also OWASP
ASVS 5, sessions.
"""

from __future__ import annotations

from starlette.requests import Request

_OUR_OWN = frozenset({"same-origin", "none"})
"""Values of `Sec-Fetch-Site` for requests of our own; `none` means that the user typed the address or
chose a bookmark.
"""


def is_of_others(request: Request) -> bool:
    """Whether the browser says that a page of another origin made this request."""
    return request.headers.get("sec-fetch-site", "none") not in _OUR_OWN


def is_our_own(request: Request, address: str) -> bool:
    """Whether the browser says that our own page, or the browser's user directly, made this request.
    If the browser says nothing, the answer is no.

    Args:
        address: the portal's address in browsers.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in _OUR_OWN
    return request.headers.get("origin") == address
