"""Races in one case: accept, withdraw, revoke, settle and deliver at once, each in a process of its own.

A round is a case whose request to NG-HOME has not left yet, and whose first clock is due. Several rounds
run at once; how long the channel takes is a matter of the round. Afterwards every case must be in order.
"""

from __future__ import annotations

import random
import threading
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection as Line
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select, update

from casework import delivering, queries, settling
from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.turn import Moved
from casework.verifying import verify
from engine import commands as c
from engine.errors import EngineError, InWords, Refusal
from engine.facts import NoticeOnItsWay, NoticeOwed, NoticesCancelled
from engine.notice_kinds import FAREWELL
from models.columns import table_of
from models.notices import OwedNotice
from notifiers.base import Recipient, Rendered
from notifiers.memory import MemoryChannel
from tests.installations import HOME, SCREEN, addresses, asked_home, installation, move_clock
from tests.outside import PATIENCE_SECONDS
from tests.principals import OPERATOR, TIME

_NOTICES = table_of(OwedNotice)
AT_ONCE = 4
"""Rounds that run at the same time: each holds as many connections as there are processes."""
HEAD_START_SECONDS = 0.02
"""Within it all begin."""
ACTORS = ("accept", "withdraw", "revoke", "settle", "deliver", "deliver")


class Start(msgspec.Struct, frozen=True):
    """What one process is to do in a round."""

    code: str
    at: float
    """By the machine's monotonic clock, in seconds."""
    takes: float
    """Seconds that the channel takes with a notice to NG-HOME."""


class Done(msgspec.Struct, frozen=True):
    """What came of it."""

    code: str
    kind: str
    reason: str = ""
    """Of a refusal; a text with a blank is what no user may meet."""
    entry: int = 0
    until: float = 0.0


class Left(msgspec.Struct, frozen=True):
    """A notice that a channel took."""

    reference: str
    agency: str
    since: float
    until: float


class Ended(msgspec.Struct, frozen=True):
    """A process that is gone before it was told to go."""

    kind: str
    why: str


class Said(msgspec.Struct):
    """All that the processes have written."""

    done: list[Done] = msgspec.field(default_factory=list)
    left: list[Left] = msgspec.field(default_factory=list)


class _TimedChannel(MemoryChannel):
    """Takes its time, and says when it has taken what."""

    def __init__(self, note: Callable[[Left], None]) -> None:
        super().__init__()
        self.takes: dict[str, float] = {}
        self._note = note

    def send(self, recipient: Recipient, message: Rendered, reference: str) -> bool:
        since = time.monotonic()
        if recipient.agency == "NG-HOME":
            time.sleep(self.takes.get(reference.rpartition("-")[0], 0.0))
        says_so = super().send(recipient, message, reference)
        self._note(Left(reference, recipient.agency, since, time.monotonic()))
        return says_so


def reachable(onward: Onward) -> Onward:
    return replace(onward, addresses=addresses("GH-ONE email", "NG-HOME email", "NG-TWO email"))


def deliver(onward: Onward, code: str) -> None:
    for notice in delivering.claim_notices(onward, code, by=TIME):
        delivering.deliver(onward, notice, by=TIME)


ACTS: dict[str, Callable[[Onward, str], Moved | None]] = {
    "accept": lambda onward, code: do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME),
    "withdraw": lambda onward, code: do(
        onward, code, c.WithdrawConsent(consent="referral"), SCREEN
    ),
    "revoke": lambda onward, code: do(onward, code, c.Revoke(hand_over="ask_home.1"), SCREEN),
    "settle": lambda onward, code: settling.settle_due(onward, code, by=TIME) and None,
    "deliver": lambda onward, code: deliver(onward, code),
}


def act(onward: Onward, kind: str, start: Start) -> Done:
    time.sleep(max(0.0, start.at - time.monotonic()))
    entry, reason = 0, ""
    try:
        moved = ACTS[kind](onward, start.code)
        entry = moved.newest.number if moved else 0
    except Refusal as refusal:
        reason = refusal.reason
    except (EngineError, InWords) as error:
        reason = f"{type(error).__name__}: {error}"
    except Exception as error:  # noqa: BLE001 - whatever it is, the round tells it
        reason = f"{type(error).__name__} reached the caller"
    return Done(start.code, kind, reason, entry, time.monotonic())


def main(kind: str, url: str, home: Path, parent: Line) -> None:
    """One of the processes: it hears of rounds, and says what came of them, or why it ends."""
    try:
        _take_part(kind, url, home, parent)
    except BaseException:
        parent.send(Ended(kind, traceback.format_exc()))
        raise


def _take_part(kind: str, url: str, home: Path, parent: Line) -> None:
    lock = threading.Lock()

    def say(what: Done | Left | None) -> None:
        with lock:
            parent.send(what)

    channel = _TimedChannel(say)
    onward = reachable(installation(url, home, channel=channel))
    say(None)
    with closing(onward), ThreadPoolExecutor(AT_ONCE) as threads:
        while (start := parent.recv()) is not None:
            channel.takes[start.code] = start.takes
            threads.submit(act, onward, kind, start).add_done_callback(
                lambda future: say(future.result())
            )


@contextmanager
def processes(url: str, home: Path) -> Iterator[list[Line]]:
    """One for each of `ACTORS`, with the line to it."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    lines: list[Line] = []
    running = []
    for kind in ACTORS:
        here, there = context.Pipe()
        process = context.Process(target=main, args=(kind, url, home, there), daemon=True)
        process.start()
        lines.append(here)
        running.append(process)
    try:
        for line in lines:
            _hear(line)
        yield lines
    finally:
        for line, process in zip(lines, running, strict=True):
            line.send(None)
            process.join(60)
            line.close()


def _hear(line: Line) -> Any:
    assert line.poll(PATIENCE_SECONDS), "a process says nothing any more"
    heard = line.recv()
    assert not isinstance(heard, Ended), f"{heard.kind} has ended: {heard.why}"
    return heard


def race(
    onward: Onward, among: Sequence[Line], takes: Sequence[float], chance: random.Random
) -> Iterator[str]:
    """Run rounds at once, one for each time that the channel takes; yields what is not in order."""
    said = Said()
    codes = {_only_home_is_owed(onward, said.left): each for each in takes}
    move_clock(onward, onward.clock.now() + timedelta(days=4))
    begin = time.monotonic() + 0.05
    for code, seconds in codes.items():
        for place, line in enumerate(among):
            is_first = place == ACTORS.index("deliver")
            within = HEAD_START_SECONDS + (0.0 if is_first else 1.2 * seconds)
            line.send(Start(code, begin + within * chance.random(), seconds))
    for line in among:
        awaited = len(codes)
        while awaited:
            what = _hear(line)
            if isinstance(what, Left):
                said.left.append(what)
            else:
                said.done.append(what)
                awaited -= 1
    for code in codes:
        said.left += _drained(onward, code)
        yield from faults_of(onward, code, said)
        MET.update(_met(onward, code))


def _only_home_is_owed(onward: Onward, left: list[Left]) -> str:
    """A case whose request waits to be sent to NG-HOME, and all else has left."""
    code, alone = asked_home(onward), replace(onward, channel=_TimedChannel(left.append))
    for notice in delivering.claim_notices(alone, code, by=TIME):
        if notice.agency != "NG-HOME":
            delivering.deliver(alone, notice, by=TIME)
    with onward.store.write() as connection:
        of_it = _NOTICES.c.reference.startswith(f"{code}-")
        connection.execute(update(_NOTICES).where(of_it).values(lease_until=0.0))
    return code


MET: Counter[str] = Counter()
"""What the rounds so far were about."""


def _met(onward: Onward, code: str) -> Iterator[str]:
    facts = [
        fact for line in queries.case_log(onward, code, by=OPERATOR) for fact in line.entry.facts
    ]
    met = sum(isinstance(fact, NoticeOnItsWay) for fact in facts)
    yield f"{met} met on their way"


def _drained(onward: Onward, code: str) -> list[Left]:
    """What was still owed leaves, in this process."""
    found: list[Left] = []
    channel = _TimedChannel(found.append)
    alone = replace(onward, channel=channel)
    while claimed := delivering.claim_notices(alone, code, by=TIME):
        for notice in claimed:
            delivering.deliver(alone, notice, by=TIME)
    return found


def faults_of(onward: Onward, code: str, said: Said) -> Iterator[str]:
    """What is not in order in a case after its round."""
    done = [each for each in said.done if each.code == code]
    left = [each for each in said.left if each.reference.startswith(f"{code}-")]
    for each in done:
        if " " in each.reason:
            yield f"{code}: {each.kind} met {each.reason}"
    yield from (f"{code}: {fault}" for fault in verify(onward, code, by=OPERATOR).faults)
    entries = Counter(each.entry for each in done if each.entry)
    yield from (f"{code}: {n} have made entry {entry}" for entry, n in entries.items() if n > 1)
    yield from (f"{code}: {text}" for text in _of_notices(onward, code, done, left))


def _of_notices(
    onward: Onward, code: str, done: Iterable[Done], left: Iterable[Left]
) -> Iterator[str]:
    with onward.store.read() as connection:
        names = ("number", "reference", "status", "agency", "kind")
        query = select(*(_NOTICES.c[name] for name in names))
        rows = connection.execute(
            query.join(CASES, CASES.c.id == _NOTICES.c.case_id).where(CASES.c.code == code)
        ).all()
    numbers = {row.reference: row.number for row in rows}
    sent: defaultdict[int, list[Left]] = defaultdict(list)
    for each in left:
        sent[numbers[each.reference]].append(each)
    for row in rows:
        if row.status not in ("sent", "cancelled", "undeliverable"):
            yield f"notice {row.number} is {row.status} in the end"
        if len(sent[row.number]) != (row.status == "sent"):
            yield f"notice {row.number} is {row.status} and left {len(sent[row.number])} times"
    yield from _called_off(onward, code, done, sent, rows)


def _called_off(
    onward: Onward,
    code: str,
    done: Iterable[Done],
    sent: dict[int, list[Left]],
    rows: Sequence[Any],
) -> Iterator[str]:
    """Nothing leaves that whoever called it off did not know of, and a stop follows what was known."""
    known_at = {each.entry: each.until for each in done if each.entry}
    owed: dict[int, NoticeOwed] = {}
    known: set[int] = set()
    for line in queries.case_log(onward, code, by=OPERATOR):
        cancelled = [fact for fact in line.entry.facts if isinstance(fact, NoticesCancelled)]
        met = {fact.number for fact in line.entry.facts if isinstance(fact, NoticeOnItsWay)}
        for number, notice in owed.items():
            if not any(fact.cancels(notice) for fact in cancelled) or not sent[number]:
                continue
            end = sent[number][0].until
            if number not in met | known and end > known_at.get(line.number, 0.0):
                yield f"entry {line.number} did not know of notice {number}"
            if number in met and not any(
                row.kind in FAREWELL and row.agency == notice.agency and each.since >= end
                for row in rows
                for each in sent[row.number]
            ):
                yield f"no stop follows notice {number}"
        known |= met  # what one has met, those after it need not meet again
        owed |= {f.number: f for f in line.entry.facts if isinstance(f, NoticeOwed)}
