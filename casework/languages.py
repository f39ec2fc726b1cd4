"""The words of a case's pathway in the language in which somebody reads."""

from __future__ import annotations

from casework.context import Onward
from casework.held import hold
from casework.translations import language_of
from engine.translation import OWN, Translation


def spoken(onward: Onward, code: str, agency: str = "", language: str | None = None) -> Translation:
    """The words of a case's pathway: in a language, or else in that of an agency.

    Raises:
        Refusal: `unknown_case`.
    """
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
        wanted = language or (language_of(connection, agency) if agency else OWN)
    return held.pathway.spoken(wanted)
