"""A name that leads nowhere is a fault of a scenario file: an expectation about nobody always passes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.errors import DefinitionError
from engine.scenarios import load_scenarios
from engine.scenarios.expected_words import NOTICES, REASONS
from notifiers.base import NoticeKind
from tests.factories import lawful
from tests.told import refused_with
from tests.unit.test_scenarios import CALENDARS, FIRST_LINE, HEAD, PATHWAY, REGISTRY
from wording.sentences import placed

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "engine"
LINKS = {
    *("linked_already", "merged", "not_linked", "not_merged", "same_case", "unknown_link"),
    *("not_asked_for", "not_proposed", "proposed_already"),
}
"""Scenarios link no cases."""
NEEDED = {"needs_guardian", "needs_person"}
"""Put together from the word for who answers."""
APART = {"migrating", "rehearsal"}
"""Rooms of the engine that no scenario enters."""
DOORS = {"unknown_staff", "wrong_request"}
"""What a page or a program may ask for and a scenario has no words for: a colleague, another type of word."""
OPENING = {"not_in_effect", "unknown_role", "wrong_country"}
"""A case that cannot be opened is a fault of its scenario."""


def _refused(words: str) -> str:
    text = HEAD + f"      - {{at: 2026-03-02 10:00, by: GH-DESK, {words}}}\n"
    with pytest.raises(DefinitionError) as refused:
        load_scenarios(text, "s.yaml").require_names(PATHWAY, REGISTRY)
    (problem,) = refused.value.problems
    assert problem.place.line == FIRST_LINE
    return placed(problem)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("do: complete tlak, expect: {refused: not_open}", "no step `tlak` (did you mean `talk`?)"),
        ("do: complete tlak.1", "no step `tlak` (did you mean `talk`?)"),
        ("do: accept refre as conditions", "no step `refre` (did you mean `refer`?)"),
        ("do: start tlak", "no step `tlak` (did you mean `talk`?)"),
        ("do: raise storm, expect: {refused: not_found}", "no interrupt `storm` (there are none)"),
        ("do: withdraw referal", "no consent `referal` (did you mean `referral`?)"),
        ("do: withdraw referral from GH-HLEP", "no agency `GH-HLEP` (did you mean `GH-HELP`?)"),
        ("do: reassign talk to GH-YYY", "no agency `GH-YYY` (known: GH-DESK, GH-HELP)"),
        ("do: prohibit GH-HLEP", "no agency `GH-HLEP` (did you mean `GH-HELP`?)"),
        ("do: extend tlak", "no step or clock `tlak` (did you mean `talk`?)"),
        ("do: complete talk, expect: {refused: not_opne}", "did you mean `not_open`?"),
        (
            "do: complete talk, expect: {told: {GH-DESK: [mail]}}",
            "no kind of notice called `mail` (known:",
        ),
        ("do: complete talk, expect: {told: {GH-DESK: [remind]}}", "did you mean `reminder`?"),
        (
            "do: complete talk, holidays: {India: [2026-03-04]}",
            "there is no country `India` (write `IN`)",
        ),
        ("do: complete talk, expect: {due: {tlak.1: 2026-03-04}}", "did you mean `talk`?"),
    ],
)
def test_what_is_done_and_why_it_is_refused_must_exist(words: str, said: str) -> None:
    """A misspelt step is not open either: the refusal that is expected would come."""
    assert said in _refused(words)


@pytest.mark.parametrize(
    "do",
    [
        "complete talk",
        "complete talk.1",
        "complete done as approved",
        "reopen for other",
        "withdraw referral",
    ],
)
def test_what_exists_is_let_through(do: str) -> None:
    """Whether it is possible then is seen when it is played."""
    text = HEAD + f"      - {{at: 2026-03-02 10:00, by: GH-DESK, do: {do}}}\n"
    load_scenarios(text, "s.yaml").require_names(PATHWAY, REGISTRY)


@pytest.mark.parametrize(
    "words", ["by: GH-NONE, do: complete talk", "by: GH-DESK, do: prohibit GH-NONE"]
)
def test_an_agency_that_is_refused_because_nobody_knows_it_need_not_be_known(words: str) -> None:
    """The reason may be expected, and is seen; without it the name is a fault of the file."""
    line = f"      - {{at: 2026-03-02 10:00, {words}%s}}\n"
    expected = load_scenarios(HEAD + line % ", expect: {refused: unknown_agency}", "s.yaml")
    expected.require_names(PATHWAY, REGISTRY)
    assert not expected.play("one", PATHWAY, REGISTRY, CALENDARS).misses
    with refused_with(DefinitionError, match="there is no agency `GH-NONE`"):
        load_scenarios(HEAD + line % "", "s.yaml").require_names(PATHWAY, REGISTRY)


def test_every_reason_of_the_engine_may_be_expected_and_stands_in_the_reference() -> None:
    """No other one does; the same of kinds of notices."""
    assert set(NoticeKind) == NOTICES
    files = [each for each in sorted(ENGINE.rglob("*.py")) if APART.isdisjoint(each.parts)]
    code = "".join(each.read_text(encoding="utf-8") for each in files)
    given = set(re.findall(r'Refusal\(\s*f?"([a-z_]+)', code))
    given |= set(re.findall(r'Refusal\("([a-z_]+)" if ', code)) | NEEDED
    assert given - LINKS - DOORS - OPENING == REASONS
    page = (ROOT / "docs/reference/scenarios.md").read_text(encoding="utf-8")
    rows = page.split("## Why something is refused")[1]
    assert (
        set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"(?m)^\| (.*?) \|", rows)))) == REASONS
    )


PANEL = lawful(
    """\
pathway: visit
version: 1
title: Visit
effective: 2026-01-01
sides: [host]
roles: {desk: first_responder @ host, helper: legal_aid @ host}
stages:
  first:
    steps:
      look:
        panel: {members: [desk, helper], quorum: 1, agree: majority, tied: good, no_quorum: bad}
        decide: {good: go on, bad: go on}
        due: 2 working days
    then: end done
ends: {done: success}
"""
)


def test_one_members_vote_may_be_expected_by_its_own_name() -> None:
    """Each counts in its own calendar, so that the step alone names the first of them."""
    due = "{look: 2026-03-04, look.1.desk: 2026-03-04, look.1.helper: 2026-03-04}"
    agency = "{look.1.desk: GH-DESK, look.1.helper: GH-HELP}"
    line = f"      - {{at: 2026-03-02 10:00, expect: {{due: {due}, agency: {agency}}}}}\n"
    assert not _played(HEAD + line)
    assert _played(HEAD + line.replace("desk: 2026-03-04", "desk: 2026-03-05"))
    assert _played(HEAD + line.replace("helper: GH-HELP", "helper: GH-DESK"))


def _played(text: str) -> list[str]:
    scenarios = load_scenarios(text, "s.yaml")
    scenarios.require_names(PANEL, REGISTRY)
    return [
        placed(each.problem) for each in scenarios.play("one", PANEL, REGISTRY, CALENDARS).misses
    ]


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("UK", "s.yaml:6:14: there is no country `UK` (did you mean `GB` (Britain)?)"),
        (
            "NG",
            "s.yaml:6:14: GH-DESK cannot open a case in NG (write `country: GH`, or name an agency in NG)",
        ),
    ],
)
def test_a_case_is_opened_in_the_country_of_its_agency(country: str, said: str) -> None:
    """At the line of the country, and not at the name of the scenario."""
    text = HEAD.replace("country: GH", f"country: {country}") + "      - {at: +1 day}\n"
    with pytest.raises(DefinitionError) as refused:
        load_scenarios(text, "s.yaml").require_names(PATHWAY, REGISTRY)
    assert [placed(each) for each in refused.value.problems] == [said]


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ("{helpr: GH-HELP}", "no role `helpr` (did you mean `helper`?)"),
        ("{helper: GH-HLEP}", "no agency `GH-HLEP` (did you mean `GH-HELP`?)"),
        (
            "{helper: GH-DESK}",
            "GH-DESK cannot hold the role helper: the registry does not give it the type `legal_aid`",
        ),
    ],
)
def test_a_role_is_chosen_for_an_agency_that_may_hold_it(roles: str, said: str) -> None:
    """Each fault stands at its entry."""
    text = HEAD.replace("    play:", f"    roles: {roles}\n    play:") + "      - {at: +1 day}\n"
    with pytest.raises(DefinitionError) as refused:
        load_scenarios(text, "s.yaml").require_names(PATHWAY, REGISTRY)
    (problem,) = refused.value.problems
    assert problem.place.line == 7
    assert said in placed(problem)
