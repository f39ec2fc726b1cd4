"""Where a scenario begins: with the opening of a case, where another scenario ends, or
after one of its acts (`until`).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.documents.document import Document, Path
from engine.errors import Problem
from engine.loads import Loads
from engine.message import finding
from engine.scenarios.file import OpenedAt, Play, Scenario, ScenarioFile
from engine.scenarios.names import Found, name_faults

_OF_THE_OPENING = ("opened", "by", "country")
_WITH_THE_OPENING = (*_OF_THE_OPENING, "roles", "loads")


class Opening(msgspec.Struct, frozen=True):
    """How a case is opened."""

    at: OpenedAt
    by: str
    country: str
    roles: dict[str, str]
    loads: Loads


class PlacedMoment(msgspec.Struct, frozen=True):
    """A moment of a case, and where it is written."""

    case: str
    number: int
    play: Play

    @property
    def path(self) -> Path:
        return ("cases", self.case, "play", self.number)


def check_beginnings(file: ScenarioFile, document: Document) -> list[Problem]:
    """Every fault in how the scenarios begin, each at its place."""
    found = {name: list(_faults(file, name)) for name in file.cases}
    lines = {name: _line(file, name) for name in file.cases}
    for name in sorted(file.cases, key=lambda each: len(lines[each])):
        until = file.cases[name].until
        # Only if the scenarios before it are sound; their own faults are reported where they are.
        if until is not None and not any(found.get(each, True) for each in lines[name]):
            found[name] += _faults_of_until(file, name, until)
    return [
        Problem(document.place(path, key=key), what)
        for name in file.cases
        for path, key, what in found[name]
    ]


def opening_of(file: ScenarioFile, name: str) -> Opening:
    """The opening of a scenario's case: its own, or that of the scenario it ultimately begins
    with.
    """
    first = file.cases[_line(file, name)[-1]]
    assert first.opened is not None, "`check_beginnings` has looked"
    return Opening(first.opened, first.by, first.country, first.roles, first.as_loads())


def moments_of(file: ScenarioFile, name: str) -> list[PlacedMoment]:
    """All moments of a scenario in order. If it begins with another scenario, that scenario's
    moments come first, up to the act that `until` names.
    """
    scenario = file.cases[name]
    own = [PlacedMoment(name, number, play) for number, play in enumerate(scenario.play)]
    if scenario.begins is None:
        return own
    before = moments_of(file, scenario.begins)
    if scenario.until is None:
        return before + own
    (last,) = _done(before, scenario.until)
    return before[: last + 1] + own


def _done(moments: list[PlacedMoment], act: str) -> list[int]:
    """The positions of the moments at which the act is done, from 0; an attempt that is expected to
    be refused does not count.
    """
    return [
        number
        for number, each in enumerate(moments)
        if each.play.do == act and not each.play.expect.refused
    ]


def _line(file: ScenarioFile, name: str) -> list[str]:
    """A scenario, the one it begins with, and so on, up to the first one, an unknown name, or a
    cycle.
    """
    line, now = [name], file.cases[name].begins
    while now is not None:
        line.append(now)
        now = file.cases[now].begins if now in file.cases and now not in line[:-1] else None
    return line


def _faults(file: ScenarioFile, name: str) -> Iterator[Found]:
    scenario, here = file.cases[name], ("cases", name)
    if scenario.begins is None:
        yield from _faults_of_a_first_one(scenario, here)
        return
    for word in _WITH_THE_OPENING:
        if word in scenario.model_fields_set:
            what = finding("begins.said_before", word=word, scenario=scenario.begins)
            yield (*here, word), True, what
    yield from name_faults("scenario", scenario.begins, file.cases, (*here, "begins"))
    line = _line(file, name)
    if name in line[1:]:
        what = finding("begins.itself", scenario=name)
        if by_way := tuple(line[1:-1]):
            what = finding("begins.itself_by_way_of", scenario=name, others=by_way)
        yield (*here, "begins"), False, what


def _faults_of_a_first_one(scenario: Scenario, here: Path) -> Iterator[Found]:
    for word in _OF_THE_OPENING:
        if not getattr(scenario, word):
            yield here, True, finding("begins.lacks", word=word)
    if scenario.until is not None:
        yield (*here, "until"), True, finding("until.no_begins")


def _faults_of_until(file: ScenarioFile, name: str, until: str) -> Iterator[Found]:
    _, before_it, *_ = _line(file, name)
    before = moments_of(file, before_it)
    times, path = len(_done(before, until)), ("cases", name, "until")
    if times > 1:
        yield path, False, finding("until.several_times", act=until, times=times)
    elif not times:
        acts = {each.play.do for each in before if each.play.do and not each.play.expect.refused}
        yield from name_faults("act", until, acts, path)
