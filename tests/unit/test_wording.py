"""What people are told: every code has its words in each language, with the values that it brings."""

from __future__ import annotations

import ast
import fnmatch
import gettext
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple, get_args

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from engine.checks import hand_over_rules, heads, panel_rules, translation_rules, unused
from engine.commands import WAYS
from engine.documents import misshapen, slips
from engine.errors import DefinitionError, ExpressionError, Place, Problem, Refusal, message_of
from engine.machines import TABLES
from engine.message import Message, finding, message
from engine.phrases import grammar, misreadings, vocabulary
from engine.phrases.expressions import parse_duration
from engine.phrases.syntax import Unit
from engine.scenarios import names
from engine.translation import OWN
from tests.for_operators import FOR_OPERATORS
from tests.said_in_templates import said_in_templates
from tests.source_code import calls
from wording import catalogues
from wording.catalogues import FINDINGS, LANGUAGES
from wording.sentences import in_full, in_words

_SAYING = ("engine", "wording", "models", "notifiers", "casework", "onward", "flows", "portal")


class Said(NamedTuple):
    """Where a message is made."""

    where: str
    code: str
    values: frozenset[str]


@cache
def said(root: Path) -> list[Said]:
    """Every message that the code makes. The code of each is a literal, its values are named."""
    made = [each for room in _SAYING for each in calls(root / room)]
    in_code = [each for name, call in made for each in _said(call, name)]
    pages = (root / "portal" / "templates", root / "onward" / "dossier")
    in_pages = (each for folder in pages for each in said_in_templates(folder))
    found = [*in_code, *(Said(*each) for each in in_pages)]
    apart = catalogue(root, OWN).keys() & {f"on_page.{each.code}" for each in found}
    on_pages = (each._replace(code=f"on_page.{each.code}") for each in found)
    return [*found, *(each for each in on_pages if each.code in apart)]


_PREFIXES = {
    "Refusal": "refused.",
    "message": "",
    "say": "",
    "asked.say": "",
    "self.worded": "",
    "finding": "finding.",
}
_UNKNOWN = ("unknown", "name_faults", "_names")
"""Functions that find a name to lead nowhere; what it should be of is their first argument."""


def _said(node: ast.Call, name: str) -> Iterator[Said]:
    function, where = ast.unparse(node.func), f"{name}:{node.lineno}"
    if function in _UNKNOWN and isinstance(kind := node.args[0], ast.Constant):
        of = {"of"} & {each.arg for each in node.keywords}
        lacking = f"finding.unknown{'_of' if of else ''}.{kind.value!s}"
        yield Said(where, lacking, frozenset({"missing", "known", *of}))
    prefix = _PREFIXES.get(function)
    if prefix is None:
        return
    assert len(node.args) == 1, f"{where}: a code, and values by name"
    (code_of,) = node.args
    assert all(each.arg for each in node.keywords), f"{where}: each value by its name"
    values = frozenset(each.arg for each in node.keywords if each.arg)
    either = [code_of.body, code_of.orelse] if isinstance(code_of, ast.IfExp) else [code_of]
    for code in either:
        yield Said(where, f"{prefix}{_written(code, where)}", values)


def _written(code: ast.expr, where: str) -> str:
    """A code as it is written; `*` stands for a status that is filled in: `status.task.*`."""
    parts = code.values if isinstance(code, ast.JoinedStr) else [code]
    known = [each.value if isinstance(each, ast.Constant) else "*" for each in parts]
    assert known != ["*"], f"{where}: the code is written there"
    return "".join(map(str, known))


_ROWS: Mapping[str, Iterable[str]] = {
    "finding.example.*": grammar.KINDS,
    "finding.hand_over.lacks_*": hand_over_rules.NEEDED,
    "finding.hand_over.no_*": hand_over_rules.NOT_WITH,
    "finding.misread.*": [
        code
        for table in (
            misreadings.ANYWHERE,
            misreadings.CONDITIONS,
            misreadings.VALUES_FIRST,
            misreadings.TWO_WORDS,
            misreadings.AFTER,
            misreadings.PERIODS,
            misreadings.AHEAD,
        )
        for _, code in table
    ],
    "finding.panel.beside_*": panel_rules.NOT_WITH,
    "finding.panel.lacks_*": panel_rules.NEEDED,
    "finding.pattern.*": misshapen.PATTERNS.values(),
    "finding.role.by_*": heads.TYPES,
    "finding.shape.*": misshapen.SAID.values(),
    "finding.slip.*": [code for _, code in slips.SLIPS],
    "finding.token.*": misreadings.WORDS.values(),
    "finding.type.*": [kind.__name__ for kind in get_args(vocabulary.ValueType)],
    "finding.unknown.*": [kind for kind, _ in names.KINDS.values()]
    + [*translation_rules.KINDS.values()],
    "finding.unknown_of.*": (),
    "finding.unused.*": unused.ROOMS,
}
"""What is filled into the codes that are made from the rows of a table."""


def findings(root: Path) -> Iterator[Said]:
    """Every finding, one for each row where they are made from a table."""
    for each in said(root):
        if not each.code.startswith("finding."):
            continue
        for row in _ROWS[each.code] if "*" in each.code else ("",):
            yield each._replace(code=each.code.replace("*", row))


def catalogue(root: Path, language: str) -> dict[str, list[str]]:
    """The texts of each code: one, or one for each number."""
    locale = OWN if language == FINDINGS else language
    with (root / "wording" / f"{language}.po").open("rb") as file:
        found = read_po(file, locale=locale, abort_invalid=True)
    texts: dict[str, Any] = {
        _code(each): each.string for each in found if each.id and not each.context
    }
    return {code: [text] if isinstance(text, str) else [*text] for code, text in texts.items()}


def _code(entry: Any) -> str:
    return str(entry.id[0] if entry.pluralizable else entry.id)


def places(text: str) -> set[str]:
    """The values that a text names."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", [*LANGUAGES, FINDINGS])
def test_a_catalogue_is_read_as_babel_reads_it(project_root: Path, language: str) -> None:
    """Its texts, and which of several a number takes."""
    with (project_root / "wording" / f"{language}.po").open("rb") as file:
        by_babel = BytesIO()
        locale = OWN if language == FINDINGS else language
        write_mo(by_babel, read_po(file, locale=locale, abort_invalid=True))
    by_babel.seek(0)
    babels, ours = gettext.GNUTranslations(by_babel), catalogues.catalogue(language)
    assert ours.texts
    for code in ours.texts:
        for number in (0, 1, 2, 5):
            expected = babels.ngettext(code, code, number)
            expected = babels.gettext(code) if expected == code else expected
            assert ours.text(code, number) == expected
    written = (project_root / "wording" / f"{language}.po").read_text(encoding="utf-8")
    assert len(ours.texts) == written.count("\nmsgid ")


def test_every_message_has_english_words_with_just_its_values(project_root: Path) -> None:
    words = catalogue(project_root, "en")
    faults = [
        f"{each.where}: {each.code} {sorted(each.values)}"
        for each in said(project_root)
        if not each.code.startswith("finding.")
        if not (meant := fnmatch.filter(words, each.code))
        or any(_named(words[code]) != each.values - {"n"} for code in meant)
    ]
    assert faults == []


def _named(texts: list[str]) -> set[str]:
    """The values of all its texts, without the number that chooses among them."""
    return {name for text in texts for name in places(text)} - {"n"}


def test_every_finding_has_words_with_just_its_values(project_root: Path) -> None:
    """A row of a table may say less than its values; what no row says is not given either."""
    words = catalogue(project_root, FINDINGS)
    used: dict[tuple[str, frozenset[str]], set[str]] = {}
    faults = set()
    for each in findings(project_root):
        if each.code not in words:
            faults.add(f"{each.where}: {each.code} has no words")
            continue
        named = _named(words[each.code])
        used.setdefault((each.where, each.values), set()).update(named)
        if named - each.values:
            faults.add(f"{each.where}: {each.code} is not given {named - each.values}")
    for (where, values), named in used.items():
        if values - {"n"} - named:
            faults.add(f"{where}: nothing says {values - {'n'} - named}")
    assert faults == set()


def test_no_words_are_left_that_no_finding_says(project_root: Path) -> None:
    known = {each.code for each in findings(project_root)}
    assert set(catalogue(project_root, FINDINGS)) - known == set()


def test_a_finding_says_in_one_line_what_is_wrong_and_in_one_how_to_mend_it(
    project_root: Path,
) -> None:
    for code, texts in catalogue(project_root, FINDINGS).items():
        assert all(text.count("\n") <= 1 and text == text.strip() for text in texts), code


def test_a_finding_is_said_in_english_whoever_reads_it() -> None:
    """What stands in it too: coordinators write in English."""
    known = message("known.near", near="desk")
    lacking = finding("unknown.role", missing="dsek", known=known)
    assert in_full(lacking, "fr-CI") == "there is no role `dsek` (did you mean `desk`?)"
    assert in_words(known, "fr-CI") != in_words(known)


def test_what_makes_a_definition_unusable_is_kept_with_its_places() -> None:
    """As where a case cannot go on by a version that nobody can read any more."""
    unknown = finding("unknown.stage", missing="frist", known=message("known.near", near="first"))
    problems = [
        Problem(Place("visit.yaml", 3, 5), unknown),
        Problem(Place("a.yaml", 1, 1), unknown),
    ]
    assert in_words(message_of(DefinitionError(problems))) == (
        "visit.yaml:3:5: there is no stage `frist`; a.yaml:1:1: there is no stage `frist`"
    )
    with pytest.raises(ExpressionError) as caught:
        parse_duration("3 fortnights")
    assert message_of(caught.value) == caught.value.message


def test_the_text_of_a_finding_without_a_remedy_is_its_sentence() -> None:
    assert in_full(finding("way.none")) == "from the opening"


def test_a_list_is_quoted_and_joined_as_a_finding_asks_for_it() -> None:
    for asked, listed in ((("a",), "`a`"), (("a", "b", "c"), "`a`, `b`, and `c`")):
        waits = finding("stuck.moments", word="series", moments=asked)
        assert in_words(waits) == f"{listed}, from which its `series` counts"


def test_every_status_has_words(project_root: Path) -> None:
    words = catalogue(project_root, "en")
    statuses = {
        f"status.{kind}.{status}"
        for kind, rows in TABLES.items()
        for _, sources, target in rows
        for status in (target, *([sources] if isinstance(sources, str) else sources))
    }
    assert statuses - set(words) == set()


def test_no_words_are_left_that_nothing_says(project_root: Path) -> None:
    known = {each.code for each in said(project_root)}
    words = catalogue(project_root, "en")
    assert set(words) - {code for each in known for code in fnmatch.filter(words, each)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_worker_meets_has_words_in_each_language(
    project_root: Path, language: str
) -> None:
    english, words = catalogue(project_root, "en"), catalogue(project_root, language)
    met = {code for code in english if not code.startswith(FOR_OPERATORS)}
    assert met - set(words) == set()
    assert set(words) - set(english) == set()
    for code, texts in words.items():
        assert all(texts), code
        assert set().union(*map(places, texts)) == set().union(*map(places, english[code])), code


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != OWN])
def test_switched_to_another_language_nothing_that_a_worker_meets_is_english(
    project_root: Path, language: str
) -> None:
    """Each sentence is made with its values; only a text that has no word of its own stays as it is."""
    english = {
        code: texts
        for code, texts in catalogue(project_root, "en").items()
        if not code.startswith(FOR_OPERATORS) and any(map(_own_words, texts))
    }
    assert len(english) > 200
    alike = set()
    for code, texts in english.items():
        values = dict.fromkeys(set().union(*map(places, texts)) - {"n"}, ("A", "B"))
        for met in (Message(code, values | {"n": number}) for number in (1, 2)):
            alike |= {code} if in_words(met, language) == in_words(met) else set()
    assert alike == _ALIKE.get(language, set())


_OF_REQUESTS = "why.kind_of_request."
_ALIKE = {
    "fr": {
        "list.codes",
        "list.version",
        "told.version_of",
        f"{_OF_REQUESTS}consultation",
        f"{_OF_REQUESTS}notification",
        "why.task.vote",
    },
}
"""Words that another language has too."""


def _own_words(text: str) -> str:
    """What stands between the values."""
    return "".join(filter(str.isalpha, "".join(own for own, *_ in Formatter().parse(text))))


def test_every_unit_of_periods_has_words_in_each_language() -> None:
    codes = {f"length.{unit.name.lower()}" for unit in Unit}
    assert {
        (language, code)
        for language in LANGUAGES
        for code in codes - catalogues.catalogue(language).texts.keys()
    } == set()


def test_every_way_of_an_act_has_its_words_on_a_page_in_each_language() -> None:
    codes = {f"page.way.{way.name}" for _, way in WAYS}
    assert {
        (language, code)
        for language in LANGUAGES
        for code in codes - catalogues.catalogue(language).texts.keys()
    } == set()


def test_a_list_is_joined_as_the_language_does_it() -> None:
    refusal = Refusal("wrong_outcome.one_of", allowed=("a", "b", "c"))
    assert in_words(refusal.message) == "say one of: a, b, c"
    assert in_words(refusal.message, "fr-CI") == "dites l'un de ces mots\N{NO-BREAK SPACE}: a, b, c"


def test_a_language_without_a_catalogue_is_english() -> None:
    assert in_words(message("refused.not_merged", case="A", into="B"), "ha").startswith("A is not")


def test_a_moment_is_written_with_its_zone() -> None:
    told = in_words(message("refused.wrong_moment.to_come", at=datetime(2026, 3, 2, 9, tzinfo=UTC)))
    assert "2026-03-02 09:00 UTC" in told


def test_portuguese_has_one_word_for_a_case() -> None:
    texts = catalogues.catalogue("pt").texts
    others = [code for code, text in texts.items() if re.search("processos?\\b", "".join(text))]
    assert others == []
