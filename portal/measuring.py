"""Measures how one process of the portal is doing: requests by route and status, and how long they
took.

Nothing shows who made a request, or about which case: labels are routes as declared, never
addresses. Cases, tasks, sessions and agencies are not counted, since small numbers of them would
reveal something.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.process_collector import ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.api.app import PATH as FOR_PROGRAMS

_FILES, _ELSEWHERE = "/static", "elsewhere"
_METHODS = frozenset({"GET", "HEAD", "POST"})
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class RequestCounts:
    """Counts since the process started."""

    def __init__(self) -> None:
        # When something first happened is nobody's business.
        disable_created_metrics()  # type: ignore[no-untyped-call] # the library says no type here
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "onward_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "onward_request_seconds",
            "How long they took, in seconds.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)


class Measured:
    """An application whose requests are counted.

    Args:
        seconds: a clock that only goes forward.
    """

    def __init__(
        self, app: ASGIApp, measures: RequestCounts, seconds: Callable[[], float] = perf_counter
    ) -> None:
        self._app, self._measures, self._seconds = app, measures, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        path, began = scope["path"], self._seconds()
        try:
            await self._app(scope, receive, noting)
        finally:
            route = _route_of(path, scope)
            self._measures.note(scope["method"], route, status, self._seconds() - began)


def _route_of(path: str, scope: Scope) -> str:
    """The label of a request: the route as declared, or `elsewhere` if it has none. All files share
    one label, and so do all requests by programs.
    """
    for room in (_FILES, FOR_PROGRAMS):
        if path.startswith(f"{room}/"):
            return room
    return str(getattr(scope.get("route"), "path", _ELSEWHERE))
