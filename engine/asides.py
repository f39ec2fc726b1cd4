"""Acts beside the course of a case: who does a thing, by when it is due, and what is done
against the pathway. Each act says itself who might ask for it.

None of them has a form, so `decide` itself is asked whether each is possible. That takes longer
than the questions of `permitted`, so they are kept apart from `choices`, which is all that walks,
simulations and rehearsals use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.acts.act import Act, Aside
from engine.choices import PossibleAct
from engine.commands import ACTS
from engine.message import finding
from engine.permitted import is_accepted
from engine.view import View


def _all(kind: type[Act], asked: Aside) -> bool:
    return True


def asides(
    view: View, *, wanted: Callable[[type[Act], Aside], bool] = _all
) -> Iterator[PossibleAct]:
    """All of them, in an order that depends only on the case; an act with a reason gets the
    first one.

    Args:
        wanted: whether to try an act at all; asked only after the acts before it were yielded.
    """
    for kind in ACTS:
        if kind.asides is None or kind.declared is None:
            continue
        verb = kind.declared.ways[0].verb
        for asked in kind.asides(view):
            if wanted(kind, asked) and is_accepted(view, asked.act, asked.agency):
                agency, act, subject, about = asked
                what = finding("way.aside", subject=subject, verb=verb)
                yield PossibleAct(agency=agency, act=act, what=what, about=about, owed=False)
