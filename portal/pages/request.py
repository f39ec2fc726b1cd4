"""The page of a request between two agencies, for either of them."""

from __future__ import annotations

from starlette.responses import Response

from casework.case_part import CasePart, case_part
from casework.explaining import explain
from casework.request_view import RequestView
from casework.request_view import request as request_view
from engine.explaining.reasons import Explanation
from engine.statuses import UNANSWERED, RequestStatus
from portal.asked import Asked
from portal.case_addresses import REQUEST
from portal.pages.work import work_page
from portal.routes import Needs, Route
from portal.rows import Rows, told


def request(asked: Asked) -> Response:
    """The page of a request with what it shows now. If that includes an answer, the look is
    recorded.
    """
    code, number = asked.part("code"), asked.part("number")
    shown = request_view(asked.onward, code, number, asked.by)
    part = case_part(asked.onward, code, asked.by, asked.language)
    why = explain(asked.onward, code, number, asked.by, asked.language)
    known = shown.known.items()
    return work_page(
        asked,
        "request.html",
        part,
        number,
        request=shown,
        label=part.spoken.label(shown.step, shown.label),
        rows=[*rows_of(asked, part, shown), *_until(asked, shown, why)],
        known=[(part.spoken.question(name), part.spoken.value(value)) for name, value in known],
        why=why,
    )


def _until(asked: Asked, request: RequestView, why: Explanation) -> Rows:
    """By when an unanswered request should be seen and answered; if it is on a waiting list, until
    when it may wait. If its time to answer has passed, also who decides what follows. Empty for all
    other requests.
    """
    if request.status not in UNANSWERED:
        return []
    last = {each.kind: asked.moment(each.at) for each in why.counts}
    is_waiting = request.status == RequestStatus.WAITING
    rows = [
        (asked.say("page.see_by"), last.get("seen", "")),
        (asked.say("page.answer_by"), "" if is_waiting else last.get("answer", "")),
        (asked.say("page.wait_until"), last.get("waiting", "") if is_waiting else ""),
    ]
    if request.status == RequestStatus.SILENT:
        rows.append((asked.say("page.silence_is_of"), request.decides))
    return told(rows)


def rows_of(asked: Asked, part: CasePart, request: RequestView) -> Rows:
    """The facts about a request, shown above its content."""
    reason = request.reason and asked.say(f"reason.{request.reason}")
    return told(
        [
            (asked.say("list.status"), asked.say(f"status.hand_over.{request.status}")),
            (asked.say("page.sender"), request.sender),
            (asked.say("page.receiver"), request.receiver),
            (asked.say("page.asked_at"), asked.moment(request.offered_at)),
            (asked.say("list.why"), reason),
            (asked.say("page.conditions"), asked.say("shown.yes") if request.conditions else ""),
        ]
    )


ROUTES = (Route(path=REQUEST, answer=request, needs=Needs.RECENT),)
