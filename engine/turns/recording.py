"""Records the answers that an agency gives in the form of a task, or when it accepts a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from engine import facts as f
from engine.errors import Refusal
from engine.forms import check_form, is_missing
from engine.phrases.syntax import Moment
from engine.plans import FormField
from engine.state import Answer
from engine.task_kinds import TaskKind
from engine.time.calendars import CalendarError, Edition
from engine.time.clocks import count
from engine.turns.deriving import derive
from engine.turns.turn import Turn
from engine.view import View


def record(
    turn: Turn,
    about: str,
    form: tuple[FormField, ...],
    answers: Mapping[str, Answer],
    protected: tuple[str, ...],
) -> None:
    """Check a form and record its answers. `about` is the id of the task or hand-over; `protected`
    names the protected fields that were answered.

    Raises:
        Refusal: `wrong_form`, `side_bound` or `not_counted`.
    """
    state, task = turn.state, turn.state.tasks.get(about)
    if task and task.kind is TaskKind.VOTE:  # each member has its own reasons
        state = replace(state, from_before=())
    check_form(turn.pathway, state, form, answers, protected)
    fields = turn.pathway.definition.data
    answers = {n: each for n, each in answers.items() if not is_missing(fields[n], each)}
    if not answers and not protected:
        return
    kept = {n: tuple(each) if isinstance(each, list) else each for n, each in answers.items()}
    turn.say(f.FormRecorded(task=about, answers=kept, protected=tuple(sorted(protected))))
    for name, answer in answers.items():
        field = fields[name]
        if field.signature:
            turn.note(f"{name}.signed")
        side = field.binds
        if side:
            bind(turn, side, str(answer))
    require_countable(turn, answers)
    derive(turn)


def bind(turn: Turn, side: str, country: str) -> None:
    """Bind a side to a country. Raises Refusal `side_bound` if it is bound to another one."""
    bound = turn.state.sides.get(side)
    if bound is None:
        turn.say(f.SideBound(side=side, country=country))
    elif bound != country:
        raise Refusal("side_bound", side=side, country=bound)


def require_countable(view: View, answers: Mapping[str, object]) -> None:
    """Refuse a day so far away that a period counted from it goes beyond the case's calendars.

    The person who enters the day can correct it now; later there would be nobody to ask.

    Raises:
        Refusal: `not_counted`, with the field, the period and what the calendar lacks.
    """
    fields = view.pathway.definition.data
    dated = [name for name in answers if fields[name].date or fields[name].datetime]
    if not dated:
        return
    countries = set(view.state.sides.values())
    named = {place for time in view.pathway.times for place in time.places}
    editions = [
        each for each in view.calendars.editions if each.country in countries or each.place in named
    ]
    for name in dated:
        start = view.moment(name)
        if start is not None:
            for period in view.pathway.periods_from.get(name, ()):
                for edition in editions:
                    _try(name, start, period, edition)


def _try(name: str, start: date, period: Moment, edition: Edition) -> None:
    try:
        count(period, lambda _: start, edition)
    except CalendarError as error:
        way = "before" if period.before else "after"
        raise Refusal(
            f"not_counted.period_{way}", field=name, period=str(period.duration), why=error.message
        ) from None
