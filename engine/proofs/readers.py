"""Who still asks for what: a name on which nothing can depend any more tells no situations apart."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.asked import conditions_in
from engine.conditions import Atom, Condition, atoms_in
from engine.definition import Series
from engine.expressions import compile_condition
from engine.pathway import Pathway, Test
from engine.proofs.answers import parts_of
from engine.questions import lookup, vocabulary_of
from engine.state import Answer, State
from engine.syntax import After, BackTo, ClockExpression, Earliest, Latest, Moment
from engine.vocabulary import asks_whether_answered, names_in

SETTLED = frozenset({"done", "skipped", "ended", "lapsed", "stopped", "closed"})
_WHO = ".responsible"
_UNTOLD = (".overdue", ".late", _WHO)
"""What a condition may ask and no moment tells."""
_MOMENT_OF = {"confirmed": "arrived"}
"""Where a condition has another word for a moment."""


class Readers:
    """For each step, stage and the rest of a pathway the names that it reads."""

    def __init__(self, pathway: Pathway) -> None:
        self._vocabulary = vocabulary_of(pathway.definition)
        self._derived = pathway.derived
        self._always: set[str] = set()
        self._of: dict[str, set[str]] = {}
        self._tests: dict[str, dict[str, Test]] = {}
        for _, condition in conditions_in(pathway.definition):
            for atom in atoms_in(condition):
                self._note(atom)
        head = pathway.definition
        for section in (head.clocks, head.interrupts, head.consents, head.ends):
            self._always |= set(self._read_in(section))
        for name, stage in pathway.stages.items():
            own = {key: getattr(stage.stage, key) for key in type(stage.stage).model_fields}
            own.pop("steps")
            self._of[name] = set(self._read_in(own))
        for name, plan in pathway.steps.items():
            needed = {f"consent.{each}" for each in (*plan.reconfirm, *plan.needs)}
            self._of[name] = set(self._read_in(plan.step)) | needed

        again = set(_begun_again(pathway))
        self._over_with = {
            name: plan.stage for name, plan in pathway.steps.items() if plan.stage not in again
        }
        """For a step the stage without which it never opens any more."""

    def _note(self, atom: Atom) -> None:
        for name, _ in names_in(atom, self._vocabulary):
            field = asks_whether_answered(name, self._vocabulary) or name
            tests = self._tests.setdefault(field, {})
            tests.setdefault(str(atom), compile_condition(atom, self._vocabulary))

    def asks(self, word: str) -> bool:
        """Whether any condition asks for that of a request."""
        return any(
            name.startswith("hand_over.") and name.endswith(f".{word}") for name in self._tests
        )

    def reads(self, name: str) -> bool:
        """Whether any condition asks for it."""
        return name in self._tests

    def verdicts(self, state: State, live: set[str]) -> tuple[Answer | None, ...]:
        """What the comparisons with live fields come to: all that can be told of the answers.

        What is derived may still change with each of the fields that it follows from.
        """
        look = lookup(state)
        of_derived = [
            each for name in sorted(self._derived.keys() & live) for each in self._derived[name]
        ]
        return tuple(state.data.get(each) for each in of_derived) + tuple(
            test(look)
            for name in sorted(self._tests.keys() & live)
            if "." not in name or name.endswith(_UNTOLD)
            for test in self._tests[name].values()
        )

    def who(self, state: State, live: set[str]) -> tuple[str | None, ...]:
        """Who answers for the case, and holds the roles of which conditions ask whether it does."""
        asked = sorted(name for name in live if name.endswith(_WHO))
        roles = [name.split(".")[1] for name in asked if name.startswith("role.")]
        return (state.responsible, *map(state.roles.get, roles)) if asked else ()

    def live(self, state: State) -> set[str]:
        """Names (of conditions and moments) that something which is not settled reads."""
        settled = state.steps | state.stages
        found = set(self._always)
        for name, names in self._of.items():
            stage = self._over_with.get(name, name)
            if settled.get(name) not in SETTLED and settled.get(stage) not in SETTLED:
                found |= names
        return found

    def _read_in(self, node: object) -> Iterator[str]:
        if isinstance(node, Condition):
            for name, _ in names_in(node, self._vocabulary):
                yield from _with_moment(asks_whether_answered(name, self._vocabulary) or name)
        elif isinstance(node, ClockExpression):
            yield from _anchors(node)
        elif isinstance(node, Series):
            yield node.after
        elif isinstance(node, After) and node.least:  # done or passed over: it makes a difference
            yield from (f"step.{name}.done" for name in node.names)
        for part in parts_of(node):
            yield from self._read_in(part)


def _begun_again(pathway: Pathway) -> Iterator[str]:
    """Stages that may begin again after they were settled."""
    yield from (name for name, plan in pathway.stages.items() if plan.stage.repeat)
    for back in _goings_back(pathway.definition):
        found = pathway.following(back.stage)
        yield from (*found.stages, *found.reopened)
        yield from (pathway.steps[name].stage for name in found.steps)


def _goings_back(node: object) -> Iterator[BackTo]:
    if isinstance(node, BackTo):
        yield node
    for part in parts_of(node):
        yield from _goings_back(part)


def _with_moment(name: str) -> Iterator[str]:
    """A fact that a condition asks for, and the moment by which the state knows it."""
    yield name
    room, _, rest = name.partition(".")
    subject, _, word = rest.partition(".")
    if room in ("hand_over", "consent"):
        yield f"{room}.{subject}"
    if room in ("hand_over", "arrival"):
        yield f"{subject}.{_MOMENT_OF.get(word, word)}"
    elif room in ("interrupt", "clock"):
        yield f"{room}.{subject}"


def _anchors(expression: ClockExpression) -> Iterator[str]:
    match expression:
        case Moment(anchor=anchor):
            if anchor is not None:
                yield anchor
                yield f"clock.{anchor}"
        case Earliest(of=parts) | Latest(of=parts):
            for part in parts:
                yield from _anchors(part)
