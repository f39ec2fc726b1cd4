"""`onward simulate`: what a pathway demands of its agencies, tried with many random cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from engine.agencies.registry import Registry
from engine.loader import checked
from engine.pathway import Pathway
from engine.simulation.openings import years_of
from engine.simulation.rates import Rates, usual_rates
from engine.simulation.rates_file import load_rates
from engine.simulation.results import Results
from engine.simulation.world import HORIZON, simulate
from onward.authoring.pathway_files import RATES, read, whole
from onward.authoring.scenarios import registry_beside
from onward.printing import show_json
from onward.simulation.report import show_report
from onward.spoken import say

app = typer.Typer()


@app.callback()
def group() -> None:
    """Commands with which a design is tried with many cases."""


@app.command("simulate")
def simulate_cases(
    path: Annotated[Path, typer.Argument(help="The pathway.")],
    cases: Annotated[
        int, typer.Option("--cases", min=1, max=1_000_000, help="How many cases to simulate.")
    ] = 1000,
    seed: Annotated[
        int, typer.Option("--seed", help="The seed: the same one gives the same luck.")
    ] = 1,
    rates: Annotated[
        Path | None,
        typer.Option(
            "--rates", help="The rates file. Default: NAME.rates.yaml beside the pathway."
        ),
    ] = None,
    registry: Annotated[
        Path | None,
        typer.Option("--registry", help="The registry. Default: agencies.yaml beside the pathway."),
    ] = None,
    charts: Annotated[
        Path | None, typer.Option("--charts", help="Draw charts (SVG) into this folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Simulate many random cases, and report who waits for whom; nothing is stored or sent."""
    pathway = checked(whole(path))
    known = registry_beside(path, registry)
    written = _rates(path, rates, pathway, known.registry)
    calendars = known.calendars(*years_of(pathway, written, cases, HORIZON))
    with _progress(cases) as bar:
        task = bar.add_task(say("simulation.cases_over"), total=cases)
        results = simulate(
            pathway,
            known.registry,
            calendars,
            written,
            cases=cases,
            seed=seed,
            progress=lambda closed: bar.update(task, completed=closed),
        )
    drawn = _draw(results, charts) if charts else []
    if as_json:
        show_json(results)
    else:
        show_report(results)
        for file in drawn:
            typer.echo(say("simulation.drawn", file=str(file)))


def _rates(path: Path, named: Path | None, pathway: Pathway, registry: Registry) -> Rates:
    file = named or path.with_name(path.stem + RATES)
    if named is None and not file.is_file():
        typer.echo(say("simulation.no_rates", file=str(file)), err=True)
        return usual_rates(pathway)
    return load_rates(read(file), str(file), pathway, registry)


def _progress(cases: int) -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
        refresh_per_second=2,
    )


def _draw(results: Results, folder: Path) -> list[Path]:
    from onward.simulation.charts import draw  # takes a fifth of a second, and is rarely needed

    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for name, svg in draw(results).items():
        file = folder / f"{results.pathway}.{name}.svg"
        file.write_bytes(svg)
        drawn.append(file)
    return drawn
