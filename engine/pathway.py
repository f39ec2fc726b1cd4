"""A definition made ready to run: names resolved, conditions compiled, steps in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from engine.definition import Consent, Definition, Interrupt, Stage, Step, Time, walked
from engine.expressions import Condition, compile_condition
from engine.questions import vocabulary_of
from engine.syntax import Reaction, has_earliest, moments_in

Test = Callable[[Callable[[str], object]], bool | None]
"""A compiled condition: yes, no, or not known yet."""


@dataclass(frozen=True, slots=True)
class Role:
    """`first_responder @ host`: a type of role on a side."""

    name: str
    type: str
    side: str


@dataclass(frozen=True, slots=True)
class FormField:
    """A field that a step asks for."""

    name: str
    required: bool


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step with what it stands on resolved."""

    name: str
    stage: str
    step: Step
    form: tuple[FormField, ...]
    answers: tuple[FormField, ...]
    """What the receiver of a hand-over fills in with its yes."""
    when: Test | None
    until: Test | None
    needs: tuple[str, ...]
    """Names of the consents it needs."""
    reconfirm: tuple[str, ...]
    """Consents that are asked for once more before it opens."""

    @property
    def optional(self) -> bool:
        return self.step.may_lack

    @property
    def receiver(self) -> str:
        """The role that a hand-over goes to at first, or empty."""
        return self.step.hand_over or ""

    @property
    def receivers(self) -> tuple[str, ...]:
        """The roles that a hand-over goes to, in turn."""
        return self.step.receivers

    def after_no(self, reason: str = "") -> Reaction | None:
        """What follows a no for that reason, or a request that is given up."""
        return self.step.declined.after(reason) if self.step.declined else None

    @property
    def title(self) -> str:
        return self.step.title or words(self.name)

    @property
    def label(self) -> str:
        """Neutral words, for notices and for Prefect."""
        return self.step.label or self.title


@dataclass(frozen=True, slots=True)
class StagePlan:
    """A stage with its condition compiled."""

    name: str
    stage: Stage
    when: Test | None
    steps: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.stage.label or self.stage.title or words(self.name)


RESPONSIBLE = "responsible"
"""The role of whoever answers for the case at the moment; a pathway need not declare it."""


def words(name: str) -> str:
    """`hold_interview` as `Hold interview`."""
    return name.replace("_", " ").capitalize()


class Pathway:
    """A definition that has passed `checks`, ready for `decide`."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.name, self.version = definition.pathway, definition.version
        self.roles = {name: _role(name, text) for name, text in definition.roles.items()}
        self._vocabulary = vocabulary_of(definition)
        self._tests: dict[Condition, Test] = {}

        def compiled(condition: Condition | None) -> Test | None:
            return None if condition is None else self.test(condition)

        self.raised_when = {
            name: test
            for name, interrupt in definition.interrupts.items()
            if (test := compiled(interrupt.when)) is not None
        }
        """Of the interrupts that may not be raised at any time."""
        self.stages = {
            name: StagePlan(name, stage, compiled(stage.when), tuple(stage.steps))
            for name, stage in definition.stages.items()
        }
        self.steps = {
            name: StepPlan(
                name=name,
                stage=stage_name,
                step=step,
                form=tuple(form_field(text) for text in step.form),
                answers=tuple(form_field(text) for text in step.answers),
                when=compiled(step.when),
                until=compiled(step.repeat.until if step.repeat else None),
                needs=tuple(each.removeprefix("consent.") for each in step.needs),
                reconfirm=tuple(
                    consent
                    for consent, asked in definition.consents.items()
                    if name in asked.reconfirm_before
                ),
            )
            for stage_name, stage in definition.stages.items()
            for name, step in stage.steps.items()
        }

    def test(self, condition: Condition) -> Test:
        """A condition of the definition, compiled once."""
        if condition not in self._tests:
            self._tests[condition] = compile_condition(condition, self._vocabulary)
        return self._tests[condition]

    @cached_property
    def times(self) -> tuple[Time, ...]:
        """Every period and moment of the definition."""
        return tuple(node for _, node in walked(self.definition) if isinstance(node, Time))

    @cached_property
    def awaits_moments(self) -> bool:
        """Some clock of it may start after what it is about, when a moment or a side is known."""
        return any(
            each.calendar or any(leaf.anchor for leaf in moments_in(each.time))
            for each in self.times
        )

    @cached_property
    def watches_clocks(self) -> bool:
        """Some clock of it may move by itself while it runs."""
        return any(each.is_watched or has_earliest(each.time) for each in self.times)

    @cached_property
    def consent_steps(self) -> dict[str, StepPlan]:
        """For each consent the step that asks for it."""
        return {plan.step.consent: plan for plan in self.steps.values() if plan.step.consent}

    @cached_property
    def arrival_steps(self) -> dict[str, str]:
        """For each hand-over step the step whose arrival completes it."""
        return {
            offered.name: plan.name
            for plan in self.steps.values()
            if plan.step.arrival
            for offered in self.steps.values()
            if offered.step.hand_over == plan.step.arrival.confirmed_by
        }

    @property
    def first_side(self) -> str:
        return self.definition.sides[0]

    def consent(self, name: str) -> Consent:
        return self.definition.consents[name]

    def interrupt(self, name: str) -> Interrupt:
        return self.definition.interrupts[name]

    def shown_to(self, plan: StepPlan, role: str) -> tuple[str, ...]:
        """The fields that the receiver of a request may see: what the consents say that name it."""
        naming = [each for each in map(self.consent, plan.needs) if role in each.to]
        return tuple(dict.fromkeys(field for each in naming for field in each.shows))

    def withdrawal(self, consent: str) -> Reaction | None:
        """What follows when the consent is taken back: its own word, or that of a refusal."""
        asked = self.consent(consent)
        return asked.withdrawn or self.consent_steps[consent].step.refused

    def label(self, name: str) -> str:
        """Neutral words for a step or an interrupt."""
        if name in self.steps:
            return self.steps[name].label
        interrupt = self.definition.interrupts.get(name)
        return (interrupt and (interrupt.label or interrupt.title)) or words(name)


def form_field(text: str) -> FormField:
    """`note?` may stay unanswered."""
    return FormField(text.removesuffix("?"), not text.endswith("?"))


def _role(name: str, text: str) -> Role:
    kind, _, side = text.partition(" @ ")
    return Role(name, kind, side)
