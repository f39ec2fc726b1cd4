"""A worker that is asked to stop stops, whatever Prefect answers meanwhile."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

import anyio
import httpx
import pytest
from prefect.workers.base import BaseWorker

from flows import case_worker, stopping
from flows.case_worker import CaseWorker
from flows.driving import PROVIDER_VARIABLE
from flows.ticker import Ticker
from tests.paper_cases import FILE_VARIABLE

SECONDS = 30.0
"""At most; it takes none."""


@pytest.fixture(name="ended")
def _ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set instead of ending the process of the tests."""
    ended = threading.Event()
    monkeypatch.setattr(os, "_exit", lambda _code: ended.set())
    monkeypatch.setattr(stopping, "STOP_SECONDS", 0.0)
    monkeypatch.setattr(stopping, "LOOK_SECONDS", 0.01)
    monkeypatch.setenv(PROVIDER_VARIABLE, "tests.paper_cases:connect")
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "cases.db"))
    return ended


@pytest.fixture(name="tickers")
def _tickers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What becomes of the ticker."""
    became: list[str] = []
    monkeypatch.setattr(Ticker, "start", lambda _ticker: became.append("started"))
    monkeypatch.setattr(Ticker, "stop", lambda _ticker: became.append("stopped"))
    return became


def prefect_goes(monkeypatch: pytest.MonkeyPatch, began: asyncio.Event) -> None:
    """Prefect's worker, in which a fault of the network replaces the word to stop."""

    async def start(*_: object) -> None:
        began.set()
        try:
            await anyio.sleep_forever()
        except asyncio.CancelledError:
            fault = httpx.ConnectError("away")
            raise ExceptionGroup("of its tasks", [fault]) from None

    async def answers(_worker: CaseWorker) -> None:
        return None

    monkeypatch.setattr(BaseWorker, "start", start)
    monkeypatch.setattr(CaseWorker, "_until_answered", answers)


def by_cancelling(host: asyncio.Task[None], _scope: anyio.CancelScope) -> None:
    """As `prefect worker start` does it."""
    host.cancel()


def by_scope(_host: asyncio.Task[None], scope: anyio.CancelScope) -> None:
    """As our own process does it."""
    scope.cancel()


@pytest.mark.parametrize("ask", [by_cancelling, by_scope])
def test_a_word_to_stop_is_not_lost_in_a_fault(
    monkeypatch: pytest.MonkeyPatch,
    tickers: list[str],
    ended: threading.Event,
    ask: Callable[[asyncio.Task[None], anyio.CancelScope], None],
) -> None:
    """The worker began again and never stopped, and its ticker went on; now both end, and in time."""

    async def play() -> None:
        began, scope = asyncio.Event(), anyio.CancelScope()
        prefect_goes(monkeypatch, began)

        async def work() -> None:
            with scope:
                await CaseWorker("cases", name="onward").start()

        host = asyncio.create_task(work())
        await began.wait()
        ask(host, scope)
        await asyncio.wait([host], timeout=SECONDS)
        assert host.done()

    asyncio.run(play())

    assert tickers == ["started", "stopped"]
    assert ended.wait(SECONDS)


@pytest.mark.parametrize(("steady", "said"), [(0.0, 3), (SECONDS, 1)])
def test_a_fault_is_said_once_until_the_worker_has_worked_again(
    monkeypatch: pytest.MonkeyPatch,
    tickers: list[str],
    ended: threading.Event,
    caplog: pytest.LogCaptureFixture,
    steady: float,
    said: int,
) -> None:
    """A line a second helps nobody, and a fault of next month must not stay unsaid for today's."""
    rounds = iter(range(3))

    async def start(*_: object) -> None:
        if next(rounds, None) is not None:
            raise ExceptionGroup("of its tasks", [httpx.ConnectError("away")])

    async def answers(_worker: CaseWorker) -> None:
        return None

    monkeypatch.setattr(BaseWorker, "start", start)
    monkeypatch.setattr(CaseWorker, "_until_answered", answers)
    monkeypatch.setattr(case_worker, "REST_SECONDS", 0.0)
    monkeypatch.setattr(case_worker, "STEADY_SECONDS", steady)

    asyncio.run(CaseWorker("cases", name="onward").start())

    assert [each.action for each in caplog.records if hasattr(each, "action")] == (
        ["worker_begins"] * said
    )
    assert tickers == ["started", "stopped"]
    assert not ended.is_set()


def test_a_worker_that_ends_of_itself_ends_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tickers: list[str], ended: threading.Event
) -> None:
    """One that was started for one round, say."""

    async def once(*_: object) -> None:
        return None

    monkeypatch.setattr(BaseWorker, "start", once)
    monkeypatch.setattr(CaseWorker, "_until_answered", once)

    asyncio.run(CaseWorker("cases", name="onward").start())

    watchers = [each for each in threading.enumerate() if each.name == "onward-stopping"]
    for each in watchers:
        each.join(SECONDS)
    assert tickers == ["started", "stopped"]
    assert not ended.is_set()
