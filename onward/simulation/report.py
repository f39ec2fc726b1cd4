"""Prints the results of a simulation in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import typer

from engine.simulation.results import AgencyWaitRow, EndRow, Results, WaitRow
from onward.printing import show_table
from onward.spoken import say

_MOST = 30
"""How many rows a chart shows at most, so that it fits on a page."""
Waiting = TypeVar("Waiting", bound=WaitRow)


def slowest(rows: Sequence[Waiting]) -> list[Waiting]:
    """The rows whose work took longest, by the 90th percentile: at most `_MOST`, the worst last."""
    return sorted(rows, key=lambda row: row.days_p90 or 0.0)[-_MOST:]


def latest(rows: Sequence[Waiting]) -> list[Waiting]:
    """The rows that are late most often, at most `_MOST`, the worst last. Rows that are never late
    are left out.
    """
    return sorted((row for row in rows if row.late_share), key=lambda row: row.late_share or 0.0)[
        -_MOST:
    ]


def busiest(rows: Sequence[AgencyWaitRow]) -> list[AgencyWaitRow]:
    """The agencies whose people have the least time left, at most `_MOST`, the worst last."""
    return sorted(rows, key=lambda row: (row.used_share, row.line_mean))[-_MOST:]


def show_report(results: Results) -> None:
    """Print tables of the ends, of the steps and agencies that the charts show, and of the sides."""
    first, last = results.first, results.last
    what = say(
        "simulation.of",
        n=results.cases,
        pathway=results.pathway,
        version=results.version,
        since=first,
        until=last,
        a_week=f"{results.cases_a_week:g}",
        seed=results.seed,
    )
    typer.echo(what)
    typer.echo(say("simulation.no_forecast"))
    _heading(say("simulation.ends"))
    show_table(_ends(results.ends))
    _heading(say("simulation.steps", number=len(results.steps)))
    show_table(_waits(say("simulation.step"), _worst(results.steps)))
    agencies = _worst(results.agencies, busiest(results.agencies))
    _heading(say("simulation.agencies", number=len(results.agencies)))
    show_table(_people(agencies))
    _heading(say("simulation.waits_there"))
    show_table(_waits(say("simulation.agency"), agencies))
    _heading(say("simulation.sides"))
    show_table(_waits(say("simulation.side"), results.sides))
    for line in _notes(results):
        typer.echo(line)


def _heading(text: str) -> None:
    typer.echo(f"\n{text}")


def _worst(rows: Sequence[Waiting], others: Sequence[Waiting] = ()) -> list[Waiting]:
    """Every row that one of the charts shows, in the order of the results.

    Args:
        others: rows that a further chart shows, besides the slowest and the latest.
    """
    chosen = {row.name for row in (*slowest(rows), *latest(rows), *others)}
    return [row for row in rows if row.name in chosen]


def _ends(rows: Iterable[EndRow]) -> dict[str, list[str]]:
    rows = list(rows)
    return {
        say("simulation.end"): [row.name or say("simulation.none_yet") for row in rows],
        say("simulation.kind"): [row.kind for row in rows],
        say("simulation.cases"): [f"{row.cases:,}" for row in rows],
        say("simulation.share"): [percent(row.share) for row in rows],
        say("simulation.days_median"): [_days(row.days_median) for row in rows],
        say("simulation.days_p90"): [_days(row.days_p90) for row in rows],
    }


def _waits(name: str, rows: Sequence[WaitRow]) -> dict[str, list[str]]:
    return {
        name: [row.name for row in rows],
        say("simulation.done"): [f"{row.done:,}" for row in rows],
        say("simulation.days_median"): [_days(row.days_median) for row in rows],
        say("simulation.days_p90"): [_days(row.days_p90) for row in rows],
        say("simulation.line_median"): [_days(row.line_days_median) for row in rows],
        say("simulation.line_p90"): [_days(row.line_days_p90) for row in rows],
        say("simulation.late"): [percent(row.late_share) for row in rows],
    }


def _people(rows: Sequence[AgencyWaitRow]) -> dict[str, list[str]]:
    return {
        say("simulation.agency"): [row.name for row in rows],
        say("simulation.people"): [str(row.people) for row in rows],
        say("simulation.used"): [percent(row.used_share) for row in rows],
        say("simulation.line_mean"): [f"{row.line_mean:.1f}" for row in rows],
        say("simulation.line_longest"): [str(row.line_longest) for row in rows],
    }


def _notes(results: Results) -> Iterable[str]:
    if results.guessed:
        yield say("simulation.guessed", agencies=tuple(results.guessed))
    if results.left_undone:
        yield say("simulation.left_undone", number=results.left_undone)


def percent(share: float | None) -> str:
    """A share, such as `12.0 %`; empty if there was nothing to count."""
    return "" if share is None else f"{share:.1%}".replace("%", " %")


def _days(days: float | None) -> str:
    return "" if days is None else f"{days:,.1f}"
