"""Which parts still read which names; a name that nothing reads any more does not distinguish
situations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from typing import Any

import msgspec

from engine.checks.answered_somewhere import conditions_in
from engine.definition import Series, Stage, Step, Time
from engine.pathway import Pathway
from engine.phrases.conditions import And, Atom, Condition, Not, Or, atoms_in
from engine.phrases.expressions import compile_condition
from engine.phrases.syntax import After, ClockExpression, Earliest, Latest, Moment
from engine.phrases.vocabulary import asks_whether_answered, names_in
from engine.plans import Test
from engine.proofs.beforehand import beforehand_of, own_fields, steps_done
from engine.proofs.parts import parts_of
from engine.proofs.reads import NOTHING, Comparison, Live, Read, joined, only_answered
from engine.proofs.rounds import rounds_of
from engine.questions import lookup, vocabulary_of
from engine.state import Answer, State
from engine.statuses import SETTLED, StageStatus, StepStatus

_ENDED, _WAITING = StageStatus.ENDED, StepStatus.WAITING


class Readers:
    """What each step, each stage and the rest of a pathway reads."""

    def __init__(self, pathway: Pathway) -> None:
        self._pathway, self._steps = pathway, frozenset(pathway.steps)
        self._stage_of = {name: plan.stage for name, plan in pathway.steps.items()}
        self._optional = {name for name, plan in pathway.steps.items() if plan.optional}
        self._vocabulary = vocabulary_of(pathway.definition)
        atoms = {
            str(atom): atom
            for _, condition in conditions_in(pathway.definition)
            for atom in atoms_in(condition)
        }
        self._names_of = {text: self._names_in(atom) for text, atom in atoms.items()}
        self._names = {name for names in self._names_of.values() for name in names}
        self._of_requests = {
            name.rpartition(".")[2] for name in self._names if name.startswith("hand_over.")
        }
        self._tests: dict[str, Test] = {
            text: compile_condition(atom, self._vocabulary) for text, atom in atoms.items()
        }
        head = pathway.definition
        self.always = joined(
            self.read_in(section)
            for section in (head.clocks, head.interrupts, head.consents, head.bases, head.ends)
        )
        self.before: dict[str, Read] = {}
        """What decides whether a step or stage opens."""
        self.during: dict[str, Read] = {}
        """What still affects a step or stage once it has opened."""
        for name, stage in pathway.stages.items():
            self._sort(name, stage.stage)
        self._certain = beforehand_of(pathway)
        for name, plan in pathway.steps.items():
            self._sort(name, plan.step, own_fields(plan))
            needed = frozenset((*plan.reconfirm, *plan.needs))
            self.before[name] |= Read(consents=needed)
        self._beforehand = {name: self._before_reading(name) for name in self.before}
        """By step or stage, the steps that are done first and answer something it reads."""
        self._found: dict[tuple[str, bool, frozenset[str]], Read] = {}
        self._repeated = frozenset(name for names in pathway.repeated_on.values() for name in names)
        self._again = [
            (each, self._read_again(each.steps | each.stages)) for each in rounds_of(pathway)
        ]

    def _names_in(self, atom: Atom) -> set[str]:
        """The one or two names in a comparison. For `age.answered`, the name is `age`."""
        names = {name for name, _ in names_in(atom, self._vocabulary)}
        fields = self._pathway.definition.data
        return {
            asks_whether_answered(each, self._vocabulary) or only_answered(each, fields) or each
            for each in names
        }

    def _sort(self, name: str, part: Stage | Step, own: frozenset[str] = frozenset()) -> None:
        """Note what a part reads, before and during its work. `own` holds the fields that the step
        itself always answers before its `repeat` is read.
        """
        words = {word: getattr(part, word) for word in type(part).model_fields}
        words.pop("steps", None)
        repeat = self.read_in(words.pop("repeat")).less(own, ())
        first = {word: words.pop(word) for word in _BEFORE}
        self.before[name], self.during[name] = self.read_in(first), self.read_in(words) | repeat

    def _before_reading(self, name: str) -> frozenset[str]:
        """The steps that answer something a step or stage reads, and are certain to do so first:
        they must be done before it opens, or the condition that reads the answer requires them.
        """
        read, certain = self.before[name] | self.during[name], self._certain
        steps = certain.first[name].union(*(each.beside for each in read.asked))
        wanted = read.answered
        wanted |= {each for name in wanted for each in self._pathway.derived.get(name, ())}
        return frozenset(
            each
            for each in steps
            if not wanted.isdisjoint(certain.fields[each] | certain.consents[each])
        )

    def asks(self, word: str) -> bool:
        """Whether any condition reads this property of a request."""
        return word in self._of_requests

    def reads(self, name: str) -> bool:
        """Whether any condition reads a name."""
        return name in self._names

    def live(self, state: State, without: Container[str] = (), doing: str = "") -> Read:
        """What is read by parts that are not settled or may start again.

        Args:
            without: steps to leave out.
            doing: a step that is just being done, so its own answers are not given again.
        """
        to_come = self.to_come(state, doing)
        found = [self.always]
        found += [self.of(state, name, to_come) for name in self.before if name not in without]
        found += [read for again, read in self._again if again.may_come(state)]
        if doing:
            found.append(self.read_in(self._pathway.steps[doing].step.repeat))
        return joined(found)

    def verdicts(self, state: State, live: Live) -> tuple[Answer | None, ...]:
        """The results of the live comparisons, which are all that can distinguish answers.

        The answers from which a live field is derived come first, since each may still change it.
        """
        return (*map(state.data.get, live.parts), *self.compared(live.texts, lookup(state)))

    def about(self, names: Collection[str], live: Live) -> list[str]:
        """The live comparisons that contain one of the names."""
        return [text for text in live.texts if not self._names_of[text].isdisjoint(names)]

    def compared(
        self, texts: Iterable[str], look: Callable[[str], Any]
    ) -> tuple[Answer | None, ...]:
        """The results of comparisons, given the value of each name."""
        return tuple([self._tests[text](look) for text in texts])

    def who(self, state: State, live: Live) -> tuple[str | None, ...]:
        """The responsible agency, and the holders of roles that conditions compare with it; empty
        if nothing still reads who is responsible.
        """
        return (state.responsible, *map(state.roles.get, live.roles)) if live.asks_who else ()

    def to_come(self, state: State, doing: str = "") -> frozenset[str]:
        """The steps that are not settled, except the one that is just being done, if any."""
        settled = {name for name, status in state.steps.items() if status in SETTLED}
        return self._steps - settled - {doing}

    def of(self, state: State, name: str, to_come: frozenset[str]) -> Read:
        """What can still affect a step or stage, leaving out whatever a step in `to_come` will
        answer again before the step or stage reads it.
        """
        if self.is_over(state, name):
            return NOTHING
        standing = (name, self._is_to_come(state, name), self._beforehand[name] & to_come)
        found = self._found.get(standing)
        if found is None:
            read = self.before[name] | self.during[name] if standing[1] else self.during[name]
            found = self._found[standing] = self._less(read, name, standing[2].__contains__)
        return found

    def _less(self, read: Read, name: str, is_to_come: Callable[[str], bool]) -> Read:
        """Leave out what is answered again before the step or stage reads it."""
        fields, consents = self._asked_by(filter(is_to_come, self._certain.first[name]))
        rest = read.less(fields, consents)
        kept = frozenset(
            each
            for each in rest.asked
            if not (each.beside and each.name in self._asked_by(filter(is_to_come, each.beside))[0])
        )
        return msgspec.structs.replace(rest, asked=kept)

    def _asked_by(self, steps: Iterable[str]) -> tuple[set[str], set[str]]:
        """The fields and consents that these steps answer.

        A derived field counts as answered if all its sources are.
        """
        fields: set[str] = set()
        consents: set[str] = set()
        for each in steps:
            fields |= self._certain.fields[each]
            consents |= self._certain.consents[each]
        derived = self._pathway.derived
        fields |= {each for each, of in derived.items() if fields.issuperset(of)}
        return fields, consents

    def is_over(self, state: State, name: str) -> bool:
        """Whether a step or stage is settled, or will never come unless something starts again. A
        step that a moment may repeat is over only with its stage.
        """
        stage = state.stages.get(self._stage_of.get(name, name))
        if stage in SETTLED and not (stage == _ENDED and name in self._optional):
            return True
        status = state.steps.get(name) if name in self._steps else stage
        return status in SETTLED and name not in self._repeated

    def _is_to_come(self, state: State, name: str) -> bool:
        """Whether the opening of a step or stage is still to be decided."""
        status = state.steps.get(name) if name in self._steps else state.stages.get(name)
        return name in self._repeated or status in (None, _WAITING)

    def _read_again(self, names: frozenset[str]) -> Read:
        """What these steps and stages read if they start again, leaving out what that restart makes
        the case forget, and what is answered again before they read it.
        """
        found = []
        for name in names:
            read = (self.before[name] | self.during[name]).without(names)
            found.append(self._less(read, name, names.__contains__))
        return joined(found)

    def read_in(self, node: object) -> Read:
        """What a part of the definition reads."""
        if isinstance(node, Condition):
            return Read(asked=frozenset(self._asked_in(node, frozenset())))
        found = [self.read_in(part) for part in parts_of(node)]
        match node:
            case Series(after=moment):
                found.append(Read(anchors=frozenset({moment})))
            case After(names=steps, least=least) if least:  # done differs from passed over
                found.append(Read(counted=frozenset(steps)))
            case Time(restarted_by=moments):
                found.append(Read(anchors=frozenset(moments)))
            case Moment() | Earliest() | Latest():
                found.append(Read(anchors=frozenset(_anchors(node))))
        return joined(found)

    def _asked_in(self, tree: Condition, beside: frozenset[str]) -> Iterator[Comparison]:
        match tree:
            case And(parts):
                beside |= {step for part in parts for step in steps_done(part)} & self._steps
                for part in parts:
                    yield from self._asked_in(part, beside)
            case Or(parts):
                for part in parts:
                    yield from self._asked_in(part, beside)
            case Not(part):
                yield from self._asked_in(part, beside)
            case _:
                for name in self._names_in(tree):
                    yield Comparison(name, str(tree), beside)


_BEFORE = ("after", "when", "otherwise")
"""The keys of a step or stage that are read only before it opens."""


def _anchors(expression: ClockExpression) -> Iterator[str]:
    match expression:
        case Moment(anchor=anchor):
            if anchor is not None:
                yield anchor
                yield f"clock.{anchor}"
        case Earliest(of=parts) | Latest(of=parts):
            for part in parts:
                yield from _anchors(part)
