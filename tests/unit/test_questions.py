"""Conditions on who: where a case was opened, and who answers for it now."""

from __future__ import annotations

from engine import commands as c
from engine.message import finding
from engine.proofs import prove
from engine.proofs.walk import Walk
from tests.factories import CARE, DESK, HEAD, HOME, Case, pathway

BY_COUNTRY = """
stages:
  start:
    steps:
      here: {by: screener, when: side.host.country = GH, otherwise: skip}
      there: {by: screener, when: side.host.country = TG, otherwise: skip}
      always: {by: screener}
    then: end done
"""


def test_a_condition_may_ask_where_the_case_was_opened() -> None:
    """One pathway for several countries, with a step that one of them wants."""
    case = Case(BY_COUNTRY)
    assert case.open == ["always.1", "here.1"]
    assert case.state.steps["there"] == "skipped"


def test_a_country_that_was_answered_is_compared_with_it() -> None:
    """Nationals and others; a question without an answer is neither."""
    head = HEAD.replace("  married:", "  nationality: {country}\n  married:")
    body = """
stages:
  start:
    steps:
      ask: {by: screener, form: [nationality]}
      letter: {by: screener, when: nationality != side.host.country, otherwise: skip}
    then: end done
"""
    case = Case(body, head=head)
    assert case.open == ["ask.1"]
    case.complete("ask.1", nationality="NG")
    assert case.open == ["letter.1"]
    case = Case(body, head=head)
    case.complete("ask.1", nationality="GH")
    assert case.state.end == "done"


MOVES = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: end stays}
      refer:
        hand_over: home
        after: talk
        needs: consent.tell_home
        answer: 2 weeks
        responsibility: on_acceptance
        declined: end stays
        silent: end stays
      watch: {by: manager, stops_when: side.origin.responsible}
      take: {by: home, when: role.home.responsible, otherwise: skip, after: refer}
      keep: {by: screener, when: role.screener.responsible, otherwise: skip, after: where}
    then: end done
"""


def agreed() -> Case:
    case = Case(MOVES)
    case.complete("where.1", home_country="NG")
    case.give()
    return case


def test_it_is_asked_anew_when_responsibility_moves() -> None:
    """What stops where the other side is responsible for the case does so in the turn of the yes."""
    case = agreed()
    assert case.task("watch.1").status == "assigned"
    case.do(c.AcceptHandOver(hand_over="refer.1"), HOME)
    assert case.state.responsible == HOME
    assert case.task("watch.1").status == "withdrawn"
    assert case.open == ["keep.1", "take.1"]


def test_a_role_that_nobody_holds_yet_does_not_answer_for_the_case() -> None:
    """It is a no, not a question without an answer: nothing waits for it."""
    body = """
stages:
  start:
    steps:
      go: {by: screener, when: role.manager.responsible, otherwise: skip}
      on: {by: manager}
      then: {by: manager, when: role.manager.responsible, otherwise: skip, after: on}
    then: end done
"""
    case = Case(body, opened_by=CARE)
    assert case.state.steps["go"] == "skipped"
    case.complete("on.1", CARE)
    assert case.open == ["then.1"]
    other = Case(body, opened_by=DESK)
    other.complete("on.1", CARE)
    assert other.state.steps["then"] == "skipped"


def test_a_protected_field_may_be_called_as_a_kind_of_name_is() -> None:
    """`role.answered` asks for the field, `role.home.responsible` for the role."""
    head = HEAD.replace("  married:", "  role: {text}\n  married:")
    body = """
stages:
  start:
    steps:
      ask: {by: screener, form: [role?]}
      more: {by: screener, after: ask, when: role.answered, otherwise: skip}
    then: end done
"""
    case = Case(body, head=head)
    case.do(c.Complete(task="ask.1", protected=("role",)))
    assert case.open == ["more.1"]
    case = Case(body, head=head)
    case.complete("ask.1")
    assert case.state.end == "done"


def test_the_walk_opens_cases_wherever_that_makes_a_difference() -> None:
    """In each country that is asked for, and in one that is not."""
    proof = prove(pathway(BY_COUNTRY))
    assert proof.complete
    assert "no case ever reaches" not in str(proof.faults)
    walk = Walk(pathway(BY_COUNTRY))
    assert {each.state.sides["host"] for each in walk.found.values()} == {"AQ", "GH", "TG"}
    assert {walk.path(each)[0] for each in walk.found.values()} == {
        finding("way.opened_in", country=country) for country in ("AQ", "GH", "TG")
    }


def test_the_walk_finds_who_is_a_national_of_the_country_of_the_case() -> None:
    """Both answers, also of the field that binds the other side: a case may stay in one country."""
    head = HEAD.replace("  married:", "  nationality: {country}\n  married:")
    body = """
stages:
  start:
    steps:
      ask: {by: screener, form: [nationality, home_country]}
      same: {by: screener, after: ask, when: nationality = side.host.country, otherwise: skip}
      other: {by: screener, after: ask, when: nationality != side.host.country, otherwise: skip}
      inside: {by: screener, after: ask, when: home_country = side.host.country, otherwise: skip}
    then: end done
"""
    walk = Walk(pathway(body, head))
    assert walk.complete
    assert {"same", "other", "inside"} <= walk.reached.steps


def test_the_walk_lets_whoever_is_asked_for_open_the_case() -> None:
    """And it finds what follows from a responsibility that moves."""
    walk = Walk(pathway(MOVES))
    assert walk.complete
    assert {"take", "keep"} <= walk.reached.steps
    stays = MOVES.replace("on_acceptance", "stays")
    assert "take" not in Walk(pathway(stays)).reached.steps


def test_the_walk_finds_a_role_that_somebody_holds_because_of_a_step_begun_by_hand() -> None:
    """Such a step is no sideline: who holds the role makes a difference elsewhere."""
    body = """
stages:
  start:
    steps:
      extra: {by: manager, manual: yes}
      ask: {by: screener}
      go: {by: screener, after: ask, when: role.manager.responsible, otherwise: skip}
    then: end done
"""
    assert "go" in Walk(pathway(body)).reached.steps
