"""How an explanation is printed: now, because of what, what it waits for, and each count."""

from __future__ import annotations

import typer

from engine.explaining.conditions import Part
from engine.explaining.reasons import Explanation, Reason
from engine.explaining.telling import told
from onward.printing import Moments, show_json


def show_explanation(found: Explanation, moments: Moments | None, as_json: bool) -> None:
    """Print it; moments are UTC where no zones are known."""
    if as_json:
        show_json(found)
        return
    typer.echo(f"{found.about}  {found.title}".rstrip())
    typer.echo(f"now: {found.is_now}")
    for heading, reasons in (("because", found.because), ("open or awaited", found.waits_for)):
        if reasons:
            typer.echo(f"{heading}:")
        for each in reasons:
            typer.echo(f"  {_line(each, found.agency, moments)}")
            if each.condition is not None:
                _show_parts(each.condition)
    for count in found.counts:
        for line in told(count):
            typer.echo(line)


def _line(reason: Reason, agency: str, moments: Moments | None) -> str:
    if reason.at is None:
        return reason.text
    shown = moments.show(reason.at, agency) if moments else f"{reason.at:%Y-%m-%d %H:%M} UTC"
    return f"{reason.text}, {shown}"


_HOLDS = {True: "yes", False: "no", None: "not known"}


def _show_parts(part: Part, depth: int = 2) -> None:
    """Each part with what it is, and under the smallest what its names stand for."""
    indent = "  " * depth
    if part.parts:
        for each in part.parts:
            typer.echo(f"{indent}{_HOLDS[each.holds]}: {each.text}")
            if each.parts:
                _show_parts(each, depth + 1)
            else:
                _show_known(each, depth + 1)
    else:
        _show_known(part, depth)


def _show_known(part: Part, depth: int) -> None:
    for name, value in part.known.items():
        said = {True: "yes", False: "no", None: "not answered"}.get(value, value)  # type: ignore[call-overload]
        typer.echo(f"{'  ' * depth}{name} is {said}")
