"""The page of a case, as far as its reader may see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from starlette.responses import Response

from casework.case_part import CasePart, case_part
from casework.explaining import explain
from casework.links_shown import LinkLine, links
from engine.message import message
from engine.offering import is_about_an_agency
from engine.state import HandOver
from engine.statuses import ConsentStatus
from portal.asked import Asked
from portal.case_addresses import CASE, act_address, request_address, work_address
from portal.pages.work import titled
from portal.routes import Route
from portal.rows import Rows, told

_AT_ONCE = 20
"""How many earlier requests are listed at most."""


class OpenWork(NamedTuple):
    """An open task or request, as a line on the page."""

    label: str
    href: str
    agency: str
    status: str
    tone: str
    due: datetime | None


class EarlierRequest(NamedTuple):
    """A request that awaits no answer, as a line on the page."""

    label: str
    href: str
    """The address of the page of the request; empty if the reader may not open it."""
    status: str
    notes: tuple[str, ...]


class WayLink(NamedTuple):
    """Another act that is possible, as a link."""

    text: str
    href: str


def case(asked: Asked) -> Response:
    """The page on where the case is and why, what is open, earlier requests, the consents
    that the person was asked for, which cases are linked, and what else may be done. An agency that
    has only to stop is told that, and nothing else.
    """
    code = asked.part("code")
    part = case_part(asked.onward, code, asked.by, asked.language)
    if part.seen.state.stops and not part.takes_part:
        return asked.page("case_stops.html", part=part, open=[*_open_work(asked, part)])
    return asked.page(
        "case.html",
        part=part,
        rows=_rows(asked, part),
        open=[*_open_work(asked, part)],
        earlier=[*_earlier(asked, part)],
        at_once=_AT_ONCE,
        consents=_consents(asked, part),
        links=[_link(asked, each) for each in links(asked.onward, code, asked.by)],
        others=[*_ways(asked, part)],
        why=explain(asked.onward, code, "", asked.by, asked.language),
    )


def _rows(asked: Asked, part: CasePart) -> Rows:
    state, names = part.seen.state, part.spoken
    stages = (
        asked.say("told.line", name=names.stage(name), value=asked.say(f"status.part.{stage}"))
        for name, stage in state.stages.items()
    )
    return told(
        [
            (asked.say("list.status"), asked.line(part.seen.standing, names)),
            (asked.say("list.responsible"), state.responsible),
            (asked.say("list.stages"), ", ".join(stages)),
            (
                asked.say("list.interrupts"),
                ", ".join(names.label(each) for each in state.interrupts),
            ),
        ]
    )


def _open_work(asked: Asked, part: CasePart) -> Iterator[OpenWork]:
    state = part.seen.state
    for work in part.works:
        if not work.is_open:
            continue
        kind, due = (
            ("hand_over", work.answer_by) if isinstance(work, HandOver) else ("task", work.due_at)
        )
        yield OpenWork(
            label=part.spoken.label(work.step),
            href=work_address(state.code, work, part.number(work)),
            agency=work.agency,
            status=asked.say(f"status.{kind}.{work.status}"),
            tone="late" if work.overdue else "open",
            due=due,
        )


def _earlier(asked: Asked, part: CasePart) -> Iterator[EarlierRequest]:
    """The latest requests among those that await no answer, newest first."""
    over = (each for each in part.works if isinstance(each, HandOver) and not each.is_open)
    for each in sorted(over, key=lambda one: one.offered_at, reverse=True)[:_AT_ONCE]:
        address = request_address(part.code, part.number(each))
        sent = asked.say("told.line", name=asked.say("page.asked_at"), value=asked.moment(each.offered_at))  # fmt: skip
        yield EarlierRequest(
            label=part.spoken.label(each.step),
            href=address if part.may_open(each) else "",
            status=asked.say(f"status.hand_over.{each.status}"),
            notes=(
                asked.say("page.from", agency=each.sender),
                asked.say("page.to", agency=each.agency),
                sent,
            ),
        )


def _consents(asked: Asked, part: CasePart) -> Rows:
    return [
        (part.spoken.named(name, "consent_titles"), _consent(asked, each.status, each.expires_at))
        for name, each in part.seen.state.consents.items()
    ]


def _consent(asked: Asked, status: str, expires: datetime | None) -> str:
    text = asked.line(message(f"status.consent.{status}"))
    # A consent that was refused or withdrawn may still have the end of an earlier answer.
    if expires and status == ConsentStatus.GIVEN:
        return asked.say("page.until", what=text, at=asked.moment(expires))
    return text


def _link(asked: Asked, link: LinkLine) -> str:
    how = asked.say(f"related.{link.word}") if link.word != "merge" else ""
    about = (
        link.code,
        how,
        link.proposal and asked.say(f"status.proposed.{link.proposal}"),
        link.responsible,
    )
    return ", ".join(filter(None, about))


def _ways(asked: Asked, part: CasePart) -> Iterator[WayLink]:
    for each in part.about(""):
        if is_about_an_agency(each.act):
            what = asked.say(f"page.way.{each.way.name}")
            yield WayLink(what, act_address(part.code, each.way.name))
        else:
            yield WayLink(
                titled(asked, part, each), act_address(part.code, each.way.name, each.about)
            )


ROUTES = (Route(path=CASE, answer=case),)
