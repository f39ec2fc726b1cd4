"""Drafts of forms: kept for somebody who is called away, shown again, or discarded."""

from __future__ import annotations

from starlette.responses import Response

from casework import drafts
from casework.case_part import CasePart
from casework.drafts import Draft
from engine.message import message
from engine.offering import Offered
from portal.asked import Asked
from portal.case_addresses import (
    DISCARD,
    KEEP,
    KEPT,
    KEPT_ABOUT,
    act_address,
)
from portal.coming_back import UNSEEN, typed
from portal.routes import Needs, Route


def draft_of(asked: Asked, part: CasePart, offer: Offered) -> Draft | None:
    """The reader's draft of a form; None if there is none that can be shown."""
    return drafts.kept(asked.onward, draft_of_form(part.code, offer), asked.by, asked.now)


def draft_of_form(code: str, offer: Offered) -> drafts.DraftOf:
    """The key of the draft for the form of one act."""
    return drafts.DraftOf(code, offer.way.name, offer.about)


def keep(asked: Asked) -> Response:
    """Save a form as a draft, for somebody who is called away."""
    form = _sent_form(asked)
    save(asked, form)
    return asked.to("/", message("page.told.kept", case=form.code, n=drafts.LASTS.days))


def kept(asked: Asked) -> Response:
    """Redirect to the form, which then shows the protected part of its draft as well, since this
    route makes the reader prove again who they are.
    """
    about = asked.request.path_params.get("about", "")
    return asked.to(act_address(asked.part("code"), asked.part("way"), about))


def discard(asked: Asked) -> Response:
    """Delete the draft of a form, and start again."""
    form = _sent_form(asked)
    drafts.discard(asked.onward, form, asked.by)
    there = act_address(form.code, form.way, form.about)
    return asked.to(there, message("page.told.discarded"))


def _sent_form(asked: Asked) -> drafts.DraftOf:
    return drafts.DraftOf(asked.part("code"), asked.part("way"), asked.field("about"))


def save(asked: Asked, form: drafts.DraftOf) -> None:
    """Save the values that a form has sent as a draft, if it has sent any."""
    if sent := typed(asked.form):
        unseen = asked.form.get(UNSEEN, ())
        drafts.keep(asked.onward, form, sent, asked.by, asked.now, unseen=unseen)


ROUTES = (
    Route(path=KEEP, answer=keep, method="POST", keeps=True),
    Route(path=KEPT, answer=kept, needs=Needs.RECENT),
    Route(path=KEPT_ABOUT, answer=kept, needs=Needs.RECENT),
    Route(path=DISCARD, answer=discard, method="POST"),
)
