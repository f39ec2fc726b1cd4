"""`onward hold`: legal holds, which keep cases and what is known about persons from being
erased.
"""

from __future__ import annotations

from typing import Annotated

import typer

from casework import placing_holds
from casework.placing_holds import HoldLine, HoldReason, Order
from onward.installation import operating
from onward.options import AsJson, CaseCode
from onward.printing import Moments, show_list
from onward.spoken import say

app = typer.Typer()
hold = typer.Typer(
    help="What may not be erased, on the order of an authority: hold a case or a person, lift, list."
)
app.add_typer(hold, name="hold")

Why = Annotated[
    HoldReason,
    typer.Option(
        "--because",
        help="What it is needed for: proceedings, a claim, or an inquiry into how it was handled.",
    ),
]
Authority = Annotated[
    str,
    typer.Option(
        "--authority",
        prompt="Authority",
        help="Who ordered it. You are asked for it if you leave it out.",
    ),
]
Reference = Annotated[
    str,
    typer.Option(
        "--reference",
        prompt="Its reference",
        help="Their reference for the order, such as a file number. You are asked for it if "
        "you leave it out.",
    ),
]
Number = Annotated[int, typer.Argument(metavar="HOLD", help="Its number in `onward hold list`.")]


@hold.command("case")
def hold_the_case(code: CaseCode, because: Why, authority: Authority, reference: Reference) -> None:
    """Keep a case, and what is known about its person, from being erased until the hold is
    lifted.
    """
    _place(code, because, Order(authority, reference), person=False)


@hold.command("person")
def hold_the_person(
    code: CaseCode, because: Why, authority: Authority, reference: Reference
) -> None:
    """Keep everything about a case's person from being erased, in all their cases, including later
    ones.
    """
    _place(code, because, Order(authority, reference), person=True)


@hold.command("lift")
def lift(number: Number, authority: Authority, reference: Reference) -> None:
    """Lift a hold, and name the order by which you lift it. What it kept may then be erased, unless
    another hold still keeps it.
    """
    with operating() as (onward, by):
        lifted = placing_holds.lift(onward, number, Order(authority, reference), by)
        moments = Moments(onward)
    typer.echo(say("done.hold_lifted", hold=number, cases=tuple(lifted.cases)))
    if lifted.asked_at:
        typer.echo(asked_for(lifted, moments))


@hold.command("list")
def list_holds(as_json: AsJson = False) -> None:
    """List past and present holds, and whether the person asked for erasure meanwhile."""
    with operating() as (onward, by):
        found = placing_holds.holds(onward, by)
        moments = Moments(onward)
    columns = {
        "hold": [str(each.number) for each in found],
        "of": [each.of for each in found],
        "case": [", ".join(each.cases) for each in found],
        "why": [each.reason for each in found],
        "since": [moments.show(each.since) for each in found],
        "order": [_order(each.placed) for each in found],
        "asked": [moments.show(each.asked_at) for each in found],
        "lifted": [moments.show(each.lifted_at) for each in found],
        "lifting": [_order(each.lifted) for each in found],
    }
    show_list(found, columns, as_json, say("told.nothing_held"))


def asked_for(hold: HoldLine, moments: Moments) -> str:
    """The note on an erasure that a person asked for during a hold that has now been lifted."""
    at = moments.show(hold.asked_at)
    # A hold on a case also covers what is known about its person.
    what = "both" if hold.of == "case" else "person"
    return say("done.asked_while_held", at=at, what=what, case=hold.cases[0])


def _place(code: str, because: HoldReason, order: Order, *, person: bool) -> None:
    with operating() as (onward, by):
        number = placing_holds.hold(onward, code, because, order, by, person=person)
    what = say("done.all_of_person", case=code) if person else code
    typer.echo(say("done.hold", hold=number, what=what))


def _order(order: Order | None) -> str:
    return f"{order.authority}, {order.reference}" if order else ""
