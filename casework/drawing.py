"""A case in the picture of its pathway."""

from __future__ import annotations

from casework.context import Onward
from casework.held import hold
from engine.drawing.overview import pages_of
from engine.drawing.pages import Page


def pages_of_case(onward: Onward, code: str) -> list[Page]:
    """The pages of the version that the case follows, with where it is; no answers.

    Raises:
        Refusal: `unknown_case`.
    """
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
    return pages_of(held.pathway, held.state)
