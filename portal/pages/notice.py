"""The link in a notice: what may be done by it without signing in. Opening it does nothing."""

from __future__ import annotations

from starlette.responses import Response

from casework.by_notice import HeldNotice, held_notice
from casework.notice_tokens import LINK_PATH
from engine.errors import Refusal
from portal.asked import Asked, status_of
from portal.by_notice import done, label_is_in, label_of, questions
from portal.due import due
from portal.questions import Questions
from portal.routes import Needs, Route
from wording import sentences

_ADDRESS = f"{LINK_PATH}/{{reference}}/{{token}}"


def notice(asked: Asked) -> Response:
    """The page with the notice's neutral words and due moment, what may be done, and what was done
    by this link.
    """
    held = held_notice(asked.onward, asked.by, asked.language)
    owed = due(held.due_at, held.now, asked.zone, asked.language) if held.due_at else None
    return asked.page(
        "notice.html",
        label=label_of(asked, held),
        label_is_in=label_is_in(asked, held),
        reference=asked.part("reference"),
        due=owed,
        ways=[(each, f"{_here(asked)}/{each}") for each in held.offered],
        receipts=[
            (asked.say(f"page.way.{each.way}"), asked.moment(each.at))
            for each in reversed(held.receipts)
        ],
    )


def ask(asked: Asked) -> Response:
    """The form of an act."""
    held = held_notice(asked.onward, asked.by, asked.language)
    return _page(asked, held, questions(asked, asked.by, held, asked.part("way")))


def act(asked: Asked) -> Response:
    """Do the act. If the form is sent twice, the act is done once, with the same receipt."""
    held, way = held_notice(asked.onward, asked.by, asked.language), asked.part("way")
    if any(each.way == way for each in held.receipts):
        return asked.to(_here(asked))
    given = questions(asked, asked.by, held, way, asked.form)
    if given.faults(asked):
        return _page(asked, held, given, 422)
    try:
        done(asked, asked.by, held, way, given)
    except Refusal as refusal:
        if refusal.reason != "wrong_form":
            raise
        return _page(asked, held, given, status_of(refusal), asked.told(refusal))
    return asked.to(_here(asked))


def _here(asked: Asked) -> str:
    return _ADDRESS.format(reference=asked.part("reference"), token=asked.part("token"))


def _page(
    asked: Asked, held: HeldNotice, asking: Questions, status: int = 200, why_not: str = ""
) -> Response:
    way = asked.part("way")
    return asked.page(
        "notice_act.html",
        status,
        asking.faults(asked),
        label=label_of(asked, held),
        label_is_in=label_is_in(asked, held),
        way=way,
        lead=sentences.helped(held.offered[way].way.summary, asked.language),
        back=_here(asked),
        fields=asking.fields,
        why_not=why_not,
    )


ROUTES = (
    Route(path=_ADDRESS, answer=notice, needs=Needs.NOTICE, lets_in=True),
    Route(path=f"{_ADDRESS}/{{way}}", answer=ask, needs=Needs.NOTICE, lets_in=True),
    Route(path=f"{_ADDRESS}/{{way}}", answer=act, needs=Needs.NOTICE, method="POST", lets_in=True),
)
