"""The gap report of a rehearsal, as lines for a workshop's minutes."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from engine.plural import counted
from engine.rehearsal.gaps import Declined, Gaps, Silence
from onward.rehearsal.board import at
from onward.spoken import spoken

Sections = dict[str, list[str]]
"""Headings with their lines."""
_BECAME = {
    "wait_on": "asked again",
    "give_up": "gave up",
    "nothing": "has done nothing about it",
    "went_on": "the pathway went on by itself",
    "revoked": "the request was taken back",
    "answered": "it was answered late",
}


def show_gaps(gaps: Gaps) -> None:
    """The gap report, for the minutes of a workshop."""
    for line in gap_lines(gaps):
        typer.echo(line)


def gap_lines(gaps: Gaps) -> Iterable[str]:
    """Every gap, then refused attempts, and who was notified of what."""
    yield f"Gap report: {counted(gaps.count, 'gap')}"
    sections = _of_silences(gaps) | _of_requests(gaps) | _of_work(gaps) | _of_all(gaps)
    for heading, lines in sections.items():
        if lines:
            yield ""
            yield heading
            yield from (f"  {line}" for line in lines)


def _of_silences(gaps: Gaps) -> Sections:
    return {
        "Nobody knew what to do": [
            f"{each.agency or 'somebody'}, {at(each.at)}: {each.words}"
            f" (had {', '.join(each.open) or 'nothing'})"
            for each in gaps.stuck
        ],
        "Silences that nobody owned or did anything about": [
            _silent(each) for each in gaps.silences if each.is_gap
        ],
        "Silences that somebody dealt with": [
            _silent(each) for each in gaps.silences if not each.is_gap
        ],
    }


def _of_requests(gaps: Gaps) -> Sections:
    return {
        "Declined": [_declined(each) for each in gaps.declined],
        "Nobody was left to ask": [
            f"{each.task} for {each.owner}: {_BECAME.get(each.became, 'nothing was decided')}"
            for each in gaps.nobody_left
        ],
        "Asked for more, and nobody answered": [
            f"{each.agency} asked {each.sender} about {each.request}, {at(each.at)}"
            for each in gaps.questions
        ],
        "Handed over and still without an answer": [
            f"{each.agency}: {each.request}, asked {at(each.since)},"
            f" answer by {at(each.answer_by) or 'no day'}"
            for each in gaps.unanswered
        ],
    }


def _of_work(gaps: Gaps) -> Sections:
    return {
        "Not done when its time came": [
            f"{each.agency}: {each.task}, due {at(each.due_at)},"
            f" {f'done {at(each.done_at)}' if each.done_at else 'not done'}"
            for each in gaps.late
        ],
        "Still to be done": [
            f"{' or '.join(each.agencies)}: {each.task},"
            f" {f'due {at(each.due_at)}' if each.due_at else 'no day'}"
            f"{', rests' if each.rests else ''}"
            for each in gaps.open
        ],
        "Meant for a role that nobody could hold": [
            f"{each.task} for {each.role}: fell to {each.agency}" for each in gaps.fallen
        ],
        "Had something to do, and nobody played it": list(gaps.unplayed),
    }


def _of_all(gaps: Gaps) -> Sections:
    return {
        "Tried, and not possible": [
            f"{each.agency}, {at(each.at)}: {each.words} ({spoken(each.why)})"
            for each in gaps.tried
        ],
        "Who was told what": [
            f"{at(each.at)} {each.agency}: {each.kind.replace('_', ' ')}"
            f"{f', {each.label}' if each.label else ''}"
            for each in gaps.told
        ],
    }


def _declined(each: Declined) -> str:
    then = f"{each.next} was asked next" if each.next else "nobody was asked after it"
    return f"{each.agency} declined {each.request} ({each.reason}), {at(each.at)}; {then}"


def _silent(each: Silence) -> str:
    owner = f"{each.owner} owned it and " if each.owner else "owned by nobody: "
    became = _BECAME.get(each.became, each.became)
    return f"{each.agency} did not answer {each.request} by {at(each.since)}; {owner}{became}"
