"""The program making a request: its token, the key of its request, and what it has seen of a
case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import unquote

import msgspec
from fastapi import Depends, Header
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection
from starlette.requests import Request

from casework import systems
from casework.context import Onward
from casework.idempotency import KeyedRequest
from casework.principal import Principal
from casework.tokens import hash_of
from engine.errors import Refusal
from models.plain_text import is_storable
from portal.asked import Portal
from portal.readers import language_of

_LONGEST_KEY = 255
_DEEPEST = 40
_BEARER = HTTPBearer(
    auto_error=False,
    description="A token of the agency's system, which an operator makes with `onward token make`.",
)


@dataclass(frozen=True)
class AskingProgram:
    """A program that was let in."""

    portal: Portal
    request: Request
    let_in: systems.LetInSystem

    @property
    def onward(self) -> Onward:
        return self.portal.onward

    @property
    def by(self) -> Principal:
        return self.let_in.by

    @property
    def language(self) -> str:
        """The language that the request asks for, or else the first language of the program's
        agency; English if there is no catalogue for either.
        """
        return language_of(self.request, self.by.language)

    def keyed(
        self, key: str, asked: object, require: Callable[[Connection], None] | None = None
    ) -> KeyedRequest:
        """The program's request with its key, so that it is carried out only once.

        Raises:
            Refusal: `no_key` if the key is missing or too long; `wrong_request` as for `storable`.
        """
        if not key or len(key) > _LONGEST_KEY:
            raise Refusal("no_key", n=_LONGEST_KEY)
        return KeyedRequest(
            token=self.let_in.token,
            name=hash_of(key),
            asked=msgspec.json.encode([self.request.url.path, storable(asked)]),
            proof=self.onward.proof,
            at=self.portal.time.now(),
            require=require,
        )


def storable(sent: object, depth: int = 0) -> object:
    """The body of a request, with each object as sorted pairs, so that the order of keys does not
    count.

    Raises:
        Refusal: `wrong_request` if some text cannot be stored, or if the body is nested too deep.
    """
    if depth > _DEEPEST or (isinstance(sent, str) and not is_storable(sent)):
        raise Refusal("wrong_request")
    if isinstance(sent, Mapping):
        sent = sorted(sent.items())
    if isinstance(sent, list | tuple):
        return [storable(each, depth + 1) for each in sent]
    return sent


def program(
    request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> AskingProgram:
    """The program that makes a request.

    Raises:
        Refusal: `no_token_shown`, whatever is wrong with its token; `not_there` if its address has
            characters that cannot be stored.
    """
    if not is_storable(f"{request.url.path}{unquote(request.url.query)}"):
        raise Refusal("not_there")
    portal: Portal = request.scope["portal"]
    token = shown.credentials if shown else ""
    found = systems.let_in(portal.onward, token, portal.time.now()) if token else None
    if found is None:
        raise Refusal("no_token_shown")
    return AskingProgram(portal, request, found)


ByProgram = Annotated[AskingProgram, Depends(program)]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="Made up by the program, another one for each thing it asks for. Sent again within"
        " seven days, the same request is answered as before, and done once.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the case as the program has seen it: refused if it has changed since.",
    ),
]
