"""A case moves while its panel is voting: members keep their seats, whatever they are called."""

from __future__ import annotations

from engine import commands as c
from engine.evolve import replay
from engine.message import message
from engine.migrating import MoveTarget, MoveVerdict, Surroundings, weigh
from engine.pathway import Pathway
from engine.turns import panels
from engine.versions.renames import renames
from engine.view import View
from engine.visibility import readable
from tests.factories import CALENDARS, CARE, DESK, HEAD, REGISTRY, Case, lawful

KNOWN = Surroundings(REGISTRY, CALENDARS)
ROLES = HEAD.replace("data:", "data:\n  reasons: {text}", 1)
STAGE = """
stages:
  start:
    steps:
      draft: {by: manager}
      approve:
        after: draft
        panel: {members: [MEMBERS], quorum: 2, tied: returned, no_quorum: returned, MORE}
        form: [reasons]
        decide: {approved: go on, returned: end stays}
        due: 3 days
    then: end done
"""


def panel(members: str = "screener, manager", more: str = "agree: all") -> str:
    return STAGE.replace("MEMBERS", members).replace("MORE", more)


CHAIRED = panel(
    "screener, manager, responsible",
    "agree: majority, chair: manager, chair_not_by: draft, shows_to: {manager: [reasons]}",
)


def voting(body: str) -> Case:
    case = Case(body, head=ROLES)
    case.do(c.Complete(task="draft.1"), CARE, person="care-1")
    return case


def vote(case: Case, ident: str, by: str, person: str) -> None:
    act = c.Complete(task=ident, outcome="approved", protected=("reasons",))
    case.do(act, by, person=person)


def with_a_chief(body: str) -> Pathway:
    """The manager is called the chief now."""
    text = ROLES.replace("version: 1", "version: 2\nrunning_cases: migrate") + body
    text = text.replace("manager: care @ host", "manager: {type: care, side: host, was: MANAGER}")
    return lawful(text.replace("manager", "chief").replace("MANAGER", "manager"))


def weighed(case: Case, new: Pathway) -> MoveVerdict:
    onto = MoveTarget(new, renames(case.pathway.definition, new.definition))
    return weigh(case.pathway, onto, case.state, case.now, KNOWN)


def move(case: Case, new: Pathway) -> None:
    verdict = weighed(case, new)
    assert verdict.decision is not None, verdict.reasons
    case.facts += verdict.decision.facts
    case.last, case.state, case.pathway = verdict.decision.facts, verdict.decision.state, new
    assert replay(case.facts) == case.state


def test_a_member_with_another_name_keeps_its_open_vote() -> None:
    """The panel goes on: the other vote counts, this one is cast under the id that it had."""
    case = voting(panel())
    vote(case, "approve.1.screener", DESK, "desk-1")
    move(case, with_a_chief(panel()))
    assert case.state.status == "open"
    assert case.open == ["approve.1.manager"]
    assert case.task("approve.1.manager").role == "chief"
    vote(case, "approve.1.manager", CARE, "care-2")
    assert (case.state.decisions, case.state.end) == ({"approve": "approved"}, "done")


def test_a_member_with_another_name_keeps_the_vote_that_it_has_cast() -> None:
    """It counts by the role, not by how its id ends."""
    case = voting(panel())
    vote(case, "approve.1.manager", CARE, "care-2")
    move(case, with_a_chief(panel()))
    assert case.state.status == "open"
    found = panels.votes(case.state, case.pathway.steps["approve"])
    assert {role: each.status for role, each in found.items()} == {
        "screener": "assigned",
        "chief": "done",
    }
    vote(case, "approve.1.screener", DESK, "desk-1")
    assert (case.state.decisions, case.state.end) == ({"approve": "approved"}, "done")


def test_a_chair_with_another_name_reads_and_is_bound_as_before() -> None:
    """What is shown to it alone, and that it has not written the draft."""
    case = voting(CHAIRED)
    vote(case, "approve.1.screener", DESK, "desk-1")
    kept = ("reasons approve.1.screener",)
    move(case, with_a_chief(CHAIRED))
    view = View(case.pathway, case.state, case.now, REGISTRY, CALENDARS)
    assert readable(view, kept, CARE) == kept
    own = c.Complete(task="approve.1.manager", outcome="approved", protected=("reasons",))
    assert case.refused(own, CARE, person="care-1") == "same_person"


def test_an_open_vote_of_the_responsible_agency_hinders_no_move() -> None:
    """It has no role, and is a member all the same; where it is none any more, that is said."""
    case = voting(panel("screener, manager, responsible"))
    assert "approve.1.responsible" in case.open
    verdict = weighed(case, with_a_chief(panel("screener, manager")))
    what = message("hinders.no_member", task="approve.1.responsible", seat="responsible")
    assert verdict.reasons == (what,)
    move(case, with_a_chief(panel("screener, manager, responsible")))
    assert "approve.1.responsible" in case.open
