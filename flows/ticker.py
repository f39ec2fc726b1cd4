"""The ticker: about once a second, checks that nothing due is forgotten.

Normally the ticker only wakes the case's own run, which does the work. It does the work itself when
many cases are due at once, when Prefect does not answer for a while, or when a woken case is still
due after `PATIENCE_SECONDS` (its pool may be paused, its run may hang).
"""

from __future__ import annotations

import contextvars
import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import httpx
import msgspec
from prefect.client.orchestration import SyncPrefectClient
from prefect.settings import (
    PREFECT_API_REQUEST_TIMEOUT,
    PREFECT_CLIENT_MAX_RETRIES,
    temporary_settings,
)

from flows import backlog, runs
from flows.board import Board
from flows.changed_settings import without_heartbeats
from flows.deploying import deploy_missing
from flows.driving import CaseRef, Driving
from flows.faults import EngineFault, discreet
from flows.patrol import Patrol
from flows.sweep import sweep
from models.notices import OF_NO_CASE

log = logging.getLogger("onward.ticker")

INTERVAL_SECONDS = 1.0
CALL_SECONDS = 5.0
REST_SECONDS = 5.0
"""The pause before Prefect is asked again after it did not answer."""
GRACE_SECONDS = 15.0
"""How long Prefect may be away, for example during a restart, before the ticker does the work
itself.
"""
PATIENCE_SECONDS = 45.0
CLAIM = 200
SWEEP_SETTINGS = {PREFECT_API_REQUEST_TIMEOUT: 2 * CALL_SECONDS, PREFECT_CLIENT_MAX_RETRIES: 3}
"""Prefect settings that limit how long a hanging server holds up the ticker: seconds, not
minutes.
"""
SWEEP_ABOVE = 25
WAKES_PER_TICK = 10
"""Prefect completes one or two activations a second; more wakes would only queue there."""


class Beat(msgspec.Struct, kw_only=True):
    """What one tick did: how many cases were due, woken, worked off without their runs or swept;
    how many runs were mended; and whether Prefect answered.
    """

    due: int = 0
    woken: int = 0
    by_hand: int = 0
    swept: int = 0
    mended: int = 0
    prefect: bool = True


class Ticker:
    """One per worker process; several processes share the work through leases.

    Args:
        patrol: looks after runs that ended before their case; see `flows.patrol`.
        clock: gives the installation's time; `driving.now` if left out.
        elapsed: a monotonic clock, in seconds.
    """

    def __init__(
        self,
        driving: Driving,
        patrol: Patrol,
        *,
        board: Board | None = None,
        interval: float = INTERVAL_SECONDS,
        clock: Callable[[], datetime] | None = None,
        elapsed: Callable[[], float] = time.monotonic,
        sweep_above: int = SWEEP_ABOVE,
    ) -> None:
        self._driving = driving
        self._patrol = patrol
        self._board = board or Board()
        self._interval = interval
        self._clock = clock or driving.now
        self._elapsed = elapsed
        self._sweep_above = sweep_above
        self._to_wake: dict[str, CaseRef] = {}
        self._seen: dict[str, tuple[float, float]] = {}
        self._ask_again_at = float("-inf")
        self._answered_at = elapsed()
        self._must_deploy = True
        self._away = False
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Tick in a separate thread until `stop`."""
        context = contextvars.copy_context()
        self._thread = threading.Thread(
            target=context.run, args=(self._run,), name="onward-ticker", daemon=True
        )
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Finish the current tick, waiting at most `timeout` seconds."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with discreet():
                    self.tick()
            except EngineFault as fault:
                log.error("tick failed: %s", fault, extra={"action": "tick_failed"})
            self._do_beside(self._driving.seal, "seal_failed")
            self._do_beside(self._driving.clear_away, "clearing_failed")
            self._stop.wait(self._interval)

    def tick(self) -> Beat:
        """Look once: wake the runs of cases in which something is due, or do their work here; and
        deliver the notices that the installation itself owes.
        """
        refs = self._driving.due(self._clock(), CLAIM)
        beat = Beat(due=len(refs))
        pressing = [ref for ref in refs if ref.pressing]
        self._to_wake.update((ref.code, ref) for ref in refs)
        if self._elapsed() < self._ask_again_at:
            beat.prefect = False
        else:
            try:
                self._with_prefect(pressing, beat)
                self._prefect_answered()
            except runs.PrefectAway as away:
                self._prefect_went(away, beat)
        if not beat.prefect:
            self._without_prefect(beat)
        backlog.deliver_one(self._driving, OF_NO_CASE, backlog.Tally())
        return beat

    def _do_beside(self, does: Callable[[], None], action: str) -> None:
        """Do work that follows each tick, even a failed one. An error is only logged, so that it
        does not delay anybody's deadline.
        """
        try:
            with discreet():
                does()
        except EngineFault as fault:
            log.error("%s: %s", action, fault, extra={"action": action})

    def _with_prefect(self, pressing: Sequence[CaseRef], beat: Beat) -> None:
        if len(pressing) > self._sweep_above:
            self._sweep(pressing, beat)
        else:
            self._by_hand([ref for ref in pressing if self._is_late(ref.code)], beat)
        if not (self._to_wake or self._must_deploy or self._patrol.is_time()):
            return
        with runs.connected(CALL_SECONDS) as client:
            if self._must_deploy:
                self._deploy(client)
            try:
                self._wake_some(client, beat)
                beat.mended += self._patrol.look(client)
            except runs.NotDeployed:
                self._must_deploy = True
            changed, overdue = beat.woken + beat.mended > 0, self._driving.overdue()
            self._board.refresh(client, changed=changed, overdue=overdue)

    def _without_prefect(self, beat: Beat) -> None:
        """Once Prefect has been away for `GRACE_SECONDS`, work on the pressing cases here, because
        their runs cannot be woken. The other cases come due again.
        """
        if self._elapsed() - self._answered_at < GRACE_SECONDS:
            return
        self._by_hand([ref for ref in self._to_wake.values() if ref.pressing], beat)
        self._to_wake.clear()

    def _deploy(self, client: SyncPrefectClient) -> None:
        if deploy_missing(client):
            log.info("deployed", extra={"action": "deployed"})
        self._board.set_up(client)
        self._patrol.start_over()
        self._must_deploy = False

    def _wake_some(self, client: SyncPrefectClient, beat: Beat) -> None:
        for code in list(self._to_wake)[:WAKES_PER_TICK]:
            # A case that fails goes to the end of the queue, so that it does not hold up the
            # others.
            ref = self._to_wake.pop(code)
            try:
                runs.wake(client, self._driving, ref, self._patrol.is_lost)
                beat.woken += 1
            except httpx.HTTPStatusError as refused:
                self._to_wake[code] = ref
                if not runs.is_busy(refused):
                    raise
            except BaseException:
                self._to_wake[code] = ref
                raise

    def _sweep(self, pressing: Sequence[CaseRef], beat: Beat) -> None:
        """Work through many cases inside a single run.

        If Prefect fails on the way, `PrefectAway` is raised, and what is left stays due.
        """
        codes = [ref.code for ref in pressing]
        with runs.connected(CALL_SECONDS) as client:
            client.hello()
        try:
            with temporary_settings(SWEEP_SETTINGS), without_heartbeats():
                sweep(codes, return_state=True)
            beat.swept = len(codes)
        except Exception as error:
            log.warning("sweep failed: %s", type(error).__name__, extra={"action": "sweep_failed"})
            raise runs.PrefectAway(type(error).__name__) from error

    def _by_hand(self, refs: Sequence[CaseRef], beat: Beat) -> None:
        if not refs:
            return
        tally = backlog.work_off(self._driving, [ref.code for ref in refs])
        log.info("worked off by hand: %s", tally, extra={"action": "by_hand"})
        beat.by_hand += len(refs)

    def _is_late(self, code: str) -> bool:
        """Whether a case was woken long ago and has kept coming due since."""
        now = self._elapsed()
        self._seen = {c: t for c, t in self._seen.items() if now - t[1] <= PATIENCE_SECONDS}
        first, _ = self._seen.get(code, (now, now))
        self._seen[code] = (first, now)
        return now - first >= PATIENCE_SECONDS

    def _prefect_went(self, away: runs.PrefectAway, beat: Beat) -> None:
        """Leave Prefect alone for `REST_SECONDS`, and deploy what is missing once it answers again.

        Its absence is logged once, not at each failed attempt to reach it.
        """
        if not self._away:
            log.warning("Prefect does not answer: %s", away, extra={"action": "prefect_away"})
        self._away = self._must_deploy = True
        self._ask_again_at = self._elapsed() + REST_SECONDS
        beat.prefect = False

    def _prefect_answered(self) -> None:
        self._answered_at = self._elapsed()
        if self._away and not self._must_deploy:
            self._away = False
            log.warning("Prefect answers again", extra={"action": "prefect_back"})
