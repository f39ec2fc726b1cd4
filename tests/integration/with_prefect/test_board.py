"""*Cases now*: what it counts, and when it is counted anew.

Nothing waits: the board's own time is a number that the test moves.
"""

from __future__ import annotations

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.states import Failed, Running

from flows import board
from flows.board import ANYWAY_SECONDS, PAGE_KEY, REFRESH_SECONDS, SAMPLE, Board, page
from flows.showing import CANNOT_MOVE_TAG, OPEN_TAG, UNCONFIRMED_TAG
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


def test_open_cases_are_counted_here_as_the_server_counts_them(
    prefect_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is asked where there may be more of them than were read."""
    with get_client(sync_client=True) as client:
        client.create_flow_run(sweep, tags=[OPEN_TAG, "overdue", "waiting:a"], state=Running())
        client.create_flow_run(sweep, tags=[OPEN_TAG, "waiting:a", "country:NG"], state=Failed())
        client.create_flow_run(sweep, tags=[OPEN_TAG, CANNOT_MOVE_TAG, "stage:b"])
        client.create_flow_run(sweep, tags=["waiting:a", "replaced"])
        is_open = FlowRunFilter(tags=FlowRunFilterTags(all_=[OPEN_TAG]))
        number = client.count_flow_runs(flow_run_filter=is_open)
        assert number < SAMPLE

        counted_here = page(client, "http://prefect.example")
        monkeypatch.setattr(board, "SAMPLE", number)
        assert page(client, "http://prefect.example") == counted_here

    (row,) = (line for line in counted_here.splitlines() if line.startswith("| [a]"))
    assert row.endswith("| 2 |")


def test_cases_now_warns_where_no_agency_has_an_address(prefect_server: None) -> None:
    """Above the counts, since no notice can leave; and no longer once there is one."""
    with get_client(sync_client=True) as client:
        for is_mute in (True, False):
            Board(is_mute=is_mute).refresh(client, changed=True)
            of_page = {"key": PAGE_KEY}
            page = client.request("GET", "/artifacts/{key}/latest", path_params=of_page).json()
            above = str(page["data"]).split("| --- |")[0]
            assert ("**No notice can leave: no agency has an address." in above) is is_mute
