"""Whether the names in a definition lead somewhere and nothing is left without an outcome.

Each fault names a path into the document; `loader` turns it into file, line and column.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

import msgspec

from engine import neutral
from engine.definition import Definition, Interrupt, Stage, Step, Time
from engine.expressions import Condition, Vocabulary, check_condition
from engine.pathway import form_field, hidden_names, vocabulary_of, words
from engine.syntax import (
    ClockExpression,
    Earliest,
    End,
    Latest,
    Moment,
    NextReceiver,
    Reaction,
    Skip,
    Tell,
)
from engine.syntax import Interrupt as Raise

Path = tuple[str | int, ...]


class Fault(msgspec.Struct, frozen=True):
    """Something wrong at a path of the definition; `column` counts within the text there."""

    path: Path
    message: str
    remedy: str = ""
    column: int = 1


def check(definition: Definition) -> list[Fault]:
    """Everything that is wrong with a definition whose shape is right."""
    return list(_Check(definition).faults())


def unknown(kind: str, name: str, known: Iterable[str], path: Path) -> Fault:
    """A name that leads nowhere, with the nearest that does."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    remedy = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(names) or 'none'}"
    return Fault(path, f"there is no {kind} `{name}`", remedy)


class _Check:
    """One definition under the lamp."""

    def __init__(self, definition: Definition) -> None:
        self.d = definition
        self.steps = {
            name: (stage_name, step)
            for stage_name, stage in definition.stages.items()
            for name, step in stage.steps.items()
        }
        self.vocabulary: Vocabulary = vocabulary_of(definition)
        self.hidden = hidden_names(definition)
        self.moments = self._moments()
        self.role_types = {name: text.split(" @ ") for name, text in definition.roles.items()}

    def faults(self) -> Iterator[Fault]:
        yield from self._heads()
        for stage_name, stage in self.d.stages.items():
            yield from self._stage(stage_name, stage)
        for name, interrupt in self.d.interrupts.items():
            yield from self._interrupt(name, interrupt)
        yield from self._cycles()

    def _moments(self) -> set[str]:
        """Names that a clock may be counted from."""
        found = {"case.opened", *self.d.clocks}
        found |= {name for name, f in self.d.data.items() if f.type in ("date", "datetime")}
        found |= {f"{stage}.{word}" for stage in self.d.stages for word in ("entered", "ended")}
        found |= {f"interrupt.{name}" for name in self.d.interrupts}
        for name in self.d.consents:
            found |= {f"consent.{name}.{w}" for w in ("given", "refused", "withdrawn", "expired")}
        for name, (_, step) in self.steps.items():
            found |= {f"{name}.opened", f"{name}.done"}
            if step.hand_over:
                answers = ("offered", "seen", "accepted", "declined", "silent", "closed")
                found |= {f"{name}.{word}" for word in answers}
            if step.arrival:
                found |= {f"{name}.{word}" for word in ("departed", "arrived", "missed")}
        return found

    # names at the head of the definition

    def _heads(self) -> Iterator[Fault]:
        for name, (_, side) in self.role_types.items():
            if side not in self.d.sides:
                yield unknown("side", side, self.d.sides, ("roles", name))
        for name, field in self.d.data.items():
            if field.binds and field.binds not in self.d.sides:
                yield unknown("side", field.binds, self.d.sides, ("data", name, "binds"))
            if field.binds and field.type != "country":
                yield Fault(("data", name, "binds"), "only a country can bind a side")
            if field.ordered and field.type != "choice":
                yield Fault(("data", name, "ordered"), "only choices can be ordered")
        for name, consent in self.d.consents.items():
            path: Path = ("consents", name)
            if consent.to:
                yield from self._role(consent.to, (*path, "to"))
            for number, shown in enumerate(consent.shows):
                if shown not in self.d.data:
                    yield unknown("field", shown, self.d.data, (*path, "shows", number))
            for number, step in enumerate(consent.reconfirm_before):
                if step not in self.steps:
                    yield unknown("step", step, self.steps, (*path, "reconfirm_before", number))
            if consent.withdrawn:
                yield from self._reaction(consent.withdrawn, (*path, "withdrawn"))
            if not any(step.consent == name for _, step in self.steps.values()):
                yield Fault(path, "no step asks for this consent", f"add `consent: {name}`")
        for name, timing in self.d.clocks.items():
            yield from self._time(timing, ("clocks", name), anchored=True)
        yield from self._bound_sides()
        rooms: dict[str, Iterable[str]] = {
            "stages": self.d.stages,
            "ends": self.d.ends,
            "roles": self.d.roles,
        }
        outside: list[Path] = [("pathway",), *((room, n) for room, ns in rooms.items() for n in ns)]
        yield from self._neutral(outside)

    def _bound_sides(self) -> Iterator[Fault]:
        bound = {field.binds for field in self.d.data.values()}
        for number, side in enumerate(self.d.sides):
            if number and side not in bound:
                yield Fault(
                    ("sides", number),
                    f"nothing ever binds side `{side}`",
                    f"add a field such as `{side}_country: {{country, binds: {side}}}`",
                )

    def _neutral(self, outside: list[Path]) -> Iterator[Fault]:
        """Names of these are shown in lists outside, as they stand."""
        for path in outside:
            name = self.d.pathway if path == ("pathway",) else str(path[-1])
            for word in neutral.forbidden_words(words(name))[:1]:
                yield Fault(path, f"`{word}` would be shown outside", "choose a neutral name")

    # stages and steps

    def _stage(self, name: str, stage: Stage) -> Iterator[Fault]:
        path: Path = ("stages", name)
        if name in self.steps:
            yield Fault(path, f"`{name}` is the name of a step too", "give each its own name")
        if not any(not (step.optional or step.manual) for step in stage.steps.values()):
            yield Fault(path, "no step of this stage is required, so it would end at once")
        yield from self._after(stage.after, path)
        yield from self._condition(stage.when, stage.otherwise, path)
        if stage.then:
            yield from self._reaction(stage.then, (*path, "then"))
        yield from self._label(name, stage.title, stage.label, path)
        for step_name, step in stage.steps.items():
            where: Path = (*path, "steps", step_name)
            if self.steps[step_name][0] != name:
                yield Fault(where, f"step `{step_name}` stands in another stage too")
            yield from self._step(step_name, step, where)

    def _step(self, name: str, step: Step, path: Path) -> Iterator[Fault]:
        if step.by:
            yield from self._role(step.by, (*path, "by"))
        elif not step.hand_over:
            yield Fault(path, f"nobody does step `{name}`", "add `by:` and a role")
        yield from self._after(step.after, path)
        yield from self._condition(step.when, step.otherwise, path)
        yield from self._form(step, path)
        yield from self._times(step, path)
        yield from self._label(name, step.title, step.label, path)
        if step.consent and step.hand_over:
            yield Fault(path, "a step either asks for consent or hands over, not both")
        if step.consent:
            yield from self._consent_step(step, path)
        if step.hand_over:
            yield from self._hand_over(step, path)
        else:
            for word in ("needs", "seen", "answer", "declined", "silent", "feedback"):
                if getattr(step, word) is not None:
                    yield Fault((*path, word), f"`{word}` belongs to a hand-over")
        for outcome, reaction in (step.decide or {}).items():
            yield from self._reaction(reaction, (*path, "decide", outcome))
        yield from self._repeat_and_arrival(step, path)

    def _repeat_and_arrival(self, step: Step, path: Path) -> Iterator[Fault]:
        if step.repeat:
            where: Path = (*path, "repeat")
            if step.repeat.until:
                yield from self._expression(step.repeat.until, (*where, "until"))
                if step.repeat.then is None:
                    yield Fault(
                        where, "what follows when the last repetition did not help?", "add `then:`"
                    )
            elif not step.manual:
                yield Fault(where, "when does this stop?", "add `until:` or `manual: yes`")
            if step.repeat.then:
                yield from self._reaction(step.repeat.then, (*where, "then"))
        if step.series and step.series.after not in self.moments:
            yield unknown("moment", step.series.after, self.moments, (*path, "series", "after"))
        if step.arrival:
            where = (*path, "arrival")
            yield from self._role(step.arrival.confirmed_by, (*where, "confirmed_by"))
            yield from self._time(step.arrival.within, (*where, "within"))
            yield from self._reaction(step.arrival.missing, (*where, "missing"))

    def _consent_step(self, step: Step, path: Path) -> Iterator[Fault]:
        if step.consent not in self.d.consents:
            yield unknown("consent", step.consent or "", self.d.consents, (*path, "consent"))
        if step.refused is None:
            yield Fault(path, "what follows a refusal?", "add `refused:`, as in `refused: go on`")
        else:
            yield from self._reaction(step.refused, (*path, "refused"))

    def _hand_over(self, step: Step, path: Path) -> Iterator[Fault]:
        role = step.hand_over or ""
        yield from self._role(role, (*path, "hand_over"))
        for word, meaning in (
            ("answer", "by when must the receiver answer?"),
            ("declined", "what follows a no?"),
            ("silent", "what follows silence?"),
        ):
            if getattr(step, word) is None:
                yield Fault(path, meaning, f"add `{word}:`")
        for word in ("declined", "silent"):
            reaction = getattr(step, word)
            if reaction is not None:
                yield from self._reaction(reaction, (*path, word), next_receiver=True)
        yield from self._needs(step, role, path)

    def _needs(self, step: Step, role: str, path: Path) -> Iterator[Fault]:
        """Nothing crosses to another side without a consent that names the recipient (D1)."""
        side = self.role_types.get(role, ["", self.d.sides[0]])[1]
        if step.needs is None:
            if side != self.d.sides[0]:
                yield Fault(
                    path,
                    f"nothing may go to side `{side}` without consent",
                    f"add `needs: consent.<name>` with a consent that has `to: {role}`",
                )
            return
        name = step.needs.removeprefix("consent.")
        consent = self.d.consents.get(name)
        if consent is None or not step.needs.startswith("consent."):
            known = [f"consent.{each}" for each in self.d.consents]
            yield unknown("consent", step.needs, known, (*path, "needs"))
            return
        if consent.to != role:
            yield Fault(
                (*path, "needs"),
                f"this consent does not name `{role}`",
                f"use one with `to: {role}`",
            )
        reactions = (step.declined, step.silent)
        if any(isinstance(each, NextReceiver) for each in reactions) and not consent.any:
            yield Fault(
                (*path, "needs"),
                "the next receiver is not covered by this consent",
                "say `any` in the consent, if the whole class is read out to the person",
            )

    def _form(self, step: Step, path: Path) -> Iterator[Fault]:
        for number, text in enumerate(step.form):
            field = form_field(text)
            if field.name not in self.d.data:
                yield unknown("field", field.name, self.d.data, (*path, "form", number))

    def _times(self, step: Step, path: Path) -> Iterator[Fault]:
        for word in ("due", "not_before", "seen", "answer", "feedback"):
            timing: Time | None = getattr(step, word)
            if timing:
                yield from self._time(timing, (*path, word))
        for number, rung in enumerate(step.late):
            yield from self._role(rung.role, (*path, "late", number))
        if step.late and step.due is None:
            yield Fault((*path, "late"), "late after what?", "add `due:`")

    def _label(
        self, name: str, title: str | None, label: str | None, path: Path
    ) -> Iterator[Fault]:
        """Only neutral words leave: the label, or the title where there is none (D4)."""
        shown = label or title or words(name)
        bad = neutral.forbidden_words(shown)
        if bad:
            where = (*path, "label") if label else path
            yield Fault(where, f"`{bad[0]}` may not stand in a notice", "add a neutral `label:`")

    # interrupts

    def _interrupt(self, name: str, interrupt: Interrupt) -> Iterator[Fault]:
        path: Path = ("interrupts", name)
        for number, role in enumerate(interrupt.raised_by):
            yield from self._role(role, (*path, "raised_by", number))
        for number, role in enumerate(interrupt.tell):
            yield from self._role(role, (*path, "tell", number))
        if interrupt.bars and interrupt.bars not in self.d.sides:
            yield unknown("side", interrupt.bars, self.d.sides, (*path, "bars"))
        if interrupt.suspends and interrupt.suspends not in self.d.stages:
            yield unknown("stage", interrupt.suspends, self.d.stages, (*path, "suspends"))
        if interrupt.suspends and interrupt.review is None:
            yield Fault(path, "who looks whether it is over?", "add `review:` and a period")
        if interrupt.review:
            yield from self._time(interrupt.review, (*path, "review"))
        if interrupt.then:
            yield from self._reaction(interrupt.then, (*path, "then"))
        yield from self._label(name, interrupt.title, interrupt.label, path)
        for field, value in interrupt.set.items():
            kind = self.d.data.get(field)
            where: Path = (*path, "set", field)
            if kind is None:
                yield unknown("field", field, self.d.data, where)
            elif kind.choice and value not in kind.choice:
                yield unknown("choice", str(value), kind.choice, where)
            elif kind.is_protected:
                yield Fault(where, "a protected field cannot be set by an interrupt")

    # what all of them use

    def _role(self, name: str, path: Path) -> Iterator[Fault]:
        if name not in self.d.roles:
            yield unknown("role", name, self.d.roles, path)

    def _after(self, names: tuple[str, ...], path: Path) -> Iterator[Fault]:
        known = {*self.steps, *self.d.stages}
        for name in names:
            if name not in known:
                yield unknown("step or stage", name, known, (*path, "after"))

    def _condition(
        self, when: Condition | None, otherwise: Reaction | None, path: Path
    ) -> Iterator[Fault]:
        if when is not None:
            yield from self._expression(when, (*path, "when"))
            if otherwise is None:
                yield Fault(
                    (*path, "when"),
                    "what happens where this does not hold?",
                    "add `otherwise:`, as in `otherwise: skip` or `otherwise: end <name>`",
                )
        if otherwise is not None:
            if when is None:
                yield Fault((*path, "otherwise"), "`otherwise` without `when`")
            yield from self._reaction(otherwise, (*path, "otherwise"))

    def _expression(self, condition: Condition, path: Path) -> Iterator[Fault]:
        for error in check_condition(condition, self.vocabulary, self.hidden):
            yield Fault(path, error.message, error.remedy, error.column)

    def _reaction(
        self, reaction: Reaction, path: Path, *, next_receiver: bool = False
    ) -> Iterator[Fault]:
        match reaction:
            case End(name=name) if name not in self.d.ends:
                yield unknown("end", name, self.d.ends, path)
            case Raise(name=name) if name not in self.d.interrupts:
                yield unknown("interrupt", name, self.d.interrupts, path)
            case Tell(role=role):
                yield from self._role(role, path)
            case NextReceiver() if not next_receiver:
                yield Fault(path, "only a hand-over has a next receiver")
            case Skip() if next_receiver:
                yield Fault(path, "a request cannot be skipped any more", "say `go on`")
            case _:
                return

    def _time(self, timing: Time, path: Path, *, anchored: bool = False) -> Iterator[Fault]:
        for anchor in _anchors(timing.time):
            if anchor is None:
                if anchored:
                    yield Fault(path, "counted from what?", "say `after` and a moment")
            elif anchor not in self.moments:
                yield unknown("moment", anchor, self.moments, path)

    def _cycles(self) -> Iterator[Fault]:
        """Steps or stages that wait for one another would never open."""
        waits: dict[str, tuple[str, ...]] = {
            name: (*step.after, stage) for name, (stage, step) in self.steps.items()
        }
        for name, stage in self.d.stages.items():
            waits[name] = stage.after
        # a stage ends with its steps, so what waits for the stage's end waits for them
        ends = {f"{name} ended": tuple(stage.steps) for name, stage in self.d.stages.items()}
        graph = {
            name: tuple(
                f"{a} ended" if a in self.d.stages and a != self._home(name) else a for a in after
            )
            for name, after in waits.items()
        } | ends
        for name in waits:
            if _reaches(graph, name, name):
                stage_name = self._home(name)
                path: Path = ("stages", name)
                if name in self.steps:
                    path = ("stages", stage_name, "steps", name)
                yield Fault(path, f"`{name}` waits for itself", "take a name out of `after`")

    def _home(self, name: str) -> str:
        return self.steps[name][0] if name in self.steps else name


def _anchors(expression: ClockExpression) -> Iterator[str | None]:
    match expression:
        case Moment(anchor=anchor):
            yield anchor
        case Earliest(of=parts) | Latest(of=parts):
            for part in parts:
                yield from _anchors(part)


def _reaches(graph: dict[str, tuple[str, ...]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    todo = list(graph.get(start, ()))
    while todo:
        name = todo.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            todo += graph.get(name, ())
    return False
