"""*Cases now*, and when it is counted anew. Nothing waits: the board's own time is a number that the test moves."""

from __future__ import annotations

from prefect.client.orchestration import get_client

from flows.board import ANYWAY_SECONDS, PAGE_KEY, REFRESH_SECONDS, Board
from flows.showing import UNCONFIRMED_TAG
from flows.sweep import sweep


def test_cases_now_counts_anew_after_an_activation_and_now_and_then_anyway(
    prefect_server: None,
) -> None:
    """Whoever changes a case resumes its run: the ticker has nothing to wake, and hears nothing."""
    seconds, finished = [1000.0], [0]
    board = Board(activations=lambda: finished[0], elapsed=lambda: seconds[0])
    with get_client(sync_client=True) as client:
        run = client.create_flow_run(sweep)

        def counted(after: float, *tags: str) -> str:
            seconds[0] += after
            client.update_flow_run(run.id, tags=list(tags))
            board.refresh(client, changed=False)
            of_page = {"key": PAGE_KEY}
            page = client.request("GET", "/artifacts/{key}/latest", path_params=of_page).json()
            (row,) = (each for each in str(page["data"]).splitlines() if UNCONFIRMED_TAG in each)
            return row[-3:]

        assert counted(0) == "0 |"
        assert counted(REFRESH_SECONDS, UNCONFIRMED_TAG) == "0 |"
        finished[0] += 1
        assert counted(0, UNCONFIRMED_TAG) == "1 |"
        assert counted(REFRESH_SECONDS, UNCONFIRMED_TAG) == "1 |"
        assert counted(REFRESH_SECONDS) == "1 |"
        assert counted(ANYWAY_SECONDS) == "0 |"
