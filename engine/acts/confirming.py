"""Confirm that an agency has stopped, as it was asked to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from engine.acts.act import Act, Aside, Rule
from engine.acts.declared import ActWord, Declared, Way, WordKind
from engine.turns import stop_tasks
from engine.view import View

__all__ = ["ConfirmStop"]


def _of_who_is_to_stop(view: View) -> Iterator[Aside]:
    for stop in view.state.open_stops():
        act = ConfirmStop(stop=stop.id)
        for agency in dict.fromkeys((stop.agency, view.state.responsible)):
            yield Aside(agency, act, stop.step, stop.id)


class ConfirmStop(Act, frozen=True, tag="confirm_stop"):
    """Confirm that the agency has stopped; the responsible agency may do so in its place."""

    stop: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: stop_tasks.confirm(turn, act.stop, agency, who),
        after_the_end=True,
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("stopped",),
                help="Confirm that your agency has stopped, as it was asked to; the responsible agency may"
                " do so for another.",
                verb="stopped",
            ),
        ),
        words=(
            ActWord(
                field="stop",
                kind=WordKind.STOP,
                shown="TASK",
                help="The task, as `onward tasks` shows it.",
            ),
        ),
        alone=True,
        by_notice=True,
    )
    asides: ClassVar = _of_who_is_to_stop
