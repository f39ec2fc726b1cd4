"""Tells whether the portal works, for monitoring."""

from __future__ import annotations

from sqlalchemy import text
from starlette.responses import PlainTextResponse, Response

from portal.asked import Asked
from portal.routes import Needs, Route


def healthz(asked: Asked) -> Response:
    """Answer `ok` if the portal and its store respond; if the store does not, an error page."""
    with asked.onward.store.read() as connection:
        connection.execute(text("SELECT 1"))
    return PlainTextResponse("ok")


ROUTES = (Route(path="/healthz", answer=healthz, needs=Needs.NOBODY),)
