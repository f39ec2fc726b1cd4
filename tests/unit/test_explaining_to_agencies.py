"""Why, as an agency reads it that is not responsible for the case: nothing of another's part."""

from __future__ import annotations

from msgspec.structs import replace

from engine import commands as c
from engine.explaining.reasons import Explanation
from engine.message import Message
from tests.explained import why
from tests.factories import CARE, CARE2, DESK, HEAD, HOME, HOME2, HOME3, Case
from tests.unit.test_explaining import because

FLOORED = """
stages:
  start:
    steps:
      talk: {by: screener, due: 1 day}
      rest: {by: manager, not_before: 2 hours after talk.done}
      call: {by: manager, not_before: 2 hours, due: 'earliest of (9 days, talk.done)'}
"""


def test_no_moment_of_another_part_is_named_in_a_period() -> None:
    """Neither one that has not come yet, nor that behind which a step opened."""
    case = Case(FLOORED)
    case.wait(hours=3)
    before = why(case, "call.1", agency=CARE)
    assert [(each.phrase, each.steps) for each in before.counts] == [("", ())]
    assert "the earliest time for it has come: 2 hours" in because(before)
    assert why(case, "call.1").counts[0].phrase == "earliest of (9 days, talk.done)"
    case.complete("talk.1")
    case.wait(hours=3)
    assert "the earliest time for it has come" in because(why(case, "rest.1", agency=CARE))
    whole = because(why(case, "rest.1"))
    assert "the earliest time for it has come: 2 hours after the completion of talk" in whole


def test_what_became_of_a_request_is_explained_to_those_whose_it_is_now() -> None:
    """Who was asked first and has said no reads nothing of what another one has answered."""
    head = HEAD.replace("  home: partner", "  carer: care @ origin\n  home: partner")
    case = Case(
        """
stages:
  start:
    steps:
      talk: {by: screener, form: [home_country]}
      agree: {by: screener, consent: tell_home, refused: go on, after: talk}
      ask: {hand_over: home, needs: consent.tell_home, answer: 9 days,
        declined: 'next receiver, at most 2', silent: go on}
      help: {by: carer, after: ask, needs: consent.tell_home,
        when: hand_over.ask.reason = no_capacity, otherwise: skip}
""",
        head=head,
        consents="tell_home: {to: [home, carer], any: yes, ask: May we?}",
    )
    case.complete("talk.1", home_country="NG")
    case.give("agree.1")
    case.do(c.DeclineHandOver(hand_over="ask.1", reason="unsafe"), HOME)
    for number, agency in ((2, HOME2), (3, HOME3)):
        case.do(c.DeclineHandOver(hand_over=f"ask.{number}", reason="no_capacity"), agency)
    case.do(c.Complete(task=case.open[0], outcome="give_up"), DESK)
    assert case.task("help.1").agency == HOME
    found = because(why(case, "help.1", HOME))
    assert "its condition held: it depends on something that is not shown to you" in found
    assert "its condition held: the reason for declining ask is no capacity" in because(
        why(case, "help.1")
    )


def test_a_request_to_another_agency_is_not_named_where_both_may_have_a_task() -> None:
    """The task is seen by both, the request by one."""
    body = """
stages:
  start:
    steps:
      look: {by: screener}
      refer: {hand_over: manager, answer: 3 days, declined: go on, silent: go on}
      visit: {by: [manager, screener], after: refer}
"""
    case = Case(body, opened_by=CARE2)
    case.do(c.AcceptHandOver(hand_over="refer.1"), CARE)
    shown = why(case, "visit.1", agency=DESK)
    assert "GH-CARE holds the role: it accepted a request" in because(shown)
    assert "refer.1" not in repr(shown)
    assert "it is allowed to know of the case: it accepted refer.1" in because(
        why(case, "visit.1", agency=CARE)
    )


def test_how_often_others_began_again_is_told_to_who_sees_all_of_it() -> None:
    """The manager checks once more; how often the plan was written before is no matter of theirs."""
    body = """
stages:
  plan:
    steps:
      write: {by: screener}
      check: {by: manager, after: write,
        decide: {fine: go on, wrong: 'back to plan, at most 2, then end stays'}}
    then: end done
"""
    case = Case(body)
    case.complete("write.1")
    case.do(c.Complete(task="check.1", outcome="wrong"), CARE)
    case.complete("write.2")
    assert "it was restarted once" in because(why(case, "check.2"))
    assert not [each for each in because(why(case, "check.2", CARE)) if "restarted" in each]


def test_an_agency_learns_on_what_ground_it_may_know_of_a_case() -> None:
    """Where neither a consent nor a basis covers it: that it is responsible for the case, or has opened it."""
    head = HEAD + "bases: {order: {ground: court, source: An order, to: [home]}}\n"
    case = Case("stages: {start: {steps: {talk: {by: screener}}}}\n", head=head)
    assert (
        because(why(case, "talk.1", DESK))[-1]
        == "it is allowed to know of the case: it is the responsible agency"
    )
    case.state = replace(case.state, responsible=CARE)
    assert (
        because(why(case, "talk.1", DESK))[-1]
        == "it is allowed to know of the case: it opened the case"
    )


def test_that_something_is_known_is_told_to_nobody_who_may_not_read_it() -> None:
    """Whether there is a name is a thing about the person as well."""
    head = HEAD + "bases: {law: {ground: statutory, source: The law, to: [manager]}}\n"
    body = """
stages:
  start:
    steps:
      talk: {by: screener, form: [full_name]}
      plan: {by: manager, after: talk, when: full_name.answered, otherwise: skip}
"""
    case = Case(body, head=head)
    case.do(c.Complete(task="talk.1", protected=("full_name",)))
    hidden = "its condition held: it depends on something that is not shown to you"
    assert hidden in because(why(case, "plan.1", CARE))
    assert hidden not in because(why(case, "plan.1"))


PASSED = """
stages:
  start:
    steps:
      plan: {by: manager, due: 3 days}
    then: end done
"""


def test_whom_a_task_was_passed_to_is_told_neither_who_had_it_nor_why_they_have_it_no_more() -> (
    None
):
    """Neither by the reason of a no nor by whose calendar its deadline was counted with."""
    case = Case(PASSED)
    case.wait(days=4)
    case.do(c.Decline(task="plan.1", reason="conflict_of_interest"), CARE)
    found = why(case, "plan.1", agency=CARE2)
    assert "it was passed on to GH-CARE2: another agency had it before" in because(found)
    assert CARE not in [each.values.get("agency") for each in _said(found)]
    (count,) = found.counts
    assert count.whose is None
    whole = why(case, "plan.1")
    assert (
        "it was passed on to GH-CARE2: declined by the agency that had it before (conflict of interest)"
        in because(whole)
    )
    assert whole.counts[0].whose is not None


def test_whose_the_responsible_agency_gave_it_to_reads_that() -> None:
    case = Case(PASSED)
    case.do(c.Reassign(task="plan.1", agency=CARE2))
    said = "it was passed on to GH-CARE2: the responsible agency reassigned it"
    assert said in because(why(case, "plan.1", agency=CARE2))


def _said(found: Explanation) -> list[Message]:
    return [each.said for each in (*found.because, *found.waits_for)]
