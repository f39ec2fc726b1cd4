"""Shows the form of an act, and does the act. All of it is made from the acts' declarations."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from casework import drafts
from casework.acting import Details, do
from casework.case_part import CasePart, case_part
from casework.drafts import Draft
from casework.foreseeing import foresee
from casework.settling import come_into_force
from casework.turn import Moved
from engine.acts.act import Act
from engine.acts.making import made
from engine.commands import WAYS
from engine.errors import InWords, Refusal
from engine.message import message
from engine.numbering import Work, meant
from engine.offering import Offered, is_about_an_agency
from engine.state import Task
from portal.asked import Asked, status_of
from portal.case_addresses import (
    ACT,
    act_address,
    case_address,
    task_address,
    work_address,
)
from portal.fields import Field, Option, Widget
from portal.foreseen import is_confirmed, show_first
from portal.pages.draft import draft_of, draft_of_form, save
from portal.pages.work import questions, titled
from portal.questions import (
    PROTECTED_WORDS,
    Questions,
    moment_in,
    words_in,
)
from portal.routes import Route
from portal.rows import Rows
from wording import sentences


def ask(asked: Asked) -> Response:
    """The form of an act, filled in from the reader's draft or else from the address. If the act is
    about an agency that the address does not name, the reader first chooses the agency.
    """
    part, offers = _offers(asked)
    if not asked.query("about") and offers and is_about_an_agency(offers[0].act):
        return _choice(asked, part, offers)
    offer = _about(offers, asked.query("about"))
    left = draft_of(asked, part, offer)
    begun = left.sent if left else asked.words
    return _page(asked, part, offer, questions(asked, part, offer, begun=begun), left=left)


def _choice(asked: Asked, part: CasePart, offers: list[Offered]) -> Response:
    """The choice of the agency that the act is about."""
    options = [Option("", asked.say("page.choose")), *(Option(e.about, e.about) for e in offers)]
    way = offers[0].way.name
    return asked.page(
        "choose.html",
        part=part,
        way=way,
        lead=sentences.helped(offers[0].way.help, asked.language),
        field=Field(
            name="about", title=asked.say("page.word.agency"), widget=Widget.SELECT, options=options
        ),
    )


def act(asked: Asked) -> Response:
    """Do an act. A weighty act is done only after the reader has seen what it would do.

    If the act cannot be done, the form is shown again with the answers and the reason, and the
    answers are saved as a draft. If the act is no longer offered, the page of its task or request
    is shown; if it is about neither, it is refused.
    """
    code = asked.part("code")
    come_into_force(asked.onward, code, asked.by)
    part, offers = _offers(asked)
    offer = next((each for each in offers if each.about == asked.field("about")), None)
    if offer is None:
        return _too_late(asked, part)
    given, form = questions(asked, part, offer, asked.form), draft_of_form(code, offer)
    if given.faults(asked):
        save(asked, form)
        return _page(asked, part, offer, given, 422)
    try:
        if first := _to_see_first(asked, part, offer, given):
            save(asked, form)
            return first
        moved = do(
            asked.onward, code, _act(asked, offer), asked.by, **_details(asked, offer, given)
        )
    except InWords as error:
        save(asked, form)
        return _page(asked, part, offer, given, status_of(error), asked.told(error))
    drafts.discard(asked.onward, form, asked.by)
    done = message(
        "page.told.act",
        what=asked.say(f"page.way.{offer.way.name}"),
        case=code,
        entry=moved.receipt,
        at=asked.moment(moved.view.now),
    )
    return asked.to(_next(asked, moved), done)


def _to_see_first(
    asked: Asked, part: CasePart, offer: Offered, given: Questions
) -> Response | None:
    """The page on what a weighty act would do; None if it is not weighty, or the reader has already
    confirmed it.
    """
    declared = offer.act.declared
    if not (declared and declared.weighty):
        return None
    details = _details(asked, offer, given)
    act, language = _act(asked, offer), asked.language
    found = foresee(asked.onward, part.code, act, asked.by, **details, language=language)
    if is_confirmed(asked, found):
        return None
    way = offer.way.name
    return show_first(
        asked,
        found,
        title=titled(asked, part, offer),
        does=asked.say(f"page.way.{way}"),
        above=part.code,
        action=act_address(part.code, way),
        back=act_address(part.code, way, offer.about),
        is_bare=declared.with_person,
    )


def _page(
    asked: Asked,
    part: CasePart,
    offer: Offered,
    asking: Questions,
    status: int = 200,
    why_not: str = "",
    left: Draft | None = None,
) -> Response:
    work: Work | None = next((w for w in part.works if part.number(w) == offer.about), None)
    declared = offer.act.declared
    return asked.page(
        "act.html",
        status,
        asking.faults(asked),
        is_bare=bool(declared and declared.with_person),
        part=part,
        offer=offer,
        way=offer.way.name,
        title=titled(asked, part, offer),
        rows=_rows(asked, part, work),
        lead=sentences.helped(offer.way.summary, asked.language),
        back=_back(part, work),
        fields=asking.fields,
        unseen=asking.unseen,
        left=left,
        why_not=why_not,
    )


def _rows(asked: Asked, part: CasePart, work: Work | None) -> Rows:
    """Rows on what the act is about."""
    if work is None:
        return []
    return [(asked.say("page.about"), part.spoken.label(work.step))]


def _back(part: CasePart, work: Work | None) -> str:
    if work is None:
        return case_address(part.code)
    return work_address(part.code, work, part.number(work))


def _offers(asked: Asked) -> tuple[CasePart, list[Offered]]:
    """The case, and the offers of the act in the address: one for each thing it may be about."""
    wanted = tuple(asked.part("way").split("."))
    kind = next((act for act, way in WAYS if way.command == wanted), None)
    part = case_part(asked.onward, asked.part("code"), asked.by, asked.language, fully=kind)
    return part, [each for each in part.offered if each.way.command == wanted]


def _about(offers: list[Offered], about: str) -> Offered:
    """The offer about one thing. Raises Refusal `not_possible_now` if there is none, whatever the
    cause.
    """
    for each in offers:
        if each.about == about:
            return each
    raise Refusal("not_possible_now.act")


def _too_late(asked: Asked, part: CasePart) -> Response:
    """Redirect to the task or request, whose page says who has done or taken it meanwhile.

    Raises:
        Refusal: `not_possible_now`, if the act is about neither.
    """
    number = asked.field("about")
    work = meant(part.seen.state, asked.by.agency, number)
    if work is None:
        raise Refusal("not_possible_now.act")
    return asked.to(work_address(part.code, work, number), message("page.noted.too_late"))


def _details(asked: Asked, offer: Offered, given: Questions) -> Details:
    """What goes with the act: answers, protected words, and when it happened."""
    declared = offer.act.declared
    is_late, takes_words = (declared.late, declared.protected) if declared else (False, None)
    return Details(
        answers=given.answers,
        words=asked.field(PROTECTED_WORDS) if takes_words else "",
        occurred_at=_moment(asked) if is_late else None,
    )


def _act(asked: Asked, offer: Offered) -> Act:
    """Make the act. Raises Refusal `wrong_request` for words that none of our forms send."""
    said = {**words_in(offer, asked.form), **offer.named}
    return made(offer.act, offer.way, asked.part("code"), said)


def _moment(asked: Asked) -> datetime | None:
    """The moment at which the act happened; None if none was given."""
    text = moment_in(asked, asked.form)
    return datetime.fromisoformat(str(text)) if text else None


def _next(asked: Asked, moved: Moved) -> str:
    """The page to show next: the task that the act is about if it is still open, and the agency has
    it or is responsible for the case; otherwise the worklist.
    """
    number = asked.field("about")
    work = meant(moved.seen.state, asked.by.agency, number)
    is_open = isinstance(work, Task) and work.is_open
    return task_address(moved.code, number) if is_open else "/"


ROUTES = (
    Route(path=ACT, answer=ask),
    Route(path=ACT, answer=act, method="POST", keeps=True),
)
