"""Saves a rehearsal as a scenario: what was done, and what was observed after each moment.

This turns a workshop into a test: if a later change alters what was observed, that is reported at
the line that expected it.
"""

from __future__ import annotations

import re
from typing import Any

from engine.documents.document import load_document, plain, written_out
from engine.errors import CodedError
from engine.message import message
from engine.pathway import Pathway
from engine.rehearsal.session import Rehearsal, RehearsalMoment
from engine.scenarios.expectations import NO_MOMENT, due_of, holders_of, shown
from engine.scenarios.file import Play

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NO_CASE_YET = re.compile(r"^cases:\s*(?:#[^\n]*(?:\n\s*|\Z))*\Z", re.MULTILINE)
_NO_NAMES = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null"})
"""Words that YAML may read as something other than text."""


def as_scenario(rehearsal: Rehearsal, title: str) -> dict[str, Any]:
    """The case in the form in which it is written under its name in a scenario file."""
    opening = rehearsal.opening
    written: dict[str, Any] = {
        "title": title,
        "opened": shown(rehearsal.first.at),
        "by": opening.by,
        "country": opening.country,
    }
    if opening.roles:
        written["roles"] = opening.roles
    written["play"] = [_written(each, rehearsal.pathway) for each in rehearsal.moments]
    return written


def _written(moment: RehearsalMoment, pathway: Pathway) -> dict[str, Any]:
    play = moment.play
    written: dict[str, Any] = {"at": shown(moment.at)}
    if play.do:
        written |= {"by": play.by, "do": play.do}
        written |= {"person": play.person} if play.person != Play(at=moment.at).person else {}
    if play.answers:
        written["answers"] = dict(play.answers)
    if play.occurred_at:
        said = play.occurred_at
        written["occurred_at"] = said if isinstance(said, str) else shown(said)
    if play.holidays:
        written["holidays"] = {place: list(days) for place, days in play.holidays.items()}
    return written | {"expect": _seen(moment, pathway)}


def _seen(moment: RehearsalMoment, pathway: Pathway) -> dict[str, Any]:
    state = moment.state
    seen: dict[str, Any] = {"responsible": state.responsible}
    tasks = {task.step for task in state.open_tasks()}
    is_open = sorted(tasks | {asked.step for asked in state.open_hand_overs()})
    if {*is_open} <= {*pathway.steps, *pathway.definition.interrupts, "review"}:
        seen["open"] = is_open
        seen["agency"] = {step: min(holders_of(step, state)) for step in is_open}
        due = {step: due_of(step, state) for step in is_open}
        seen["due"] = {step: at for step, at in due.items() if at != NO_MOMENT}
    told: dict[str, list[str]] = {}
    for notice in moment.notices:
        told.setdefault(notice.owed.agency, []).append(notice.owed.kind)
    if told:
        seen["told"] = told
    if state.end:
        seen["end"] = state.end
    return {word: value for word, value in seen.items() if value or word == "open"}


def require_name(name: str) -> None:
    """Raises CodedError if `name` cannot be the name of a case."""
    if not _NAME.fullmatch(name):
        raise CodedError(message("scenario.no_name", name=name))
    if name in _NO_NAMES:
        raise CodedError(message("scenario.no_word", name=name))


def scenario_file(text: str, file: str, pathway: str, name: str, scenario: dict[str, Any]) -> str:
    """The text of a scenario file with a case appended. If `text` is empty, a new file is begun.

    Existing text and comments are kept.

    Raises:
        CodedError: `name` cannot be the name of a case, the file already has a case of that name,
            or the file does not end with its cases.
        DefinitionError: the text is not YAML, or not a mapping.
    """
    require_name(name)
    if not text.strip():
        return written_out({"scenarios": pathway, "cases": {name: scenario}})
    there = plain(load_document(text, file).root)
    cases = there.get("cases") or {}
    if name in cases:
        raise CodedError(message("scenario.there_already", file=file, name=name))
    if [*there][-1:] != ["cases"] or not (cases or _NO_CASE_YET.search(text)):
        raise CodedError(message("scenario.not_last", file=file))
    lines = written_out({"cases": {name: scenario}}).splitlines()[1:]
    margin = _margin(text)
    return text.rstrip("\n") + "\n" + "".join(f"{margin}{line[2:]}\n" for line in lines)


def _margin(text: str) -> str:
    """The spaces by which the names of cases are indented."""
    found = re.search(r"^cases:[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*( +)\S", text, re.MULTILINE)
    return found[1] if found else "  "
