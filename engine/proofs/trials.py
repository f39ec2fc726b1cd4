"""Selects which of the possible acts on one subject to try: only those with distinct
consequences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from engine import commands as c
from engine.acts.reason_lists import DECLINE_REASONS, VIEWS
from engine.choices import Fill, PossibleAct, on_request, on_task
from engine.clock import Clock
from engine.pathway import Pathway
from engine.phrases.syntax import GoOn, Reaction, SkipPart, Tell
from engine.phrases.vocabulary import ANSWERED
from engine.proofs.answers import Answers
from engine.proofs.readers import Readers
from engine.proofs.reads import Live
from engine.questions import lookup
from engine.state import Answer, HandOver, State, Task
from engine.task_kinds import TaskKind
from engine.turns import panels


class Trials:
    """Selects the choices worth trying."""

    def __init__(self, pathway: Pathway, readers: Readers) -> None:
        self.pathway, self.readers = pathway, readers
        self.answers = Answers(pathway)
        self.complete = True
        """Whether every way to fill in a form that matters was tried."""

    def tells(self, state: State, choice: PossibleAct) -> bool:
        """Whether a choice has consequences that no other choice has."""
        return not (self._tells_nothing(choice) or self._is_outvoted(state, choice))

    def _tells_nothing(self, choice: PossibleAct) -> bool:
        """Whether a choice has no effect of its own: it only says that a request was seen,
        or differs from another choice in a word that makes no difference.
        """
        match choice.act:
            case c.See():
                return True
            case c.AcceptHandOver(conditions=conditions):
                return conditions and not self.readers.asks("conditions")
            case c.DeclineHandOver(hand_over=ident, reason=reason):
                return not (self.readers.asks("reason") or self._differs(ident, reason))
            case c.RecordConsent(task=task, given=True, view=view):
                consent = self.pathway.steps[task.partition(".")[0]].step.consent
                is_asked = self.readers.reads(f"consent.{consent}.objected")
                return view not in ("", VIEWS[0]) and not is_asked
        return False

    def _is_outvoted(self, state: State, choice: PossibleAct) -> bool:
        """Whether a choice is an abstention, or a vote against one already cast.

        A divided or small panel (`tied`, `no_quorum`) reaches one of the outcomes, which a
        unanimous panel reaches too; nothing depends on who voted for what.
        """
        task = state.tasks.get(choice.about)
        if task is None or task.kind is not TaskKind.VOTE:
            return False
        votes = panels.votes(state, self.pathway.steps[task.step])
        cast = {each.outcome for each in votes.values()} - {""}
        if not isinstance(choice.act, c.Complete):
            return True
        return bool(cast) and choice.act.outcome not in cast

    def is_voted_for(self, state: State, clock: Clock, led_on: Iterable[c.AnyAct]) -> bool:
        """Whether a panel whose time runs out can reach the same outcome by voting.

        If nobody votes, the outcome is the one under `no_quorum`. A unanimous vote reaches it too,
        if any number of votes is enough. False if the clock belongs to no vote, or if a condition
        reads whether the vote is overdue.
        """
        task = state.tasks.get(clock.about)
        if task is None or task.kind is not TaskKind.VOTE:
            return False
        if self.readers.reads(f"step.{task.step}.overdue"):
            return False
        panel = self.pathway.steps[task.step].step.panel
        outcomes = {each.outcome for each in led_on if isinstance(each, c.Complete)}
        return panel is not None and panel.agree in _BY_ANY and panel.no_quorum in outcomes

    def _differs(self, request: str, reason: str) -> bool:
        """Whether the step has its own reaction to this reason, or this is the first of the reasons
        without one of their own.
        """
        declined = self.pathway.steps[request.partition(".")[0]].step.declined
        own = {word for word, _ in declined.written()} if declined else set()
        others = [each for each in DECLINE_REASONS if each not in own]
        return reason in (*own, *others[:1])

    def of(
        self, state: State, about: str, owed: list[PossibleAct], live: Live
    ) -> Iterator[PossibleAct]:
        """The acts to try on one open task or request; of equivalent acts, only the first."""
        seen: set[tuple[object, ...]] = set()
        for told_apart, choice in self._filled_in(state, about, owed, live):
            takes_answers = hasattr(choice.act, "answers")  # otherwise the form makes no difference
            word = (told_apart if takes_answers else (), self._word(state, choice, live))
            if word not in seen and not self._tells_nothing(choice):
                seen.add(word)
                yield choice

    def _filled_in(
        self, state: State, about: str, owed: list[PossibleAct], live: Live
    ) -> Iterator[tuple[object, PossibleAct]]:
        """Every choice with every distinguishable way to fill in its form."""
        task, asked = state.tasks.get(about), state.hand_overs.get(about)
        form = self.pathway.form_of(task) if task else ()
        if asked:
            form = self.pathway.steps[asked.step].answers
        if not form:
            yield from (((), each) for each in owed if each.about == about)
            return
        ways, complete = self.answers.forms(form, state, live.names)
        self.complete = self.complete and complete
        for way in ways:
            found = on_task(self.pathway, state, task, _filled(way)) if task else ()
            if asked:
                found = on_request(self.pathway, state, asked, _filled(way))
            told_apart = self._told_apart(state, way, live)
            yield from ((told_apart, choice) for choice in found)

    def _told_apart(self, state: State, way: Mapping[str, Answer | None], live: Live) -> object:
        """What distinguishes answers: the results of the comparisons still read, and the values of
        fields that matter themselves.
        """
        fields = self.pathway.definition.data
        known = lookup(state)
        filled: dict[str, object] = {
            **way,
            **{f"{name}{ANSWERED}": value is not None for name, value in way.items()},
        }
        verdicts = self.readers.compared(
            self.readers.about(way.keys(), live),
            lambda name: filled[name] if name in filled else known(name),
        )
        return verdicts, tuple(
            value for name, value in way.items() if name in live.themselves or fields[name].binds
        )

    def _word(self, state: State, choice: PossibleAct, live: Live) -> object:
        """What distinguishes a choice, apart from the answers; for an outcome, its reaction and
        the results of the comparisons that read it.
        """
        act, task = choice.act, state.tasks.get(choice.about)
        decided: Mapping[str, Reaction] | None = None
        if isinstance(act, c.Resolve):
            decided = self.pathway.interrupt(act.interrupt).resolved
            name = f"interrupt.{act.interrupt}.outcome"
        elif not isinstance(act, c.Complete) or task is None:
            return repr(act) if not hasattr(act, "answers") else repr(replace(act, answers={}))
        elif task.kind is TaskKind.DECISION:
            decided, name = self.pathway.steps[task.step].step.decide, f"decision.{task.step}"
        if not decided or not act.outcome:
            return act.outcome
        follows, known = decided[act.outcome], lookup(state)
        verdicts = self.readers.compared(
            self.readers.about((name,), live),
            lambda each: act.outcome if each == name else known(each),
        )
        return verdicts, "" if isinstance(follows, GoOn | SkipPart | Tell) else str(follows)


_BY_ANY = ("majority", "all")
"""Ways to agree that any number of unanimous members satisfies."""


def any_answer(_about: Task | HandOver, _name: str, _field: object) -> Answer | None:
    """Leaves every field unanswered. Used where only the subject of a choice matters."""
    return None


def _filled(form: dict[str, Answer | None]) -> Fill:
    def fill(_about: Task | HandOver, name: str, _field: object) -> Answer | None:
        return form[name]

    return fill
