"""The embedded stack with its cases, its mailbox, and the questions that tests ask of it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.smtp import SMTP, Envelope, Session
from ruamel.yaml import YAML
from sqlalchemy import ColumnElement, Update, func, or_, select, update

from casework import queries
from casework.bootstrap import connect
from casework.case_rows import CASES
from casework.context import Onward
from casework.settings import Settings
from models.columns import table_of
from models.notices import OwedNotice
from onward.demonstration.mailbox import Mailbox, Received
from onward.stack.prefect_api import password_file
from onward.stack.stack import Stack
from tests.installations import START, references
from tests.outside import PATIENCE_SECONDS
from tests.principals import OPERATOR
from tests.rounds import CHANNELS, Course, Letter, Untouched, letter
from tests.rounds import prepare as prepare_rounds
from tests.unused_ports import unused_port

_NOTICES = table_of(OwedNotice)
UNDER_WAY = {"Pending", "Running"}
PORTAL = "https://onward.example"
"""Where the agencies' pages would be."""
POLL_SECONDS = 0.5
"""Prefect is what is slow here: a question to it costs a run that it could wake."""
ASKS_SCREENER, ENDED = "Awaiting screener", "Unanswered"
"""What a run says at the beginning and at the end of its case."""


class SlowMailbox(Mailbox):
    """Takes every message; while it is told to be silent, it does not say so."""

    def __init__(self) -> None:
        self.is_silent = False
        super().__init__()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        while self.is_silent:
            await asyncio.sleep(0.02)
        return answer


@contextmanager
def running_stack(home: Path) -> Iterator[Running]:
    """A stack in which the small pathway of reminders and silences is in force."""
    with SlowMailbox() as mailbox:
        _write_addresses(home / "addresses.yaml", mailbox)
        onward = connect(Settings(home=home, clock="stored", clock_starts=START))
        try:
            prepare_rounds(onward)
            environment = {"ONWARD_CLOCK": "stored", "ONWARD_PORTAL": PORTAL}
            with Stack(home, port=unused_port(), environment=environment) as stack:
                yield Running(stack, onward, mailbox)
        finally:
            onward.close()


def _write_addresses(path: Path, mailbox: Mailbox) -> None:
    book: dict[str, dict[str, str]] = {}
    for agency, channel in CHANNELS:
        book.setdefault(agency, {})[channel] = mailbox.address(agency, channel)
    path.touch(mode=0o600)
    YAML().dump(book, path)


class Running:
    """A stack with its cases, and the questions the tests ask of it."""

    def __init__(self, stack: Stack, onward: Onward, mailbox: SlowMailbox) -> None:
        self.stack, self.onward, self.mailbox = stack, onward, mailbox

    @property
    def password(self) -> str:
        """What a person types into Prefect's page."""
        return password_file(self.stack.home).read_text(encoding="utf-8")

    # what Prefect shows

    def all_runs(self) -> list[dict[str, Any]]:
        """All flow runs; none when Prefect does not answer."""
        try:
            answer = self.stack.api.ask("POST", "/flow_runs/filter", {}, timeout=10)
        except httpx.TransportError:
            return []
        found: list[dict[str, Any]] = answer.json() if answer.status_code == httpx.codes.OK else []
        return found

    def runs(self, *codes: str) -> list[dict[str, Any]]:
        """The flow runs of these cases."""
        return [run for run in self.all_runs() if run["parameters"].get("code") in codes]

    def page(self, code: str) -> str:
        """The id of the only page that the case has."""
        (page,) = self.pages(code)
        return page

    def pages(self, code: str) -> list[str]:
        """The ids of the pages that the case has."""
        found = self.stack.api.ask("POST", "/artifacts/filter", {}, timeout=PATIENCE_SECONDS).json()
        return [str(each["id"]) for each in found if each["key"] == f"case-{code.lower()}"]

    def press(self, method: str, path: str, content: dict[str, Any] | None) -> None:
        """What a button of the UI does; pressed again when the database was locked."""
        while True:
            answer = self.stack.api.ask(method, path, content, timeout=PATIENCE_SECONDS)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                answer.raise_for_status()
                return

    def cases_now(self, row: str) -> str:
        """The number in that row of *Cases now*; empty where there is none."""
        answer = self.stack.api.ask("GET", "/artifacts/cases-now/latest", timeout=PATIENCE_SECONDS)
        lines = [each for each in str(answer.json().get("data")).splitlines() if f"[{row}]" in each]
        return lines[0].rpartition(" | ")[2].strip(" |") if lines else ""

    def sweeps(self) -> list[str]:
        """How each sweep ended."""
        return [run["state_name"] for run in self.all_runs() if run["name"] == "Sweep"]

    def states(self, *codes: str) -> list[str]:
        """Of all runs of these cases, but those that another run has replaced."""
        names = [run["state_name"] for run in self.runs(*codes)]
        return [name for name in names if name != "Replaced"]

    def show(self, state: str, *codes: str) -> bool:
        """Each of these cases has one run, and that is how it stands."""
        return self.states(*codes) == [state] * len(codes)

    # what the records say

    def until(self, reached: Callable[[], object], limit: float = PATIENCE_SECONDS) -> None:
        """Wait until something holds, `limit` seconds at most."""
        end = time.monotonic() + limit
        while not reached():
            assert time.monotonic() < end, self.stack.worker.last_lines(20)
            time.sleep(POLL_SECONDS)

    def settled(self, codes: tuple[str, ...]) -> None:
        """Wait until nothing is due in these cases, no notice waits to be sent, no run works.

        The clock jumps after it by hours, in which a claim of some seconds would have run out.
        """
        ours = CASES.c.code.in_(codes)
        self.until(lambda: not self.due(ours) and not UNDER_WAY & {*self.states(*codes)})
        self._free(update(CASES).where(ours))

    def due(self, *among: ColumnElement[bool]) -> int:
        """How many cases have a clock due or a notice to send."""
        now = self.onward.clock.now()
        return self._count(or_(CASES.c.due_at <= now, CASES.c.notice_at <= now), *among)

    def all_told(self, codes: tuple[str, ...]) -> bool:
        return not self._count(CASES.c.told < CASES.c.version, CASES.c.code.in_(codes))

    def _count(self, *which: ColumnElement[bool]) -> int:
        with self.onward.store.read() as connection:
            return int(connection.execute(select(func.count()).where(*which)).scalar_one())

    def a_minute_passes(self) -> None:
        """Notices that a dead process has claimed come free."""
        self._free(update(_NOTICES))

    def _free(self, claims: Update) -> None:
        with self.onward.store.write() as connection:
            connection.execute(claims.values(lease_until=0.0))

    def open(self, count: int) -> Course:
        return Course(self.onward, count, self.settled)

    def letters(self, code: str) -> Counter[Letter]:
        """What came about this case, and how often."""
        mine = [each for each in self.mailbox.received() if _is_about(each, code)]
        known = references(self.onward, code)
        return Counter(letter(_channel(each), each.subject, each.reference, known) for each in mine)

    def prove(self, course: Course, folder: Path) -> list[int]:
        """Every case shows its end, and each turn and letter is as if nothing had happened.

        Returns how often the letters came that came more than once.
        """
        self.until(lambda: self.show(ENDED, *course.codes) and self.all_told(course.codes))
        expected = Untouched(folder, course.opened_at)
        copies: list[int] = []
        for code in course.codes:
            assert queries.case(self.onward, code, by=OPERATOR).state.end == expected.end
            assert course.log(code) == expected.log
            came = self.letters(code)
            assert set(came) == expected.letters
            copies += [times for times in came.values() if times > 1]
        return copies


def _is_about(received: Received, code: str) -> bool:
    return received.reference.rpartition("-")[0] == code


def _channel(received: Received) -> str:
    """`gh-one.email@...` is what the address book says of GH-ONE."""
    agency, _, channel = received.to.partition("@")[0].rpartition(".")
    return f"{agency.upper()} {channel}"
