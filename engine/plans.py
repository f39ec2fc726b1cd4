"""The parts of a definition prepared to run, with everything they depend on resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine import definition as d
from engine.agencies.registry import Agency
from engine.definition import Basis, Stage, Step
from engine.phrases.syntax import Reaction
from engine.translation import words

Test = Callable[[Callable[[str], object]], bool | None]
"""A compiled condition: yes, no, or not known yet."""


@dataclass(frozen=True, slots=True)
class RolePlan:
    """`first_responder @ host`: a type of role on a side, and what a holder must be able to do."""

    name: str
    type: str
    side: str
    area: str = ""
    """The field whose answer names the area the agency must serve, if any."""
    language: str = ""
    words: tuple[str, ...] = ()
    """What the agency must specialise in."""
    choose: str = "first"
    """How the agency to ask is chosen: `first`, `in_turn` or `most_free`."""

    def is_held_by(self, agency: Agency, data: Mapping[str, object]) -> bool:
        """Whether an agency of the role's type specialises in `words`, and serves the area and
        speaks the language that the answers name. Unanswered fields require nothing, and an agency
        that names no areas serves all.
        """
        area, language = data.get(self.area), data.get(self.language)
        return (
            (area is None or not agency.areas or area in agency.areas)
            and (language is None or language in agency.languages)
            and set(self.words) <= set(agency.specialised)
        )


@dataclass(frozen=True, slots=True)
class BasisPlan:
    """A legal basis, which lets the agencies of certain roles know of the case and read parts of
    it; its conditions are compiled.
    """

    name: str
    basis: Basis
    when: Test | None
    until: Test | None

    @property
    def is_always_in_force(self) -> bool:
        return self.when is None and self.until is None

    def is_in_force(self, ask: Callable[[str], object]) -> bool:
        """Whether the basis applies: `when` holds, if it has one, and `until` does not. A condition
        that is not known counts as not holding.

        Args:
            ask: gives the current value of a name in a condition.
        """
        if self.when is not None and not self.when(ask):
            return False
        return self.until is None or not self.until(ask)


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form."""

    name: str
    required: bool
    when: Test | None = None
    """The field is asked only if this holds; while that is not known, the field may stay unanswered."""
    served: bool = False
    """Whether the field asks who receives what the step serves, and signs for it: the person or the
    guardian.
    """


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step with everything it depends on resolved."""

    name: str
    stage: str
    step: Step
    form: tuple[FormField, ...]
    answers: tuple[FormField, ...]
    """The form with which the receiver of a hand-over accepts."""
    when: Test | None
    stops: Test | None
    until: Test | None
    needs: tuple[str, ...]
    """Names of the consents that the step needs."""
    reconfirm: tuple[str, ...]
    """Consents that are asked for again before the step opens."""

    @property
    def optional(self) -> bool:
        return self.step.may_lack

    @property
    def receiver(self) -> str:
        """The first role a hand-over goes to; empty if the step has no hand-over."""
        return self.step.hand_over or ""

    @property
    def receivers(self) -> tuple[str, ...]:
        """The roles a hand-over goes to, in turn."""
        return self.step.receivers

    def after_no(self, reason: str = "") -> Reaction | None:
        """What follows if the request is declined for `reason`, or is given up (without a reason);
        None if the step names no reaction.
        """
        return self.step.declined.after(reason) if self.step.declined else None

    @property
    def label(self) -> str:
        return self.step.label or self.step.title or words(self.name)


@dataclass(frozen=True, slots=True)
class StagePlan:
    """A stage with its conditions compiled."""

    name: str
    stage: Stage
    when: Test | None
    stops: Test | None
    until: Test | None
    steps: tuple[str, ...]
    by_itself: tuple[str, ...]
    """The steps that open by themselves: those that are not manual, and the manual ones that may
    have to wait after somebody has begun them.
    """
    required: tuple[str, ...]
    """The steps that must be settled before the stage is over, unless `enough` of them are done."""

    @property
    def label(self) -> str:
        return self.stage.label or self.stage.title or words(self.name)


@dataclass(frozen=True, slots=True)
class EndPlan:
    """An end with its form resolved."""

    name: str
    kind: str
    form: tuple[FormField, ...]
    by: str | None
    approved_by: str | None
    takes_closing: bool


def role_of(name: str, role: d.Role) -> RolePlan:
    """The plan of a role, as the pathway declares it."""
    return RolePlan(
        name=name,
        type=role.type,
        side=role.side,
        area=role.area or "",
        language=role.language or "",
        words=role.words,
        choose=role.choose,
    )
