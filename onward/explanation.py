"""Prints an explanation: the status, the reasons, what it waits for, and each count."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import typer

from engine.explaining.conditions import ConditionPart
from engine.explaining.reasons import Explanation, Reason
from engine.message import message
from onward.printing import show_json
from onward.spoken import language, say, spoken
from wording.counting import moment, told


def show_explanation(found: Explanation, as_json: bool) -> None:
    """Print an explanation. Moments carry their zone; in a count, the one whose midnight
    separates days.
    """
    if as_json:
        show_json(found)
        return
    typer.echo(f"{found.about}  {found.title}".rstrip())
    typer.echo(say("told.line", name=message("shown.now"), value=found.is_now))
    because, awaited = message("shown.because"), message("shown.awaited")
    for heading, reasons in ((because, found.because), (awaited, found.waits_for)):
        if reasons:
            typer.echo(say("told.line", name=heading, value="").rstrip())
        for each in reasons:
            typer.echo(f"  {_line(each, ZoneInfo(found.zone))}")
            if each.condition is not None:
                _show_parts(each.condition)
    for lines in dict.fromkeys(
        tuple(told(each, language())) for each in found.counts
    ):  # of a panel's votes one
        for line in lines:
            typer.echo(line)


def _line(reason: Reason, zone: ZoneInfo) -> str:
    said = spoken(reason.said)
    return f"{said}, {moment(reason.at, zone, language())}" if reason.at else said


_HOLDS = {True: message("shown.yes"), False: message("shown.no"), None: message("shown.not_known")}


def _show_parts(part: ConditionPart, depth: int = 2) -> None:
    """Each part with its result and, under the smallest, the values of its names."""
    indent = "  " * depth
    if part.parts:
        for each in part.parts:
            typer.echo(f"{indent}{spoken(_HOLDS[each.holds])}: {each.text}")
            if each.parts:
                _show_parts(each, depth + 1)
            else:
                _show_known(each, depth + 1)
    else:
        _show_known(part, depth)


def _show_known(part: ConditionPart, depth: int) -> None:
    for name, value in part.known.items():
        typer.echo(f"{'  ' * depth}{spoken(message('shown.is', name=name, value=_value(value)))}")


def _value(value: object) -> object:
    if value is None:
        return message("shown.not_answered")
    return _HOLDS[value] if isinstance(value, bool) else value
