"""Lets somebody list, add, rename and remove their passkeys."""

from __future__ import annotations

from starlette.responses import Response

from casework import passkeys
from casework.passkey_use import PasskeyAnswer
from engine.errors import Refusal
from engine.message import message
from portal.asked import PASSKEY, Asked, status_of
from portal.look import InvalidInput
from portal.routes import Needs, Route

_LIST, _ONE = "/passkeys", "/passkeys/{passkey}"


def show(asked: Asked) -> Response:
    return _list(asked)


def _list(asked: Asked, status: int = 200, *faults: InvalidInput) -> Response:
    return asked.page(
        "passkeys.html",
        status,
        faults,
        passkeys=passkeys.passkeys(asked.onward, asked.by),
        passkey=passkeys.to_add(asked.onward, asked.signed, asked.portal.party, asked.now),
        address="" if asked.portal.party else asked.portal.address,
        most=passkeys.MOST,
        longest=passkeys.LONGEST_NAME,
    )


def add(asked: Asked) -> Response:
    """Add the passkey that the browser has made."""
    answer = PasskeyAnswer(text=asked.secret(PASSKEY), party=asked.portal.party)
    try:
        passkeys.add(asked.onward, asked.signed, answer, asked.field("name"), asked.now)
    except Refusal as refusal:
        where = "#name" if refusal.reason == "long_name" else ""
        return _list(asked, status_of(refusal), InvalidInput(asked.told(refusal), where))
    return asked.to(_LIST, message("page.told.passkey_added"))


def one(asked: Asked) -> Response:
    """The page of one passkey, where its name can be changed."""
    return _one(asked)


def _one(asked: Asked, status: int = 200, *faults: InvalidInput) -> Response:
    found = passkeys.passkey(asked.onward, asked.by, asked.part("passkey"))
    return asked.page("passkey.html", status, faults, each=found, longest=passkeys.LONGEST_NAME)


def rename(asked: Asked) -> Response:
    found = passkeys.passkey(asked.onward, asked.by, asked.part("passkey"))
    try:
        passkeys.rename(asked.onward, asked.by, found.id, asked.field("name"))
    except Refusal as refusal:
        return _one(asked, status_of(refusal), InvalidInput(asked.told(refusal), "#name"))
    return asked.to(_LIST, message("page.told.passkey_renamed"))


def ask_to_remove(asked: Asked) -> Response:
    """The page that explains what will be removed, before anything is."""
    found = passkeys.passkey(asked.onward, asked.by, asked.part("passkey"))
    return asked.page("passkey_remove.html", each=found)


def remove(asked: Asked) -> Response:
    found = passkeys.passkey(asked.onward, asked.by, asked.part("passkey"))
    passkeys.remove(asked.onward, asked.signed, found.id, asked.now)
    return asked.to(_LIST, message("page.told.passkey_removed"))


ROUTES = (
    Route(path=_LIST, answer=show, needs=Needs.RECENT),
    Route(path=_LIST, answer=add, needs=Needs.RECENT, method="POST"),
    Route(path=_ONE, answer=one, needs=Needs.RECENT),
    Route(path=_ONE, answer=rename, needs=Needs.RECENT, method="POST"),
    Route(path=f"{_ONE}/remove", answer=ask_to_remove, needs=Needs.RECENT),
    Route(path=f"{_ONE}/remove", answer=remove, needs=Needs.RECENT, method="POST"),
)
