"""Lets somebody at an agency act for the holder of a notice who telephones: they type in the
caller's code, and enter what the caller says.
"""

from __future__ import annotations

from starlette.responses import Response

from casework.by_notice import HeldNotice, held_notice
from casework.case_codes import case_and_own
from casework.notice_holders import TelephoneCall, holder_on_telephone
from casework.principal import Principal
from engine.errors import Refusal
from engine.message import message
from portal.asked import Asked, Inputs, status_of
from portal.by_notice import done, label_is_in, label_of, questions
from portal.case_addresses import case_address
from portal.look import InvalidInput
from portal.questions import Questions
from portal.routes import Route
from wording import sentences

_OF_CALL = ("case", "told", "who", "filled")
"""The page's own inputs; whatever else it sends was entered into the form of an act."""
_FIELD_OF = {"misheard": "#told", "no_caller": "#who", "void_notice": "#told"}
"""The field to which each refusal belongs; any other belongs to the code of the case."""


def ask(asked: Asked) -> Response:
    return _ask(asked, TelephoneCall(code=asked.query("case"), told="", who=""))


def _ask(
    asked: Asked,
    call: TelephoneCall,
    status: int = 200,
    *faults: InvalidInput,
    entered: Inputs | None = None,
) -> Response:
    """The page that asks for the code. What was `entered` into the form of an act is shown, and sent
    to that form again.
    """
    to = asked.request.url.path if entered else "/telephone"
    return asked.page("telephone.html", status, faults, call=call, entered=entered, to=to)


def listen(asked: Asked) -> Response:
    """The page with what the caller may do as the holder of the notice whose code they gave."""
    call = _call(asked)
    try:
        _, held = _held(asked, call)
    except Refusal as refusal:
        return _wrong(asked, call, refusal)
    return asked.page(
        "telephone_ways.html",
        call=call,
        held=held,
        label=label_of(asked, held),
        label_is_in=label_is_in(asked, held),
        ways=[*held.offered],
    )


def enter(asked: Asked) -> Response:
    """Show the form of an act or, if the form was filled in, do the act. If it cannot be done, what
    was entered is shown again with the reason.
    """
    call, way = _call(asked), asked.part("way")
    try:
        by, held = _held(asked, call)
        if way not in held.offered:
            fault = InvalidInput(asked.say("page.telephone_not_offered"), "#told")
            return _ask(asked, call, 410, fault, entered=_entered(asked))
        given = questions(asked, by, held, way, asked.form)
    except Refusal as refusal:
        return _wrong(asked, call, refusal)
    if not asked.field("filled"):
        return _page(asked, call, held, given.unjudged())
    if given.faults(asked):
        return _page(asked, call, held, given, 422)
    try:
        receipt = done(asked, by, held, way, given)
    except Refusal as refusal:
        return _page(asked, call, held, given, status_of(refusal), asked.told(refusal))
    said = message(
        "page.told.entered",
        what=asked.say(f"page.way.{way}"),
        agency=by.agency,
        case=call.code,
        at=asked.moment(receipt.at),
    )
    return asked.to(case_address(call.code), said)


def _call(asked: Asked) -> TelephoneCall:
    """The call: the case, named by its code or by the beginning of the notice's reference; the
    notice's code, as it was heard; and who called.
    """
    code, _ = case_and_own(asked.field("case"))
    return TelephoneCall(code=code, told=asked.field("told"), who=asked.field("who"))


def _held(asked: Asked, call: TelephoneCall) -> tuple[Principal, HeldNotice]:
    by = holder_on_telephone(asked.onward, asked.by, call, asked.now)
    return by, held_notice(asked.onward, by, asked.language)


def _wrong(asked: Asked, call: TelephoneCall, refusal: Refusal) -> Response:
    fault = InvalidInput(asked.told(refusal), _FIELD_OF.get(refusal.reason, "#case"))
    return _ask(asked, call, status_of(refusal), fault, entered=_entered(asked))


def _entered(asked: Asked) -> Inputs:
    """What was entered into the form of an act."""
    sent = asked.form.items()
    return {name: values for name, values in sent if name not in _OF_CALL and any(values)}


def _page(
    asked: Asked,
    call: TelephoneCall,
    held: HeldNotice,
    asking: Questions,
    status: int = 200,
    why_not: str = "",
) -> Response:
    way = asked.part("way")
    return asked.page(
        "telephone_act.html",
        status,
        asking.faults(asked),
        call=call,
        held=held,
        way=way,
        label=label_of(asked, held),
        label_is_in=label_is_in(asked, held),
        lead=sentences.helped(held.offered[way].way.summary, asked.language),
        fields=asking.fields,
        why_not=why_not,
    )


ROUTES = (
    Route(path="/telephone", answer=ask),
    Route(path="/telephone", answer=listen, method="POST"),
    Route(path="/telephone/{way}", answer=ask),
    Route(path="/telephone/{way}", answer=enter, method="POST"),
)
