"""Other languages of a pathway: complete, neutral, from all files that it is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.definition.translation import LANGUAGE
from engine.errors import DefinitionError, EngineError
from engine.loader import checked, load_pathway
from engine.locales import base_of
from engine.reading_out import text_of
from engine.speaking import Languages, read_languages
from engine.templates import Around, Source, read_pathway
from engine.translation import OWN, Translation
from engine.view import View
from onward.authoring.pathway_files import beside_of, files_of_library, pathway_files, read, whole
from tests.factories import CALENDARS, REGISTRY, Case
from tests.shelf import shelf
from tests.told import advice
from wording.sentences import placed

CORPUS = sorted((Path(__file__).parents[1] / "broken_translations").glob("*.yaml"))
EXPECTED = re.compile(r"^# expected (.+)$", re.MULTILINE)
LIBRARY = Path(__file__).parents[2] / "pathways"

HOME = """\
pathway: home
version: 1
title: Home again
effective: 2026-01-01
sides: [host]
roles:
  desk: desk @ host
  manager: care @ host
data:
  risk: {choice: [low, high], ordered}
consents:
  refer: {to: manager, shows: [risk], ask: "May we tell {agency}: {shown}?", withdrawn: end stays}
stages:
  contact:
    steps:
      talk: {title: First talk, by: desk, form: [risk], decide: {ready: go on, over: end stays}}
      agree: {by: desk, after: talk, consent: refer, refused: end stays}
    then: end settled
interrupts:
  gone: {title: Has gone to the police, label: Another route, raised_by: [desk], then: end stays}
ends: {settled: success, stays: neutral}
"""
FRENCH = """\
language: fr
title: De retour
roles: {desk: Premier contact, manager: Suivi}
data: {risk: Risque}
words: {low: faible, high: élevé, ready: prêt, over: terminé}
consents:
  refer: "Pouvons-nous dire à {agency} : {shown} ?"
stages: {contact: Contact}
steps: {talk: Premier entretien, agree: Accord}
interrupts:
  gone: {title: Est à la police, label: Autre voie}
ends: {settled: Installation, stays: Reste}
consent_titles: {refer: Orientation}
sides: {host: accueil}
role_types: {desk: guichet, care: suivi}
"""


def beside(files: Mapping[str, str]) -> Around:
    """The translations among files of a mapping."""

    def found(file: str) -> dict[str, Source]:
        names = re.compile(rf"{re.escape(file.removesuffix('.yaml'))}\.({LANGUAGE})\.yaml")
        named = [(names.fullmatch(name), text) for name, text in files.items()]
        return {match[1]: Source(match[0], text) for match, text in named if match}

    return found


def spoken(files: Mapping[str, str], file: str = "a/home.yaml") -> Languages:
    definition = checked(read_pathway(files[file], file, shelf(files))).definition
    return read_languages(files[file], file, definition, shelf(files), beside(files))


def french(files: Mapping[str, str], file: str = "a/home.yaml") -> Translation:
    return spoken(files, file).translations["fr"]


def problems(files: Mapping[str, str], file: str = "a/home.yaml") -> list[str]:
    with pytest.raises(DefinitionError) as refused:
        spoken(files, file)
    assert all(advice(problem) for problem in refused.value.problems)
    return [placed(problem) for problem in refused.value.problems]


def test_a_translation_says_all_that_a_pathway_says() -> None:
    """Titles, labels, questions, what can be chosen."""
    words = french({"a/home.yaml": HOME, "a/home.fr.yaml": FRENCH})
    assert (words.language, words.title) == ("fr", "De retour")
    assert words.label("talk", "?") == "Premier entretien"
    assert words.label("gone", "?") == "Autre voie"
    assert words.label("contact", "?") == "Contact"  # as a notice of what follows a stage says
    named = {"refer": "consent_titles", "host": "sides", "desk": "role_types"}
    assert [words.named(*each) for each in named.items()] == ["Orientation", "accueil", "guichet"]
    assert words.label("settled", "?") == "Installation"
    assert words.label("review", "Review") == "Point de situation"
    assert words.value(["low", "high", 3]) == "faible, élevé, 3"


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_broken_translation_is_refused_with_exactly_what_is_wrong(path: Path) -> None:
    """The head of each file says what is expected and where."""
    text = path.read_text(encoding="utf-8")
    said = problems({"a/home.yaml": HOME, "a/home.fr.yaml": text})
    assert said == [f"a/home.fr.yaml:{each}" for each in EXPECTED.findall(text)]


def test_the_corpus_is_read_whole() -> None:
    """A file that expects nothing would prove nothing."""
    assert len(CORPUS) >= 10
    assert all(EXPECTED.search(path.read_text(encoding="utf-8")) for path in CORPUS)


def test_the_words_of_an_end_that_nobody_outside_is_told_say_what_it_is() -> None:
    """As its name in the pathway does."""
    files = {
        "a/home.yaml": HOME.replace(
            "stays: neutral", "refugee: {kind: neutral, quiet: yes}"
        ).replace("end stays", "end refugee"),
        "a/home.fr.yaml": FRENCH.replace("stays: Reste", "refugee: Réfugié"),
    }
    assert french(files).label("refugee", "?") == "Réfugié"


PATCH = """\
pathway: home_coast
version: 1
extends: ../a/home.yaml
title: Home again, from the coast
stages:
  contact:
    steps:
      talk: {title: Talk at the coast}
      look: {by: desk, manual: yes}
"""


def test_a_patch_keeps_the_words_of_what_it_does_not_say_differently() -> None:
    """What it says anew or differently in English must be said in its own translation."""
    files = {"a/home.yaml": HOME, "a/home.fr.yaml": FRENCH, "b/home.yaml": PATCH}
    own = "language: fr\ntitle: De la côte\nsteps: {talk: Entretien, look: Regard}\n"
    words = french(files | {"b/home.fr.yaml": own}, "b/home.yaml")
    assert (words.title, words.steps["talk"].title) == ("De la côte", "Entretien")
    assert words.steps["agree"].title == "Accord"
    lacking = "language: fr\ntitle: De la côte\nsteps: {look: Regard}\n"
    assert problems(files | {"b/home.fr.yaml": lacking}, "b/home.yaml") == [
        "b/home.fr.yaml:3:1: not translated in `steps`: `talk` (add what is missing under `steps:`)"
    ]


def test_what_a_patch_removes_needs_no_words() -> None:
    """And the words of the template for it are no mistake."""
    patch = (
        "pathway: home_hills\nversion: 1\nextends: ../a/home.yaml\n"
        "remove: [interrupts.gone]\ntitle: Home again\n"
    )
    files = {"a/home.yaml": HOME, "a/home.fr.yaml": FRENCH, "b/home.yaml": patch}
    assert french(files, "b/home.yaml").interrupts == {}


def test_a_language_that_only_the_template_speaks_is_used_where_it_is_whole() -> None:
    """Otherwise it is left out, and that is said; a country need not speak all of a region's."""
    files = {"a/home.yaml": HOME, "a/home.fr.yaml": FRENCH, "b/home.yaml": PATCH}
    found = spoken(files, "b/home.yaml")
    assert found.translations == {}
    (note,) = found.left_out
    assert placed(note) == (
        "b/home.yaml:1:1: `fr` is left out: 3 texts are not translated; the first is title"
        " (translate them in home.fr.yaml if `fr` is wanted)"
    )


PART = """\
part: visits
with: [worker, place]
steps:
  visit: {title: Visit at the $place, by: $worker, manual: yes, decide: {seen: go on, not_seen: go on}}
"""
USER = (
    HOME
    + """\
use:
  - {part: ../parts/visits.yaml, in: contact, with: {worker: desk, place: gate}}
  - {part: ../parts/visits.yaml, in: contact, as: late, with: {worker: manager, place: well}}
"""
)
OF_PART = "language: fr\nwords: {seen: vue, not_seen: non vue}\nsteps: {visit: 'Visite : $place'}\n"


def test_a_part_brings_its_words_along_under_the_names_that_it_gets() -> None:
    """With its parameters filled in."""
    files = {
        "a/home.yaml": USER,
        "a/home.fr.yaml": FRENCH,
        "parts/visits.yaml": PART,
        "parts/visits.fr.yaml": OF_PART,
    }
    words = french(files)
    assert words.steps["visit"].title == "Visite : gate"
    assert words.steps["late_visit"].title == "Visite : well"
    assert words.words["not_seen"] == "non vue"
    wrong = OF_PART.replace("$place", "$palce").replace("{visit", "{visti")
    assert problems(files | {"parts/visits.fr.yaml": wrong}) == [
        "parts/visits.fr.yaml:3:16: there is no parameter `palce` here (known: worker, place)"
    ]
    wrong = OF_PART.replace("{visit", "{visti")
    assert (
        "parts/visits.fr.yaml:3:9: there is no step `visti` (did you mean `visit`?)"
    ) in problems(files | {"parts/visits.fr.yaml": wrong})


def test_a_part_brings_the_words_of_the_parts_that_it_uses() -> None:
    """Under the prefixes of both uses, with the parameters handed on."""
    care = (
        "part: care\nwith: [worker]\nuse:\n"
        "  - {part: visits.yaml, as: first, with: {worker: $worker, place: spring}}\n"
        "steps:\n  settle: {by: $worker, manual: yes}\n"
    )
    user = HOME + (
        "use:\n  - {part: ../parts/care.yaml, in: contact, as: late, with: {worker: desk}}\n"
    )
    files = {
        "a/home.yaml": user,
        "a/home.fr.yaml": FRENCH,
        "parts/care.yaml": care,
        "parts/care.fr.yaml": "language: fr\nsteps: {settle: Installer}\n",
        "parts/visits.yaml": PART,
        "parts/visits.fr.yaml": OF_PART,
    }
    words = french(files)
    assert words.steps["late_first_visit"].title == "Visite : spring"
    assert words.steps["late_settle"].title == "Installer"


def test_a_name_that_a_user_gives_to_a_part_in_a_part_is_translated_under_that_name() -> None:
    """As it is woven: with no prefix at all."""
    care = (
        "part: care\nwith: [worker, mine]\nuse:\n"
        "  - {part: visits.yaml, as: first, with: {worker: $worker, name: $mine}}\n"
    )
    user = HOME + (
        "use:\n  - part: ../parts/care.yaml\n    in: contact\n    as: late\n"
        "    with: {worker: desk, mine: anew}\n"
    )
    visits = "part: visits\nwith: [worker, name]\nsteps:\n  $name: {by: $worker, manual: yes}\n"
    files = {
        "a/home.yaml": user,
        "a/home.fr.yaml": FRENCH,
        "parts/care.yaml": care,
        "parts/visits.yaml": visits,
        "parts/visits.fr.yaml": "language: fr\nsteps: {$name: Visite}\n",
    }
    assert french(files).steps["anew"].title == "Visite"


def test_a_country_does_not_change_the_language() -> None:
    """What an agency reads is looked up by its language alone."""
    assert [base_of(each) for each in ("fr", "fr-CI", "FR_ci", " pt ")] == ["fr", "fr", "fr", "pt"]


def _case(home: str = HOME, french: str = FRENCH) -> Case:
    head, rest = home.split("consents:\n  ")
    asked, body = rest.split("stages:\n")
    case = Case("stages:\n" + body, head=head, consents=asked)
    files = {"a/home.yaml": home, "a/home.fr.yaml": french}
    case.pathway = case.pathway.translated(spoken(files).translations)
    case.do(c.Complete(task="talk.1", answers={"risk": "low"}, outcome="ready"))
    return case


def _hash(language: str) -> str:
    case = _case()
    case.do(c.RecordConsent(task="agree.1", given=True, language=language))
    return case.state.consents["refer"].text_hash


def test_a_person_is_asked_in_the_language_of_the_question() -> None:
    """The hash of the words is of those that were read out; English where there are no others."""
    case = _case()
    view = View(case.pathway, case.state, case.now, REGISTRY, CALENDARS)
    assert text_of(view, "refer", "fr-CI") == "Pouvons-nous dire à Care : risque ?"
    assert text_of(view, "refer", "wo") == "May we tell Care: risk?"
    hashes = {language: _hash(language) for language in ("fr", "en", "wo")}
    assert hashes["fr"] != hashes["en"] == hashes["wo"]


def test_a_country_is_named_in_the_language_of_the_text() -> None:
    """And where the text is English for want of another, the country is too."""
    home = HOME.replace("tell {agency}: {shown}", "tell {agency} in {country}")
    french = FRENCH.replace(
        "dire à {agency} : {shown}", "le dire à {agency}, dans ce pays : {country}"
    )
    case = _case(home, french)
    view = View(
        case.pathway, replace(case.state, sides={"host": "GB"}), case.now, REGISTRY, CALENDARS
    )
    assert text_of(view, "refer", "fr").endswith("dans ce pays : Royaume-Uni ?")
    assert text_of(view, "refer", "wo").endswith("in United Kingdom?")


def test_the_conditions_of_a_receiver_are_no_answer_to_a_field_of_that_name() -> None:
    """The field itself is asked in its own words."""
    asked = HOME.replace("data:", "data:\n  conditions: {text, title: On what terms?}", 1)
    words = checked(read_pathway(asked, "home.yaml")).spoken("en")
    assert words.question("conditions") == "On what terms?"
    assert words.question("conditions ask_home.1") == "conditions ask_home.1"


@pytest.mark.parametrize(
    "file", list(pathway_files([LIBRARY])), ids=lambda file: f"{file.parent.name}/{file.stem}"
)
def test_the_translations_of_the_library_are_whole(file: Path) -> None:
    """None of them is wrong, none is left out."""
    definition = checked(whole(file)).definition
    found = read_languages(read(file), str(file), definition, files_of_library(file), beside_of)
    assert found.left_out == ()
    assert set(found.translations) == (set() if file.parent.name == "bulgaria" else {"fr", "pt"})


def test_what_stands_beside_a_pathway_is_none(tmp_path: Path) -> None:
    """Whoever names it means the pathway; what stands beside none is told."""
    for name in ("home.yaml", "home.fr.yaml", "home.scenarios.yaml"):
        (tmp_path / name).write_text("", encoding="utf-8")
    home = tmp_path / "home.yaml"
    assert list(pathway_files([tmp_path])) == [home]
    assert list(pathway_files([tmp_path / "home.fr.yaml"])) == [home]
    (tmp_path / "hoem.fr.yaml").write_text("", encoding="utf-8")
    with pytest.raises(EngineError, match=r"library\.beside_none file=\S*hoem.fr.yaml"):
        list(pathway_files([tmp_path]))


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        ("[en, fr, pt, other]", "English, French, Portuguese, Other"),
        ("[ha, kri]", "Hausa, Krio"),
        ("[so, no, not_sure, other]", "So, No, Not sure, Other"),
        ("[no, other]", "No, Other"),
        ("[en, fr, low]", "English, French, Low"),
    ],
)
def test_languages_to_choose_from_are_called_by_their_names(choice: str, shown: str) -> None:
    """In the pathway's own language; whatever else can be chosen is its word."""
    data = f"data:\n  speaks: {{choice: {choice}}}"
    pathway = load_pathway(HOME.replace("data:", data))
    words = [each.strip() for each in choice.strip("[]").split(",")]
    assert pathway.spoken(OWN).value(words) == shown


def test_a_word_that_something_else_offers_too_stays_a_word() -> None:
    data = "data:\n  speaks: {choice: [en, no]}\n  agrees: {choice: [no, unsure]}"
    pathway = load_pathway(HOME.replace("data:", data))
    assert pathway.spoken(OWN).value(["en", "no"]) == "English, No"
