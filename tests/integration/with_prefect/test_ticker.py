"""The ticker and the waker while Prefect is away, and what they do once it is back.

Nothing waits here: the ticker's own time is a number that the tests move.
"""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import httpx
import pytest
from prefect import State
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
from prefect.states import Paused, Running

from casework.driving import CaseDriving
from casework.explaining import explain
from casework.registering import register
from engine.errors import Refusal
from flows import board, runs, ticker, waking
from flows.deploying import deploy_missing
from flows.driving import PROVIDER_VARIABLE, CaseRef, EndKind
from flows.patrol import Patrol
from flows.ticker import Ticker
from flows.waking import REST_SECONDS, PrefectWaker
from notifiers.memory import MemoryChannel
from onward.stack.prefect_api import ADDRESS_VARIABLE, PASSWORD_VARIABLE, known_api
from tests import paper_cases
from tests.installations import AGENCIES, HOME, addresses, ready
from tests.paper_cases import FILE_VARIABLE, Line, PaperCases
from tests.principals import OPERATOR

DUE = Line(text="Asked the consulate: travel document", notify="NG-NAPTIP")
LATER = Line(text="Reintegrated", hours=48, end=EndKind.SUCCESS)


class Hand:
    """A stop-watch moved by hand, in seconds."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaperCases:
    monkeypatch.setenv(PROVIDER_VARIABLE, "tests.paper_cases:connect")
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "cases.db"))
    # Leases run in real time, and no test shall wait for one.
    monkeypatch.setattr(paper_cases, "LEASE_SECONDS", 0.0)
    return PaperCases(tmp_path / "cases.db")


@contextmanager
def prefect_away() -> Iterator[None]:
    """An address where nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{port}/api"}):
            yield


@pytest.fixture
def no_prefect() -> Iterator[None]:
    with prefect_away():
        yield


def a_client(timeout: float) -> httpx.Client:
    """As a command makes it."""
    environ = {
        ADDRESS_VARIABLE: PREFECT_API_URL.value(),
        PASSWORD_VARIABLE: PREFECT_API_AUTH_STRING.value() or "",
    }
    api = known_api(Path(), environ)
    assert api is not None
    return api.client(timeout)


def a_ticker(cases: PaperCases, hand: Hand, *, sweep_above: int = ticker.SWEEP_ABOVE) -> Ticker:
    patrol = Patrol(cases, elapsed=hand)
    return Ticker(
        cases,
        patrol,
        board=board.Board(elapsed=hand),
        elapsed=hand,
        sweep_above=sweep_above,
    )


@pytest.mark.usefixtures("no_prefect")
def test_a_short_absence_of_prefect_is_waited_for(cases: PaperCases) -> None:
    """A restart takes some seconds; the case's own run shall do the work and tell it."""
    cases.open("AAAA-0001", script=[DUE, LATER])
    hand = Hand()

    beat = a_ticker(cases, hand).tick()

    assert (beat.prefect, beat.by_hand) == (False, 0)
    assert cases.received() == []


def test_the_absence_of_prefect_is_said_once_and_its_return_once(
    cases: PaperCases, prefect_server: None, caplog: pytest.LogCaptureFixture
) -> None:
    """However long it lasts: a worker that has no Prefect yet says so too."""
    cases.open("AAAA-0001", script=[LATER])
    hand = Hand()
    ours = a_ticker(cases, hand)
    with caplog.at_level(logging.INFO, "onward.ticker"):
        for _ in range(2):
            with prefect_away():
                for _ in range(3):
                    ours.tick()
                    hand.seconds += ticker.REST_SECONDS
            for _ in range(3):
                ours.tick()
                hand.seconds += ticker.REST_SECONDS

    said = [text for text in caplog.messages if text.startswith("Prefect")]
    assert [text.partition(":")[0] for text in said] == [
        "Prefect does not answer",
        "Prefect answers again",
    ] * 2


def test_a_refused_password_holds_up_no_deadline(
    cases: PaperCases, prefect_server: None, caplog: pytest.LogCaptureFixture
) -> None:
    """The worker says what is wrong, and does what is due as if Prefect were away."""
    cases.open("AAAA-0001", script=[DUE, LATER])
    hand = Hand()
    ours = a_ticker(cases, hand)
    with temporary_settings({PREFECT_API_AUTH_STRING: "onward:another"}):
        ours.tick()
        hand.seconds += ticker.GRACE_SECONDS
        assert ours.tick().by_hand == 1

    assert cases.received() == ["AAAA-0001-0"]
    assert "correct PREFECT_API_AUTH_STRING, where a worker finds the password" in caplog.text


@pytest.mark.usefixtures("no_prefect")
def test_while_prefect_is_down_deadlines_and_notices_go_on(cases: PaperCases) -> None:
    """Promise 8: what is due is done without it, and stays to be told."""
    cases.open("AAAA-0001", "AAAA-0002", script=[DUE, LATER])
    hand = Hand()
    ours = a_ticker(cases, hand)
    ours.tick()
    hand.seconds += ticker.GRACE_SECONDS

    beat = ours.tick()

    assert (beat.prefect, beat.by_hand) == (False, 2)
    assert cases.received() == ["AAAA-0001-0", "AAAA-0002-0"]
    assert cases.untold() == 4


@pytest.mark.usefixtures("no_prefect")
def test_a_fault_in_one_case_stops_no_other(
    cases: PaperCases, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged with its case and place, without the words of the error."""
    cases.open("AAAA-0001", script=[Line(text="x", fault=True), LATER])
    cases.open("AAAA-0002", script=[DUE, LATER])
    hand = Hand()
    ours = a_ticker(cases, hand)
    ours.tick()
    hand.seconds += ticker.GRACE_SECONDS

    with caplog.at_level(logging.ERROR):
        ours.tick()

    assert cases.received() == ["AAAA-0002-0"]
    assert "RuntimeError in _settle_one" in caplog.text
    assert "a fault of the engine" not in caplog.text


@pytest.mark.usefixtures("no_prefect")
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_is_about_no_case_leaves_with_the_tick(url: str, tmp_path: Path) -> None:
    """Whether Prefect answers or not: there is no run that would send it."""
    channel = MemoryChannel()
    made = ready(url, tmp_path, channel=channel)
    with closing(replace(made, addresses=addresses("GH-TWO email"))) as onward:
        register(onward, f"{AGENCIES}oversight: [GH-TWO]\n", OPERATOR)
        with pytest.raises(Refusal, match="unknown_case"):
            explain(onward, "0000-0000", "", HOME)
        driving, hand = CaseDriving(onward), Hand()
        tick = Ticker(driving, Patrol(driving, elapsed=hand), elapsed=hand)
        for _ in range(2):
            tick.tick()
    assert [each.recipient.agency for each in channel.sent] == ["GH-TWO"]


@pytest.mark.usefixtures("prefect_server")
def test_a_case_whose_row_holds_no_run_gets_one(cases: PaperCases) -> None:
    """Whatever else stands there keeps neither this case nor the others from their work."""
    known = ("AAAA-0001", "AAAA-0002")
    for code in known:
        cases.open(code, script=[DUE, LATER])
    cases.remember_run("AAAA-0001", "no run at all")
    with get_client(sync_client=True) as client:
        deploy_missing(client)
        refs = [CaseRef(code=code, flow_run_id=cases.run_of(code)) for code in known]
        assert runs.read_all(client, refs) == {}
        for ref in refs:
            runs.wake(client, cases, ref)
    assert all(UUID(cases.run_of(code) or "") for code in known)


@pytest.mark.usefixtures("no_prefect")
def test_a_wake_is_quick_and_quiet_when_prefect_is_away(cases: PaperCases) -> None:
    """Whoever acted waits for one answer, no longer than agreed; for a while nobody even tries."""
    cases.open("AAAA-0001", script=[DUE, LATER])
    hand, waits = Hand(), list[float]()
    cases.remember_run("AAAA-0001", "00000000-0000-4000-8000-000000000000")

    def client(seconds: float) -> httpx.Client:
        waits.append(seconds)
        return a_client(seconds)

    waker = PrefectWaker(cases, client, elapsed=hand)
    for _ in range(20):
        waker.wake("AAAA-0001")
    assert waits == [waking.TIMEOUT_SECONDS]
    assert a_client(1.0).timeout == httpx.Timeout(1.0)

    hand.seconds += REST_SECONDS
    waker.wake("AAAA-0001")
    assert waits == [waking.TIMEOUT_SECONDS] * 2


def test_a_waker_tries_again_after_its_rest(cases: PaperCases, prefect_server: None) -> None:
    """It takes up its work by itself once Prefect is back."""
    cases.open("AAAA-0001", script=[DUE, LATER])
    run = waiting_run(cases, "AAAA-0001")
    hand = Hand()
    waker = PrefectWaker(cases, a_client, elapsed=hand)
    with mock.patch.object(httpx.Client, "get", side_effect=httpx.ConnectError("away")):
        waker.wake("AAAA-0001")
    waker.wake("AAAA-0001")
    assert state_of(run) is StateType.PAUSED

    hand.seconds += REST_SECONDS
    waker.wake("AAAA-0001")

    assert state_of(run) is StateType.SCHEDULED


def test_a_wake_leaves_what_does_not_wait_to_the_ticker(
    cases: PaperCases, prefect_server: None, caplog: pytest.LogCaptureFixture
) -> None:
    """A run that was deleted, one that is about to run, none at all: nothing fails, nothing moves."""
    cases.open("AAAA-0001", script=[DUE, LATER])
    run = waiting_run(cases, "AAAA-0001")
    waker = PrefectWaker(cases, a_client)
    with caplog.at_level(logging.INFO, "onward.waking"):
        waker.wake("AAAA-0001")
        waker.wake("AAAA-0001")
        assert state_of(run) is StateType.SCHEDULED
        with get_client(sync_client=True) as client:
            client.delete_flow_run(run)
        waker.wake("AAAA-0001")
        waker.wake("NONE-0000")
    assert caplog.records == []


def test_commands_wake_without_bringing_prefect_along(project_root: Path) -> None:
    """Its import takes longer than all else that a command does."""
    script = "import sys, onward.installation; sys.exit('prefect' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=project_root, check=True)


def waiting_run(cases: PaperCases, code: str) -> UUID:
    """The case's run, waiting as it does between two activations."""
    with get_client(sync_client=True) as client:
        deploy_missing(client)
        runs.wake(client, cases, CaseRef(code=code))
        run = UUID(cases.run_of(code))
        waits: State[Any] = Paused(name="Awaiting answer", reschedule=True, pause_key="one")
        client.set_flow_run_state(run, Running(), force=True)
        client.set_flow_run_state(run, waits, force=True)
    assert state_of(run) is StateType.PAUSED
    return run


def state_of(run: UUID) -> StateType | None:
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(run).state
    return state.type if state else None


def test_once_prefect_is_back_every_open_case_has_a_run(
    cases: PaperCases, prefect_server: None
) -> None:
    """Runs it does not know are replaced; pool, deployments, searches and page are there."""
    cases.kept_long_enough = 3
    cases.open("AAAA-0001", "AAAA-0002", script=[LATER])
    gone = "00000000-0000-4000-8000-000000000000"
    cases.remember_run("AAAA-0001", gone)

    a_ticker(cases, Hand()).tick()

    with get_client(sync_client=True) as client:
        for code in ("AAAA-0001", "AAAA-0002"):
            run = client.read_flow_run(UUID(cases.run_of(code)))
            assert (run.name, run.parameters) == (code, {"code": code})
        searches = client.request("POST", "/saved_searches/filter", json={}).json()
        assert {s.name for s in board.SEARCHES} <= {found["name"] for found in searches}
        key = {"key": board.PAGE_KEY}
        page = client.request("GET", "/artifacts/{key}/latest", path_params=key).json()
    assert "| [Open cases](" in page["data"]
    assert "see `onward retention due` | 3 |" in page["data"]


def test_a_case_that_stays_due_though_woken_is_done_by_hand(
    cases: PaperCases, prefect_server: None
) -> None:
    """Its pool may be paused, or its run may hang: a deadline does not wait for that."""
    cases.open("AAAA-0001", script=[DUE, LATER])
    hand = Hand()
    ours = a_ticker(cases, hand)
    assert ours.tick().woken == 1
    hand.seconds += ticker.PATIENCE_SECONDS

    beat = ours.tick()

    assert beat.by_hand == 1
    assert cases.received() == ["AAAA-0001-0"]


def test_many_cases_at_once_are_swept(cases: PaperCases, prefect_server: None) -> None:
    """In bulk; each is woken besides, when the server has time, so that its own run tells of it."""
    codes = [f"AAAA-{n:04}" for n in range(5)]
    cases.open(*codes, script=[DUE, LATER])
    ours = a_ticker(cases, Hand(), sweep_above=4)

    beat = ours.tick()
    woken = beat.woken
    for _ in range(10):
        woken += ours.tick().woken if woken < len(codes) else 0

    assert beat.swept == 5
    assert woken >= 5  # one that has not run yet may be woken again
    assert cases.received() == [f"{code}-0" for code in codes]


def test_nothing_due_means_no_sweep(cases: PaperCases, prefect_server: None) -> None:
    """A manager finds no empty runs."""
    cases.open("AAAA-0001", script=[LATER])
    ours = a_ticker(cases, Hand(), sweep_above=0)
    ours.tick()

    assert ours.tick().swept == 0


def test_it_is_sealed_whatever_becomes_of_a_tick(
    cases: PaperCases, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what cannot be sealed stops no tick."""
    ticked, asked = threading.Semaphore(0), threading.Semaphore(0)

    def due(*_: object) -> list[CaseRef]:
        ticked.release()
        raise RuntimeError("no case can be looked for")

    def seal() -> None:
        asked.release()
        raise RuntimeError("no key")

    monkeypatch.setattr(cases, "due", due)
    monkeypatch.setattr(cases, "seal", seal)
    ours = Ticker(cases, Patrol(cases), interval=0.01)
    ours.start()
    try:
        for each in (ticked, asked) * 3:
            assert each.acquire(timeout=60)
    finally:
        ours.stop()
    assert "tick failed: RuntimeError" in caplog.text
    assert "seal_failed: RuntimeError" in caplog.text
    assert "no key" not in caplog.text
