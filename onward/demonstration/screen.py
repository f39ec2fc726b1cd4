"""What the demonstration shows: the cases as they progress, and a summary at the end."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime
from statistics import mean
from typing import Self

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from engine.message import message
from engine.pathway import Pathway
from engine.statuses import StageStatus
from engine.translation import words
from onward.demonstration.mailbox import Mailbox
from onward.demonstration.playing import PlayedCase
from onward.demonstration.summary import Summary
from onward.spoken import say

LINES = 20
"""How many cases are shown at most, one a line, so that they fit on a screen."""
PAGE_SECONDS = 10.0
"""The least time between two lines if the output is not a terminal."""


class Screen:
    """Shows where the first `LINES` cases are; without a terminal, prints a line of counts now and
    then.
    """

    def __init__(
        self, console: Console, pathway: Pathway, players: list[PlayedCase], mailbox: Mailbox
    ) -> None:
        self._console, self._pathway = console, pathway
        self._players, self._mailbox = players, mailbox
        self._live = Live(console=console, refresh_per_second=4, transient=True)
        self._last = time.monotonic()

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def show(self, now: datetime) -> None:
        if self._console.is_terminal:
            self._live.update(Group(Text(self._headline(now)), self._table()))
        elif time.monotonic() - self._last >= PAGE_SECONDS:
            self._last = time.monotonic()
            self._console.print(self._headline(now), highlight=False)

    def _headline(self, now: datetime) -> str:
        ended = sum(player.is_over for player in self._players)
        opened = sum(bool(player.code) for player in self._players)
        return say(
            "demonstration.so_far",
            at=now,
            opened=opened,
            cases=message("amount.cases", n=len(self._players)),
            ended=ended,
            notices=message("amount.notices", n=len(self._mailbox.received())),
        )

    def _table(self) -> Table:
        table = Table(
            say("demonstration.case"),
            say("demonstration.where"),
            say("demonstration.waits_for"),
            say("demonstration.responsible"),
            box=box.SIMPLE_HEAD,
        )
        for player in self._players[:LINES]:
            table.add_row(*self._row(player))
        return table

    def _row(self, player: PlayedCase) -> tuple[str, str, str, str]:
        state = player.state
        if not player.code:
            return "", say("demonstration.not_opened"), "", player.intake.agency
        if player.is_over:
            return player.code, words(state.end), "", state.responsible
        stages = [name for name, status in state.stages.items() if status == StageStatus.OPEN]
        where = ", ".join(self._pathway.stages[name].label for name in stages)
        waits = {self._pathway.label(each.step): None for each in state.open_tasks()}
        waits |= {self._pathway.label(each.step): None for each in state.open_hand_overs()}
        return player.code, where, ", ".join(list(waits)[:2]), state.responsible


def show_summary(console: Console, summary: Summary, seconds: float) -> None:
    """Print the summary, with every fault on a line of its own.

    Args:
        seconds: how long the demonstration took.
    """
    console.print(_counts(say("demonstration.by_end"), summary.ends))
    tasks = summary.tasks | Counter({say("demonstration.overdue"): summary.overdue})
    tasks |= Counter({say("demonstration.silent"): summary.silent})
    console.print(_counts(say("demonstration.tasks"), tasks))
    notices = summary.notices | Counter({say("demonstration.received"): summary.received})
    notices |= Counter({say("demonstration.received_twice"): summary.duplicates})
    console.print(_counts(say("demonstration.notices"), notices))
    console.print(_stages(summary))
    for fault in summary.faults:
        console.print(say("demonstration.fault", fault=fault), markup=False, highlight=False)
    whole = round(seconds)
    if summary.faults:
        console.print(say("demonstration.faulty", seconds=whole), highlight=False)
    else:
        console.print(say("demonstration.well", seconds=whole), highlight=False)


def _counts(heading: str, counts: Counter[str]) -> Table:
    table = Table(heading, say("demonstration.number"), box=box.SIMPLE_HEAD)
    for word, number in counts.items():
        table.add_row(words(word), str(number))
    return table


def _stages(summary: Summary) -> Table:
    table = Table(
        say("demonstration.stage"),
        say("demonstration.left"),
        say("demonstration.days"),
        say("demonstration.longest"),
        box=box.SIMPLE_HEAD,
    )
    for label, days in summary.days_in_stage.items():
        table.add_row(label, str(len(days)), f"{mean(days):.1f}", f"{max(days):.1f}")
    return table
