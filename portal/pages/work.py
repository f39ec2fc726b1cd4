"""What the pages of tasks, requests and acts share: the form of an act, and the other acts."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from starlette.responses import Response

from casework.case_part import CasePart
from casework.filling_in import form_of
from engine.acts.confirming import ConfirmStop
from engine.offering import Offered, goes_by_its_code
from engine.translation import words
from portal.asked import Asked, Inputs
from portal.coming_back import UNSEEN
from portal.pages.draft import draft_of
from portal.questions import (
    Questions,
    of_form,
    of_words,
)
from portal.rows import Rows


def work_page(asked: Asked, template: str, part: CasePart, number: str, **values: Any) -> Response:
    """The page of a task or request: the form of what is owed, and what else may be done."""
    offers = part.about(number)
    # Nobody waits for the confirmation of a stop, but it is what the agency owes.
    first = next((each for each in offers if each.owed or each.act is ConfirmStop), None)
    asks = bool(first and first.act.declared and first.act.declared.read_out)
    left = draft_of(asked, part, first) if first and not asks else None
    asking = questions(asked, part, first, begun=left.sent if left else None) if first else None
    return asked.page(
        template,
        part=part,
        number=number,
        offer=first,
        way=first.way.name if first else "",
        fields=asking.fields if asking else (),
        unseen=asking.unseen if asking else (),
        left=left,
        asks=asks,
        others=[each.way.name for each in offers if not _is_owed_with(each, first)],
        **values,
    )


def _is_owed_with(offer: Offered, first: Offered | None) -> bool:
    """Whether the page already shows the act: as the form of what is owed, or as an answer to what
    is read out.
    """
    if first is None or offer is first:
        return offer is first
    return offer.act is first.act and bool(offer.act.declared and offer.act.declared.read_out)


def questions(
    asked: Asked,
    part: CasePart,
    offer: Offered,
    sent: Inputs | None = None,
    *,
    begun: Inputs | None = None,
) -> Questions:
    """Everything that an act asks: its form, then its own words.

    Args:
        begun: what the form starts with, which is not checked for faults. Protected values in it
            are left out until the reader has proved again who they are.
    """
    declared, own = offer.act.declared, Questions(())
    given = sent or begun
    if declared and declared.fill:
        form = form_of(asked.onward, part.code, offer.about, asked.by, asked.language)
        own = of_form(asked, form, given)
    words = of_words(asked, offer, part.spoken, given)
    found = Questions((*own.fields, *words), own.answers)
    if sent:
        return replace(found, unseen=_still_unseen(sent))
    return found.unjudged() if asked.is_sure else found.unjudged().without_protected()


def _still_unseen(sent: Inputs) -> list[str]:
    return [name for name in sent.get(UNSEEN, ()) if not any(sent.get(name, ()))]


def read_beside(asked: Asked, part: CasePart, number: str) -> Rows:
    """The titles of what a task shows beside its form, and where the reader finds the answers: on
    a page of its own, since a look at them is recorded.
    """
    fields = ", ".join(part.spoken.question(name) for name in part.reads.get(number, ()))
    return (
        [(asked.say("page.shown"), asked.say("page.read_beside", fields=fields))] if fields else []
    )


def titled(asked: Asked, part: CasePart, offer: Offered) -> str:
    """The name of an act, followed by what it is about unless that is a task or request."""
    what = asked.say(f"page.way.{offer.way.name}")
    if not offer.about or any(part.number(each) == offer.about for each in part.works):
        return what
    spoken, named = part.spoken, offer.about
    if not goes_by_its_code(offer.act):
        named = spoken.label(named, spoken.consent_titles.get(named, words(named)))
    return asked.say("told.line", name=what, value=named)
