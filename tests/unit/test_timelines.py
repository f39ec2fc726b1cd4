"""What an agency may read of the turns of a case before."""

from __future__ import annotations

import pytest

from casework import story
from engine import commands as c
from engine.agencies.registry import Agency, Registry
from engine.decide import Decision
from engine.migrating import Before, MoveTarget, Surroundings, revert, weigh
from engine.past import names_since
from engine.projection import seen_turns
from engine.turn_records import TurnRecord
from engine.versions.renames import renames
from engine.view import View
from tests.factories import (
    CARE,
    CARE2,
    DESK,
    HEAD,
    HOME,
    HOME2,
    REGISTRY,
    TELL_HOME,
    Case,
    pathway,
)
from wording.sentences import as_line

ONE_TASK = """
stages:
  start:
    steps:
      interview: {by: manager, form: [risk], due: 3 days}
    then: end done
"""


class Turns:
    """A case that is moved between versions, and what its agencies read of it."""

    def __init__(self, case: Case, head: str = HEAD, consents: str = TELL_HOME) -> None:
        self.case, self._head, self._consents = case, head, consents
        self.pathways = {case.pathway.version: case.pathway}

    def move(self, body: str, *changes: tuple[str, str]) -> None:
        """Onto the version after its own, in which so much has changed."""
        for old, new in changes:
            assert old in body
            body = body.replace(old, new)
        case, number = self.case, self.case.pathway.version + 1
        head = self._head.replace("version: 1", f"version: {number}")
        later = pathway(body, head, self._consents)
        onto = MoveTarget(later, renames(case.pathway.definition, later.definition))
        verdict = weigh(case.pathway, onto, case.state, case.now, self._known, on_purpose=True)
        assert verdict.decision is not None, verdict.reasons
        self._before = case.state
        self._go(onto, verdict.decision)

    def move_back(self) -> None:
        """To exactly where it stood: nothing has happened since the move."""
        case, earlier = self.case, self.pathways[self._before.version]
        back = renames(earlier.definition, case.pathway.definition).back()
        onto, was = MoveTarget(earlier, back), Before(self._before)
        act = c.Revert(version=earlier.version)
        command = c.Command(act=act, agency="", occurred_at=case.now, recorded_at=case.now)
        self._go(onto, revert(case.pathway, onto, case.state, was, command, self._known))

    @property
    def _known(self) -> Surroundings:
        return Surroundings(self.case.registry, self.case.calendars)

    def _go(self, onto: MoveTarget, decision: Decision) -> None:
        case = self.case
        case.facts += decision.facts
        case.turns.append(decision.facts)
        case.last, case.state, case.pathway = decision.facts, decision.state, onto.pathway
        self.pathways[onto.pathway.version] = onto.pathway

    def told(self, reader: str) -> str:
        case = self.case
        view = View(
            case.pathway, case.state, case.now, case.registry, case.calendars, reader=reader
        )
        time = c.Command(
            act=c.Settle(), agency="", person="", occurred_at=case.now, recorded_at=case.now
        )
        seen = seen_turns(view, [TurnRecord(command=time, facts=each) for each in case.turns])
        lines = story.told([*enumerate(seen, 1)], self.pathways, case.pathway.version)
        return "\n".join(as_line(each.said, "en") for turn in lines for each in turn)


def told(case: Case, reader: str) -> str:
    return Turns(case).told(reader)


@pytest.fixture(name="passed")
def _passed() -> Case:
    case = Case(ONE_TASK)
    case.do(c.Decline(task="interview.1", reason="conflict_of_interest"), CARE)
    assert case.task("interview.1").agency == CARE2
    return case


def test_whom_a_task_has_passed_to_does_not_read_who_had_it_before(passed: Case) -> None:
    passed.do(c.Prohibit(agency=CARE), DESK)
    assert told(passed, CARE2) == f"Passed to {CARE2}: Interview"


def test_the_responsible_agency_reads_who_had_it(passed: Case) -> None:
    assert f"Asked {CARE}: Interview" in told(passed, DESK)


def test_whom_a_task_has_passed_to_does_not_read_what_became_of_it_before() -> None:
    """That another agency had taken it on, and was late, is that agency's."""
    case = Case(ONE_TASK)
    case.do(c.Accept(task="interview.1"), CARE)
    case.wait(days=4)
    case.do(c.Decline(task="interview.1", reason="conflict_of_interest"), CARE)
    case.complete("interview.1", CARE2, risk="low")
    assert told(case, CARE2).splitlines() == [f"Passed to {CARE2}: Interview", "Done: Interview"]


# over versions

LAW = "GH-LAW"
WITH_LAW = Registry(
    (*REGISTRY.agencies, Agency(code=LAW, name="Law", country="GH", roles=("lawyer",)))
)
LAW_HEAD = HEAD.replace("  manager:", "  adviser: lawyer @ host\n  manager:")
TWO = """
stages:
  start:
    steps:
      talk: {title: First talk, by: manager, form: [risk], due: 3 days, manual: true, repeat: {at_most: 3}}
      stay: {title: Place to stay, by: screener}
    then: end done
"""
RENAMED = ("talk: {title: First talk", "interview: {was: talk, title: Interview")
TAKEN = (
    ("talk: {title: First talk", "interview: {title: Interview"),
    ("      stay:", "      talk: {title: Advice in law, by: adviser, due: 3 days}\n      stay:"),
)
"""In a later version another step has the name that the talk had first."""
REPLACED = (
    (
        "talk: {title: First talk, by: manager, form: [risk],",
        "talk: {title: Advice in law, by: adviser,",
    ),
)
"""The step is gone, and another one has its name."""


def with_a_talk() -> Turns:
    """A first talk that was late, by CARE."""
    turns = Turns(Case(TWO, head=LAW_HEAD, registry=WITH_LAW), LAW_HEAD)
    case = turns.case
    case.do(c.Start(step="talk"), DESK)
    case.wait(days=4)
    case.complete("talk.1", CARE, risk="low")
    assert case.task("talk.1").overdue
    return turns


OF_TALK = ["Asked GH-CARE: First talk", "Overdue: First talk", "Done: First talk"]


def test_the_id_of_an_old_task_tells_nobody_of_it_who_has_a_new_one_with_that_id() -> None:
    """It was renamed, and its name now belongs to a step of another agency."""
    turns = with_a_talk()
    turns.move(TWO, RENAMED)
    turns.move(TWO, *TAKEN)
    turns.case.wait()
    assert turns.case.task("talk.1").agency == LAW
    assert turns.told(LAW) == "Asked GH-LAW: Advice in law"
    assert turns.told(CARE).splitlines() == OF_TALK


def test_a_task_of_before_is_told_in_the_words_of_then() -> None:
    """Though the agency is not told of the move, and another step has the name now."""
    turns = with_a_talk()
    turns.move(TWO, *REPLACED)
    turns.case.do(c.Start(step="talk"), DESK)
    assert turns.case.task("talk.2").agency == LAW
    assert turns.told(LAW) == "Asked GH-LAW: Advice in law"
    assert turns.told(CARE).splitlines() == OF_TALK


def test_whoever_answers_for_the_case_reads_each_in_the_words_of_its_time() -> None:
    turns = with_a_talk()
    turns.move(TWO, RENAMED)
    turns.move(TWO, *TAKEN)
    turns.case.wait()
    lines = turns.told(DESK).splitlines()
    assert [each for each in OF_TALK if each not in lines] == []
    assert "Asked GH-LAW: Advice in law" in lines


def test_what_a_way_back_has_undone_is_told_nobody_who_has_its_id_now() -> None:
    """The first agency that was asked stays unknown to the one that is asked after the second move."""
    turns = Turns(Case(GO_HOME, consents=TELL_ANY), consents=TELL_ANY)
    case = turns.case
    case.complete("interview.1", DESK, home_country="NG", risk="low")
    case.give("talk.1")
    case.complete("stay.1", DESK)
    more = ("      wait:", f"{ASK}      wait:")
    turns.move(GO_HOME, more)
    assert case.hand_over("ask.1").agency == HOME
    turns.move_back()
    case.do(c.Prohibit(agency=HOME), DESK)
    turns.move(GO_HOME, more)
    assert case.hand_over("ask.1").agency == HOME2
    assert turns.told(HOME2) == f"Asked {HOME2}: Ask home"


def test_what_went_on_after_a_way_back_is_still_told() -> None:
    turns = with_a_talk()
    turns.case.do(c.Start(step="talk"), DESK)
    turns.move(TWO, RENAMED)
    turns.move_back()
    turns.case.complete("talk.2", CARE, risk="low")
    assert turns.told(CARE).splitlines() == [*OF_TALK, OF_TALK[0], OF_TALK[2]]


def test_names_of_then_lead_to_those_of_today_over_a_way_back_too() -> None:
    turns = with_a_talk()
    turns.move(TWO, RENAMED)
    assert [each.steps for each in names_since(turns.case.turns)[-2:]] == [
        {"talk": "interview"},
        {},
    ]
    turns.move_back()
    assert [each.steps for each in names_since(turns.case.turns)[-3:]] == [
        {},
        {"interview": "talk"},
        {},
    ]


ASK = "      ask: {title: Ask home, hand_over: home, needs: consent.tell_home, seen: 2 days, answer: 5 days, declined: go on, silent: tell manager}\n"
TELL_ANY = "tell_home: {to: home, any: true, shows: [risk], ask: May we?}"
GO_HOME = """
stages:
  start:
    steps:
      interview: {by: screener, form: [home_country, risk]}
      talk: {by: screener, after: interview, consent: tell_home, refused: go on}
      stay: {by: screener, after: talk}
      wait: {by: screener, after: stay}
    then: end done
"""
