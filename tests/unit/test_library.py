"""The pathways of the library: they load, their scenarios pass, and nothing in them is untried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from shutil import copytree

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from engine.checks.passing import passing_decisions
from engine.checks.silent_ends import silent_ends
from engine.coverage import Coverage, coverage
from engine.definition import Series, Time
from engine.errors import DefinitionError
from engine.evolve import replay
from engine.loader import checked
from engine.neutral import forbidden_words
from engine.pathway import Pathway
from engine.proofs import prove
from engine.scenarios import Played
from onward.authoring.pathway_files import pathway_files, whole
from onward.authoring.scenarios import play_all
from tests.told import refused_with
from wording.sentences import placed

LIBRARY = Path(__file__).parents[2] / "pathways"
FILES = list(pathway_files([LIBRARY]))


def _names(file: Path) -> list[str]:
    """The keys below `cases`: whoever collects tests need not read all that stands there as YAML."""
    text = file.with_name(f"{file.stem}.scenarios.yaml").read_text(encoding="utf-8")
    return re.findall(r"^  (\w+):", text.partition("\ncases:\n")[2], flags=re.MULTILINE)


SCENARIOS = [
    pytest.param(file, name, id=f"{file.parent.name}-{file.stem}-{name}")
    for file in FILES
    for name in _names(file)
]
each_pathway = pytest.mark.parametrize(
    "file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}"
)


@cache
def _pathway(file: Path) -> Pathway:
    return checked(whole(file))


@cache
def _played(file: Path) -> dict[str, Played]:
    return {played.name: played for played in play_all(file, None)}


@each_pathway
def test_no_scenario_of_the_library_is_left_out(file: Path) -> None:
    """Those below are all that a pathway has."""
    assert _names(file) == [*_played(file)]


@pytest.mark.parametrize(("file", "name"), SCENARIOS)
def test_a_scenario_of_the_library_passes(file: Path, name: str) -> None:
    """Everything that it expects is seen."""
    misses = _played(file)[name].misses
    assert not misses, "\n".join(placed(miss.problem) for miss in misses)


@pytest.mark.parametrize(("file", "name"), SCENARIOS)
def test_the_facts_of_a_scenario_alone_give_its_state(file: Path, name: str) -> None:
    """Replaying the log leads to where the case stands."""
    played = _played(file)[name]
    facts = [fact for decision in played.decisions for fact in decision.facts]
    assert replay(facts) == played.state


@each_pathway
def test_each_number_of_a_pathway_says_where_it_comes_from(file: Path) -> None:
    """A clock cites its source or is marked as our assumption, never both."""
    times = list(_times(_pathway(file).definition))
    assert times
    assert [str(each) for each in times if bool(each.source) == each.assumed] == []


def _times(entry: object) -> Iterator[Time | Series]:
    if isinstance(entry, Time | Series):
        yield entry
    if isinstance(entry, BaseModel):
        for name in type(entry).model_fields:
            yield from _times(getattr(entry, name))
    elif isinstance(entry, dict):
        for value in entry.values():
            yield from _times(value)


@each_pathway
def test_a_pathway_is_sound_and_all_its_cases_were_looked_at(file: Path) -> None:
    """Nothing in it waits for ever, is left without an end or is never reached."""
    proof = prove(_pathway(file))
    assert (proof.faults, proof.complete) == ((), True)


@each_pathway
def test_no_case_of_a_pathway_ends_behind_an_answer_that_only_tells(file: Path) -> None:
    """Whoever is told can still do something."""
    assert silent_ends(_pathway(file).definition) == []


@each_pathway
def test_every_decision_says_whether_a_no_passes_it_on(file: Path) -> None:
    """What the law gives to one authority is no other's."""
    assert passing_decisions(_pathway(file).definition) == []


@each_pathway
def test_each_step_of_a_pathway_says_what_it_follows(file: Path) -> None:
    """Its own source, or that of the pathway."""
    definition = _pathway(file).definition
    steps = [plan.step for plan in _pathway(file).steps.values()]
    assert definition.source or sum(bool(step.source) for step in steps) > len(steps) / 2


@each_pathway
def test_each_way_through_a_pathway_is_walked_in_a_scenario(file: Path) -> None:
    """What a patch has from its template is walked there; what it writes, in its own scenarios."""
    document, template = whole(file), _template(file)
    shared = {str(way) for way in _coverage(template).ways} if template else set()
    missing = [
        str(way)
        for way in _coverage(file).missing
        if str(way) not in shared or document.place(way.path).file == str(file)
    ]
    assert missing == []


@cache
def _coverage(file: Path) -> Coverage:
    turns = [turn for played in _played(file).values() for turn in played.decisions]
    return coverage(_pathway(file), [fact for turn in turns for fact in turn.facts])


def _template(file: Path) -> Path | None:
    written = YAML(typ="safe").load(file).get("extends")
    return (file.parent / written).resolve() if written else None


@each_pathway
def test_nothing_that_leaves_the_system_tells_what_a_case_is_about(file: Path) -> None:
    """Names and titles, or the labels in their place, are neutral in all languages."""
    pathway = _pathway(file)
    head = pathway.definition
    said = [head.pathway, head.title]
    said += [each.label or each.title or name for name, each in head.stages.items()]
    said += [each.label or each.title or name for name, each in head.interrupts.items()]
    said += [plan.step.label or plan.step.title or name for name, plan in pathway.steps.items()]
    assert [text for text in said if forbidden_words(text.replace("_", " "))] == []


def test_a_breach_of_data_tells_of_no_person() -> None:
    """Nobody can be named in such a case: it has no free text, nothing protected and no consent."""
    definition = _pathway(LIBRARY / "west_africa" / "data_breach.yaml").definition
    assert [name for name, field in definition.data.items() if field.is_protected] == []
    assert not definition.consents


@pytest.mark.parametrize(
    "change",
    [
        "remove: [stages.identification.steps.consent_help]",
        "remove: [stages.choice.steps.ask_home.needs]",
        "stages: {choice: {steps: {ask_home: {when: risk <= high}}}}",
        "stages: {return: {steps: {travel: {after: announce}}}}",
        "remove: [interrupts.seeks_asylum]",
    ],
)
def test_a_patch_leaves_the_gates_of_the_regional_pathway_where_they_are(
    change: str, tmp_path: Path
) -> None:
    """The person is asked, both countries look at the risk, and asylum shuts the origin out."""
    copytree(LIBRARY / "west_africa", tmp_path / "west_africa")
    patch = tmp_path / "country" / "adult_return.yaml"
    patch.parent.mkdir()
    head = "pathway: patched\nversion: 1\nextends: ../west_africa/adult_return.yaml\n"
    patch.write_text(head + change + "\n", encoding="utf-8")
    with refused_with(DefinitionError, match="is fixed in"):
        whole(patch)


def test_an_agency_that_stands_in_two_registries_is_the_same_in_both() -> None:
    """What Nigeria has taken over from the region is taken over word for word."""
    region, country = (_agencies(LIBRARY / name) for name in ("west_africa", "nigeria"))
    assert {code: region[code] for code in country} == country


def _agencies(folder: Path) -> dict[str, object]:
    registry = YAML(typ="safe").load(folder / "agencies.yaml")
    return dict(registry["agencies"])
