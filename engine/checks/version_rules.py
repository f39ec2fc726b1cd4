"""What a definition says about the previous version, and about cases running on earlier ones."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.faults import Fault, Path
from engine.checks.names import Names
from engine.definition import Time, walked
from engine.message import finding
from engine.phrases.syntax import Moment, is_period
from engine.versions.renames import NOUNS, entries_of, written


def check_versions(names: Names) -> Iterator[Fault]:
    yield from _renamed(names)
    when = names.d.running_cases.when
    if when is not None:
        path: Path = ("running_cases", "when")
        yield from names.expression(when, path)
        if names.d.running_cases.rule == "pin":
            yield Fault(path, finding("running_cases.pinned"))
    for path, node in walked(names.d):
        if isinstance(node, Time) and node.running:
            yield from _running(node, (*path, "running"))


def _renamed(names: Names) -> Iterator[Fault]:
    """Check that each previous name (`was`) is no longer in use and is given by only one entry."""
    known: dict[tuple[str, str], str] = {}
    for section, name, was in written(names.d):
        path = (*_place(names, section, name), "was")
        if was in entries_of(names.d, section):
            yield Fault(path, finding("was.still_there", kind=NOUNS[section], name=was))
        elif (section, was) in known:
            yield Fault(path, finding("was.of_two", was=was, name=known[section, was]))
        known.setdefault((section, was), name)


def _place(names: Names, section: str, name: str) -> Path:
    if section == "steps":
        return ("stages", names.steps[name][0], "steps", name)
    return (section, name)


def _running(time: Time, path: Path) -> Iterator[Fault]:
    """Check that a transitional rule fits its period."""
    running = time.running
    if running is None:
        return
    if running.at_least and running.rule in ("keep", "longer"):
        yield Fault((*path, "at_least"), finding("running.at_least", rule=str(running.rule)))
    whole = time.time
    if isinstance(whole, Moment) and whole.duration and not is_period(whole):
        yield Fault(path, finding("running.counted_back"))
