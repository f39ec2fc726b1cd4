"""The links and merges that agencies of other cases have proposed, and that await a yes or a no."""

from __future__ import annotations

from starlette.responses import Response

from casework.links_shown import proposals
from portal.asked import Asked
from portal.routes import Route


def waiting(asked: Asked) -> Response:
    """The page that lists the proposals, each with links to the pages on which it is answered."""
    return asked.page("proposals.html", lines=proposals(asked.onward, asked.by))


ROUTES = (Route(path="/proposals", answer=waiting),)
