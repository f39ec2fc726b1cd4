"""One worker as a process: `python -m flows.worker_process --name onward --limit 4`.

`prefect worker start --type onward` does the same, but gives up if Prefect is away at the start;
this one keeps the clocks running and waits.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys

import anyio

from engine.errors import InWords
from flows.case_worker import LIMIT, CaseWorker
from flows.driving import connect
from flows.saying import say
from wording.sentences import told


async def work(pool: str, name: str, limit: int) -> None:
    """Work until SIGINT or SIGTERM. Activations that are running then are finished, unless that
    takes longer than `flows.stopping.STOP_SECONDS`.
    """
    worker = CaseWorker(pool, name=name, limit=limit)
    async with anyio.create_task_group() as group:
        group.start_soon(_stop_on_signal, group.cancel_scope)
        await worker.start()
        group.cancel_scope.cancel()


async def _stop_on_signal(scope: anyio.CancelScope) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as received:
        async for _ in received:
            scope.cancel()
            return


def main() -> None:
    """Parse the arguments and work; if the installation cannot be opened, exit and say why."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", default="cases")
    parser.add_argument("--name", default="onward")
    parser.add_argument("--limit", type=int, default=LIMIT)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    try:
        connect()
    except InWords as error:
        sys.exit(say("prefect.cannot_begin", why=told(error)))
    anyio.run(work, options.pool, options.name, options.limit)


if __name__ == "__main__":
    main()
