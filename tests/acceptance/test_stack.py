"""The embedded stack keeps its promises while its processes are killed and its database emptied.

Everything is real: a Prefect server, a worker with its ticker, the records, and a mailbox that takes
the notices. One stack serves all tests; each has cases of its own, which it leads to their end.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import expect, sync_playwright
from ruamel.yaml import YAML
from sqlalchemy import ColumnElement, Update, func, or_, select, update

from casework import queries
from casework.bootstrap import connect
from casework.context import Onward
from casework.settings import Settings
from casework.turn import CASES
from models.columns import table_of
from models.notices import OwedNotice
from onward.mailbox import Mailbox, Received
from onward.stack import Stack, StackError, free_port
from tests.installations import START
from tests.rounds import CHANNELS, SILENT_AFTER, TALKED_AFTER, Course, Letter, Untouched, letter
from tests.rounds import prepare as prepare_rounds

_NOTICES = table_of(OwedNotice)
UNDER_WAY = {"Pending", "Submitting", "Running"}
POLL_SECONDS = 0.2
"""Prefect is what is slow here: a question to it costs a run that it could wake."""
MILLISECONDS_OF_A_PAGE = 60_000
"""At most; on an idle machine two thousand."""
ASKS_SCREENER, ENDED = "Awaiting screener", "Unanswered"


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


class Running:
    """A stack with its cases, and the questions the tests ask of it."""

    def __init__(self, stack: Stack, onward: Onward, mailbox: SlowMailbox) -> None:
        self.stack, self.onward, self.mailbox = stack, onward, mailbox

    # what Prefect shows

    def all_runs(self) -> list[dict[str, Any]]:
        """All flow runs; none when Prefect does not answer."""
        try:
            answer = httpx.post(f"{self.stack.api_url}/flow_runs/filter", json={}, timeout=10)
        except httpx.TransportError:
            return []
        found: list[dict[str, Any]] = answer.json() if answer.status_code == httpx.codes.OK else []
        return found

    def runs(self, *codes: str) -> list[dict[str, Any]]:
        """The flow runs of these cases."""
        return [run for run in self.all_runs() if run["parameters"].get("code") in codes]

    def page(self, code: str) -> str:
        """The id of the only page that the case has."""
        found = httpx.post(f"{self.stack.api_url}/artifacts/filter", json={}, timeout=10).json()
        (page,) = [str(each["id"]) for each in found if each["key"] == f"case-{code.lower()}"]
        return page

    def press(self, method: str, path: str, content: dict[str, Any] | None) -> None:
        """What a button of the UI does; pressed again when the database was locked."""
        while True:
            url = f"{self.stack.api_url}{path}"
            answer = httpx.request(method, url, json=content, timeout=10)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                answer.raise_for_status()
                return

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

    def until(self, reached: Callable[[], object], limit: float = 180) -> None:
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
        return Counter(letter(_channel(each), each.subject, each.reference, code) for each in mine)

    def prove(self, course: Course, folder: Path) -> list[int]:
        """Every case shows its end, and each turn and letter is as if nothing had happened.

        Returns how often the letters came that came more than once.
        """
        self.until(lambda: self.show(ENDED, *course.codes) and self.all_told(course.codes))
        expected = Untouched(folder, course.opened_at)
        copies: list[int] = []
        for code in course.codes:
            assert queries.case(self.onward, code).state.end == expected.end
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


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A stack of its own for this file, since its tests break it."""
    home = tmp_path_factory.mktemp("home")
    with SlowMailbox() as mailbox:
        _write_addresses(home / "addresses.yaml", mailbox)
        onward = connect(Settings(home=home, clock="stored", clock_starts=START))
        try:
            prepare_rounds(onward)
            environment = {"ONWARD_CLOCK": "stored"}
            with Stack(home, port=free_port(0), environment=environment) as stack:
                yield Running(stack, onward, mailbox)
        finally:
            onward.close()


def _write_addresses(path: Path, mailbox: Mailbox) -> None:
    book: dict[str, dict[str, str]] = {}
    for agency, channel in CHANNELS:
        book.setdefault(agency, {})[channel] = mailbox.address(agency, channel)
    path.touch(mode=0o600)
    YAML().dump(book, path)


def test_a_case_goes_from_opening_to_closing_in_one_run(running: Running, tmp_path: Path) -> None:
    """The run waits under a name of its own, is tagged for filters, and ends with the end's name."""
    course = running.open(1)
    running.until(lambda: running.show(ASKS_SCREENER, *course.codes))
    (run,) = running.runs(*course.codes)
    assert run["name"] == f"{course.codes[0]} Rounds"
    assert {"open", "pathway:rounds", "waiting:screener", "country:GH"} <= set(run["tags"])

    course.go_to_the_end()

    assert running.prove(course, tmp_path) == []
    (run,) = running.runs(*course.codes)
    assert (run["state_type"], "ended:neutral" in run["tags"]) == ("COMPLETED", True)


@pytest.mark.parametrize("interface", ["", "/v2"])
def test_the_picture_of_a_case_is_drawn_by_each_interface_of_prefect(
    running: Running, chromium: Path, interface: str
) -> None:
    """The overview and the stage that is under way; an image that was stripped has no width."""
    course = running.open(1)
    running.until(lambda: running.show(ASKS_SCREENER, *course.codes))
    server = running.stack.api_url.removesuffix("/api")
    page = f"{server}{interface}/artifacts/artifact/{running.page(course.codes[0])}"
    assert all(width > 300 for width in _drawn(chromium, page, 2))
    course.go_to_the_end()


def _drawn(chromium: Path, address: str, number: int) -> list[int]:
    """The widths, once a browser has drawn them, of so many images that stand in a page itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        found = page.locator("img[src^='data:image/svg+xml']")
        expect(found).to_have_count(number, timeout=MILLISECONDS_OF_A_PAGE)
        widths = [image.evaluate("each => each.naturalWidth") for image in found.all()]
        browser.close()
    return widths


def test_kill_the_worker_and_the_cases_end_the_same(running: Running, tmp_path: Path) -> None:
    """Promises 3 and 8: kill -9 between the sending of notices and the record of it."""
    victim = running.stack.worker.pid
    assert victim is not None
    running.mailbox.is_silent = True
    course = running.open(2)
    running.until(lambda: any(running.letters(code) for code in course.codes))

    os.kill(victim, signal.SIGKILL)
    running.until(lambda: running.stack.worker.pid not in (None, victim))
    running.mailbox.is_silent = False
    running.a_minute_passes()

    course.go_to_the_end()
    assert set(running.prove(course, tmp_path)) == {2}


def test_kill_the_server_and_the_cases_end_the_same(running: Running, tmp_path: Path) -> None:
    """Promise 8: kill -9 the Prefect server while runs are sending notices."""
    victim = running.stack.server.pid
    assert victim is not None
    running.mailbox.is_silent = True
    course = running.open(2)
    running.until(lambda: any(running.letters(code) for code in course.codes))

    os.kill(victim, signal.SIGKILL)
    running.until(lambda: running.stack.server.pid not in (None, victim))
    running.mailbox.is_silent = False

    course.go_to_the_end()
    assert running.prove(course, tmp_path) == []


def test_nothing_pressed_in_the_ui_loses_a_case(running: Running, tmp_path: Path) -> None:
    """A cancelled and a deleted run of an open case are replaced; a resume finds nothing to do."""
    course = running.open(3)
    running.until(lambda: running.show(ASKS_SCREENER, *course.codes))
    first, second, third = (running.runs(code)[0]["id"] for code in course.codes)

    cancel = {"state": {"type": "CANCELLED", "name": "Cancelled"}, "force": True}
    running.press("POST", f"/flow_runs/{first}/set_state", cancel)
    running.press("DELETE", f"/flow_runs/{second}", None)
    running.press("POST", f"/flow_runs/{third}/resume", {})

    running.until(lambda: _wait_again(running, course, {first, second}))
    log = Untouched(tmp_path, course.opened_at).log
    assert [course.log(code) for code in course.codes] == [log[:1]] * 3


def _wait_again(running: Running, course: Course, gone: set[str]) -> bool:
    living = [run for run in running.runs(*course.codes) if run["id"] not in gone]
    return [run["state_name"] for run in living] == [ASKS_SCREENER] * len(course.codes)


def test_prefect_comes_back_empty_and_every_open_case_has_a_run(
    running: Running, tmp_path: Path
) -> None:
    """Promise 8: its database is expendable. Deadlines fire and notices go as ever."""
    course = running.open(2)
    running.until(lambda: running.show(ASKS_SCREENER, *course.codes))
    before = {run["id"] for run in running.runs(*course.codes)}

    with running.stack.server.held_down():
        _empty(running.stack.home / "prefect")

    running.until(lambda: running.show(ASKS_SCREENER, *course.codes))
    assert before.isdisjoint(run["id"] for run in running.runs(*course.codes))
    course.go_to_the_end()
    assert running.prove(course, tmp_path) == []


def test_while_prefect_is_down_days_pass_and_nothing_is_lost_or_doubled(
    running: Running, tmp_path: Path
) -> None:
    """Promise 8: deadlines fire and notices go meanwhile; afterwards each case has its one run."""
    course = running.open(2)
    running.until(lambda: running.show(ASKS_SCREENER, *course.codes))
    halted, sweeps = running.stack.server.pid, running.sweeps()
    with running.stack.server.held_down():
        course.pass_hours(TALKED_AFTER)
        course.talk()
        late = running.open(1)
        late.wait()
        letters = len(running.mailbox.received())

    running.until(lambda: running.show("Awaiting home answer", *course.codes))
    running.until(lambda: running.show(ASKS_SCREENER, *late.codes))
    assert running.stack.server.pid not in (None, halted)
    assert (len(running.mailbox.received()), running.sweeps()) == (letters, sweeps)
    course.pass_hours(SILENT_AFTER)
    assert running.prove(course, tmp_path) == []


def _empty(folder: Path) -> None:
    files = list(folder.glob("prefect.db*"))
    assert files
    for file in files:
        file.unlink()


def test_a_backlog_is_swept_in_one_run_that_a_manager_can_read(running: Running) -> None:
    """Many cases due at once are settled in bulk; their own runs tell it afterwards."""
    with running.stack.worker.held_down():
        course = running.open(40)
        due = running.due()

    running.until(lambda: running.sweeps() == [f"Swept {due} cases"])

    assert all(running.letters(code).total() == 1 for code in course.codes)


def test_no_state_of_the_stack_is_left_when_it_has_stopped(tmp_path: Path) -> None:
    """A stack that cannot start says so, and leaves no process behind."""
    stack = Stack(tmp_path, port=1, environment={"ONWARD_DRIVING": "nowhere:missing"})
    stack.ask_to_stop()
    with pytest.raises(StackError, match="stopped while it was starting"), stack:
        pass
    assert (stack.server.pid, stack.worker.pid) == (None, None)


def test_a_port_that_another_server_has_is_not_taken_for_our_own(
    running: Running, tmp_path: Path
) -> None:
    """Its runs are another installation's: a worker of ours would fail them."""
    stack = Stack(tmp_path, port=running.stack.port)

    with pytest.raises(StackError, match="the server does not start"), stack:
        pass

    assert not (tmp_path / "logs" / "worker.log").exists()


def test_prefect_keeps_what_it_was_shown_in_its_database(running: Running) -> None:
    """The settings reach the server: its data lies in the stack's own folder."""
    file = running.stack.home / "prefect" / "prefect.db"
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT count(*) FROM flow_run").fetchone()[0] > 0
