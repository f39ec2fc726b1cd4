"""Cases played by chance among agencies that come and go, to see what they come to.

`python -m tests.random_plays 100 2000` holds the walks of short pathways 100 to 1999 against them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from engine import commands as c
from engine.choices import choices
from engine.decide import decide
from engine.definition import DataField
from engine.errors import Refusal
from engine.facts import Fact
from engine.pathway import Pathway
from engine.proofs import MOST_SITUATIONS, Proven, prove
from engine.proofs.reached import Goal, goals_in
from engine.state import Answer, HandOver, State, Task
from engine.task_kinds import TaskKind
from engine.view import View
from tests.factories import AWAY, CALENDARS, CARE, CARE2, DESK, HOME, HOME2, MONDAY, REGISTRY
from tests.random_roles import REGISTRIES
from tests.random_short_pathways import short_pathway

_AGENCIES = (DESK, CARE, CARE2, HOME, HOME2, AWAY)
ANSWERS: dict[str, tuple[Answer, ...]] = {
    "home_country": ("NG", "TG"),
    "born": ("2008-03-09", "2008-08-09", "1990-12-31"),
    "seeks": (True, False),
    "full_name": ("A. B.",),
}


class Play:
    """One case, in which whatever may be done is done by chance."""

    def __init__(self, trial: Pathway, chance: Random) -> None:
        self.trial, self.chance, self.now, self.state = trial, chance, MONDAY, State()
        self.registry = chance.choice([REGISTRY, *REGISTRIES])
        self.reached: set[Goal] = set()
        self.log: list[str] = []
        self.turns: list[tuple[datetime, State, tuple[Fact, ...]]] = []
        """Each with its moment, and the case as it was before."""
        self.actors: list[str] = []
        """Whose act began each of them; empty for time."""
        self._take(c.OpenCase(code="7K2F-9QXM", country="GH"), chance.choice([DESK, DESK, CARE]))

    @property
    def facts(self) -> list[Fact]:
        """All that has become so in the case."""
        return [fact for _, _, facts in self.turns for fact in facts]

    def settle(self) -> None:
        """What is due happens."""
        self._take(c.Settle(), "")

    def move(self) -> None:
        chance = self.chance
        self._wait()
        if chance.random() < 0.02:
            self.registry = chance.choice(REGISTRIES)
            self._take(c.Refresh(), "")
        acts = self._awaited() if chance.random() < 0.8 else self._unasked()
        if acts:
            self._take(*chance.choice(acts))

    def _wait(self) -> None:
        """Mostly a moment; sometimes long, or just until the next clock."""
        chance, clocks = self.chance, self.state.clocks.values()
        self.now += timedelta(minutes=1)
        how = chance.random()
        if how < 0.1:
            self.now += timedelta(hours=chance.choice([1, 30, 24 * 5, 24 * 40]))
        elif how < 0.25 and clocks:
            self.now = max(self.now, min(each.at for each in clocks))
        if chance.random() < 0.3:
            self._take(c.Settle(), "")

    def _take(self, act: c.AnyAct, agency: str) -> None:
        person = f"staff-{len(self.log)}" if agency else ""
        command = c.Command(
            act=act, agency=agency, person=person, occurred_at=self.now, recorded_at=self.now
        )
        try:
            decision = decide(self.trial, self.state, command, self.registry, CALENDARS)
        except Refusal:
            return
        self.turns.append((self.now, self.state, decision.facts))
        self.actors.append(agency)
        self.state = decision.state
        self.log.append(f"{self.now:%m-%d %H:%M} {agency} {act}")
        self.reached |= goals_in(self.state)
        if isinstance(act, c.Raise):
            self.reached.add(("interrupts", act.interrupt))

    def _fill(self, _about: Task | HandOver, name: str, field: DataField) -> Answer | None:
        if self.chance.random() < 0.3:
            return None
        return self.chance.choice(ANSWERS.get(name) or field.words)

    def _choices(self, *, owed: bool) -> list[tuple[c.AnyAct, str]]:
        view = View(self.trial, self.state, self.now, self.registry, CALENDARS)
        found = [each for each in choices(view, self._fill) if each.owed is owed]
        return [(each.act, each.agency) for each in found]

    def _awaited(self) -> list[tuple[c.AnyAct, str]]:
        """What is owed. How a case ends of which the pathway says nothing is not the pathway's."""
        reviews = {t.id for t in self.state.open_tasks() if t.kind is TaskKind.REVIEW}
        found = self._choices(owed=True)
        return [each for each in found if getattr(each[0], "task", "") not in reviews]

    def _unasked(self) -> list[tuple[c.AnyAct, str]]:
        """All else that may be done, but for what is done against the pathway."""
        state, free = self.state, self._choices(owed=False)
        return [
            *free,
            *free,
            *(each for each in self._refusals() if each[1]),
            *self._periods(state),
        ]

    def _refusals(self) -> Iterator[tuple[c.AnyAct, str]]:
        state = self.state
        for task in state.open_tasks():
            yield from ((c.Decline(task=task.id, reason="unsafe"), a) for a in task.agencies)
        for asked in state.open_hand_overs():
            yield c.Revoke(hand_over=asked.id), asked.sender
        for name in state.consents:
            yield c.WithdrawConsent(consent=name, agency=HOME), state.responsible
        yield from ((c.Prohibit(agency=each), state.responsible) for each in _AGENCIES)

    def _periods(self, state: State) -> list[tuple[c.AnyAct, str]]:
        names = sorted({each.about for each in state.clocks.values() if each.kind != "rung"})
        acts: list[c.AnyAct] = [c.Extend(name=name) for name in names]
        acts += [c.Shorten(name=name) for name in names]
        return [(act, state.responsible) for act in acts]


def played(trial: Pathway, number: int, plays: int, moves: int) -> dict[Goal, list[str]]:
    """What some plays come to, each with the shortest way there."""
    found: dict[Goal, list[str]] = {}
    for play in (Play(trial, Random(f"{number}.{each}")) for each in range(plays)):
        for _ in range(moves):
            for goal in play.reached:
                if len(found.get(goal, play.log)) >= len(play.log):
                    found[goal] = list(play.log)
            if play.state.status != "open":
                break
            play.move()
    return found


def never(proof: Proven) -> set[Goal]:
    """What a proof says no case comes to; of a stage also that none of its steps is come to."""
    found: set[Goal] = set()
    for fault in proof.faults:
        if fault.message.code.startswith("finding.never."):
            room, part = str(fault.path[0]), str(fault.message.values["part"])
            if room == "stages" and part != fault.path[1]:
                room = "steps"
            found.add((room, part))
    return found


def refused_though_reached(trial: Pathway, number: int, most: int) -> tuple[Proven, list[str]]:
    """What a walk says of a pathway, and the plays that come to what it says is never come to."""
    proof = prove(trial, most)
    said = never(proof)
    plays = played(trial, number, 40, 30) if said else {}
    return proof, [f"{goal}: " + "; ".join(way) for goal, way in plays.items() if goal in said]


if __name__ == "__main__":
    walked = complete = refused = wrongly = 0
    for number in range(*map(int, sys.argv[1:3])):
        trial = short_pathway(number)
        if trial is None:
            continue
        proof, ways = refused_though_reached(trial, number, MOST_SITUATIONS)
        walked, complete = walked + 1, complete + proof.complete
        refused, wrongly = refused + bool(never(proof)), wrongly + bool(ways)
        for way in ways:
            print(number, way, flush=True)
    print(
        f"{walked} pathways, {complete} completely walked,"
        f" {refused} refused for what is never reached, {wrongly} of them wrongly"
    )
