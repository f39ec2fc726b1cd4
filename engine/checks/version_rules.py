"""What a definition says of the version before, and of the cases that run on it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.faults import Fault, Path
from engine.checks.names import Names
from engine.definition import Time, walked
from engine.phrases.syntax import Moment, is_period
from engine.versions.renames import NOUNS, entries_of, written


def check_versions(names: Names) -> Iterator[Fault]:
    yield from _renamed(names)
    when = names.d.running_cases.when
    if when is not None:
        path: Path = ("running_cases", "when")
        yield from names.expression(when, path)
        if names.d.running_cases.rule == "pin":
            yield Fault(path, "pinned cases move under no condition", "leave `when` out")
    for path, node in walked(names.d):
        if isinstance(node, Time) and node.running:
            yield from _running(node, (*path, "running"))


def _renamed(names: Names) -> Iterator[Fault]:
    """An old name is that of one entry, which has another now."""
    known: dict[tuple[str, str], str] = {}
    for section, name, was in written(names.d):
        path, noun = (*_place(names, section, name), "was"), NOUNS[section]
        if was in entries_of(names.d, section):
            what = f"there is still a {noun} `{was}`"
            yield Fault(path, what, "leave `was` out, or name what is not there any more")
        elif (section, was) in known:
            what = f"`{known[section, was]}` was `{was}` already"
            yield Fault(path, what, "let it be one of the two")
        known.setdefault((section, was), name)


def _place(names: Names, section: str, name: str) -> Path:
    if section == "steps":
        return ("stages", names.steps[name][0], "steps", name)
    return (section, name)


def _running(time: Time, path: Path) -> Iterator[Fault]:
    """What runs may end otherwise only where something is counted."""
    running = time.running
    if running is None:
        return
    if running.at_least and running.rule in ("keep", "longer"):
        what = f"`{running.rule}` never ends earlier than it would have"
        yield Fault((*path, "at_least"), what, "leave it out")
    whole = time.time
    if isinstance(whole, Moment) and whole.duration and not is_period(whole):
        what = "it is counted back from a moment, and has no beginning"
        yield Fault(path, what, "leave `running` out")
