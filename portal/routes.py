"""Routes: the address of a page, what requesting it needs, and the function that answers."""

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
    """Who may request a page. Anybody else is sent to sign in or to another page first, before
    anything of a case is looked up; at an address for the holder of a notice, they are told that
    the link is void.
    """

    NOBODY = "nobody"
    """Anybody; such a page does not know who is asking."""
    NOTICE = "notice"
    """The holder of the link in a notice: whoever has the address."""
    SETTING_UP = "setting up"
    """Somebody who is setting up their account. They may request only such pages, and those that
    need no session.
    """
    SESSION = "session"
    """Somebody who is signed in."""
    RECENT = "recent"
    """Somebody who is signed in and has recently proved again who they are
    (`casework.sessions.SURE`): required for anything protected, to change what they sign in with,
    and for most of what administrators and coordinators change. Waived in a training installation.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One way to request a page, or to do something."""

    path: str
    """The path, with parts in braces as Starlette reads them."""
    answer: Callable[[Asked], Response]
    needs: Needs = Needs.SESSION
    method: str = "GET"
    keeps: bool = False
    """Whether the form is saved as a draft if the sender's session has expired."""
    apart: TakesLong | None = None
    """For a page that takes a while, the separate threads that it runs in."""
    in_english: bool = False
    """Whether the page is for coordinators, and so in English only, including the frame around it."""
    takes_files: bool = False
    """Whether the page's form may have files, and so may be larger than others."""
    lets_in: bool = False
    """Whether the page's address lets somebody in, so that browsers must not pass it on."""
