"""`onward operator`: who may run this installation, and what was done to it."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import operators
from onward.installation import operating
from onward.options import AsJson, staff_code
from onward.printing import Moments, show_list
from onward.spoken import say

app = typer.Typer()
operator = typer.Typer(help="Who may run this installation: add, list, remove, log.")
app.add_typer(operator, name="operator")

OperatorCode = Annotated[
    str,
    typer.Argument(
        metavar="CODE",
        parser=staff_code,
        help="The code by which records know the operator; not a name.",
    ),
]


@operator.command("add")
def add(
    code: OperatorCode,
    account: Annotated[
        str,
        typer.Option(
            "--account", metavar="NAME", help="The operator's account on the operating system."
        ),
    ],
) -> None:
    """Make an operating-system account an operator; an operator may do everything."""
    with operating() as (onward, by):
        operators.add(onward, code, account.strip(), by)
    typer.echo(say("done.operator_added", operator=code, account=account.strip()))


@operator.command("remove")
def remove(code: OperatorCode) -> None:
    """Stop an account from being an operator; what it did stays recorded."""
    with operating() as (onward, by):
        operators.remove(onward, code, by)
    typer.echo(say("done.operator_removed", operator=code))


@operator.command("list")
def list_operators(as_json: AsJson = False) -> None:
    """List past and present operators."""
    with operating() as (onward, by):
        found = operators.operators(onward, by)
        moments = Moments(onward)
    columns = {
        "operator": [each.code for each in found],
        "account": [each.account for each in found],
        "added": [moments.show(each.added_at) for each in found],
        "removed": [moments.show(each.removed_at) if each.removed_at else "" for each in found],
    }
    show_list(found, columns, as_json, say("told.nothing_operated"))


@operator.command("log")
def log(as_json: AsJson = False) -> None:
    """Show in order what operators and coordinators did to the installation, what administrators of
    agencies did for their staff, and what the installation did by itself; `onward verify` proves
    the record unchanged.
    """
    with operating() as (onward, by):
        found = operators.acts(onward, by)
        moments = Moments(onward)
    columns = {
        "entry": [str(each.number) for each in found],
        "at": [moments.show(each.made_at) for each in found],
        "operator": [each.operator for each in found],
        "act": [each.act.replace("_", " ") for each in found],
        "about": [", ".join(f"{k} {v}" for k, v in each.about.items()) for each in found],
    }
    show_list(found, columns, as_json, say("told.nothing_operated"))
