"""Lets a program open a case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from casework.idempotency import KeptAnswer
from casework.openable import openable
from casework.opening import open_case
from engine.countries import country_of
from portal.api.acts import Moment, Name, Receipt, receipt_of
from portal.api.problems import CHANGING, documented
from portal.api.programs import ByProgram, Key


class PathwayOut(BaseModel):
    """A pathway on which the agency may open a case."""

    name: str
    title: str


class PathwayList(BaseModel):
    """Pathways, sorted by title."""

    items: list[PathwayOut]


class NewCase(BaseModel):
    """A case to be opened."""

    model_config = ConfigDict(extra="forbid")

    pathway: Name
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = ""
    """The country of the first side; if left out, the agency's country."""
    roles: dict[Name, Name] = {}
    """Agencies chosen for roles, by role."""
    occurred_at: Moment | None = None
    """When the case was opened, if not now."""


ROUTES = APIRouter(tags=["opening"])


@ROUTES.get("/pathways", operation_id="read_pathways", responses=documented())
def pathways(who: ByProgram) -> PathwayList:
    """List the pathways on which the agency may open a case."""
    found = openable(who.onward, who.by, who.language)
    return PathwayList(items=[PathwayOut(name=each.name, title=each.title) for each in found])


@ROUTES.post("/cases", operation_id="open_case", status_code=201, responses=documented(*CHANGING))
def open_one(response: Response, who: ByProgram, sent: NewCase, key: Key = "") -> Receipt:
    """Open a case. The agency is responsible for it until another one takes over."""

    def done() -> KeptAnswer:
        moved = open_case(
            who.onward,
            sent.pathway,
            sent.country or country_of(who.by.agency),
            who.by,
            keyed=who.keyed(key, sent.model_dump(mode="json", exclude_unset=True)),
            roles=sent.roles,
            occurred_at=sent.occurred_at,
        )
        return KeptAnswer(moved.code, moved.view.now)

    receipt = receipt_of(response, done)
    response.headers["Location"] = f"{who.request.url.path}/{receipt.case}"
    return receipt
