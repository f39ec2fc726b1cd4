"""What the documentation shows is so: each pathway loads, each scenario passes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from engine.agencies.file import LoadedRegistry, load_registry
from engine.agencies.registry import Registry
from engine.coding import read_codes
from engine.errors import DefinitionError
from engine.loader import load_pathway
from engine.loads import NO_LOADS
from engine.pathway import Pathway
from engine.rehearsal.session import Rehearsal
from engine.scenarios import Expect, Play, Scenario, load_scenarios
from engine.scenarios.beginnings import Opening
from engine.schemas import SCHEMAS, FileKind
from engine.simulation.openings import years_of
from engine.simulation.rates_file import load_rates
from engine.simulation.world import HORIZON, simulate
from engine.speaking import read_languages
from engine.templates import Around, Source
from engine.time.calendars import Calendars
from engine.verbs import VERBS
from onward.rehearsal.lines import WrittenLines
from onward.rehearsal.loop import Workshop
from tests.editors import Editor
from tests.shelf import shelf
from wording.sentences import placed

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LANGUAGE = (
    "language",
    "steps",
    "forms",
    "roles",
    "hand-overs",
    "consents",
    "times",
    "interrupts",
    "templates",
    "versions",
)
LANGUAGE_PAGES = tuple(f"{name}.md" for name in LANGUAGE)
WHOLE_PAGES = (
    *LANGUAGE_PAGES,
    "translations.md",
    "codes.md",
    "scenarios.md",
    "simulation.md",
    "rehearsal.md",
    "first-pathway.md",
    "children.md",
)
"""Every YAML block of these is tried."""


class Block(NamedTuple):
    """A fenced block of a page."""

    page: Path
    line: int
    info: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.name}:{self.line}"


_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found["info"], found["text"])
        for found in _FENCE.finditer(text)
    ]


BLOCKS = [block for page in PAGES for block in _blocks(page)]
PATHWAYS = [b for b in BLOCKS if b.info == "yaml" and b.text.startswith("pathway:")]
SCENARIOS = [b for b in BLOCKS if b.info == "yaml" and b.text.startswith("scenarios:")]
RATES = [b for b in BLOCKS if b.info == "yaml" and b.text.startswith("rates:")]
REHEARSALS = [b for b in BLOCKS if b.info.startswith("text rehearsal")]
"""Lines that are typed; the block behind each is what is answered."""
FRAGMENTS = [b for b in BLOCKS if b.info.startswith("yaml fragment of=")]
FILES = [b for b in BLOCKS if b.info.startswith("yaml file=")]
"""Of one library a page."""
WRONG = [b for b in BLOCKS if b.info == "yaml wrong"]
WRONG_BESIDE = [b for b in BLOCKS if b.info.startswith("yaml wrong beside=")]
"""In place of a file that stands beside a pathway of the page."""


def _ids(blocks: list[Block]) -> list[str]:
    return [block.name for block in blocks]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_fence_of_a_page_has_its_other_end(page: Path) -> None:
    """A stray one turns the tables below it into code."""
    outside = _FENCE.sub("", page.read_text(encoding="utf-8"))
    assert not [line for line in outside.splitlines() if line.startswith("```")]


@pytest.mark.parametrize("block", PATHWAYS, ids=_ids(PATHWAYS))
def test_a_pathway_in_the_docs_loads(block: Block) -> None:
    """Nothing is wrong with it."""
    assert load_pathway(block.text, block.name).steps


def _library(page: Path) -> Mapping[str, str]:
    return {b.info.partition("file=")[2]: b.text for b in FILES if b.page == page}


@pytest.mark.parametrize("page", sorted({block.page for block in FILES}), ids=lambda p: p.stem)
def test_the_files_of_a_library_in_the_docs_fit_together(page: Path) -> None:
    """Each pathway loads with the files that it names, and each file that is none is named."""
    library, used = _library(page), set()

    def beside(file: str, path: str) -> Source:
        source = shelf(library)(file, path)
        used.add(source.file)
        return source

    for file, text in library.items():
        if text.startswith("pathway:"):
            used.add(file)
            pathway = load_pathway(text, file, beside)
            assert pathway.steps
            for read_beside in (read_languages, read_codes):
                read_beside(text, file, pathway.definition, beside, around_of(library, used))
    assert used == set(library)


def around_of(library: Mapping[str, str], used: set[str]) -> Around:
    """What stands beside the files of a library; what was found is noted in `used`."""

    def around(file: str) -> dict[str, Source]:
        found = {
            match[1]: Source(name, text)
            for name, text in library.items()
            if (match := re.fullmatch(rf"{file.removesuffix('.yaml')}\.([^.]+)\.yaml", name))
        }
        used.update(source.file for source in found.values())
        return found

    return around


@pytest.mark.parametrize("block", WRONG_BESIDE, ids=_ids(WRONG_BESIDE))
def test_a_mistake_beside_a_pathway_is_answered_as_the_docs_say(block: Block) -> None:
    """In a translation or a list of codes, in the place of the right one."""
    answer = BLOCKS[BLOCKS.index(block) + 1].text.splitlines()
    library = {**_library(block.page), answer[0].partition(":")[0]: block.text}
    file = block.info.partition("beside=")[2]
    pathway = load_pathway(library[file], file, shelf(library))
    read_beside = read_codes if block.text.startswith("codes:") else read_languages
    with pytest.raises(DefinitionError) as refused:
        read_beside(
            library[file], file, pathway.definition, shelf(library), around_of(library, set())
        )
    assert [placed(problem) for problem in refused.value.problems] == answer


@pytest.mark.parametrize("block", FRAGMENTS, ids=_ids(FRAGMENTS))
def test_a_fragment_in_the_docs_fits_into_the_pathway_of_its_page(block: Block) -> None:
    """Put into the first pathway of the page, it makes a pathway that loads."""
    yaml = YAML(typ="safe", pure=True)
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # hinted as None
    skeleton = next(each for each in PATHWAYS if each.page == block.page)
    section = block.info.partition("of=")[2]
    fragment = yaml.load(block.text)
    if section == "steps":
        fragment = {"stages": {"main": {"steps": fragment}}}
    elif section != "pathway":
        fragment = {section: fragment}
    whole = StringIO()
    yaml.dump(_merged(yaml.load(skeleton.text), fragment), whole)
    assert load_pathway(whole.getvalue(), block.name).steps


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    both = below.keys() & above.keys()
    deep = {key: _merged(below[key], above[key]) for key in both if isinstance(above[key], dict)}
    return below | above | deep


@cache
def _known() -> LoadedRegistry:
    text = (ROOT / "pathways" / "west_africa" / "agencies.yaml").read_text(encoding="utf-8")
    return load_registry(text)


@cache
def _country() -> tuple[Registry, Calendars]:
    return _known().registry, _known().calendars(2025, 2030)


@pytest.mark.parametrize("block", SCENARIOS, ids=_ids(SCENARIOS))
def test_a_scenario_in_the_docs_passes(block: Block) -> None:
    """Played with the last pathway of that name before it on the page."""
    scenarios = load_scenarios(block.text, block.name)
    pathway = _pathway_before(block, scenarios.file.scenarios)
    misses = [
        placed(miss.problem)
        for name in scenarios.names
        for miss in scenarios.play(name, pathway, *_country()).misses
    ]
    assert misses == []


def _pathway_before(block: Block, name: str) -> Pathway:
    """The last pathway of that name before a block on its page."""
    head = f"pathway: {name}\n"
    before = [p for p in PATHWAYS if p.page == block.page and p.line < block.line]
    return load_pathway(next(p.text for p in reversed(before) if p.text.startswith(head)))


@pytest.mark.parametrize("block", RATES, ids=_ids(RATES))
def test_rates_in_the_docs_can_be_simulated_with(block: Block) -> None:
    """Cases come to ends of the pathway before them on the page, and nothing is left undone."""
    name = block.text.splitlines()[0].removeprefix("rates: ")
    pathway, (registry, _) = _pathway_before(block, name), _country()
    rates = load_rates(block.text, block.name, pathway, registry)
    calendars = _known().calendars(*years_of(pathway, rates, 60, HORIZON))
    results = simulate(pathway, registry, calendars, rates, cases=60, seed=1)
    assert {"advised", "declined"} <= {row.name for row in results.ends}
    assert results.left_undone == 0


@pytest.mark.parametrize("block", REHEARSALS, ids=_ids(REHEARSALS))
def test_a_rehearsal_in_the_docs_is_answered_as_they_say(
    block: Block, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To the letter, with the pathway before it on the page."""
    agency, day = re.findall(r"(?:of|at)=(\S+)", block.info)
    name = [p for p in PATHWAYS if p.page == block.page][-1].text.split()[1]
    pathway, (registry, calendars) = _pathway_before(block, name), _country()
    opened = datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC)
    opening = Opening(opened, agency, registry.by_code[agency].country, {}, NO_LOADS)
    rehearsal = Rehearsal(pathway, registry, calendars, opening)
    Workshop(rehearsal, WrittenLines(block.text.splitlines()), tmp_path / "none.yaml").run()
    said = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert said == BLOCKS[BLOCKS.index(block) + 1].text.splitlines()


@pytest.mark.parametrize("block", WRONG, ids=_ids(WRONG))
def test_a_mistake_in_the_docs_is_answered_as_they_say(block: Block) -> None:
    """The block behind it shows what `check` says, to the letter."""
    answer = BLOCKS[BLOCKS.index(block) + 1].text.splitlines()
    file = answer[0].partition(":")[0]
    with pytest.raises(DefinitionError) as refused:
        load_pathway(block.text, file, shelf(_library(block.page)))
    said = [placed(problem) for problem in refused.value.problems]
    assert said == [line for line in answer if line.startswith(f"{file}:")]


def test_no_block_of_the_reference_goes_untried() -> None:
    """Each YAML block of these is a pathway, a file, a fragment, a mistake or scenarios."""
    whole = [*PATHWAYS, *FILES, *FRAGMENTS]
    tried = {block.name for block in [*whole, *SCENARIOS, *RATES, *WRONG, *WRONG_BESIDE]}
    there = {b.name for b in BLOCKS if b.page.name in WHOLE_PAGES and b.info.startswith("yaml")}
    assert there - tried == set()
    assert {b.page.name for b in BLOCKS} >= set(WHOLE_PAGES)


def _named(page: str) -> set[str]:
    """The words that stand in backquotes or in a block of a page."""
    text = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return set(re.findall(r"`([a-z_]+)[ `]", "\n".join(rows))) | set(
        re.findall(r"`([a-z_]+)`", _FENCE.sub("", text))
    )


@pytest.fixture(name="marked", scope="module")
def _marked() -> Callable[[str], list[str]]:
    """What an editor that knows the schema marks in a text."""
    return Editor(SCHEMAS[FileKind.PATHWAY]()).marks


@pytest.mark.parametrize("block", [*PATHWAYS, *FILES], ids=_ids([*PATHWAYS, *FILES]))
def test_an_editor_marks_nothing_in_a_pathway_of_the_docs(block: Block, marked: Any) -> None:
    """Short forms and patches are as right to the schema as they are to `check`."""
    written_by_itself = block.text.startswith("pathway:")
    assert not written_by_itself or marked(block.text) == []


def test_an_editor_marks_what_cannot_stand_in_a_patch(marked: Any) -> None:
    """A patch may lack what its template has; a wrong word is wrong in both."""
    head = "pathway: a\nversion: 1\n"
    assert ": 'title' is a required property" in marked(head)
    assert marked(head + "extends: b.yaml\nstages: {c: {steps: {d: {due: {assumed: no}}}}}\n") == []
    assert len(marked(head + "extends: b.yaml\nstages: {c: {steps: {d: {deu: 1 day}}}}\n")) == 1


def test_each_word_of_the_language_is_in_its_reference() -> None:
    """Whatever may be written in a pathway is explained."""
    schema = SCHEMAS[FileKind.PATHWAY]()
    models: list[Mapping[str, Any]] = [schema, *schema["$defs"].values()]
    words = {word for model in models for word in model.get("properties", {})}
    assert words - set().union(*map(_named, LANGUAGE_PAGES)) == set()


def test_each_word_beside_a_pathway_is_in_its_reference() -> None:
    """Whatever may be written beside a pathway is explained."""
    assert set(SCHEMAS[FileKind.PART]()["properties"]) - _named("templates.md") == set()
    pages = {
        FileKind.TRANSLATION: "translations.md",
        FileKind.CODES: "codes.md",
        FileKind.SCENARIOS: "scenarios.md",
        FileKind.REGISTRY: "registry.md",
        FileKind.RATES: "simulation.md",
    }
    assert {*pages, FileKind.PATHWAY, FileKind.PART} == set(SCHEMAS)
    for kind, page in pages.items():
        schema = SCHEMAS[kind]()
        models = [schema, *schema["$defs"].values()]
        words = {word for model in models for word in model.get("properties", {})}
        assert words - _named(page) == set()


def test_each_word_of_a_scenario_is_in_its_reference() -> None:
    """Whatever may be written in a scenario is explained, every verb included."""
    words = {word for model in (Scenario, Play, Expect) for word in model.model_fields}
    assert (words | VERBS) - _named("scenarios.md") == set()


def test_every_file_that_the_architecture_names_is_there() -> None:
    """A module that moves takes its line in the page along."""
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+/[a-z_/]*(?:[a-z_]+\.py)?)`", page))
    assert len(named) > 30
    assert [each for each in sorted(named) if not (ROOT / each).exists()] == []


def test_every_name_that_the_architecture_tells_of_is_in_the_code() -> None:
    """A function that is renamed takes its line in the page along."""
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(?:\w+\.)*(\w+)`", page)) - {"py", "po", "md", "html"}
    rooms = ("casework", "engine", "flows", "models", "notifiers", "onward", "portal", "wording")
    met = {
        word
        for room in rooms
        for path in (ROOT / room).rglob("*")
        if path.suffix in (".py", ".html")
        for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 50
    assert sorted(named - met) == []
