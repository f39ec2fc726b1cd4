"""The names of a definition, shared by all checks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from engine import neutral
from engine.checks.faults import Fault, Path, unknown
from engine.definition import Definition, Stage, Step, birth_dates, walked
from engine.message import finding
from engine.phrases.expressions import Condition, Vocabulary, check_condition
from engine.phrases.syntax import (
    After,
    BackTo,
    EndCase,
    NextReceiver,
    RaiseInterrupt,
    Reaction,
    SkipPart,
    Tell,
)
from engine.questions import hidden_names, vocabulary_of
from engine.sequence import choices_in, following
from engine.state import RESPONSIBLE
from engine.translation import words

__all__ = ["Fault", "Names", "Path", "unknown"]


class Names:
    """The names of one definition, and the checks on references to them."""

    def __init__(self, definition: Definition) -> None:
        self.d = definition
        self.steps = {
            name: (stage_name, step)
            for stage_name, stage in definition.stages.items()
            for name, step in stage.steps.items()
        }
        self.vocabulary: Vocabulary = vocabulary_of(definition)
        self.hidden = hidden_names(definition)
        self.birth_dates = birth_dates(definition)
        self.moments = self._moments()
        dates = (self.fields(kind, protected=True) for kind in ("date", "datetime"))
        self.protected_dates = set().union(*dates)
        self.role_types = {name: (role.type, role.side) for name, role in definition.roles.items()}

    @property
    def happenings(self) -> set[str]:
        """Moments at which something happens in a case, without the dates given as answers."""
        return self.moments - set(self.d.data)

    def fields(self, kind: str, *, protected: bool = False) -> set[str]:
        fields = self.d.data.items()
        return {
            name
            for name, f in fields
            if f.type == kind and bool(f.protected) is protected and not f.many
        }

    def _moments(self) -> set[str]:
        """Names that a clock may be counted from."""
        found = {"case.opened", *self.d.clocks}
        found |= self.fields("date") | self.fields("datetime")
        found |= {
            f"{stage}.{word}" for stage in self.d.stages for word in ("entered", "ended", "stopped")
        }
        found |= {f"{stage}.returned" for stage in self.back_to & self.d.stages.keys()}
        if any(stage.outlives_end for stage in self.d.stages.values()):
            found.add("case.ended")
        found |= {f"{name}.signed" for name in self.fields("signature")}
        if self.d.reopen:
            found.add("case.reopened")
        for name in self.d.interrupts:
            found |= {f"interrupt.{name}", f"interrupt.{name}.resolved"}
        for name in self.d.consents:
            found |= {f"consent.{name}.{w}" for w in ("given", "refused", "withdrawn", "expired")}
        for name, (_, step) in self.steps.items():
            found |= {f"{name}.opened", f"{name}.done", f"{name}.stopped"}
            if step.lapsed:
                found.add(f"{name}.lapsed")
            if step.hand_over:
                answers = ("offered", "seen", "accepted", "waiting", "declined", "silent", "closed")
                found |= {f"{name}.{word}" for word in answers}
            if step.arrival:
                found |= {f"{name}.{word}" for word in ("departed", "arrived", "missed")}
        return found

    def label(self, name: str, title: str | None, label: str | None, path: Path) -> Iterator[Fault]:
        """Check that what is shown outside the case has only neutral words (D4): the label, else
        the title, else the name.
        """
        shown = label or title or words(name)
        bad = neutral.forbidden_words(shown)
        if bad:
            where = path
            if label or title:
                where = (*path, "label" if label else "title")
            yield Fault(where, finding("name.not_for_notices", word=bad[0]))

    def role(self, name: str, path: Path) -> Iterator[Fault]:
        """Check that a name is a declared role (which `responsible` is not)."""
        if name not in self.d.roles:
            yield unknown("role", name, self.d.roles, path)

    def holder(self, name: str, path: Path) -> Iterator[Fault]:
        """Check that a name is a role that somebody holds: a declared one, or `responsible`."""
        if name != RESPONSIBLE:
            yield from self.role(name, path)

    def after(self, after: After, path: Path) -> Iterator[Fault]:
        for name in after.names:
            if name not in self.steps and name not in self.d.stages:
                known = {*self.steps, *self.d.stages}
                yield unknown("step_or_stage", name, known, (*path, "after"))

    def condition(self, part: Stage | Step, path: Path) -> Iterator[Fault]:
        """Check the `when` of a part, and that `otherwise` says what follows if `when` does not
        hold. In a choice, only the last option needs an `otherwise`.
        """
        when, otherwise = part.when, part.otherwise
        if self.has_next(path):
            if when:
                yield from self.expression(when, (*path, "when"))
            return
        if when is not None:
            yield from self.expression(when, (*path, "when"))
            if otherwise is None:
                yield Fault((*path, "when"), finding("when.no_otherwise"))
        if otherwise is not None:
            if when is None:
                yield Fault((*path, "otherwise"), finding("otherwise.no_when"))
            yield from self.reaction(otherwise, (*path, "otherwise"))

    def has_next(self, path: Path) -> bool:
        """Whether another option of the same choice follows the stage or step at this place."""
        return path[-1] in self._with_a_next[None if len(path) == 2 else str(path[1])]

    @cached_property
    def _with_a_next(self) -> dict[str | None, set[str]]:
        """All options except the last of each choice: stages under None, steps by their stage."""
        stages = self.d.stages
        groups: dict[str | None, list[tuple[str, ...]]] = {None: choices_in(stages)}
        groups |= {name: choices_in(stage.steps) for name, stage in stages.items()}
        return {
            where: {name for group in found for name in group[:-1]}
            for where, found in groups.items()
        }

    @cached_property
    def back_to(self) -> set[str]:
        """The stages that some reaction starts again."""
        return {node.stage for _, node in walked(self.d) if isinstance(node, BackTo)}

    @cached_property
    def asked_consents(self) -> set[str]:
        """Consents that some step asks for."""
        return {step.consent for _, step in self.steps.values() if step.consent}

    def expression(self, condition: Condition, path: Path) -> Iterator[Fault]:
        for error in check_condition(condition, self.vocabulary, self.hidden):
            yield Fault(path, error.message, column=error.column)

    def reaction(
        self, reaction: Reaction, path: Path, *, of_request: bool = False, at_once: bool = True
    ) -> Iterator[Fault]:
        """Check a reaction.

        Args:
            of_request: whether it follows a request that was declined or got no answer.
            at_once: False if it follows only once the case may not go back again.
        """
        match reaction:
            case EndCase(name=name) if name not in self.d.ends:
                yield unknown("end", name, self.d.ends, path)
            case RaiseInterrupt(name=name) if name not in self.d.interrupts:
                yield unknown("interrupt", name, self.d.interrupts, path)
            case Tell(role=role):
                yield from self.holder(role, path)
            case BackTo(stage=stage, then=then):
                yield from self._back_to(stage, path)
                yield from self.reaction(then, path, of_request=of_request, at_once=False)
            case NextReceiver() if not (of_request and at_once):
                yield Fault(path, finding("reaction.no_next_receiver"))
            case SkipPart() if of_request:
                yield Fault(path, finding("reaction.no_skip"))
            case _:
                return

    def _back_to(self, stage: str, path: Path) -> Iterator[Fault]:
        """Check that `back to` leads to the current stage or an earlier one; any other stage would
        not restart the current one.
        """
        if stage not in self.d.stages:
            yield unknown("stage", stage, self.d.stages, path)
        elif path[0] == "stages":
            follows = following(self.d, stage)
            here = {path[1], path[3]} if path[2] == "steps" else {path[1]}
            if not here & {*follows.stages, *follows.steps}:
                yield Fault(
                    path, finding("reaction.back_to_what_follows", stage=stage, name=path[1])
                )
