"""The interface for programs: a separate application, below the address of the portal."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import InWords, Refusal
from models.session import StoreError
from portal.api import acts, new_case, problems, reading
from portal.asked import Portal, tell_operator

PATH = "/api/v1"
_MOST_BYTES = 1_000_000
_ABOUT = """\
Each request carries a token of the agency's system (`Authorization: Bearer`). What changes something carries an
`Idempotency-Key` as well: sent again, it is answered as before and done once. What may be read and done is what the
agency itself may read and do; a program is nobody in particular, and stands in for no second pair of eyes."""


def application(portal: Portal) -> ASGIApp:
    """The interface of an installation."""
    interface = _interface()

    async def of_portal(scope: Scope, receive: Receive, send: Send) -> None:
        await interface({**scope, "portal": portal}, receive, send)

    return of_portal


@cache
def _interface() -> FastAPI:
    """The part that all installations in a process share. It is made once, since making its routes
    takes longer than answering a request.
    """
    app = FastAPI(
        title="Onward",
        version=version("onward"),
        description=_ABOUT,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": PATH}],
        root_path_in_servers=False,
    )
    for each in (reading.ROUTES, new_case.ROUTES, acts.routes()):
        app.include_router(each)
    app.add_middleware(_Limited)
    _answer_errors(app)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign] # as FastAPI documents it
    app.openapi()  # now, rather than in the threads of the first requests
    return app


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(InWords)
    def in_words(request: Request, error: InWords) -> Response:
        return problems.answer(request, error)

    @app.exception_handler(StoreError)
    def of_store(request: Request, error: StoreError) -> Response:
        tell_operator(error)
        return problems.answer(request, _WENT_WRONG)

    @app.exception_handler(RequestValidationError)
    def of_request(request: Request, error: RequestValidationError) -> Response:
        return problems.of_request(request, error)

    @app.exception_handler(HTTPException)
    def of_http(request: Request, error: HTTPException) -> Response:
        known = _HTTP.get(error.status_code, _UNFIT)
        return problems.answer(request, known, headers=error.headers)

    @app.exception_handler(RecursionError)
    def too_deep(request: Request, _: Exception) -> Response:
        return problems.answer(request, _UNFIT)

    @app.exception_handler(Exception)
    def unforeseen(request: Request, _: Exception) -> Response:
        return problems.answer(request, _WENT_WRONG)


_UNFIT, _WENT_WRONG = Refusal("wrong_request"), Refusal("went_wrong")
_HTTP = {
    404: Refusal("not_there"),
    405: Refusal("wrong_method"),
    413: Refusal("too_large"),
}


def _described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description, with our own errors in place of FastAPI's."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            servers=app.servers,
        )
        schemas = found["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        problem = problems.ProblemDetails.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        schemas |= problem.pop("$defs") | {"Problem": problem}
        app.openapi_schema = found
    return app.openapi_schema


class _Limited:
    """A middleware that stops reading requests which are larger than any legitimate one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def limited() -> Message:
            nonlocal read
            part = await receive()
            read += len(part.get("body", b""))
            if read > _MOST_BYTES:
                raise HTTPException(413)
            return part

        await self._app(scope, limited, send)
