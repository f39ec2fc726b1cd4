"""The gap report of a rehearsal, as lines for a workshop's minutes."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from engine.rehearsal.gaps import Declined, Gaps, Late, Open, Silence
from onward.rehearsal.board import at, one_of
from onward.spoken import say, spoken

Sections = dict[str, list[str]]
"""Headings with their lines."""


def show_gaps(gaps: Gaps) -> None:
    """Print the gap report, for the minutes of a workshop."""
    for line in gap_lines(gaps):
        typer.echo(line)


def gap_lines(gaps: Gaps) -> Iterable[str]:
    """The number of gaps, then, in sections: the gaps, the silences that were dealt with, every
    request that was declined, the acts that were refused, and who was notified of what.
    """
    yield say("gaps.report", n=gaps.count)
    sections = _of_silences(gaps) | _of_requests(gaps) | _of_work(gaps) | _of_all(gaps)
    for heading, lines in sections.items():
        if lines:
            yield ""
            yield heading
            yield from (f"  {line}" for line in lines)


def _of_silences(gaps: Gaps) -> Sections:
    return {
        say("gaps.stuck"): [
            say(
                "gaps.was_stuck",
                agency=each.agency or say("gaps.somebody"),
                at=at(each.at),
                what=each.words,
                work=tuple(each.open) or say("gaps.nothing"),
            )
            for each in gaps.stuck
        ],
        say("gaps.silences"): [_silent(each) for each in gaps.silences if each.is_gap],
        say("gaps.silences_dealt_with"): [
            _silent(each) for each in gaps.silences if not each.is_gap
        ],
    }


def _of_requests(gaps: Gaps) -> Sections:
    return {
        say("gaps.declined"): [_declined(each) for each in gaps.declined],
        say("gaps.nobody_left"): [
            say("gaps.was_left", task=each.task, agency=each.owner, became=_became(each.became))
            for each in gaps.nobody_left
        ],
        say("gaps.questions"): [
            say(
                "gaps.questioned",
                agency=each.agency,
                sender=each.sender,
                request=each.request,
                at=at(each.at),
            )
            for each in gaps.questions
        ],
        say("gaps.unanswered"): [
            say(
                "gaps.was_asked",
                agency=each.agency,
                request=each.request,
                since=at(each.since),
                until=at(each.answer_by) or say("rehearsal.no_day"),
            )
            for each in gaps.unanswered
        ],
    }


def _of_work(gaps: Gaps) -> Sections:
    return {
        say("gaps.late"): [_late(each) for each in gaps.late],
        say("gaps.open"): [_open(each) for each in gaps.open],
        say("gaps.fallen"): [
            say("gaps.fell", task=each.task, meant=each.role, agency=each.agency)
            for each in gaps.fallen
        ],
        say("gaps.unplayed"): list(gaps.unplayed),
    }


def _of_all(gaps: Gaps) -> Sections:
    return {
        say("gaps.tried"): [
            f"{each.agency}, {at(each.at)}: {each.words} ({spoken(each.why)})"
            for each in gaps.tried
        ],
        say("gaps.told"): [
            f"{at(each.at)} {each.agency}: {each.kind.replace('_', ' ')}"
            f"{f', {each.label}' if each.label else ''}"
            for each in gaps.told
        ],
    }


def _declined(each: Declined) -> str:
    then = say("gaps.next", agency=each.next) if each.next else say("gaps.nobody_next")
    return say(
        "gaps.has_declined",
        agency=each.agency,
        request=each.request,
        because=each.reason,
        at=at(each.at),
        then=then,
    )


def _silent(each: Silence) -> str:
    became = _became(each.became)
    then = (
        say("gaps.owned", agency=each.owner, became=became)
        if each.owner
        else say("gaps.owned_by_nobody", became=became)
    )
    return say(
        "gaps.was_silent", agency=each.agency, request=each.request, at=at(each.since), then=then
    )


def _late(each: Late) -> str:
    done = say("gaps.done", at=at(each.done_at)) if each.done_at else say("gaps.not_done")
    return say("gaps.was_late", agency=each.agency, task=each.task, at=at(each.due_at), done=done)


def _open(each: Open) -> str:
    due = say("gaps.due", at=at(each.due_at)) if each.due_at else say("rehearsal.no_day")
    said = say("gaps.is_open", agency=one_of(each.agencies), task=each.task, due=due)
    return say("gaps.rests", said=said) if each.rests else said


def _became(word: str) -> str:
    return say(f"gaps.became.{word or 'undecided'}")
