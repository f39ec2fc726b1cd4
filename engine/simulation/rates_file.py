"""Reads a rates file and checks it against its pathway and registry. Every fault is given with its
place in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.agencies.registry import Registry
from engine.definition import Step
from engine.documents.blanks import read_as
from engine.documents.document import Document, Path, load_document
from engine.errors import DefinitionError, Problem
from engine.message import finding
from engine.pathway import Pathway
from engine.scenarios.names import Found, name_faults
from engine.simulation.rates import Habit, Rates


def load_rates(text: str, file: str, pathway: Pathway, registry: Registry | None) -> Rates:
    """Read a rates file; without a registry, agencies and countries are not checked.

    Raises:
        DefinitionError: with every fault at its place.
    """
    document = load_document(text, file)
    read = read_as(Rates, document)
    if problems := _problems(read, document, pathway, registry):
        raise DefinitionError(problems)
    return read


def _problems(
    rates: Rates, document: Document, pathway: Pathway, registry: Registry | None
) -> list[Problem]:
    return [
        Problem(document.place(path, key=key), what)
        for path, key, what in _unknown(rates, pathway, registry)
    ]


def _unknown(rates: Rates, pathway: Pathway, registry: Registry | None) -> Iterator[Found]:
    if rates.rates != pathway.name:
        what = finding("rates.of_another", written=rates.rates, pathway=pathway.name)
        yield ("rates",), False, what
    if rates.first and rates.first < pathway.definition.effective:
        effective = pathway.definition.effective
        what = finding("rates.not_in_effect", pathway=pathway.name, effective=effective)
        yield ("first",), False, what
    if registry:
        for section in ("opened_by", "staff"):
            yield from _names("agency", getattr(rates, section), registry.by_code, (section,))
        yield from _openers(rates, pathway, registry)
    yield from _names("step", rates.steps, pathway.steps, ("steps",))
    for name, habit in rates.steps.items():
        if name in pathway.steps:
            yield from _of_step(pathway, habit, pathway.steps[name].step, ("steps", name))
    raised = pathway.definition.interrupts
    yield from _names("interrupt", rates.interrupts, raised, ("interrupts",))
    for name, said in rates.interrupts.items():
        if name in raised and said.outcomes:
            words, path = raised[name].resolved, ("interrupts", name, "outcomes")
            yield from _names("outcome", said.outcomes, words, path, of=name)
    yield from _answers(rates, pathway, registry)


def _names(
    kind: str, named: Iterable[str] | None, known: Iterable[str], at: Path, *, of: str = ""
) -> Iterator[Found]:
    for name in named or ():
        yield from name_faults(kind, name, known, (*at, name), key=True, of=of)


def _openers(rates: Rates, pathway: Pathway, registry: Registry) -> Iterator[Found]:
    """Faults for openers that are not valid on the first day, and for openers in whose country no
    agency may do the first step. There, the first step would fall to the opener itself, and the
    results would be meaningless.
    """
    first = rates.first or pathway.definition.effective
    there = [each for each in registry.agencies if each.is_valid(first)]
    able = {each.country for each in there if pathway.definition.may_be_opened_by(each.roles)}
    for name, weight in (rates.opened_by or {}).items():
        agency = registry.by_code.get(name)
        if agency is None or not weight:
            continue
        path: Path = ("opened_by", name)
        if agency not in there:
            yield path, True, finding("rates.not_there", agency=name, day=first)
        elif agency.country not in able:
            what = finding("rates.cannot_open", agency=name, country=agency.country)
            if able:
                what = finding(
                    "rates.cannot_open_there",
                    agency=name,
                    country=agency.country,
                    able=tuple(sorted(able)),
                )
            yield path, True, what


def _of_step(pathway: Pathway, habit: Habit, step: Step, path: Path) -> Iterator[Found]:
    """Faults for rates that have no effect on this kind of step, and for outcomes that the step does
    not have.
    """
    means = {
        "refused": bool(step.consent),
        "withdrawn": bool(step.consent),
        "declined": bool(step.hand_over),
        "silent": bool(step.hand_over),
        "conditions": bool(step.hand_over),
        "no_show": bool(step.arrival),
        "begun": bool(step.manual),
        "otherwise": bool(step.decide) or _asks_a_choice(pathway, step),
        "outcomes": bool(step.decide),
    }
    for word in sorted(habit.model_fields_set):
        if not means.get(word, True):
            known = sorted({"minutes", "wait"} | {w for w, says in means.items() if says})
            yield (*path, word), True, finding("rates.no_sense", word=word, known=tuple(known))
    if habit.outcomes and step.decide:
        yield from _names("outcome", habit.outcomes, step.decide, (*path, "outcomes"))


def _asks_a_choice(pathway: Pathway, step: Step) -> bool:
    fields = pathway.definition.data
    return any(fields[each.name].words for each in (*step.form, *step.answers))


def _answers(rates: Rates, pathway: Pathway, registry: Registry | None) -> Iterator[Found]:
    fields = pathway.definition.data
    yield from _names("field", rates.answers, fields, ("answers",))
    for name, weights in rates.answers.items():
        field, path = fields.get(name), ("answers", name)
        if field is None:
            continue
        if field.country:
            yield from _countries(weights, registry, path)
            continue
        words = ("yes", "no") if field.yes_no else field.words
        if not words or field.highest_of:
            yield path, True, finding("rates.no_choice", field=name)
            continue
        yield from _names("answer", weights, words, path, of=name)


def _countries(named: Iterable[str], registry: Registry | None, path: Path) -> Iterator[Found]:
    if registry:
        known = {agency.country for agency in registry.agencies}
        yield from _names("country_of_the_registry", named, known, path)
