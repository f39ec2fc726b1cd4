"""Stages and steps: who does them and when, what is asked, and what follows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.contact_rules import check_contact
from engine.checks.cover_rules import check_shown
from engine.checks.faults import unknown_moment
from engine.checks.floors import check_floor
from engine.checks.form_rules import check_form
from engine.checks.hand_over_rules import OF_HAND_OVERS, check_hand_over
from engine.checks.lateness import check_lateness
from engine.checks.names import Fault, Names, Path, unknown
from engine.checks.needs import check_crossing, check_needs
from engine.checks.one_of import check_choices
from engine.checks.panel_rules import check_panel
from engine.checks.repeats import check_repeat
from engine.checks.separation import check_separation
from engine.checks.time_rules import check_time
from engine.definition import Series, Stage, Step, Time
from engine.message import finding
from engine.phrases.syntax import MEASURES, Duration, GoOn, SkipPart
from engine.state import RESPONSIBLE


def check_stage(names: Names, name: str, stage: Stage) -> Iterator[Fault]:
    path: Path = ("stages", name)
    if name in names.steps:
        yield Fault(path, finding("name.of_step", name=name))
    if not any(not step.may_lack for step in stage.steps.values()):
        yield Fault(path, finding("stage.ends_at_once"))
    yield from names.after(stage.after, path)
    yield from names.condition(stage, path)
    yield from _stops(names, stage, path)
    yield from _enough(stage, path)
    yield from check_repeat(names, stage, path)
    yield from check_choices(names, stage.steps, (*path, "steps"))
    if stage.then:
        yield from names.reaction(stage.then, (*path, "then"))
    for end in stage.outlives_end:
        if end not in {*names.d.ends, "yes"}:
            yield unknown("end", end, names.d.ends, (*path, "outlives_end"))
    yield from names.label(name, stage.title, stage.label, path)
    for step_name, step in stage.steps.items():
        where: Path = (*path, "steps", step_name)
        if names.steps[step_name][0] != name:
            yield Fault(where, finding("step.in_two_stages", step=step_name))
        yield from _step(names, step_name, step, where)


def _stops(names: Names, part: Stage | Step, path: Path) -> Iterator[Fault]:
    if part.stops_when:
        yield from names.expression(part.stops_when, (*path, "stops_when"))


def _enough(stage: Stage, path: Path) -> Iterator[Fault]:
    required = sum(not step.may_lack for step in stage.steps.values())
    if stage.enough and stage.enough >= required > 0:
        yield Fault((*path, "enough"), finding("stage.enough", n=required))


def _step(names: Names, name: str, step: Step, path: Path) -> Iterator[Fault]:
    if step.by:
        yield from _who(names, step, (*path, "by"))
    elif "by" in step.model_fields_set or not (step.hand_over or step.panel):
        yield Fault(path, finding("step.done_by_nobody", step=name))
    if step.panel:
        yield from check_panel(names, step, step.panel, path)
    yield from names.after(step.after, path)
    yield from check_separation(names, name, step, path)
    yield from names.condition(step, path)
    yield from _stops(names, step, path)
    yield from check_needs(names, step, path)
    yield from _form(names, step, path)
    yield from check_contact(names, name, step, path)
    yield from _times(names, step, path)
    yield from names.label(name, step.title, step.label, path)
    if step.consent and step.hand_over:
        yield Fault(path, finding("step.consent_and_hand_over"))
    yield from _nobody_does(step, path)
    if step.consent:
        yield from _consent_step(names, step, path)
    if step.hand_over:
        yield from check_hand_over(names, step, path)
        yield from check_crossing(names, step, path)
    else:
        for word in OF_HAND_OVERS:
            if getattr(step, word) not in (None, ()):
                yield Fault((*path, word), finding("step.no_hand_over", word=word))
    for outcome, reaction in (step.decide or {}).items():
        yield from names.reaction(reaction, (*path, "decide", outcome))
    yield from _one_outcome(step, (*path, "decide"))
    yield from _repeat_and_arrival(names, step, path)


def _who(names: Names, step: Step, path: Path) -> Iterator[Fault]:
    """Check that a step has one role, or several roles of one side: a step open to two sides would
    cross the border by itself. `responsible` may not stand beside another role: a task that nobody
    else can take goes to the responsible agency anyway.
    """
    for number, role in enumerate(step.by):
        yield from names.holder(role, (*path, number))
    if len(step.by) < 2:
        return
    sides = {role: names.d.roles[role].side for role in step.by if role in names.d.roles}
    first = next(iter(sides.values()), "")
    for number, role in enumerate(step.by):
        if role == RESPONSIBLE:
            yield Fault((*path, number), finding("step.responsible_and_others"))
        elif sides.get(role, first) != first:
            yield Fault(
                (*path, number),
                finding(
                    "step.two_sides",
                    role=role,
                    side=sides[role],
                    other=next(iter(sides)),
                    other_side=first,
                ),
            )


def _one_outcome(step: Step, path: Path) -> Iterator[Fault]:
    """Faults for a decision that has no outcome, or a single outcome that only goes on or skips a
    part. A panel always needs several outcomes.
    """
    if step.decide is None or len(step.decide) > 1:
        return
    outcome = next(iter(step.decide), None)
    if outcome is None:
        yield Fault(path, finding("decide.nothing"))
    elif step.panel:
        yield Fault(path, finding("decide.one_outcome_of_a_panel", outcome=outcome))
    elif isinstance(step.decide[outcome], GoOn | SkipPart):
        yield Fault(path, finding("decide.one_outcome", outcome=outcome))


def _nobody_does(step: Step, path: Path) -> Iterator[Fault]:
    """Faults for keys that describe work, in a step that only asks the person or another agency."""
    if step.decide and (step.consent or step.hand_over):
        yield Fault((*path, "decide"), finding("step.decides_nothing"))
    if step.form and step.consent:
        yield Fault((*path, "form"), finding("step.no_form"))
    if step.hand_over and not step.by:
        for word in ("form", "shows", "due"):
            if getattr(step, word):
                yield Fault((*path, word), finding("step.prepared_by_nobody", word=word))


def _repeat_and_arrival(names: Names, step: Step, path: Path) -> Iterator[Fault]:
    yield from check_repeat(names, step, path)
    if step.series:
        yield from check_series(names, step.series, (*path, "series"))
    if step.arrival:
        where = (*path, "arrival")
        yield from names.role(step.arrival.confirmed_by, (*where, "confirmed_by"))
        yield from check_time(names, step.arrival.within, (*where, "within"))
        yield from names.reaction(step.arrival.missing, (*where, "missing"))


def _consent_step(names: Names, step: Step, path: Path) -> Iterator[Fault]:
    if step.consent not in names.d.consents:
        yield unknown("consent", step.consent or "", names.d.consents, (*path, "consent"))
    if step.refused is None:
        yield Fault(path, finding("consent.no_refused"))
    else:
        yield from names.reaction(step.refused, (*path, "refused"))


def _form(names: Names, step: Step, path: Path) -> Iterator[Fault]:
    for word, form in (("form", step.form), ("answers", step.answers)):
        yield from check_form(names, form, (*path, word))
    for number, shown in enumerate(step.shows):
        yield from check_shown(names, step, shown, step.by, (*path, "shows", number))
        if any(shown == item.name for item in step.form):
            yield Fault((*path, "shows", number), finding("shows.asked", field=shown))


def _times(names: Names, step: Step, path: Path) -> Iterator[Fault]:
    for word in ("due", "not_before", "seen", "answer", "wait_list", "feedback"):
        timing: Time | None = getattr(step, word)
        if timing:
            yield from check_time(names, timing, (*path, word), may_close=word == "due")
    yield from check_floor(names, step, path)
    yield from check_lateness(names, step, path)


MOST_MOMENTS = 120
"""The most moments of a series: over two years of weeks, or ten years of months."""


def check_series(names: Names, series: Series, path: Path) -> Iterator[Fault]:
    if series.after not in names.moments:
        yield unknown_moment(series.after, names.moments, (*path, "after"))
    if series.at and (series.every or series.lasts):
        yield Fault((*path, "at"), finding("series.listed_and_every"))
    elif series.every and series.lasts:
        yield from _how_often(series.every, series.lasts, path)
    elif series.every:
        yield Fault((*path, "every"), finding("series.how_long"))
    elif not series.at:
        yield Fault(path, finding("series.when"))


def _how_often(every: Duration, lasts: Duration, path: Path) -> Iterator[Fault]:
    times = _days(lasts) / _days(every)
    if times < 1:
        yield Fault(
            (*path, "for"), finding("series.over_at_once", lasts=str(lasts), every=str(every))
        )
    elif times > MOST_MOMENTS:
        yield Fault(
            (*path, "for"), finding("series.too_many", times=f"{times:.0f}", most=MOST_MOMENTS)
        )


def _days(period: Duration) -> float:
    return period.amount * MEASURES[period.unit].about
