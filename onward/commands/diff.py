"""`onward diff`: how a pathway differs in meaning from another, such as its previous version or the
template that it patches.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

import msgspec
import typer

from engine.pathway import Pathway
from engine.versions.differences import Difference, differences
from engine.versions.reworded import reworded
from engine.versions.widening import Sight, widened
from onward.authoring.pathway_files import pathway_of
from onward.spoken import say, spoken

app = typer.Typer()
Before = Annotated[
    str,
    typer.Argument(metavar="A", help="A pathway's file, or a published version: NAME@VERSION."),
]
After = Annotated[
    str, typer.Argument(metavar="B", help="The one to compare it with, given in the same way.")
]


@app.command()
def diff(
    before: Before,
    after: After,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a list.")] = False,
) -> None:
    """Show how B differs in meaning from A, section by section, and who may know or read more.
    Parts and patches are put together first.
    """
    old, new = pathway_of(before), pathway_of(after)
    found = differences(old.definition, new.definition)
    if as_json:
        typer.echo(json.dumps(msgspec.to_builtins(found), indent=2))
        return
    typer.echo(f"{_named(old)} -> {_named(new)}")
    show_differences(found)
    if not found:
        typer.echo(say("done.mean_the_same"))
    show_widening([*widened(old.definition, new.definition), *reworded(old, new)])


def show_differences(found: Sequence[Difference]) -> None:
    """Print differences, section by section."""
    for section, group in groupby(found, key=lambda each: each.section):
        typer.echo(section)
        for each in group:
            typer.echo(f"  {_line(each)}")


def show_widening(found: Sequence[Sight]) -> None:
    """Print what a version newly lets agencies know and read, and on which conditions, and which
    questions to the person are worded differently. Prints nothing if `found` is empty.
    """
    if found:
        typer.echo(say("done.widens"))
    for each in found:
        only = f" ({'; '.join(each.only)})" if each.only else ""
        typer.echo(f"  {spoken(each.told)}{only}")


def _named(pathway: Pathway) -> str:
    return say("told.version_of", pathway=pathway.name, version=pathway.version)


def _line(found: Difference) -> str:
    name = f"{found.entry} {found.words}".strip()
    values = " -> ".join(filter(None, (found.before, found.after)))
    return f"{found.kind} {name}: {values}"
