"""Rewrites a state with the names of another version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from engine.clock import Clock, KeptTiming
from engine.links import Agreement, Proposal
from engine.phrases.expressions import parse_clock
from engine.phrases.syntax import ClockExpression, Moment
from engine.state import ConsentState, HandOver, State, StopTask, Task
from engine.task_kinds import TaskKind
from engine.versions.renames import Renames

T = TypeVar("T")
Link = TypeVar("Link", Agreement, Proposal)
Work = TypeVar("Work", Task, StopTask)
_ROOMS = {"clock": "clocks", "consent": "consents", "interrupt": "interrupts"}
"""First words of moments whose second word is a name, each with the section of that name."""
_OF_KIND = {
    TaskKind.RESOLVE: "interrupts",
    TaskKind.CLOSING: "ends",
    TaskKind.APPROVAL: "ends",
}
"""The section of what a task refers to, if that is not a step."""


def renamed(state: State, names: Renames, *, in_full: bool = True) -> State:
    """A copy of the state with only the names changed.

    Args:
        in_full: whether stages in notices, and moments that were reported late, are renamed too.
    """
    return state if names == Renames() else _Names(names, in_full=in_full).state(state)


def renamed_expression(expression: ClockExpression, names: Renames) -> ClockExpression:
    return _Names(names).expression(expression)


def renamed_moment(name: str, names: Renames) -> str:
    """A moment of a case such as `interview.done`, or another anchor, renamed."""
    return _Names(names).moment(name)


def renamed_ident(ident: str, names: Renames) -> str:
    """The id of a task, a request, or another subject of a notice, renamed."""
    return _Names(names).ident(ident)


def renamed_stored(name: str, names: Renames) -> str:
    """The name under which an answer is stored, such as `risk`, `risk decide.1.lead` or
    `declined talk.2`, renamed.
    """
    return _Names(names).stored(name)


def renamed_clock(clock: Clock, names: Renames) -> Clock:
    return _Names(names).clock(clock)


class _Names:
    def __init__(self, names: Renames, *, in_full: bool = True) -> None:
        self._names, self._in_full = names, in_full
        ends = {was: name for was, name in names.ends.items() if was not in names.shared_ends}
        stages = names.stages if in_full else {}
        self._subjects = ends | names.interrupts | stages | names.steps
        """The new names of the steps, interrupts and ends whose names begin the ids of tasks and
        requests, and of the stages that notices are about. No two of these share a name.
        """
        self._places = names.stages | names.steps

    def state(self, state: State) -> State:
        names = self._names
        return replace(
            state,
            end=names.ends.get(state.end, state.end),
            closing=names.ends.get(state.closing, state.closing),
            barred_roles=_each(names.roles, state.barred_roles),
            roles=_keys(names.roles, state.roles),
            data=_keys(names.data, state.data),
            protected=_each(names.data, state.protected),
            collected=self._collected(state.collected),
            from_before=_each(names.data, state.from_before),
            stages=_keys(names.stages, state.stages),
            steps=_keys(names.steps, state.steps),
            runs=_keys(self._subjects, state.runs),
            runs_before=_keys(self._subjects, state.runs_before),
            rounds=_keys(names.stages, state.rounds),
            returns=_keys(names.stages, state.returns),
            tasks={each.id: each for each in map(self._task, state.tasks.values())},
            hand_overs={each.id: each for each in map(self._asked, state.hand_overs.values())},
            consents=_keys(
                names.consents, {n: self._consent(each) for n, each in state.consents.items()}
            ),
            stops={each.id: each for each in map(self._stop, state.stops.values())},
            decisions={self._decision(name): word for name, word in state.decisions.items()},
            clocks=self._clocks(state.clocks),
            kept_clocks=self._clocks(state.kept_clocks),
            over={
                names.clocks.get(name, name): self.moment(why) for name, why in state.over.items()
            },
            moments=self._moments(state.moments),
            interrupts=_each(names.interrupts, state.interrupts),
            overrides=tuple(
                replace(each, step=names.steps.get(each.step, each.step))
                for each in state.overrides
            ),
            told={agency: tuple(map(self.ident, each)) for agency, each in state.told.items()},
            agreed=_bringing(names.data, state.agreed),
            proposals=_bringing(names.data, state.proposals),
            numbers={agency: self._numbers(each) for agency, each in state.numbers.items()},
        )

    def _collected(self, collected: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {
            self.stored(name): (*by[:2], *map(self.ident, by[2:])) for name, by in collected.items()
        }

    def stored(self, name: str) -> str:
        """Rename a field, or a name under which something is stored: `risk decide.1.lead`."""
        field, space, about = name.partition(" ")
        return f"{self._names.data.get(field, field)}{space}{self.ident(about) if about else ''}"

    def _numbers(self, of_steps: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {self.ident(step): tuple(map(self.ident, ids)) for step, ids in of_steps.items()}

    def _task(self, task: Work) -> Work:
        section = _OF_KIND.get(task.kind, "steps")
        return replace(
            task,
            id=self.ident(task.id),
            step=self._names.of(section).get(task.step, task.step),
            role=self._names.roles.get(task.role, task.role),
            also=_keys(self._names.roles, task.also),
            hand_over=self.ident(task.hand_over),
        )

    def _stop(self, stop: StopTask) -> StopTask:
        consent = self._names.consents.get(stop.consent, stop.consent)
        return replace(self._task(stop), consent=consent)

    def _asked(self, asked: HandOver) -> HandOver:
        names = self._names
        return replace(
            asked,
            id=self.ident(asked.id),
            step=names.steps.get(asked.step, asked.step),
            role=names.roles.get(asked.role, asked.role),
            shows=_each(names.data, asked.shows),
            consents=_each(names.consents, asked.consents),
            consent=names.consents.get(asked.consent, asked.consent),
        )

    def _consent(self, consent: ConsentState) -> ConsentState:
        return replace(consent, shows=_each(self._names.data, consent.shows))

    def _decision(self, name: str) -> str:
        """Rename the key of a decision: a step, or `interrupt.NAME`."""
        return self.moment(name) if "." in name else self._names.steps.get(name, name)

    def _clocks(self, clocks: Mapping[str, Clock]) -> dict[str, Clock]:
        return {each.key: each for each in map(self.clock, clocks.values())}

    def clock(self, clock: Clock) -> Clock:
        kept = clock.kept
        return replace(
            clock,
            key=self._key(clock),
            about=self._about(clock),
            anchors=self._moments(clock.anchors),
            reported=self._moments(clock.reported) if self._in_full else clock.reported,
            kept=kept and self._kept(kept),
        )

    def _kept(self, kept: KeptTiming) -> KeptTiming:
        return replace(
            kept,
            time=str(self.expression(parse_clock(kept.time))),
            calendar=_each(self._names.roles, kept.calendar),
        )

    def _key(self, clock: Clock) -> str:
        if clock.kind in ("named", "expiry"):
            return self.moment(clock.key)
        if clock.kind in ("registry", "review", "proposal"):
            return clock.key
        about, colon, rest = clock.key.partition(":")
        return f"{self.ident(about)}{colon}{rest}"

    def _about(self, clock: Clock) -> str:
        match clock.kind:
            case "named":
                return self._names.clocks.get(clock.about, clock.about)
            case "expiry":
                return self.moment(clock.about)
            case "registry" | "review" | "proposal":
                return clock.about
        return self.ident(clock.about)

    def ident(self, ident: str) -> str:
        """Rename an id such as `interview.1`, or the bare name of a step, stage, end or interrupt."""
        subject, dot, rest = ident.partition(".")
        return f"{self._subjects.get(subject, subject)}{dot}{rest}"

    def moment(self, name: str) -> str:
        """Rename `interview.done`, `clock.quiet`, `interrupt.pause.resolved`, or a field or clock."""
        head, dot, rest = name.partition(".")
        if not dot:
            return self._names.data.get(head) or self._names.clocks.get(head, head)
        if head in _ROOMS:
            subject, dot, word = rest.partition(".")
            return f"{head}.{self._names.of(_ROOMS[head]).get(subject, subject)}{dot}{word}"
        if rest == "signed":
            return f"{self._names.data.get(head, head)}.signed"
        return f"{self._places.get(head, head)}.{rest}"

    def _moments(self, entries: Mapping[str, T]) -> dict[str, T]:
        return {self.moment(name): entry for name, entry in entries.items()}

    def expression(self, expression: ClockExpression) -> ClockExpression:
        if isinstance(expression, Moment):
            anchor = expression.anchor
            return replace(expression, anchor=anchor and self.moment(anchor))
        return replace(expression, of=tuple(map(self.expression, expression.of)))


def _bringing(names: Mapping[str, str], entries: Mapping[str, Link]) -> dict[str, Link]:
    return {code: replace(each, brings=_each(names, each.brings)) for code, each in entries.items()}


def _keys(names: Mapping[str, str], entries: Mapping[str, T]) -> dict[str, T]:
    return {names.get(name, name): entry for name, entry in entries.items()}


def _each(names: Mapping[str, str], listed: Iterable[str]) -> tuple[str, ...]:
    return tuple(names.get(name, name) for name in listed)
