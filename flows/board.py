"""Saved searches in Prefect's UI, and the page *Cases now*, which counts the cases that each finds.

By default, the Runs page shows only runs that *started* in the last seven days. Resuming a run does
not change its start, so a case that waits for a month would disappear. Every search here looks back
ten years.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterTags,
)
from prefect.client.schemas.sorting import ArtifactSort
from prefect.settings import PREFECT_UI_URL

from flows.saying import say
from flows.showing import CANNOT_MOVE_TAG, OPEN_TAG, UNCONFIRMED_TAG

LOOK_BACK_SECONDS = 10 * 365 * 24 * 3600
REFRESH_SECONDS = 15.0
ANYWAY_SECONDS = 300.0
"""After how long the page is updated even without a known change, since this process is not told of
changes by other processes or in Prefect's UI.
"""
PAGE_KEY = "cases-now"
SAMPLE = 200
"""How many of the newest open cases are read in order to find the tags that make up the page's
rows.
"""
GROUPS = ("waiting", "pathway", "stage", "country")
"""The groups of tags that the page counts, in the order in which it shows them."""


class Search(msgspec.Struct, frozen=True):
    """A search that managers use again and again."""

    word: str
    """The last word of the code for its name: `open` in `prefect.search.open`."""
    tags: tuple[str, ...]
    states: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return say(f"prefect.search.{self.word}")


SEARCHES = (
    Search("open", (OPEN_TAG,)),
    Search("overdue", (OPEN_TAG, "overdue")),
    Search("cannot_move", (OPEN_TAG, CANNOT_MOVE_TAG)),
    Search("faults", (OPEN_TAG,), ("Failed", "Crashed")),
    Search("unconfirmed", (UNCONFIRMED_TAG,)),
    Search("ended_well", ("ended:success",)),
    Search("ended_otherwise", ("ended:neutral",)),
    Search("ended_badly", ("ended:failure",)),
    Search("withdrawn", ("ended:withdrawn",)),
)


class Board:
    """Maintains the searches and the page. `refresh` may be called on each tick: it does work only
    after a change, or once the page is `ANYWAY_SECONDS` old.

    Args:
        activations: gives the number of activations that this process has finished. The ticker does
            not cause most of them: a command that changes a case resumes its run directly.
        is_mute: whether no agency has an address, so that no notice can leave.
    """

    def __init__(
        self,
        *,
        activations: Callable[[], int] = lambda: 0,
        is_mute: bool = False,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._activations, self._elapsed, self._is_mute = activations, elapsed, is_mute
        self._next_at = self._anyway_at = float("-inf")
        self._stale = True
        self._news = (0, 0)

    def set_up(self, client: SyncPrefectClient) -> None:
        """Save the searches, replacing any of the same name."""
        for search in SEARCHES:
            client.request(
                "PUT",
                "/saved_searches/",
                json={"name": search.name, "filters": saved_filters(search)},
            )
        self._next_at, self._stale = float("-inf"), True

    def refresh(self, client: SyncPrefectClient, *, changed: bool, overdue: int = 0) -> None:
        """Update *Cases now* after a change, at most once every `REFRESH_SECONDS`; without a
        change, every `ANYWAY_SECONDS`.

        Args:
            changed: whether the ticker has just woken or mended a run.
            overdue: the number of ended cases that the operator should erase now.
        """
        now, news = self._elapsed(), (self._activations(), overdue)
        changed = changed or news != self._news
        self._stale = self._stale or changed or now >= self._anyway_at
        self._news = news
        if not self._stale or now < self._next_at:
            return
        self._next_at, self._anyway_at = now + REFRESH_SECONDS, now + ANYWAY_SECONDS
        # A run in another process shows its news a moment after it was woken, so look once more.
        self._stale = changed
        _publish(client, page(client, PREFECT_UI_URL.value() or "", overdue, self._is_mute))


def saved_filters(search: Search) -> list[dict[str, Any]]:
    """The filters of a search, in the form in which Prefect's own UI stores them."""
    values: dict[str, Any] = {
        "tag": list(search.tags),
        "state": list(search.states),
        "range": {"type": "span", "seconds": -LOOK_BACK_SECONDS},
    }
    return [
        {"object": "flowRun", "property": key, "type": "", "operation": "", "value": value}
        for key, value in values.items()
        if value
    ]


def link(ui_url: str, tags: Sequence[str], states: Sequence[str] = ()) -> str:
    """The address of the Runs page with these filters."""
    query = [("tag", tag) for tag in tags] + [("state", state) for state in states]
    query += [("type", "span"), ("seconds", str(-LOOK_BACK_SECONDS))]
    return f"{ui_url.rstrip('/')}/runs?{urlencode(query)}"


def page(client: SyncPrefectClient, ui_url: str, overdue: int = 0, is_mute: bool = False) -> str:
    """*Cases now* in Markdown: the number of cases of each kind, with a link to their runs.

    Args:
        overdue: the number of ended cases that the operator should erase now. If there are any,
            the page has a row for them, without a link.
        is_mute: whether no agency has an address, which the page then warns of.
    """
    counts = _Counts(client)
    rows = [_row(counts, ui_url, search.name, search.tags, search.states) for search in SEARCHES]
    if overdue:
        rows.append(f"| {say('prefect.kept_long_enough')} | {overdue} |")
    warnings = [f"**{say('stack.no_addresses')}**"] if is_mute else []
    parts = [f"# {say('prefect.cases_now')}", *warnings, _table(say("prefect.cases"), rows)]
    seen = sorted({tag for run in counts.newest for tag in run.tags})
    for group in GROUPS:
        tags = [tag for tag in seen if tag.startswith(f"{group}:")]
        if tags:
            rows = [_row(counts, ui_url, tag.partition(":")[2], (OPEN_TAG, tag)) for tag in tags]
            parts.append(_table(say(f"prefect.group.{group}"), rows))
    return "\n\n".join(parts)


class _Counts:
    """Counts the runs with given tags and states. Open runs are counted here if there are fewer
    than `SAMPLE`; all others are counted by Prefect.
    """

    def __init__(self, client: SyncPrefectClient) -> None:
        self._client = client
        self.newest = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[OPEN_TAG])), limit=SAMPLE
        )

    def of(self, tags: Sequence[str], states: Sequence[str]) -> int:
        if OPEN_TAG in tags and len(self.newest) < SAMPLE:
            named = [run for run in self.newest if not states or run.state_name in states]
            return sum(set(tags) <= set(run.tags) for run in named)
        chosen = FlowRunFilter(
            tags=FlowRunFilterTags(all_=list(tags)),
            state=FlowRunFilterState(name=FlowRunFilterStateName(any_=list(states)))
            if states
            else None,
        )
        return self._client.count_flow_runs(flow_run_filter=chosen)


def _row(
    counts: _Counts, ui_url: str, label: str, tags: Sequence[str], states: Sequence[str] = ()
) -> str:
    return f"| [{label}]({link(ui_url, tags, states)}) | {counts.of(tags, states)} |"


def _table(heading: str, rows: Sequence[str]) -> str:
    return "\n".join([f"| {heading} | {say('prefect.number')} |", "| --- | ---: |", *rows])


def _publish(client: SyncPrefectClient, text: str) -> None:
    found = client.read_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[PAGE_KEY])),
        sort=ArtifactSort.CREATED_DESC,
        limit=1,
    )
    if not found:
        client.create_artifact(
            ArtifactCreate(
                key=PAGE_KEY, type="markdown", data=text, description=say("prefect.cases_now")
            )
        )
    elif found[0].data != text:
        client.update_artifact(found[0].id, ArtifactUpdate(data=text))
