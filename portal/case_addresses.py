"""Addresses of the pages of a case, such as those of its tasks, requests, acts and drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from casework.case_codes import as_typed, is_code
from casework.public_addresses import CASE_PATH
from engine.state import HandOver

if TYPE_CHECKING:
    from starlette.requests import Request

    from engine.numbering import Work
    from portal.routes import Route

CASE = CASE_PATH
PERSON = f"{CASE}/person"
TIMELINE = f"{CASE}/timeline"
PICTURE = f"{CASE}/picture"
TASK = f"{CASE}/tasks/{{number}}"
REQUEST = f"{CASE}/requests/{{number}}"
READ = f"{CASE}/read/{{number}}"
SUMMARY_SHEET = f"{CASE}/print"
TASK_SHEET = f"{TASK}/print"
TELEPHONE_CARD = f"{TASK}/card"
ACT = f"{CASE}/do/{{way}}"
KEEP = f"{CASE}/keep/{{way}}"
DISCARD = f"{CASE}/discard/{{way}}"
KEPT = f"{CASE}/kept/{{way}}"
KEPT_ABOUT = f"{KEPT}/{{about}}"


def spelt_otherwise(route: Route, request: Request) -> str:
    """The proper address of a page of a case, if a GET request spells the case's code differently;
    otherwise empty.

    Does not check whether the case exists, so the answer reveals nothing.
    """
    typed = request.path_params.get("code", "")
    code = as_typed(typed)
    if route.method != "GET" or code == typed or not is_code(code):
        return ""
    parts = request.scope["path"].split("/")
    parts[route.path.split("/").index("{code}")] = code
    query = request.url.query
    return quote("/".join(parts)) + (f"?{query}" if query else "")


def case_address(code: str) -> str:
    return CASE.format(code=code)


def person_address(code: str) -> str:
    return PERSON.format(code=code)


def timeline_address(code: str) -> str:
    """The address of the page of what happened in a case."""
    return TIMELINE.format(code=code)


def picture_address(code: str) -> str:
    """The address of the page of a case's picture."""
    return PICTURE.format(code=code)


def task_address(code: str, number: str) -> str:
    return TASK.format(code=code, number=number)


def request_address(code: str, number: str) -> str:
    return REQUEST.format(code=code, number=number)


def work_address(code: str, work: Work, number: str) -> str:
    """The address of the page of a task or a request, by its number for the reader."""
    address = request_address if isinstance(work, HandOver) else task_address
    return address(code, number)


def summary_sheet_address(code: str) -> str:
    """The address of the page of a case as a sheet to print."""
    return SUMMARY_SHEET.format(code=code)


def task_sheet_address(code: str, number: str) -> str:
    """The address of the page of a task as a sheet to fill in by hand."""
    return TASK_SHEET.format(code=code, number=number)


def telephone_card_address(code: str, number: str) -> str:
    """The address of the page with the card for reporting a task by telephone."""
    return TELEPHONE_CARD.format(code=code, number=number)


def act_address(code: str, way: str, about: str = "") -> str:
    """The address of the page on which an act is filled in.

    Args:
        way: the act's name, as in `consent.give`.
        about: the task, request or name that the act is about.
    """
    address = ACT.format(code=code, way=way)
    return f"{address}?about={quote(about)}" if about else address


def keep_address(code: str, way: str) -> str:
    """The address to which a form is sent to be saved as a draft."""
    return KEEP.format(code=code, way=way)


def discard_address(code: str, way: str) -> str:
    """The address to which a form is sent to delete its draft."""
    return DISCARD.format(code=code, way=way)


def kept_address(code: str, way: str, about: str = "") -> str:
    """The address of a form with its whole draft, protected values included. Its reader must have
    recently proved again who they are.
    """
    address = KEPT.format(code=code, way=way)
    return f"{address}/{quote(about, safe='')}" if about else address


def read_address(code: str, number: str) -> str:
    """The address of the page with the words that a task reads out to the person."""
    return READ.format(code=code, number=number)
