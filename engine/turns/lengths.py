"""Lengths of extensions and shortenings, as written or as answered, and the automatic extension
that is due.
"""

from __future__ import annotations

from engine.clock import Clock
from engine.definition import Time
from engine.forms import fits_length
from engine.phrases.syntax import Duration, Length
from engine.questions import lookup
from engine.view import View


def length_of(view: View, written: Length) -> Duration | None:
    """A length as a duration: as written, or as answered in the field that it names. None if that
    field is unanswered, or its answer is not a whole number from 1 to `at_most`.
    """
    if isinstance(written, Duration):
        return written
    answer = view.state.data.get(written.field)
    if not isinstance(answer, int | float) or not fits_length(answer, written.at_most):
        return None
    return Duration(int(answer), written.unit)


def own_extension(view: View, clock: Clock, time: Time) -> Duration | None:
    """The automatic extension that is now due for a period, if any.

    A period is extended automatically only once; if the length is an answer and that changes, the
    new length replaces the earlier one.
    """
    own = time.extend.when if time.extend else None
    if time.extend is None or own is None:
        return None
    if clock.extensions and isinstance(time.extend.by, Duration):
        return None
    by = length_of(view, time.extend.by)
    if by is None or clock.extensions == (by,):
        return None
    return by if view.pathway.test(own)(lookup(view.state)) is True else None
