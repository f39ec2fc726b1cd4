"""The page where coordinators begin: it leads to the pathways and the registry, which all agencies
share.
"""

from __future__ import annotations

from starlette.responses import Response

from casework import authority
from casework.authority import Right
from portal.asked import Asked
from portal.routes import Route


def home(asked: Asked) -> Response:
    authority.require(asked.by, Right.COORDINATE)
    return asked.page("coordinate.html")


ROUTES = (Route(path="/coordinate", answer=home),)
