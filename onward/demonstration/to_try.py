"""Opens a case on which people who try out Onward can work themselves, in the agencies' pages."""

from __future__ import annotations

import msgspec

from casework import sign_in_links
from casework.authenticating import entering, operator
from casework.context import Onward
from casework.installation_clock import SystemClock
from casework.opening import open_case
from casework.principal import Because
from engine.agencies.registry import Registry

DESK = "desk-1"
_ROLES = ("case_manager", "shelter_provider")
"""The roles whose agencies act first after a case is opened, in the library's pathways."""


class ToTry(msgspec.Struct, frozen=True, kw_only=True):
    """A case, and a link into the pages of each agency that has something to do in it soon."""

    code: str
    links: dict[str, str]
    """The token of a link for each agency, by the agency's code."""


def open_to_try(onward: Onward, pathway: str, agency: str, country: str) -> ToTry:
    """Open a case for an agency. Invite a person from that agency and from those that act next.

    Raises:
        Refusal: `not_for_training`: the installation is not for training.
    """
    by = operator(onward)
    first = entering(onward, by, agency, DESK, Because.TRAINING)
    case = open_case(onward, pathway, country, first)
    known = case.view.registry
    agencies = (agency, *(_holder(known, role, country) for role in _ROLES))
    now = SystemClock().now()
    return ToTry(
        code=case.code,
        links={
            each: sign_in_links.invite(onward, each, DESK, by, now) for each in agencies if each
        },
    )


def _holder(registry: Registry, role: str, country: str) -> str:
    found = registry.in_class(role, country)
    return found[0].code if found else ""
