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
    """Whoever has the link of a notice: the address itself shows that."""
    SETTING_UP = "setting up"
    """Somebody who sets up their account, and who may ask for nothing else."""
    SESSION = "session"
    """Somebody who is signed in."""
    RECENT = "recent"
    """The same, and they have lately shown that it is still them (`casework.sessions.SURE`): before
    what is protected, and before what they sign in with changes. Waived where nobody is real.
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
    """It takes long, and so has threads of its own."""
    in_english: bool = False
    """It is for coordinators, and speaks English alone, around its content too. `portal.pages` says it of all of them."""
    takes_files: bool = False
    """Its form may have files, and so be larger than others."""
    lets_in: bool = False
    """Its address lets somebody in, so browsers tell it to nobody, us included."""
