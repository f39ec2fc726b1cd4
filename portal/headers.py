"""Headers of every response: what a page may load, and that nobody caches it."""

from __future__ import annotations

from starlette.responses import Response

_NOTHING_ELSE = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "content-security-policy": _NOTHING_ELSE,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    # Not `no-referrer`, with which a browser hides from us which of our pages has sent a form.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
_KEPT_BY_NOBODY = "no-store"
FOR_GOOD = "public, max-age=31536000, immutable"
"""Caching of files whose address changes with their content."""


def name_no_address(response: Response) -> None:
    """Makes browsers send our origin and not the address, even to us, so that a form still says
    where it comes from.
    """
    response.headers["referrer-policy"] = "strict-origin"


def put_on(response: Response, is_secure: bool) -> None:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("cache-control", _KEPT_BY_NOBODY)
    if is_secure:
        response.headers.setdefault("strict-transport-security", "max-age=31536000")
