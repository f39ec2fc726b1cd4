"""Random cases moved to a random new version: every promise holds there too, and the way back."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from casework import story
from casework.picture import status_of
from engine import commands as c
from engine import facts as f
from engine.evolve import replay
from engine.explaining.reasons import CaseHistory as Explained
from engine.explaining.subjects import explain
from engine.migrating import (
    Before,
    MoveTarget,
    MoveVerdict,
    MoveWord,
    Surroundings,
    revert,
    settled,
    weigh,
)
from engine.pathway import Pathway
from engine.projection import Seen
from engine.state import State
from engine.versions.renames import renames
from engine.versions.renaming import renamed
from engine.view import View
from tests.random_documents import loaded
from tests.random_pathways import documents
from tests.random_versions import changed
from tests.sight import as_seen
from tests.unit.test_random_cases import (
    Player,
    look_at,
    look_at_each_fact,
    look_at_rungs,
)
from wording.sentences import in_words


@settings(max_examples=250, phases=[Phase.generate])
@given(documents(), st.integers(1, 40), st.integers(0, 2**32))
def test_a_case_that_moves_keeps_every_promise(
    document: dict[str, Any], moves: int, seed: int
) -> None:
    """Wherever it stands, whatever has changed, and whatever is done in it afterwards."""
    chance = Random(seed)
    player = Mover(loaded(document))
    for _ in range(moves):
        if player.state.status == "open":
            player.move(chance)
    if player.state.status != "open":
        return
    is_open = {task.step for task in player.state.open_tasks()}
    is_open |= {each.step for each in player.state.open_hand_overs()}
    new = loaded(changed(document, chance, is_open))
    player.take(c.Settle(), "", 0)
    if player.state.status == "open" and player.goes_over(new):
        for _ in range(20):
            player.move(chance)
        player.close()


class Mover(Player):
    """A player whose case is moved."""

    def goes_over(self, new: Pathway) -> bool:
        """Move it, look at it, move it back and over again; no if it cannot move."""
        old, before = self.trial, self.state
        onto = MoveTarget(new, renames(old.definition, new.definition))
        verdict = self._weighed(onto)
        note(f"{verdict.word}: {verdict.reasons}")
        if verdict.decision is None:
            assert verdict.word is MoveWord.CANNOT
            assert verdict.reasons
            return False
        self._look_at_move(before, onto, verdict)
        self._look_at_way_back(old, before, onto, verdict.decision.state)
        self._look_at_late_way_back(old, before, onto, verdict.decision.state)
        self.trial, self.state = new, verdict.decision.state
        self.facts += verdict.decision.facts
        assert replay(self.facts) == self.state
        self._look_as_others_do(old)
        if self.state.status == "open":
            look_at(self.trial, self.state)
            self.count_again()
        look_at_rungs(self.facts, verdict.decision)
        return self.state.status == "open"

    def _look_as_others_do(self, old: Pathway) -> None:
        """Whoever looks at it reads of what the new version has not, too."""
        state, versions = self.state, {1: old, 2: self.trial}
        view = View(self.trial, state, self.now, self.registry, self.calendars)
        editions = {each.id: each for each in self.calendars.editions}
        explained = Explained(view, self.facts, editions, versions)
        for name in {*state.tasks, *state.hand_overs, *state.steps, *state.stages}:
            if name.partition(".")[0] not in {*self.trial.steps, *self.trial.stages}:
                explain(explained, name)
        story.told([(1, as_seen(self.facts))], versions, 2)
        status_of(self.trial, Seen(state), self.now, in_words)
        for task in state.tasks.values():
            self.trial.form_of(task)
        for asked in state.hand_overs.values():
            self.trial.answers_of(asked)
        for stage in state.stages:
            self.trial.spoken("en").stage(stage)

    @property
    def known(self) -> Surroundings:
        return Surroundings(self.registry, self.calendars)

    def _weighed(self, onto: MoveTarget) -> MoveVerdict:
        assert settled(self.trial, self.state, self.now, self.known) is self.state
        verdict = weigh(self.trial, onto, self.state, self.now, self.known)
        assert weigh(self.trial, onto, self.state, self.now, self.known) == verdict
        return verdict

    def _look_at_move(self, before: State, onto: MoveTarget, verdict: MoveVerdict) -> None:
        assert verdict.decision is not None
        facts, after = verdict.decision.facts, verdict.decision.state
        assert isinstance(facts[0], f.CaseMigrated)
        look_at_each_fact(onto.pathway, before, verdict.decision)
        if verdict.word is MoveWord.UNAFFECTED:
            assert facts[1:] == ()
        there = renamed(before, onto.names)
        for task in there.tasks.values():
            assert after.tasks[task.id].overdue >= task.overdue, "what was overdue stays so"
            if task.overdue:
                assert after.tasks[task.id].due_at == task.due_at
        assert after.consents.keys() >= there.consents.keys()

    def _look_at_late_way_back(
        self, old: Pathway, before: State, onto: MoveTarget, after: State
    ) -> None:
        """As late as nothing has happened yet: nobody is late as they hear of it."""
        clock = after.next_clock()
        if after.status != "open" or clock is None or clock.at <= self.now + timedelta(seconds=1):
            return
        late = clock.at - timedelta(seconds=1)
        command = c.Command(act=c.Revert(version=1), agency="", occurred_at=late, recorded_at=late)
        back = MoveTarget(old, onto.names.back())
        done = revert(onto.pathway, back, after, Before(before), command, self.known)
        assert replay(done.facts, after) == done.state
        if done.state.status == "open":
            look_at(old, done.state)
        there = renamed(after, onto.names.back())
        for task in done.state.tasks.values():
            if f"{task.id}:due" in there.clocks:
                assert not task.overdue or before.tasks[task.id].overdue, task.id
        for asked in done.state.hand_overs.values():
            if f"{asked.id}:seen" in there.clocks:
                assert not asked.overdue or before.hand_overs[asked.id].overdue, asked.id

    def _look_at_way_back(
        self, old: Pathway, before: State, onto: MoveTarget, after: State
    ) -> None:
        """Where nothing has happened since, it stands where it stood, and whoever was asked by the new version
        alone is asked to stop."""
        if after.status != "open":
            return
        command = c.Command(
            act=c.Revert(version=1), agency="", occurred_at=self.now, recorded_at=self.now
        )
        back = MoveTarget(old, onto.names.back())
        done = revert(onto.pathway, back, after, Before(before), command, self.known)
        for agency, of_steps in before.numbers.items():
            for step, ids in of_steps.items():
                assert done.state.numbers[agency][step][: len(ids)] == ids
        for agency, told_of in before.told.items():  # nor does anybody forget
            assert done.state.told[agency][: len(told_of)] == told_of
        there, stops = renamed(before, onto.names), done.state.stops.keys() - before.stops.keys()
        asked = {
            each.agency for each in after.hand_overs.values() if each.id not in there.hand_overs
        }
        assert {done.state.stops[each].of for each in stops} <= asked - {before.responsible}
        lasting: dict[str, Any] = {"notices": 0, "numbers": {}, "told": {}}
        owed: dict[str, Any] = {
            "stops": {name: each for name, each in done.state.stops.items() if name not in stops},
            "clocks": {
                name: each for name, each in done.state.clocks.items() if each.about not in stops
            },
        }
        assert replace(done.state, **lasting, **owed) == replace(before, **lasting)
        assert replay(done.facts, after) == done.state
        off = ("no_longer_needed", "stop_and_confirm")
        told = [
            each.about for each in done.facts if isinstance(each, f.NoticeOwed) and each.kind in off
        ]
        assert not {*told} & {task.id for task in before.open_tasks()}, "it is as it was"
        assert not {*told} & before.hand_overs.keys()
