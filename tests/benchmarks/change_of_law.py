"""A change of law with a thousand running cases at random positions: what `onward impact` says of each, the
move by itself on the day, the way back, the move by hand, what becomes of ladders afterwards, and how long
all that takes. Any promise that does not hold stops it.

    python -m tests.benchmarks.change_of_law [CASES] [SEED]
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from casework import cases_to_move, commencements, migrating, queries, reverting
from casework.case_moves import MoveOutcome
from casework.context import Onward
from casework.driving import CaseDriving
from casework.impact import CaseImpact, impact
from casework.publishing import publish_pathway, published_version
from casework.settling import settle_due
from casework.verifying import verify
from engine import facts as f
from engine.pathway import Pathway
from engine.records import STATES
from engine.state import State
from engine.turns.ladders import of_task
from flows.backlog import Tally, settle_one
from tests.installations import installation, move_clock
from tests.principals import OPERATOR, TIME
from tests.running_cases import A_DAY, AFTER, NAME, pathway_before, positions, spread, text_after

PLAYED_ON = timedelta(days=60)
"""After the last move, so that ladders are used."""

States = dict[str, State]


@contextmanager
def timed(what: str, of: int) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    print(f"{what}: {seconds:.1f} s, {1000 * seconds / max(of, 1):.1f} ms a case", flush=True)


def read(onward: Onward, codes: Iterable[str]) -> States:
    return {code: queries.case(onward, code, by=OPERATOR).state for code in codes}


def run(onward: Onward, number: int, seed: int) -> None:
    with timed(f"{number} cases brought to where they stand", number):
        spread(onward, number, seed=seed, days=number // A_DAY + 1)
    day = datetime.combine(onward.clock.now().date() + timedelta(days=1), datetime.min.time(), UTC)
    publish_pathway(onward, changed_law(day.date()), by=OPERATOR)
    new = published_version(onward, NAME, AFTER, by=OPERATOR)
    move_clock(onward, day)
    for code in list(cases_to_move.cases_before(onward, NAME, AFTER, by=OPERATOR)):
        settle_due(onward, code, by=TIME)
        deliver(onward, code)
    codes = list(cases_to_move.cases_before(onward, NAME, AFTER, by=OPERATOR))
    before = read(onward, codes)
    print(f"{len(codes)} cases run, in {len(positions([*before.values()]))} positions")
    with timed("impact", len(codes)):
        said = {each.code: each for each in impact(onward, new, by=OPERATOR)}
    with timed("by itself on its day", len(codes)):
        by_itself(onward)
    agrees(onward, said, read(onward, codes))
    periods(before, read(onward, codes), day)
    with timed("back", len(codes)):
        commencements.call_off(onward, NAME, AFTER, by=OPERATOR)
        back(onward, before)
    assert by_itself(onward) == 0, "what was moved back is let be"
    with timed("by hand", len(codes)):
        these = list(cases_to_move.cases_before(onward, NAME, AFTER, by=OPERATOR))
        done = list(migrating.move_cases(onward, these, NAME, AFTER, OPERATOR))
    same(done, said)
    after = read(onward, codes)
    move_clock(onward, day + PLAYED_ON)
    for code in codes:
        settle_due(onward, code, by=TIME)
    ladders(onward, before, after, new)


def changed_law(day: date) -> str:
    """With a step of which nobody has said that it is an old one under another name: who is in it cannot
    move.
    """
    return re.sub(r"(?<![a-z_])consent_care_a(?![a-z_])", "consent_for_care", text_after(day))


def by_itself(onward: Onward) -> int:
    """What a sweep does; how many cases it moved."""
    driving, tally = CaseDriving(onward), Tally()
    while refs := [ref.code for ref in driving.due(driving.now(), 200) if ref.pressing]:
        for code in refs:
            settle_one(driving, code, tally)
            deliver(onward, code)
    assert tally.failed == 0
    return len(list(reverting.cases_moved_to(onward, NAME, AFTER, by=OPERATOR)))


def deliver(onward: Onward, code: str) -> None:
    driving = CaseDriving(onward)
    for notice in driving.notices(code):
        driving.deliver(notice)


def agrees(onward: Onward, said: Mapping[str, CaseImpact], after: States) -> None:
    """Each case is where its impact said that it would be, and its clocks are as it said."""
    for code, verdict in said.items():
        state, moved = after[code], verdict.word in ("unaffected", "can move")
        assert (state.version == AFTER) == moved, code
        clocks = {(str(each.kind), each.about): each.at for each in state.clocks.values()}
        for each in verdict.deadlines if moved else ():
            assert clocks.get((each.kind, each.about)) == each.after, (code, each)
        assert verify(onward, code, by=OPERATOR).faults == (), code
        assert state.responsible, code
    counts = Counter(each.word for each in said.values())
    print(f"{dict(counts)}; deadlines moved: {sum(len(e.deadlines) for e in said.values())}")


def same(done: Iterable[MoveOutcome], said: Mapping[str, CaseImpact]) -> None:
    for each in done:
        verdict = said[each.code]
        assert (each.word, each.reasons) == (verdict.word, verdict.reasons), each.code
        assert each.deadlines == verdict.deadlines, each.code


def periods(before: States, after: States, day: datetime) -> None:
    """45 days that became 30: kept, or the shorter one with 30 days from the move at least."""
    kept = cut = 0
    for code, was in before.items():
        now = after[code]
        for name in ("reflection", "second_thought"):
            old, new = was.clocks.get(f"clock.{name}"), now.clocks.get(f"clock.{name}")
            if old is None or now.version != AFTER:
                continue
            assert new is not None, code
            if name == "reflection":
                assert new.at == old.at, code
                kept += 1
            else:
                least = min(old.at, day + timedelta(days=30))
                assert least <= new.at <= old.at, code
                cut += new.at < old.at
    print(f"periods to reflect: {kept} kept, {cut} of as many shortened, none under its least")


def back(onward: Onward, before: States) -> None:
    """Every case stands where it stood, byte for byte but the number of its last notice."""
    moved = list(reverting.cases_moved_to(onward, NAME, AFTER, by=OPERATOR))
    for each in reverting.revert_cases(onward, moved, NAME, AFTER, OPERATOR):
        assert each.moved, each
    for code in moved:
        state, was = queries.case(onward, code, by=OPERATOR).state, before[code]
        assert STATES.encode(replace(state, notices=was.notices)) == STATES.encode(was), code
        assert verify(onward, code, by=OPERATOR).faults == (), code
    print(f"back: {len(moved)} cases, each state as it was byte for byte")


def ladders(onward: Onward, before: States, after: States, new: Pathway) -> None:
    """Over the move and the time since: no rung is used more often than it may be, and none is lost."""
    seen, lost = Counter[str](), []
    for code, was in before.items():
        if after[code].version != AFTER:
            continue
        state = queries.case(onward, code, by=OPERATOR).state
        assert state.responsible, code
        assert state.status != "open" or state.next_clock() is not None, code
        used = _used(onward, code, new)
        open_still = set(_with_a_ladder(was, state, new))
        for (about, at), times in used.items():
            if about in open_still:
                assert times <= new.steps[about.partition(".")[0]].step.late[at].at_most, code
                seen["used"] += times
        running = {(e.about, e.rung) for e in state.clocks.values() if e.kind == "rung"}
        for clock in was.clocks.values():
            about = _by_now(clock.about)
            if clock.kind == "rung" and about in open_still:
                rung = about, clock.rung + _is_longer(about, new)
                seen["that ran before the move"] += 1
                if not used[rung] and rung not in running:
                    lost.append((code, *rung))
    assert not lost, lost[:5]
    print(f"rungs of ladders over {PLAYED_ON.days} days: {dict(seen)}; none twice, none lost")


def _used(onward: Onward, code: str, new: Pathway) -> Counter[tuple[str, int]]:
    """How often each rung was used, by its number in the new version."""
    used, version = Counter[tuple[str, int]](), AFTER - 1
    for line in queries.case_log(onward, code, by=OPERATOR):
        for fact in line.entry.facts:
            if isinstance(fact, f.CaseMigrated | f.CaseReverted):
                version = fact.version
            if isinstance(fact, f.ClockReached) and ":rung:" in fact.key:
                about, _, rung = fact.key.partition(":rung:")
                name = _by_now(about)
                shift = version < AFTER and _is_longer(name, new)
                used[name, int(rung) + shift] += 1
    return used


_RENAMED = {"announce": "send_word", "ask_home": "ask_there"}
"""Steps that have another name in the new version (`tests.running_cases`)."""


def _is_longer(about: str, new: Pathway) -> bool:
    """Another rung stands before all others in the new version."""
    name = about.partition(".")[0]
    old = {after: before for before, after in _RENAMED.items()}.get(name, name)
    return len(new.steps[name].step.late) > len(pathway_before().steps[old].step.late)


def _with_a_ladder(was: State, state: State, new: Pathway) -> Iterator[str]:
    """Tasks and requests that were open before the move and are so still, by their names of now."""
    then = {_by_now(each.id) for each in was.open_tasks()}
    then |= {_by_now(each.id) for each in was.open_hand_overs()}
    for task in state.open_tasks():
        if task.id in then and of_task(new.steps.get(task.step), task):
            yield task.id
    for asked in state.open_hand_overs():
        if asked.id in then and new.steps[asked.step].step.late:
            yield asked.id


def _by_now(ident: str) -> str:
    step, dot, number = ident.partition(".")
    return f"{_RENAMED.get(step, step)}{dot}{number}"


def asked(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """How many cases, and from which seed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.change_of_law")
    parser.description = "A change of law with running cases at random positions: see the module."
    parser.add_argument(
        "cases", nargs="?", type=number_of_cases, default=1000, help="how many run (%(default)s)"
    )
    parser.add_argument(
        "seed", nargs="?", type=int, default=11, help="of their positions: any number (%(default)s)"
    )
    return parser.parse_args(argv)


def number_of_cases(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} cases cannot run: write 1 or more")
    return number


if __name__ == "__main__":
    given = asked()
    with tempfile.TemporaryDirectory() as folder:
        made = installation(f"sqlite:///{folder}/onward.db", Path(folder))
        run(made, given.cases, given.seed)
        made.close()
