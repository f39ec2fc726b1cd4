"""A definition prepared to run: names resolved, conditions compiled, steps ordered."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cached_property

from engine import definition as d
from engine import four_eyes
from engine.definition import (
    ALL,
    Definition,
    FormItem,
    Interrupt,
    Series,
    Stage,
    Step,
    Time,
    walked,
)
from engine.locales import base_of
from engine.phrases.expressions import Condition, compile_condition
from engine.phrases.syntax import Moment, hears_more
from engine.phrases.vocabulary import Hidden, parts_in
from engine.plans import BasisPlan, EndPlan, FormField, StagePlan, StepPlan, Test, role_of
from engine.questions import hidden_names, vocabulary_of
from engine.sequence import Following, asked_again, choices_in, following, goes_by_consents
from engine.state import HandOver, State, Task
from engine.statuses import STAGE_UNDER_WAY, CasePhase
from engine.task_kinds import FROM_STEP, TaskKind
from engine.translation import OWN, Translation, english, made_of

_WITH_FORM = FROM_STEP - {TaskKind.CONSENT}


class Pathway:
    """A definition that has passed `checks`, ready for `decide`."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._translations: Mapping[str, Translation] = {}
        self.name, self.version = definition.pathway, definition.version
        self.roles = {name: role_of(name, role) for name, role in definition.roles.items()}
        self.vocabulary = vocabulary_of(definition)
        self._tests: dict[Condition, Test] = {}
        self._following: dict[str, Following] = {}
        self.lengths = d.most_answered(definition)
        self.reopens_from = d.reopens_from(definition.reopen, definition.ends)
        self.raised_when = {
            name: test
            for name, interrupt in definition.interrupts.items()
            if (test := self._compiled(interrupt.when)) is not None
        }
        """For each interrupt that may be raised only while a condition holds, that condition."""
        self.bases = tuple(
            BasisPlan(name, each, self._compiled(each.when), self._compiled(each.until))
            for name, each in definition.bases.items()
        )
        self.stages = {
            name: self._stage_plan(name, stage) for name, stage in definition.stages.items()
        }
        self.steps = {
            name: self._step_plan(name, step, stage_name)
            for stage_name, stage in definition.stages.items()
            for name, step in stage.steps.items()
        }
        self.ends = {
            name: EndPlan(
                name=name,
                kind=end.kind,
                form=tuple(map(self._form_field, end.form)),
                by=end.by,
                approved_by=end.approved_by,
                takes_closing=end.takes_closing,
            )
            for name, end in definition.ends.items()
        }

    def _compiled(self, condition: Condition | None) -> Test | None:
        return None if condition is None else self.test(condition)

    def test(self, condition: Condition) -> Test:
        """The compiled test for a condition of the definition. Each is compiled only once."""
        if condition not in self._tests:
            self._tests[condition] = compile_condition(condition, self.vocabulary)
        return self._tests[condition]

    def _stage_plan(self, name: str, stage: Stage) -> StagePlan:
        return StagePlan(
            name=name,
            stage=stage,
            when=self._compiled(stage.when),
            stops=self._compiled(stage.stops_when),
            until=self._compiled(stage.repeat.until if stage.repeat else None),
            steps=tuple(stage.steps),
            by_itself=tuple(
                name
                for name, step in stage.steps.items()
                if not step.manual or self._may_wait(name, step)
            ),
            required=tuple(name for name, step in stage.steps.items() if not step.may_lack),
        )

    def _may_wait(self, name: str, step: Step) -> bool:
        """Whether a manual step, once begun, may have to wait and then opens by itself."""
        consents = self.definition.consents.values()
        is_confirmed = any(name in each.reconfirm_before for each in consents)
        return bool(step.not_before or step.hand_over or is_confirmed)

    def _form_field(self, item: FormItem, served: str | None = None) -> FormField:
        return FormField(
            item.name, item.required, self._compiled(item.when), served=item.name == served
        )

    def _step_plan(self, name: str, step: Step, stage: str) -> StepPlan:
        consents = self.definition.consents.items()
        return StepPlan(
            name=name,
            stage=stage,
            step=step,
            form=tuple(self._form_field(item, step.serves) for item in step.form),
            answers=tuple(map(self._form_field, step.answers)),
            when=self._compiled(step.when),
            stops=self._compiled(step.stops_when),
            until=self._compiled(step.repeat.until if step.repeat else None),
            needs=tuple(each.removeprefix("consent.") for each in step.needs),
            reconfirm=tuple(consent for consent, each in consents if name in each.reconfirm_before),
        )

    @cached_property
    def asked_again(self) -> dict[str, tuple[str, ...]]:
        """For each step whose `when` is read again at its `not_before`: the names in that condition
        whose values may change through time alone.
        """
        return asked_again(self.definition, self.vocabulary)

    @cached_property
    def protected(self) -> frozenset[str]:
        """The fields whose answers are sealed under the person's key."""
        return frozenset(n for n, field in self.definition.data.items() if field.is_protected)

    @cached_property
    def hidden(self) -> dict[str, Hidden]:
        """Names that no condition may use, each with the reason and what to use instead."""
        return hidden_names(self.definition)

    @cached_property
    def preferred(self) -> dict[str, tuple[str, ...]]:
        """For each option of a choice (`one_of`), the options before it."""
        found: dict[str, tuple[str, ...]] = {}
        for group in choices_in(self.definition.stages):
            found |= {name: group[:place] for place, name in enumerate(group)}
        for stage in self.definition.stages.values():
            for group in choices_in(stage.steps):
                found |= {name: group[:place] for place, name in enumerate(group)}
        return found

    @cached_property
    def repeated_on(self) -> dict[str, tuple[str, ...]]:
        """For each moment, the steps and stages that are repeated when it happens."""
        parts = {plan.name: plan.step.repeat for plan in self.steps.values()}
        parts |= {plan.name: plan.stage.repeat for plan in self.stages.values()}
        found: dict[str, tuple[str, ...]] = {}
        for name, repeat in parts.items():
            for moment in repeat.on if repeat else ():
                noted = f"clock.{moment}" if moment in self.definition.clocks else moment
                found[noted] = (*found.get(noted, ()), name)
        return found

    def following(self, stage: str) -> Following:
        """A stage and everything after it."""
        if stage not in self._following:
            self._following[stage] = following(self.definition, stage)
        return self._following[stage]

    @cached_property
    def bases_end(self) -> bool:
        """Whether at least one basis is not always in force."""
        return not all(each.is_always_in_force for each in self.bases)

    @cached_property
    def alarms(self) -> dict[str, tuple[str, ...]]:
        """For each interrupt by which a basis of vital interest comes into force, the steps that
        confirm or end it.
        """
        found: dict[str, tuple[str, ...]] = {}
        for basis in self.definition.bases.values():
            if basis.ground is d.Ground.VITAL_INTEREST:
                steps = parts_in(basis.until, self.vocabulary, "decision")
                for name in parts_in(basis.when, self.vocabulary, "interrupt"):
                    found[name] = (*found.get(name, ()), *steps)
        return found

    @cached_property
    def stopping_stages(self) -> tuple[str, ...]:
        """Stages with a `stops_when`."""
        return tuple(name for name, plan in self.stages.items() if plan.stops)

    @cached_property
    def stopping_steps(self) -> tuple[str, ...]:
        """Steps with a `stops_when`."""
        return tuple(name for name, plan in self.steps.items() if plan.stops)

    @cached_property
    def guardians(self) -> dict[str, Test]:
        """For each consent that a guardian may have to give, the condition under which that is so."""
        return {
            name: self.test(asked.guardian)
            for name, asked in self.definition.consents.items()
            if asked.guardian is not None
        }

    @cached_property
    def safe_contact(self) -> tuple[str, ...]:
        """The fields that say how the person may be reached."""
        return tuple(name for name, field in self.definition.data.items() if field.safe_contact)

    @cached_property
    def times(self) -> tuple[Time, ...]:
        """Every period and moment of the definition."""
        return tuple(node for _, node in walked(self.definition) if isinstance(node, Time))

    @cached_property
    def periods_from(self) -> dict[str, tuple[Moment, ...]]:
        """For each named moment, the periods of the definition that are counted from it. A series
        contributes the periods in its `at`.
        """
        return d.periods_from(self.definition)

    @cached_property
    def awaits_moments(self) -> bool:
        """Whether a clock may start later than its subject opens, because a moment or a side
        becomes known only then.
        """
        return any(each.calendar or each.anchors for each in self.times)

    @cached_property
    def watches_clocks(self) -> bool:
        """Whether a clock may move by itself while it runs."""
        return any(_may_move(part, self.definition) for _, part in walked(self.definition))

    @cached_property
    def steady(self) -> frozenset[str]:
        """Steps whose clocks never move by themselves and all pause with the stage; also `case`, if
        this is true of its review.
        """
        parts: dict[str, Step | Time] = {name: plan.step for name, plan in self.steps.items()}
        parts["case"] = self.definition.review
        return frozenset(name for name, part in parts.items() if _is_steady(part, self.definition))

    @cached_property
    def goes_by_consents(self) -> frozenset[str]:
        """Consents whose status is read by a condition, a period or a repetition."""
        return goes_by_consents(self.definition, self.vocabulary)

    @cached_property
    def other_persons(self) -> four_eyes.Apart:
        """The parts that another person must do, by step and chair's seat (see `four_eyes`)."""
        return four_eyes.other_persons({name: plan.step for name, plan in self.steps.items()})

    @cached_property
    def types_of_roles(self) -> dict[str, frozenset[str]]:
        """For each role, a set with just its type."""
        return {name: frozenset({role.type}) for name, role in self.roles.items()}

    @cached_property
    def types_of_steps(self) -> dict[str, frozenset[str]]:
        """For each step, the types of the roles that do it."""
        types = {name: role.type for name, role in self.roles.items()}
        return {
            name: frozenset(types[role] for role in plan.step.by if role in types)
            for name, plan in self.steps.items()
        }

    @cached_property
    def other_agencies(self) -> four_eyes.Apart:
        """The steps that another agency must do, by step (see `four_eyes`)."""
        return four_eyes.other_agencies({name: plan.step for name, plan in self.steps.items()})

    @cached_property
    def derived(self) -> dict[str, tuple[str, ...]]:
        """For each derived field, the fields it is derived from."""
        fields = self.definition.data.items()
        return {name: field.highest_of for name, field in fields if field.highest_of}

    @cached_property
    def panels(self) -> tuple[StepPlan, ...]:
        """Steps that a panel decides."""
        return tuple(plan for plan in self.steps.values() if plan.step.panel)

    @cached_property
    def consent_steps(self) -> dict[str, tuple[StepPlan, ...]]:
        """For each consent, the steps that ask for it."""
        found: dict[str, tuple[StepPlan, ...]] = {}
        for plan in self.steps.values():
            if name := plan.step.consent:
                found[name] = (*found.get(name, ()), plan)
        return found

    @cached_property
    def arrival_steps(self) -> dict[str, str]:
        """For each hand-over step to a role that confirms an arrival, the step of that arrival."""
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

    def consent(self, name: str) -> d.Consent:
        return self.definition.consents[name]

    def suspended_by(self, interrupt: str) -> tuple[str, ...]:
        """The stages that are paused until the interrupt is resolved."""
        named = self.interrupt(interrupt).suspends
        return tuple(self.stages) if ALL in named else named

    def interrupt(self, name: str) -> Interrupt:
        return self.definition.interrupts[name]

    def goes_on(self, state: State, stage: str) -> bool:
        """Whether a stage may still open or continue. Once the case has an end or is being closed,
        only stages under way that outlive the end may, until the case is closed.
        """
        if not (state.end or state.closing):
            return True
        outlives = state.status == CasePhase.OPEN and self.stages[stage].stage.outlives(
            state.ending
        )
        return outlives and state.stages.get(stage) in STAGE_UNDER_WAY

    def form_of(self, task: Task) -> tuple[FormField, ...]:
        """The form of a task; empty if it has none, or if only an earlier version had its step."""
        if task.kind is TaskKind.CLOSING:
            return self.ends[task.step].form if task.step in self.ends else ()
        plan = self.steps.get(task.step) if task.kind in _WITH_FORM else None
        return plan.form if plan else ()

    def gets_in_touch(self, step: str, kind: TaskKind) -> bool:
        """Whether a task of this kind in this step includes getting in touch with the person."""
        plan = self.steps.get(step)
        return bool(plan and kind in FROM_STEP and plan.step.reaches_person)

    def answers_of(self, asked: HandOver) -> tuple[FormField, ...]:
        """The form filled in to accept a request; empty if only an earlier version had its step."""
        plan = self.steps.get(asked.step)
        return plan.answers if plan else ()

    def translated(self, translations: Mapping[str, Translation]) -> Pathway:
        """A copy of the pathway with these translations, in place of any it had."""
        made = copy(self)
        made._translations = translations
        return made

    def spoken(self, language: str) -> Translation:
        """The texts that people read: translated into a language if possible, else in English."""
        return self._translations.get(base_of(language)) or self._own_words

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which people can read the pathway, its own first."""
        return (OWN, *sorted(self._translations.keys() - {OWN}))

    @cached_property
    def _own_words(self) -> Translation:
        return made_of(OWN, english(self.definition))

    def label(self, name: str) -> str:
        """Neutral words in English for a step, stage, interrupt or end."""
        return self._own_words.label(name)


def _is_steady(step: Step | Time, definition: Definition) -> bool:
    """Whether the clocks of a part never move by themselves, and all pause with its stage."""
    foreseen = {*definition.data, *definition.clocks}
    return not any(
        _may_move(part, definition)
        or (isinstance(part, Time) and part.never_pauses)
        or (isinstance(part, Series) and part.after in foreseen)
        for _, part in walked(step)
    )


def _may_move(part: object, definition: Definition) -> bool:
    """Whether a period may move, by its own settings or by what it is counted from."""
    return isinstance(part, Time) and bool(
        part.is_watched
        or hears_more(part.time)
        or not part.anchors.isdisjoint({*definition.data, *definition.clocks})
    )
