"""Keeps track of the acts that a walk has tried although nobody waits for them.

Such an act raises an interrupt, withdraws a consent or starts a `manual` step. With the same steps
open, each is tried until the engine accepts it, because acceptance may depend on an answer.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from engine import commands as c
from engine.choices import PossibleAct, raises, starts, withdrawals
from engine.state import State
from engine.statuses import STEP_UNDER_WAY
from engine.view import View


class Unasked:
    """The acts already done, for each agency that opens cases and each set of open steps."""

    def __init__(self) -> None:
        self._done: dict[tuple[object, ...], set[str]] = {}
        self.raised: set[str] = set()
        """Interrupts that were raised in some situation."""

    def is_first(self, state: State, what: str) -> bool:
        """Record that something is done with these steps open, in cases opened by the same agency.
        Returns whether it is the first time.
        """
        done = self._done_in(state)
        is_new = what not in done
        done.add(what)
        return is_new

    def choices(self, view: View, manual: Iterable[str]) -> Iterator[PossibleAct]:
        """Every act that nobody waits for and that may be done here; each is offered until `note`
        records it.

        Args:
            manual: steps that may be started.
        """
        yield from self._left(view, c.WithdrawConsent, view.state.consents)
        yield from self._left(view, c.Raise, view.pathway.definition.interrupts)
        yield from self._left(view, c.Start, manual)

    def nowhere_else(
        self, view: View, manual: Iterable[str], reached: Container[str]
    ) -> Iterator[PossibleAct]:
        """Only acts that raise an interrupt not raised in any situation yet, or start a manual step
        not reached in any.

        Args:
            manual: steps that may be started.
            reached: the steps reached.
        """
        interrupts = view.pathway.definition.interrupts
        never = [name for name in interrupts if name not in self.raised]
        yield from self._left(view, c.Raise, never)
        yield from self._left(view, c.Start, [name for name in manual if name not in reached])

    def note(self, state: State, choice: PossibleAct) -> None:
        """Record an act that the engine accepted."""
        if type(choice.act) in _MAY_DO:
            self._done_in(state).add(_words(choice.about, type(choice.act)))
        if isinstance(choice.act, c.Raise):
            self.raised.add(choice.about)

    def _left(
        self, view: View, kind: type[c.AnyAct], names: Iterable[str]
    ) -> Iterator[PossibleAct]:
        done = self._done_in(view.state)
        for name in names:
            if (what := _words(name, kind)) in done:
                continue
            for choice in _MAY_DO[kind](view, name):
                yield choice
                if what in done:
                    break

    def _done_in(self, state: State) -> set[str]:
        open_steps = frozenset(n for n, how in state.steps.items() if how in STEP_UNDER_WAY)
        return self._done.setdefault((state.opened_by, open_steps), set())


_MAY_DO = {c.WithdrawConsent: withdrawals, c.Raise: raises, c.Start: starts}


def _words(name: str, kind: type[c.AnyAct]) -> str:
    return f"{name} {kind.__name__}"
