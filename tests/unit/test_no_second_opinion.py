"""What is offered is what is accepted: lists of what may be done and `decide` are of one mind, whatever
has happened."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine import commands as c
from engine.acts.confirming import ConfirmStop
from engine.acts.declared import WordKind
from engine.links import Proposal
from engine.offering import asides
from engine.pathway import Pathway
from engine.statuses import ProposalStatus
from engine.task_kinds import TaskKind
from tests.factories import CARE, MONDAY, Case
from tests.foreseen_grounds import Willing
from tests.random_cover import LAW
from tests.random_documents import Document, loaded
from tests.random_pathways import HEAD, pathways
from tests.random_plays import Play
from tests.random_proposals import LISTED, Subject, accepted, offered
from tests.random_short_pathways import short_pathway
from tests.source_code import modules

BOTH = ["consent.tell_home", "consent.pass_on"]
REQUEST: Document = {"hand_over": "home", "needs": BOTH, "answer": "1 month", "silent": "go on"}
ARRIVAL: Document = {"confirmed_by": "home", "within": "2 days", "missing": "go on"}
EXPIRING: Document = HEAD | {
    "consents": {
        "tell_home": {"to": "home", "any": True, "ask": "May we?"},
        "pass_on": {"to": "home", "any": True, "ask": "May they pass it on?", "valid": "3 hours"},
    },
    "bases": {"law": LAW},
    "stages": {
        "first": {
            "steps": {
                "s0": {
                    "by": "screener",
                    "form": [
                        "home_country",
                        "born?",
                        "full_name?",
                        "risk?",
                        "risk_there?",
                        "seeks?",
                    ],
                },
                "tells": {"by": "screener", "consent": "tell_home", "refused": "go on"},
                "passes": {"by": "screener", "consent": "pass_on", "refused": "go on"},
                "asks": {
                    "by": "home",
                    "consent": "tell_home",
                    "needs": "consent.pass_on",
                    "refused": "go on",
                },
                "goes": {"by": "home", "needs": BOTH},
                **{
                    name: REQUEST | {"declined": "next receiver, at most 3", "feedback": "5 days"}
                    for name in ("refers", "refers_again", "refers_once_more")
                },
                "consults": REQUEST
                | {"kind": "consultation", "answers": ["risk"], "wait_list": "1 month"}
                | {"declined": "go on"},
                "travels": {"by": "manager", "arrival": ARRIVAL, "needs": "consent.tell_home"},
                "again": {"by": "manager", "manual": True, "repeat": {"at_most": 3}},
                "stays": {"by": "manager", "not_before": "60 days after case.opened"},
            },
            "then": "end done",
        }
    },
    "interrupts": {},
}
"""Two consents let a partner know, and one of them soon expires: the partner may go on knowing of the case,
but not do what needs both."""
SELDOM = (
    *(c.See, c.Ask, c.WaitList, c.AcceptHandOver, c.DeclineHandOver, c.Prepare, c.Revoke),
    *(c.ConfirmArrival, c.ReportNoShow, c.GiveFeedback, ConfirmStop),
    c.Start,
)
"""What is met where a partner is asked early, and not in every hundred of pathways made by chance."""
FOR_PARTNERS = (TaskKind.ARRIVAL, TaskKind.FEEDBACK)
OTHER = "2222-3333"
OF_TWO = {
    act
    for act, _ in c.WAYS
    if act.declared and any(word.kind is WordKind.CASE for word in act.declared.words)
}
Looks = Callable[[Play], bool]


def sometimes(play: Play) -> bool:
    return play.state.status != "open" or play.chance.random() < 0.33


def at_partners(play: Play) -> bool:
    state = play.state
    is_there = any(each.kind in FOR_PARTNERS for each in state.open_tasks())
    return play.chance.random() < (0.3 if is_there or any(state.open_hand_overs()) else 0.02)


def disagreements(play: Play, moves: int, seen: set[str], looks: Looks = sometimes) -> list[str]:
    """What is offered and refused, or accepted and not offered, at some moments of a play.

    Args:
        seen: The acts that both have let be done, and those that nobody may do about what is open, as
            in `not Complete`.
        looks: whether a moment is looked at.
    """
    found = list[str]()
    for _ in range(moves):
        play.settle()
        if looks(play):
            listed, possible = offered(play), accepted(play, play.chance)
            seen |= {act for _, act, _ in listed & possible}
            seen |= {f"not {act}" for act in _withheld(play, listed)}
            found += [f"{each} is offered, {play.log}" for each in listed - possible]
            found += [f"{each} is accepted, {play.log}" for each in possible - listed]
        if play.state.status != "open":
            break
        play.move()
    return found


def _withheld(play: Play, listed: set[Subject]) -> Iterator[str]:
    """How something open is done, if that is offered to nobody."""
    done = {TaskKind.WORK: "Complete", TaskKind.CONSENT: "RecordConsent"}
    opened = [(done[each.kind], each.id) for each in play.state.open_tasks() if each.kind in done]
    opened += [("AcceptHandOver", each.id) for each in play.state.open_hand_overs()]
    offered_now = {(act, about) for _, act, about in listed}
    yield from (act for act, about in opened if (act, about) not in offered_now)


def offered_with_other(case: Case) -> set[type[c.Act]]:
    """What is offered about another case, to nobody but the responsible agency."""
    found = [each for each in asides(case.view) if type(each.act) in OF_TWO]
    assert {each.agency for each in found} == {case.state.responsible}
    return {type(each.act) for each in found}


def test_in_a_short_pathway_what_is_offered_is_what_is_accepted() -> None:
    """Of every agency, act and subject, with some answers."""
    trials = {number: short_pathway(number) for number in range(60)}
    plays = {number: Play(trial, Random(number)) for number, trial in trials.items() if trial}
    assert len(plays) > 20
    found = {number: disagreements(play, 16, set()) for number, play in plays.items()}
    assert {number: some for number, some in found.items() if some} == {}


def test_in_a_pathway_with_all_constructs_what_is_offered_is_what_is_accepted() -> None:
    """The same, with panels, requests of all kinds, series and rounds, and acts beside the course of a case."""
    seen: set[str] = set()

    @settings(max_examples=85, derandomize=True, phases=[Phase.generate])
    @given(pathways(), st.integers(0, 2**32))
    def holds(trial: Pathway, number: int) -> None:
        assert disagreements(Play(trial, Random(number)), 16, seen) == []

    holds()
    assert seen >= {each.__name__ for each in LISTED if each not in SELDOM}


def test_where_one_of_two_consents_has_expired_what_is_offered_is_what_is_accepted() -> None:
    """Whoever may know of a case is not covered for all that is open in it."""
    trial, seen = loaded(EXPIRING), set[str]()
    for number in range(24):
        play = Willing(trial, Random(number))
        assert disagreements(play, 24, seen, at_partners) == []
    assert seen >= {each.__name__ for each in SELDOM}
    assert seen >= {"not AcceptHandOver", "not Complete", "not RecordConsent"}


def test_what_concerns_another_case_is_offered_to_the_responsible_agency_where_it_is_possible() -> (
    None
):
    """The other case is only named by who acts, so plays leave it out."""
    plain, asked, linked, merged = Case(), Case(), Case(), Case()
    proposal = Proposal(
        word="sibling",
        status=ProposalStatus.WAITING,
        at=MONDAY,
        answer_by=MONDAY + timedelta(days=3),
    )
    asked.do(c.BeAsked(case=OTHER, proposal=proposal), CARE)
    linked.do(c.Link(case=OTHER, word="sibling", agreed=True))
    merged.do(c.Merge(case=merged.state.code, into=OTHER, agreed=True))
    assert offered_with_other(plain) == {c.Link, c.Merge}
    assert offered_with_other(asked) == {c.Link, c.Merge, c.Agree, c.Disagree}
    assert offered_with_other(linked) == {c.Link, c.Merge, c.Unlink}
    assert offered_with_other(merged) == {c.Unmerge}


def test_nobody_else_lists_what_may_be_done(project_root: Path) -> None:
    """What a walk, a simulation or a rehearsal tries is taken from the two lists, by a rule of its own."""
    sources = [
        (name, source)
        for room in ("engine", "casework", "flows", "onward")
        for name, source in modules(project_root / room)
        if "from engine.choices import" in source
    ]
    makers = {
        name
        for name, source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("PossibleAct")
    }
    assert len(sources) > 5
    assert makers == {"engine/offering.py"}
