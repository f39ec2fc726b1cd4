"""What keeps a case where it is: a request under another consent, and an end that nobody approves any more."""

from __future__ import annotations

from engine import commands as c
from engine.message import message
from engine.migrating import MoveTarget, MoveVerdict, Surroundings, weigh
from engine.pathway import Pathway
from engine.versions.renames import renames
from tests.factories import CALENDARS, CARE, DESK, HEAD, REGISTRY, Case, lawful

STEPS = """
stages:
  first:
    steps:
      talk: {by: screener, form: [home_country], due: 10 days}
      stay: {by: manager, not_before: 30 days}
    then: end done
interrupts: {stops: {raised_by: [screener], then: end stays}}
"""


def weighed(case: Case, new: Pathway) -> MoveVerdict:
    onto = MoveTarget(new, renames(case.pathway.definition, new.definition))
    known = Surroundings(REGISTRY, CALENDARS)
    return weigh(case.pathway, onto, case.state, case.now, known, on_purpose=False)


def test_a_request_sent_under_another_consent_keeps_a_case_where_it_is() -> None:
    """Also where the consent that it was sent under is no longer needed."""
    asked = "{to: home, any: yes, ask: May we?}"
    consents = f"tell_home: {asked}\n  tell_more: {asked}"
    steps = """
stages:
  first:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      again: {by: screener, manual: yes, consent: tell_more, refused: go on}
      ask: {hand_over: home, after: talk, needs: consent.tell_home, answer: 5 days, declined: go on, silent: go on}
    then: end done
"""
    text = f"{HEAD}consents:\n  {consents}\n{steps}"
    case = Case(steps, consents=consents)
    case.complete("where.1", home_country="NG")
    case.give()
    assert [asked.id for asked in case.state.open_hand_overs()] == ["ask.1"]
    later = text.replace("version: 1", "version: 2\nrunning_cases: migrate")
    needs = later.replace("needs: consent.tell_home", "needs: consent.tell_more")
    assert weighed(case, lawful(needs)).reasons == (
        message("hinders.without_consent", request="ask.1", consents=("tell_more",)),
    )


def test_an_end_that_nobody_approves_any_more_keeps_a_case_that_waits_for_it() -> None:
    """Also where the end still has a form, which was filled in before; to another version it moves, though steps
    were open when their stage was closed.
    """
    approved = "stays: {kind: neutral, form: [risk], approved_by: manager}"
    head = HEAD.replace("stays: neutral", approved)
    case = Case(STEPS, head=head)
    case.do(c.Raise(interrupt="stops"), DESK)
    case.complete("stays.1", risk="low")
    assert case.state.tasks["stays.1.approval"].kind == "approval"
    later = (head + STEPS).replace("version: 1", "version: 2\nrunning_cases: migrate")
    verdict = weighed(case, lawful(later.replace(", approved_by: manager", "")))
    assert verdict.reasons == (message("hinders.no_closing", task="stays.1.approval", end="stays"),)
    verdict = weighed(case, lawful(later))
    assert verdict.decision is not None
    case.facts += verdict.decision.facts
    case.state, case.pathway = verdict.decision.state, lawful(later)
    case.do(c.Complete(task="stays.1.approval", outcome="approved"), CARE)
    assert case.state.end == "stays"
