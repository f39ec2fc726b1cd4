"""The page before an act with far-reaching consequences: what it would do, and a button that does
it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from starlette.responses import Response

from casework.foreseeing import Foreseen
from portal.asked import Asked

_FORESEEN = "foreseen"
"""The input that the button sends: the mark of what the reader was shown."""


def mark_of(shown: object) -> str:
    """A mark that changes with what a reader was shown.

    Args:
        shown: what is shown; equal content must have an equal `repr`.
    """
    return sha256(repr(shown).encode()).hexdigest()[:32]


def is_confirmed(asked: Asked, foreseen: Foreseen) -> bool:
    """Whether the reader was shown exactly what would happen now, and confirmed it."""
    return asked.field(_FORESEEN) == foreseen.mark


def show_first(
    asked: Asked,
    foreseen: Foreseen,
    *,
    title: str,
    does: str,
    above: str,
    action: str,
    back: str,
    is_bare: bool = False,
    also: Mapping[str, str] | None = None,
) -> Response:
    """The page on what an act would do, with the form that does it.

    Args:
        title: what the act is called, with what it is about.
        does: the text of the button.
        above: what the act belongs to, such as a case.
        back: the page on which the form can be changed.
        also: further inputs that the button sends; they replace any that were sent under the same
            names.
    """
    also = also or {}
    sent = [each for each in _again(asked.form) if each[0] not in also]
    return asked.page(
        "foreseen.html",
        is_bare=is_bare,
        foreseen=foreseen,
        has_changed=bool(asked.field(_FORESEEN)),
        title=title,
        does=does,
        above=above,
        action=action,
        back=back,
        sent=[*sent, *also.items()],
    )


def _again(form: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """The values that were sent, to be sent once more."""
    for name, values in form.items():
        if name != _FORESEEN:
            yield from ((name, value) for value in values)
