"""Routes: where a page is, what asking for it needs, and the function that answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from portal.threads_apart import TakesLong

if TYPE_CHECKING:
    from starlette.responses import Response

    from portal.asked import Asked


class Needs(Enum):
    """Who may ask for a page. Anybody else is sent to sign in, before anything is looked up."""

    NOBODY = "nobody"
    """Anybody; such a page does not know who is asking."""
    NOTICE = "notice"
    """The holder of the link in a notice; the address itself proves that."""
    SETTING_UP = "setting up"
    """Somebody who sets up their account, and may ask for nothing else."""
    SESSION = "session"
    """Somebody who is signed in."""
    RECENT = "recent"
    """The same, and they have recently proved again who they are (`casework.sessions.SURE`): before
    what is protected, and before what they sign in with changes. Waived in a training installation.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One way to ask for a page, or to do something."""

    path: str
    """With parts in braces, as Starlette reads them."""
    answer: Callable[[Asked], Response]
    needs: Needs = Needs.SESSION
    method: str = "GET"
    keeps: bool = False
    """If the sender's session has expired, the form is saved as a draft."""
    apart: TakesLong | None = None
    """It takes long, so it has threads of its own."""
    in_english: bool = False
    """A page for coordinators, in English only, including the frame around it."""
    takes_files: bool = False
    """Its form may have files, so it may be larger than others."""
    lets_in: bool = False
    """Its address lets somebody in, so browsers must not pass it on."""
