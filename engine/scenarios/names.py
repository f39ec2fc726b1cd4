"""Whether the names in a scenario file lead somewhere: an expectation about nobody always passes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from engine.document import Document, Path
from engine.errors import Problem
from engine.pathway import Pathway, Role
from engine.registry import Registry
from engine.scenarios.file import Play, Scenario, ScenarioFile

CLOCK_WORDS = ("not_begun", "running", "still", "elapsed", "shortened")
"""How a named clock may stand; that one of its moments has ended it, its name says."""


def check_names(
    file: ScenarioFile, document: Document, pathway: Pathway, registry: Registry
) -> list[Problem]:
    """Every name that does not exist in the pathway or the registry, at its place."""
    return [
        Problem(document.place(path, key=key), message, remedy)
        for path, key, message, remedy in _unknown(file, pathway, registry)
    ]


Found = tuple[Path, bool, str, str]
"""Path, whether its key is meant, message, remedy."""


def _unknown(file: ScenarioFile, pathway: Pathway, registry: Registry) -> Iterator[Found]:
    if file.scenarios != pathway.name:
        message = f"these scenarios are for `{file.scenarios}`, the pathway is `{pathway.name}`"
        yield ("scenarios",), False, message, f"write `scenarios: {pathway.name}`"
    known_types = {role for agency in registry.agencies for role in agency.roles}
    for role in pathway.roles.values():
        yield from name_faults("type of role", role.type, known_types, ("scenarios",))
        if role.words and role.type in known_types:
            yield from _specialised(role, registry)
    for name, scenario in file.cases.items():
        yield from _of_case(scenario, ("cases", name), registry)
        for number, play in enumerate(scenario.play):
            path: Path = ("cases", name, "play", number)
            if play.by:
                yield from name_faults("agency", play.by, registry.by_code, (*path, "by"))
            yield from _act(play, path)
            yield from _expected(play, (*path, "expect"), pathway, registry)


def _act(play: Play, path: Path) -> Iterator[Found]:
    """Somebody does it, and what belongs to an act stands beside one."""
    if play.do and not play.by:
        yield (*path, "do"), False, "who does this?", "add `by:` and an agency"
    for word in ("by", "answers", "occurred_at"):
        if getattr(play, word) and not play.do:
            yield (*path, word), True, f"`{word}` without `do`", "add `do:`, or leave it out"


def _specialised(role: Role, registry: Registry) -> Iterator[Found]:
    able = [set(each.specialised) for each in registry.agencies if role.type in each.roles]
    if not any(set(role.words) <= words for words in able):
        words = ", ".join(role.words)
        message = f"no agency of the registry that may hold `{role.type}` is for {words}"
        yield ("scenarios",), False, message, f"add `for: [{words}]` to one of them"


def _of_case(scenario: Scenario, path: Path, registry: Registry) -> Iterator[Found]:
    if scenario.by:
        yield from name_faults("agency", scenario.by, registry.by_code, (*path, "by"))
    for role, agency in scenario.roles.items():
        yield from name_faults("agency", agency, registry.by_code, (*path, "roles", role))
    for agency, by_type in scenario.loads.items():
        here: Path = (*path, "loads", agency)
        yield from name_faults("agency", agency, registry.by_code, here, key=True)
        known = registry.by_code[agency].roles if agency in registry.by_code else by_type
        for role in by_type:
            yield from name_faults(f"role of {agency}", role, known, (*here, role), key=True)


def _expected(play: Play, path: Path, pathway: Pathway, registry: Registry) -> Iterator[Found]:
    expect, agencies = play.expect, registry.by_code
    subjects = {*pathway.steps, *pathway.definition.interrupts, "review"}
    for number, step in enumerate(expect.open or ()):
        yield from name_faults("step", step, subjects, (*path, "open", number))
    for step, agency in expect.agency.items():
        yield from name_faults("step", step, subjects, (*path, "agency", step), key=True)
        yield from name_faults("agency", agency, agencies, (*path, "agency", step))
    for step in expect.due:
        yield from name_faults("step", step, subjects, (*path, "due", step), key=True)
    for name, wanted in expect.clocks.items():
        clocks = pathway.definition.clocks
        yield from name_faults("clock", name, clocks, (*path, "clocks", name), key=True)
        if name in clocks and not wanted[:1].isdigit():
            known = {*CLOCK_WORDS, *clocks[name].anchors}
            yield from name_faults("word for a clock", wanted, known, (*path, "clocks", name))
    for agency in expect.told:
        yield from name_faults("agency", agency, agencies, (*path, "told", agency), key=True)
    if expect.responsible:
        yield from name_faults("agency", expect.responsible, agencies, (*path, "responsible"))
    if expect.end:
        yield from name_faults("end", expect.end, pathway.definition.ends, (*path, "end"))


def name_faults(
    kind: str, name: str, known: Iterable[str], path: Path, *, key: bool = False
) -> Iterator[Found]:
    names = sorted(known)
    if name in names:
        return
    near = difflib.get_close_matches(name, names, 1)
    message = f"there is no {kind} `{name}`"
    if kind == "type of role":
        message = f"no agency of the registry may hold the type of role `{name}`"
    yield (
        path,
        key,
        message,
        f"did you mean `{near[0]}`?" if near else f"known: {', '.join(names) or 'none'}",
    )
