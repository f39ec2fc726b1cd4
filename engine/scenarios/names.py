"""Checks the names in a scenario file: an expectation about something that does not exist would
fail for no visible reason, or always pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from engine.acts.declared import WordKind
from engine.agencies.registry import Registry
from engine.clock import CLOCK_WORDS
from engine.countries import code_of, country_of, fault_of_country, is_country
from engine.documents.document import Document, Path
from engine.errors import Problem
from engine.message import Message, finding
from engine.nearest import suggestion
from engine.pathway import Pathway
from engine.plans import RolePlan
from engine.scenarios.expected_words import NOTICES, REASONS
from engine.scenarios.file import Expect, Play, Scenario, ScenarioFile
from engine.verbs import BY_VERB, TO_AGENCIES, names_of


def check_names(
    file: ScenarioFile, document: Document, pathway: Pathway, registry: Registry
) -> list[Problem]:
    """Every name that is not in the pathway or registry, and whatever else does not fit them, each
    at its place.
    """
    return [
        Problem(document.place(path, key=key), what)
        for path, key, what in _unknown(file, pathway, registry)
    ]


Found = tuple[Path, bool, Message]
"""The path, whether its key is at fault, and what is wrong there."""


def _unknown(file: ScenarioFile, pathway: Pathway, registry: Registry) -> Iterator[Found]:
    if file.scenarios != pathway.name:
        what = finding("scenarios.of_another", written=file.scenarios, pathway=pathway.name)
        yield ("scenarios",), False, what
    known_types = {role for agency in registry.agencies for role in agency.roles}
    for role in pathway.roles.values():
        yield from name_faults("type_of_role", role.type, known_types, ("scenarios",))
        if role.words and role.type in known_types:
            yield from _specialised(role, registry)
    for name, scenario in file.cases.items():
        yield from _of_case(scenario, ("cases", name), pathway, registry)
        for number, play in enumerate(scenario.play):
            path: Path = ("cases", name, "play", number)
            if play.by and play.expect.refused != _UNKNOWN:
                yield from name_faults("agency", play.by, registry.by_code, (*path, "by"))
            yield from _act(play, path)
            for place in play.holidays:
                yield from _place(place, (*path, "holidays", place))
            yield from _done(play, (*path, "do"), pathway, registry)
            yield from _expected(play, (*path, "expect"), pathway, registry)


def _place(name: str, path: Path) -> Iterator[Found]:
    country = country_of(name)
    if not is_country(country):
        what = fault_of_country(country)
        if code := code_of(country):
            what = finding("country_by_name", name=country, code=code)
        yield path, True, what


def _act(play: Play, path: Path) -> Iterator[Found]:
    """Check that an act has an agency, and that nothing accompanies a missing act."""
    if play.do and not play.by:
        yield (*path, "do"), False, finding("play.done_by_nobody")
    for word in ("by", "answers", "occurred_at"):
        if getattr(play, word) and not play.do:
            yield (*path, word), True, finding("play.no_do", word=word)


def _done(play: Play, path: Path, pathway: Pathway, registry: Registry) -> Iterator[Found]:
    """Check that what an act is about exists: a misspelt step would simply seem not to be open.

    An agency need not exist if the scenario expects a refusal for that.
    """
    phrase = names_of(play.do or "")
    if phrase is None or not phrase[1]:
        return  # reported when it is played
    verb, name, joint, word = phrase
    about = next(iter(BY_VERB.get(verb, {WordKind.TASK: None})))
    what, known = KINDS[about]
    may_lack = play.expect.refused == _UNKNOWN
    if not (about is WordKind.AGENCY and may_lack):
        subject = name.partition(".")[0]  # also for a task by its id: `plan.1.home`
        yield from name_faults(what, subject, known(pathway, registry), path)
    if joint in TO_AGENCIES and not may_lack:
        yield from name_faults("agency", word, registry.by_code, path)


_UNKNOWN = "unknown_agency"
"""The reason for refusing an agency that is not in the registry."""


def _tasks(pathway: Pathway, _: Registry) -> Iterable[str]:
    """Names under which tasks may be open: steps, interrupts, the review and ends, because an end
    may take a closing task.
    """
    definition = pathway.definition
    return {*pathway.steps, *definition.interrupts, *definition.ends, "review"}


def _periods(pathway: Pathway, _: Registry) -> Iterable[str]:
    return {*pathway.steps, *pathway.definition.clocks}


KINDS: Mapping[WordKind, tuple[str, Callable[[Pathway, Registry], Iterable[str]]]] = {
    WordKind.TASK: ("step", _tasks),
    WordKind.STOP: ("step", lambda pathway, _: pathway.steps),
    WordKind.REQUEST: ("step", _tasks),
    WordKind.STEP: ("step", lambda pathway, _: pathway.steps),
    WordKind.CONSENT: ("consent", lambda pathway, _: pathway.definition.consents),
    WordKind.INTERRUPT: ("interrupt", lambda pathway, _: pathway.definition.interrupts),
    WordKind.PERIOD: ("step_or_clock", _periods),
    WordKind.AGENCY: ("agency", lambda _, registry: registry.by_code),
}
"""What the name after a verb refers to, and a function that gives the names that exist."""


def _specialised(role: RolePlan, registry: Registry) -> Iterator[Found]:
    able = [set(each.specialised) for each in registry.agencies if role.type in each.roles]
    if not any(set(role.words) <= words for words in able):
        what = finding("scenarios.nobody_for", type=role.type, words=role.words)
        yield ("scenarios",), False, what


def _of_case(
    scenario: Scenario, path: Path, pathway: Pathway, registry: Registry
) -> Iterator[Found]:
    if scenario.by:
        yield from name_faults("agency", scenario.by, registry.by_code, (*path, "by"))
    yield from _where(scenario, path, registry)
    effective = pathway.definition.effective
    if isinstance(scenario.opened, datetime) and scenario.opened.date() < effective:
        what = finding(
            "scenarios.not_in_effect",
            version=pathway.definition.version,
            pathway=pathway.name,
            effective=effective,
        )
        yield (*path, "opened"), False, what
    for role, agency in scenario.roles.items():
        here: Path = (*path, "roles", role)
        yield from name_faults("role", role, pathway.roles, here, key=True)
        yield from name_faults("agency", agency, registry.by_code, here)
        chosen = registry.by_code.get(agency)
        if chosen and role in pathway.roles and pathway.roles[role].type not in chosen.roles:
            type_ = pathway.roles[role].type
            yield here, False, finding("scenarios.no_holder", agency=agency, role=role, type=type_)
    for agency, by_type in scenario.loads.items():
        here = (*path, "loads", agency)
        yield from name_faults("agency", agency, registry.by_code, here, key=True)
        known = registry.by_code[agency].roles if agency in registry.by_code else by_type
        for role in by_type:
            yield from name_faults("role", role, known, (*here, role), key=True, of=agency)


def _where(scenario: Scenario, path: Path, registry: Registry) -> Iterator[Found]:
    """Check that the country exists, and is that of the agency that opens the case."""
    opener = registry.by_code.get(scenario.by)
    if not scenario.country or (opener and opener.country == scenario.country):
        return
    if not is_country(scenario.country):
        yield (*path, "country"), False, fault_of_country(scenario.country)
    elif opener:
        what = finding(
            "scenarios.opens_elsewhere",
            agency=scenario.by,
            country=scenario.country,
            own=opener.country,
        )
        yield (*path, "country"), False, what


def _expected(play: Play, path: Path, pathway: Pathway, registry: Registry) -> Iterator[Found]:
    expect, agencies = play.expect, registry.by_code
    subjects = _tasks(pathway, registry)
    for number, step in enumerate(expect.open or ()):
        yield from name_faults("step", step, subjects, (*path, "open", number))
    for step, agency in expect.agency.items():
        of = step.partition(".")[0]
        yield from name_faults("step", of, subjects, (*path, "agency", step), key=True)
        yield from name_faults("agency", agency, agencies, (*path, "agency", step))
    for step in expect.due:
        of = step.partition(".")[0]
        yield from name_faults("step", of, subjects, (*path, "due", step), key=True)
    for name, wanted in expect.clocks.items():
        clocks = pathway.definition.clocks
        yield from name_faults("clock", name, clocks, (*path, "clocks", name), key=True)
        if name in clocks and not wanted[:1].isdigit():
            known = {*CLOCK_WORDS, *clocks[name].anchors}
            yield from name_faults("word_for_a_clock", wanted, known, (*path, "clocks", name))
    for agency in expect.stops:
        yield from name_faults("agency", agency, agencies, (*path, "stops", agency), key=True)
    yield from _told(expect, (*path, "told"), registry)
    if expect.refused:
        yield from name_faults("reason", expect.refused, REASONS, (*path, "refused"))
    if expect.responsible:
        yield from name_faults("agency", expect.responsible, agencies, (*path, "responsible"))
    if expect.end:
        yield from name_faults("end", expect.end, pathway.definition.ends, (*path, "end"))


def _told(expect: Expect, path: Path, registry: Registry) -> Iterator[Found]:
    for agency, kinds in expect.told.items():
        yield from name_faults("agency", agency, registry.by_code, (*path, agency), key=True)
        for number, kind in enumerate(kinds):
            yield from name_faults("kind_of_notice", kind, NOTICES, (*path, agency, number))


def name_faults(
    kind: str, name: str, known: Iterable[str], path: Path, *, key: bool = False, of: str = ""
) -> Iterator[Found]:
    """A fault if a name does not exist. `kind` says what it should name, such as `step_or_clock`;
    `of` says what that should belong to, if anything.
    """
    names = sorted(known)
    if name in names:
        return
    near = suggestion(name, names)
    what = finding(f"unknown.{kind}", missing=name, known=near)
    if of:
        what = finding(f"unknown_of.{kind}", missing=name, of=of, known=near)
    yield path, key, what
