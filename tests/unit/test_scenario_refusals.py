"""What cannot be done yet, or fills nothing in, is refused with the reason that is promised."""

from __future__ import annotations

import re

import pytest

from engine.errors import DefinitionError
from engine.scenarios import load_scenarios
from tests.factories import lawful
from tests.told import refused_with
from tests.unit.test_scenarios import CALENDARS, HEAD, REGISTRY
from wording.sentences import placed

LATER = lawful(
    """\
pathway: visit
version: 1
title: Visit
effective: 2026-01-01
sides: [host]
roles: {desk: first_responder @ host, helper: legal_aid @ host}
data: {note: {choice: [short, long]}, more: {yes_no}}
stages:
  first:
    steps:
      talk: {by: desk}
      letter: {by: desk, not_before: 40 days after case.opened}
      visit: {by: desk, series: {at: [1 month, 2 months], after: case.opened}}
      reply: {by: desk, after: talk, not_before: 3 days after letter.done}
      refer: {hand_over: helper, by: desk, after: talk, form: [note, more?], answer: 3 working days, \
declined: end gone, silent: tell desk}
    then: end gone
  second: {after: first, steps: {end_it: {by: desk}}}
interrupts:
  rest: {raised_by: [desk], suspends: first, review: 3 days}
  rest_of_second: {raised_by: [desk], suspends: second, review: 3 days}
ends: {gone: neutral}
"""
)


def _missed_later(*moments: str) -> list[str]:
    text = HEAD + "".join(f"      - {{at: +1 hour, by: GH-DESK, {each}}}\n" for each in moments)
    played = load_scenarios(text, "s.yaml").play("one", LATER, REGISTRY, CALENDARS)
    return [placed(each.problem) for each in played.misses]


def _refused(do: str, reason: str) -> str:
    return f"do: {do}, expect: {{refused: {reason}}}"


@pytest.mark.parametrize("after", ["+2 days", "+2 working days"])
def test_a_case_is_opened_at_a_moment_of_its_own(after: str) -> None:
    """There is none before it to count from."""
    text = re.sub(r"opened: .*", f"opened: {after}", HEAD)
    with refused_with(DefinitionError, match="there is nothing before the opening"):
        load_scenarios(f"{text}      - {{at: +1 hour}}\n", "s.yaml")


def test_what_comes_too_early_says_so() -> None:
    """Before a floor, before the next of a series, and where the floor itself is not known yet."""
    moments = [_refused(f"complete {step}", "too_early") for step in ("letter", "visit")]
    assert not _missed_later(*moments, _refused("complete reply", "not_open"))
    assert not _missed_later("do: complete talk", _refused("complete reply", "too_early"))


def test_an_agency_that_nobody_knows_is_refused_before_what_it_does() -> None:
    """As at the command line: it does not learn that the step is too early, or closed."""
    for step in ("letter", "end_it", "talk"):
        act = f"at: +1 hour, by: GH-NONE, {_refused(f'complete {step}', 'unknown_agency')}"
        played = load_scenarios(HEAD + f"      - {{{act}}}\n", "s.yaml")
        assert not played.play("one", LATER, REGISTRY, CALENDARS).misses


def test_what_rests_says_so() -> None:
    """A task that was open, one that its stage would have opened, a stage that has not begun."""
    acts = (
        "complete talk",
        "claim talk",
        "reassign talk to GH-DESK",
        "complete letter",
        "offer refer",
    )
    assert not _missed_later("do: raise rest", *(_refused(each, "suspended") for each in acts))
    assert not _missed_later(
        _refused("complete end_it", "not_open"),
        "do: raise rest_of_second",
        _refused("complete end_it", "suspended"),
    )


def test_a_request_is_offered_with_what_its_form_asks() -> None:
    """The answers go along; what is wrong with them is said, and so is what lacks."""
    assert not _missed_later(
        "do: complete talk",
        _refused("offer refer", "wrong_form"),
        _refused("offer refer, answers: {note: shrt}", "wrong_form"),
        "do: offer refer, answers: {note: short, more: yes}, expect: {holds: note = short and more}",
    )


@pytest.mark.parametrize("do", ["claim talk", "accept talk", "raise rest", "decline talk"])
def test_answers_to_what_has_no_form_are_not_passed_over(do: str) -> None:
    """Who wrote them expects them to be somewhere."""
    (missed,) = _missed_later(f"do: {do}, answers: {{note: short}}")
    assert f"wrong_form (`{do.split()[0]}`" in missed


OVER = lawful(
    """\
pathway: visit
version: 1
title: Visit
effective: 2026-01-01
sides: [host]
roles: {desk: first_responder @ host, helper: legal_aid @ host}
data: {moved: {yes_no}}
stages:
  first:
    steps:
      talk: {by: desk, form: [moved]}
      plan: {by: desk, stops_when: moved}
      call: {by: desk, after: plan, when: not moved, otherwise: skip}
      more: {by: desk, manual: yes, stops_when: moved}
      refer: {hand_over: helper, by: desk, after: talk, answer: 3 working days, declined: go on, silent: tell desk}
      wait: {by: desk}
    then: end gone
  care: {outlives_end: [gone], steps: {visit: {by: desk}}}
ends: {gone: neutral}
"""
)


def test_what_is_over_says_how_it_came_to_be_so() -> None:
    """Done with, passed over, stopped, answered; then the case has reached its end, and at last it is closed."""
    text = HEAD + "".join(
        f"      - {{at: +1 hour, by: {by}, {each}}}\n"
        for by, each in (
            ("GH-DESK", "do: complete talk, answers: {moved: yes}"),
            ("GH-DESK", _refused("complete talk", "settled")),
            ("GH-DESK", _refused("complete talk.1", "settled")),
            ("GH-HELP", _refused("complete talk", "not_yours")),
            ("GH-DESK", _refused("complete plan", "stopped")),
            ("GH-DESK", _refused("complete call", "settled")),
            ("GH-DESK", "do: offer refer"),
            ("GH-HELP", "do: accept refer"),
            ("GH-HELP", _refused("accept refer", "settled")),
            ("GH-HELP", _refused("feedback refer", "settled")),
            ("GH-DESK", "do: complete wait, expect: {end: gone, closed: no}"),
            ("GH-DESK", _refused("complete more", "closed")),
            ("GH-DESK", _refused("start more", "closed")),
            ("GH-DESK", _refused("complete wait", "settled")),
            ("GH-DESK", "do: complete visit, expect: {closed: yes}"),
            ("GH-DESK", _refused("complete visit", "closed")),
            ("GH-DESK", _refused("complete more", "closed")),
            ("GH-HELP", _refused("accept refer", "closed")),
            ("GH-DESK", _refused("start more", "closed")),
        )
    )
    played = load_scenarios(text, "s.yaml").play("one", OVER, REGISTRY, CALENDARS)
    assert [placed(each.problem) for each in played.misses] == []


def test_a_request_that_was_declined_or_taken_back_is_over() -> None:
    """Whatever is said to it; its sender is told the same."""
    text = HEAD + "".join(
        f"      - {{at: +1 hour, by: {by}, {each}}}\n"
        for by, each in (
            ("GH-DESK", "do: complete talk, answers: {moved: no}"),
            ("GH-DESK", "do: offer refer"),
            ("GH-HELP", "do: decline refer for no_capacity"),
            *(
                ("GH-HELP", _refused(f"{each} refer", "settled"))
                for each in ("see", "accept", "ask")
            ),
            ("GH-DESK", _refused("revoke refer", "settled")),
        )
    )
    played = load_scenarios(text, "s.yaml").play("one", OVER, REGISTRY, CALENDARS)
    assert [placed(each.problem) for each in played.misses] == []
