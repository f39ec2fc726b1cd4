"""Lets coordinators suspend agencies and staff, or lift a suspension. They are first shown what
will happen, and give a reason. The suspension of an agency, and its end, are also recorded in the
agency's cases, as many at a time as one page takes.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from starlette.responses import Response

from casework import registry_overview, suspended_cases, suspending
from casework.suspended_cases import Suspended
from casework.suspending import SuspensionWay, Why
from engine.errors import Refusal
from engine.message import Message, message
from portal.asked import Asked
from portal.fields import Field, Option, Widget
from portal.look import InvalidInput
from portal.pages.pathways import AT_ONCE
from portal.pages.registry_pages import AGENCY
from portal.routes import Needs, Route
from portal.threads_apart import MANY_CASES

_OF_AGENCY = AGENCY + "/{way}"
_OF_STAFF = AGENCY + "/staff/{person}/{way}"
_GO_ON = AGENCY + "/cases"
_WHY, _AFTER = "why", "after"


_REASONS = {
    SuspensionWay.SUSPEND: (Why.LOST, Why.LEFT, Why.MISUSE, Why.ASKED),
    SuspensionWay.LIFT: (Why.MENDED, Why.ASKED, Why.MISTAKE),
}
_ACTS: dict[SuspensionWay, Callable[..., Suspended]] = {
    SuspensionWay.SUSPEND: suspending.suspend,
    SuspensionWay.LIFT: suspending.lift,
}


def ask(asked: Asked) -> Response:
    """A page that says what will happen, before anything does."""
    return _page(asked, _offered(asked))


def do(asked: Asked) -> Response:
    """Do the act, if it is still offered and a reason was chosen."""
    way, why = _offered(asked), asked.field(_WHY)
    if why not in _REASONS[way]:
        return _page(asked, way, 422, InvalidInput(asked.say("registry.no_reason"), f"#{_WHY}"))
    agency, person = _whom(asked)
    done = _ACTS[way](asked.onward, agency, asked.by, person, Why(why), most=AT_ONCE)
    return _then(asked, done, _told(asked, way, done))


def ask_to_go_on(asked: Asked) -> Response:
    """The page that goes on recording an agency's suspension, or the end of it, in its cases. It
    says how many are left: those after the case in the address, or all of them.
    """
    agency, after = asked.part("agency"), asked.query(_AFTER)
    if "" not in registry_overview.agency(asked.onward, agency, asked.by, asked.now).ways:
        raise Refusal("not_offered", person=agency)
    left = suspended_cases.cases_of(asked.onward, agency, asked.by, after)
    return asked.page("registry_go_on.html", agency=agency, after=after, left=left, at_once=AT_ONCE)


def go_on(asked: Asked) -> Response:
    """Record the suspension, or the end of it, in as many more cases as one page takes."""
    agency, after = asked.part("agency"), asked.field(_AFTER)
    done = suspending.go_on(asked.onward, agency, asked.by, after=after, most=AT_ONCE)
    found = registry_overview.agency(asked.onward, agency, asked.by, asked.now)
    way = SuspensionWay.LIFT if found.suspended_by is None else SuspensionWay.SUSPEND
    return _then(asked, done, _told(asked, way, done))


def _then(asked: Asked, done: Suspended, said: Message) -> Response:
    """Redirect to the page that goes on with the cases that are left, or else to the agency's
    page.
    """
    there = AGENCY.format(agency=asked.part("agency"))
    return asked.to(f"{there}/cases?{urlencode({_AFTER: done.last})}" if done.left else there, said)


def _whom(asked: Asked) -> tuple[str, str]:
    """The agency and the staff code in the address. The code is empty for the agency as a whole."""
    return asked.part("agency"), str(asked.request.path_params.get("person", ""))


def _offered(asked: Asked) -> SuspensionWay:
    """The act in the address. Raises Refusal `not_authorised`, `unknown_agency`, or `not_offered`
    if it is not offered now.
    """
    agency, person = _whom(asked)
    found = registry_overview.agency(asked.onward, agency, asked.by, asked.now)
    way = found.ways.get(person)
    if way != asked.part("way"):
        raise Refusal("not_offered", person=person or agency)
    return way


def _page(asked: Asked, way: SuspensionWay, status: int = 200, *faults: InvalidInput) -> Response:
    agency, person = _whom(asked)
    reasons = Field(
        name=_WHY,
        title=asked.say("registry.why"),
        widget=Widget.RADIOS,
        options=[Option(each, asked.say(f"registry.why.{each}")) for each in _REASONS[way]],
        fault=faults[0].text if faults else "",
    )
    cases = 0 if person else suspended_cases.cases_of(asked.onward, agency, asked.by)
    return asked.page(
        "registry_suspend.html",
        status,
        faults,
        way=way,
        agency=agency,
        person=person,
        cases=cases,
        reasons=reasons,
    )


def _told(asked: Asked, way: SuspensionWay, done: Suspended) -> Message:
    """The message on what was done. It has only codes and counts, since it is stored in a cookie
    until it is shown.
    """
    agency, person = _whom(asked)
    who, cases, stuck = f"{agency} {person}", len(done.cases), len(done.stuck)
    match way, bool(person):
        case SuspensionWay.LIFT, True:
            return message("registry.told.staff_lifted", who=who)
        case SuspensionWay.LIFT, False if stuck:
            return message("registry.told.lifted_in_part", who=agency, n=stuck)
        case SuspensionWay.LIFT, False:
            return message("registry.told.lifted", who=agency, n=cases)
        case SuspensionWay.SUSPEND, True:
            return message("registry.told.staff_suspended", who=who)
    if left := stuck + len(done.unanswered):
        return message("registry.told.left", who=agency, n=left)
    return message("registry.told.suspended", who=agency, n=cases)


ROUTES = (
    Route(path=_GO_ON, answer=ask_to_go_on, needs=Needs.RECENT),
    Route(path=_GO_ON, answer=go_on, needs=Needs.RECENT, method="POST", apart=MANY_CASES),
    Route(path=_OF_AGENCY, answer=ask, needs=Needs.RECENT),
    Route(path=_OF_AGENCY, answer=do, needs=Needs.RECENT, method="POST", apart=MANY_CASES),
    Route(path=_OF_STAFF, answer=ask, needs=Needs.RECENT),
    Route(path=_OF_STAFF, answer=do, needs=Needs.RECENT, method="POST"),
)
