"""Prints the results of a simulation in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import typer

from engine.plural import counted
from engine.simulation.results import AgencyWaitRow, EndRow, Results, WaitRow
from onward.printing import show_table

WHAT_IT_IS = (
    "This is no forecast. The rates are made up: it compares designs under the same luck, and shows"
    " what waits for whom if people were as the rates say."
)
_MOST = 30
"""How many lines of one kind fit on a page."""
Waiting = TypeVar("Waiting", bound=WaitRow)


def slowest(rows: Sequence[Waiting]) -> list[Waiting]:
    """What takes longest, the worst last."""
    return sorted(rows, key=lambda row: row.days_p90 or 0.0)[-_MOST:]


def latest(rows: Sequence[Waiting]) -> list[Waiting]:
    """What is late most often, the worst last; without what never is."""
    return sorted((row for row in rows if row.late_share), key=lambda row: row.late_share or 0.0)[
        -_MOST:
    ]


def busiest(rows: Sequence[AgencyWaitRow]) -> list[AgencyWaitRow]:
    """The agencies with least time left, the worst last."""
    return sorted(rows, key=lambda row: (row.used_share, row.line_mean))[-_MOST:]


def show_report(results: Results) -> None:
    """Print tables: ends, the longest waits, the busiest agencies, the sides."""
    first, last = results.first, results.last
    typer.echo(
        f"{results.pathway} version {results.version}: {counted(results.cases, 'case')}, opened"
        f" {first} to {last}, {results.cases_a_week:g} a week, seed {results.seed}"
    )
    typer.echo(WHAT_IT_IS)
    _heading("How cases end")
    show_table(_ends(results.ends))
    _heading(
        f"Steps that are late most often, and what is waited for longest (of {_count(results.steps)})"
    )
    show_table(_waits("step", _worst(results.steps)))
    agencies = _worst(results.agencies, busiest(results.agencies))
    _heading(f"Agencies, the busiest first (of {_count(results.agencies)})")
    show_table(_people(agencies))
    _heading("How long it takes there, in the same order")
    show_table(_waits("agency", agencies))
    _heading("Sides")
    show_table(_waits("side", results.sides))
    for line in _notes(results):
        typer.echo(line)


def _heading(text: str) -> None:
    typer.echo(f"\n{text}")


def _count(rows: Sequence[WaitRow]) -> str:
    return f"{len(rows)} in all; --json lists every one"


def _worst(rows: Sequence[Waiting], others: Sequence[Waiting] = ()) -> list[Waiting]:
    """Every line that one of the charts shows, in the order of the results."""
    chosen = {row.name for row in (*slowest(rows), *latest(rows), *others)}
    return [row for row in rows if row.name in chosen]


def _ends(rows: Iterable[EndRow]) -> dict[str, list[str]]:
    rows = list(rows)
    return {
        "end": [row.name or "none yet" for row in rows],
        "kind": [row.kind for row in rows],
        "cases": [f"{row.cases:,}" for row in rows],
        "share": [percent(row.share) for row in rows],
        "days, median": [_days(row.days_median) for row in rows],
        "days, 9 of 10": [_days(row.days_p90) for row in rows],
    }


def _waits(name: str, rows: Sequence[WaitRow]) -> dict[str, list[str]]:
    return {
        name: [row.name for row in rows],
        "done": [f"{row.done:,}" for row in rows],
        "days, median": [_days(row.days_median) for row in rows],
        "days, 9 of 10": [_days(row.days_p90) for row in rows],
        "in line, median": [_days(row.line_days_median) for row in rows],
        "in line, 9 of 10": [_days(row.line_days_p90) for row in rows],
        "late": [percent(row.late_share) for row in rows],
    }


def _people(rows: Sequence[AgencyWaitRow]) -> dict[str, list[str]]:
    return {
        "agency": [row.name for row in rows],
        "people": [str(row.people) for row in rows],
        "time used": [percent(row.used_share) for row in rows],
        "line, mean": [f"{row.line_mean:.1f}" for row in rows],
        "longest": [str(row.line_longest) for row in rows],
    }


def _notes(results: Results) -> Iterable[str]:
    if results.guessed:
        listed = ", ".join(results.guessed)
        yield f"Nobody says how many people these have, one is taken: {listed}"
    if results.left_undone:
        yield f"Refused in whatever way it was tried, and left: {results.left_undone:,}"


def percent(share: float | None) -> str:
    """`12 %`; empty if there was nothing to count."""
    return "" if share is None else f"{share:.1%}".replace("%", " %")


def _days(days: float | None) -> str:
    return "" if days is None else f"{days:,.1f}"
