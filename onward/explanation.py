"""Prints an explanation: the status, the reasons, what is awaited, and how each clock was counted."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import typer

from engine.explaining.conditions import ConditionPart
from engine.explaining.reasons import Explanation, Reason
from engine.message import Message, message
from engine.translation import Translation
from onward.printing import show_json
from onward.spoken import language, say, spoken
from wording.day_by_day import moment, told


def show_explanation(found: Explanation, words: Translation, as_json: bool) -> None:
    """Print an explanation in the words of the pathway, or as JSON. Moments are shown with their
    zone; those in the count of a clock are in the zone in which its days are counted.
    """
    if as_json:
        show_json(found, words)
        return
    typer.echo(f"{found.about}  {found.title}".rstrip())
    typer.echo(spoken(message("told.line", name=message("shown.now"), value=found.is_now), words))
    because, awaited = message("shown.because"), message("shown.awaited")
    for heading, reasons in ((because, found.because), (awaited, found.waits_for)):
        if reasons:
            typer.echo(say("told.line", name=heading, value="").rstrip())
        for each in reasons:
            typer.echo(f"  {_line(each, ZoneInfo(found.zone), words)}")
            if each.condition is not None:
                _show_parts(each.condition, words)
    for lines in dict.fromkeys(
        tuple(told(each, language(), words)) for each in found.counts
    ):  # a panel's votes may have the same count, which is printed once
        for line in lines:
            typer.echo(line)


def _line(reason: Reason, zone: ZoneInfo, words: Translation) -> str:
    said = spoken(reason.said, words)
    return f"{said}, {moment(reason.at, zone, language())}" if reason.at else said


_HOLDS = {True: message("shown.yes"), False: message("shown.no"), None: message("shown.not_known")}


def _show_parts(part: ConditionPart, words: Translation, depth: int = 2) -> None:
    """Print each part of a condition with its result, and under each innermost part the values of
    the names in it, unless the part is just a name. If the condition has no parts, print only the
    values of its names.
    """
    indent = "  " * depth
    if part.parts:
        for each in part.parts:
            said = message("shown.part", holds=_HOLDS[each.holds], condition=each.text)
            typer.echo(f"{indent}{spoken(said, words)}")
            if each.parts:
                _show_parts(each, words, depth + 1)
            elif each.text not in each.known:  # a bare name would only repeat the sentence
                _show_known(each, words, depth + 1)
    else:
        _show_known(part, words, depth)


def _show_known(part: ConditionPart, words: Translation, depth: int) -> None:
    for name, value in part.known.items():
        typer.echo(f"{'  ' * depth}{spoken(_known(name, value), words)}")


def _known(name: str, value: object) -> Message:
    """What is known about a name. A fact such as `interrupt.alarm.raised` is a sentence by itself,
    which holds or does not.
    """
    if isinstance(value, bool) and "." in name:
        return message("shown.part", holds=_HOLDS[value], condition=name)
    if value is None:
        return message("shown.is", condition=name, word=message("shown.not_answered"))
    return message(
        "shown.is", condition=name, word=_HOLDS[value] if isinstance(value, bool) else value
    )
