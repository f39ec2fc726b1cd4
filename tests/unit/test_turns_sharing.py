"""A task for either of two roles: both see it, one owes it, and whoever takes it does it."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from casework.picture import status_of
from engine import commands as c
from engine.agencies.registry import Agency, Leave, Registry
from engine.drawing.wording import of_step
from engine.errors import Refusal
from engine.explaining.reasons import CaseHistory
from engine.explaining.subjects import explain
from engine.facts import TaskAssigned, TaskShared
from engine.projection import Seen
from engine.view import View
from engine.visibility import readable
from flows.showing import tags
from tests.factories import CARE, CARE2, DESK, HEAD, HOME, REGISTRY, Case, pathway
from wording.sentences import in_words

PATROL, PATROL2 = "GH-PATROL", "GH-PATROL2"
WITH_PATROL = HEAD.replace("  manager:", "  patrol: patrol @ host\n  manager:", 1)
AGENCIES = (
    *REGISTRY.agencies,
    Agency(code=PATROL, name="Patrol", country="GH", roles=("patrol",)),
    Agency(code=PATROL2, name="Second patrol", country="GH", roles=("patrol",)),
)
EITHER = """
stages:
  start:
    steps:
      interview:
        by: [patrol, manager]
        form: [risk, full_name?]
        due: 3 days
        late: [remind patrol]
      note: {by: screener}
    then: end done
"""


def either(
    body: str = EITHER,
    agencies: tuple[Agency, ...] = AGENCIES,
    consents: str = "tell_home: {to: home, ask: May we?}",
    head: str = WITH_PATROL,
) -> Case:
    return Case(body, head=head, registry=Registry(agencies), consents=consents)


def held(case: Case, task: str = "interview.1") -> tuple[str, str, dict[str, str]]:
    """By whom and for which role, and who may take it."""
    found = case.task(task)
    return found.agency, found.role, found.also


def test_both_have_it_and_the_first_role_owes_it() -> None:
    """Both are told; exactly one agency is responsible."""
    case = either()
    assert held(case) == (PATROL, "patrol", {"manager": CARE})
    assert case.told(PATROL) == case.told(CARE) == ["task_assigned"]


def test_whoever_may_take_it_hears_how_it_is_named() -> None:
    """Both agencies; one that has no part in it hears of no task that is not its own."""
    case = either()

    def said(by: str) -> str:
        with pytest.raises(Refusal) as refused:
            case.do(c.Claim(task="interview"), by)
        return str(refused.value)

    assert said(PATROL) == said(CARE)
    assert said(CARE) == "refused.not_found.task_near task=interview near=interview.1"
    assert said(PATROL2) == "refused.not_found.task task=interview"
    assert case.refused(c.Claim(task="interview.1"), PATROL2) == "not_yours"


@pytest.mark.parametrize("act", [c.Claim, c.Accept])
def test_who_claims_it_owes_it_from_then_on(act: type[c.Claim | c.Accept]) -> None:
    """The other one is told that it is no longer needed, and has it no more."""
    case = either()
    case.do(act(task="interview.1"), CARE)
    assert held(case) == (CARE, "manager", {})
    assert case.told(PATROL) == ["no_longer_needed"]
    assert (
        case.refused(c.Complete(task="interview.1", answers={"risk": "low"}), PATROL) == "not_yours"
    )
    case.wait(days=4)
    assert case.told(CARE) == ["reminder"]
    assert case.told(PATROL) == []


def test_the_first_may_claim_it_too() -> None:
    """Then the other need not look at it any more."""
    case = either()
    case.do(c.Claim(task="interview.1"), PATROL)
    assert held(case) == (PATROL, "patrol", {})
    assert case.told(CARE) == ["no_longer_needed"]


def test_whoever_does_it_without_a_claim_has_done_it() -> None:
    """The record says which agency it was, and which person."""
    case = either()
    case.do(c.Complete(task="interview.1", answers={"risk": "low"}), CARE, person="kofi")
    done = case.task("interview.1")
    assert (done.status, done.agency, done.done_by) == ("done", CARE, "kofi")
    assert case.told(PATROL) == ["no_longer_needed"]


def test_until_somebody_takes_it_the_first_is_reminded() -> None:
    """Ladders are for who owes it."""
    case = either()
    case.wait(days=4)
    assert case.told(PATROL) == ["reminder"]
    assert case.told(CARE) == []


def test_without_an_agency_of_the_first_role_the_other_owes_it() -> None:
    """And without either, the responsible agency."""
    assert held(either(agencies=REGISTRY.agencies)) == (CARE, "manager", {})
    nobody = tuple(each for each in REGISTRY.agencies if each.code not in (CARE, CARE2))
    assert held(either(agencies=nobody)) == (DESK, "patrol", {})


def test_a_no_of_the_first_leaves_it_to_the_other() -> None:
    """Who has it already comes before another agency of the same role."""
    case = either()
    case.do(c.Decline(task="interview.1", reason="no_capacity"), PATROL)
    assert held(case) == (CARE, "manager", {})
    case.do(c.Decline(task="interview.1", reason="no_capacity"), CARE)
    assert held(case) == (CARE2, "manager", {})
    case.do(c.Decline(task="interview.1", reason="no_capacity"), CARE2)
    assert held(case) == (PATROL2, "patrol", {})
    case.do(c.Decline(task="interview.1", reason="no_capacity"), PATROL2)
    assert case.task("interview.1").agency == DESK


def test_a_no_of_the_other_changes_nothing_for_the_first() -> None:
    """It sees the task no more, and is not asked again."""
    case = either()
    case.do(c.Decline(task="interview.1", reason="outside_mandate"), CARE)
    assert held(case) == (PATROL, "patrol", {})
    assert case.refused(c.Claim(task="interview.1"), CARE) == "not_yours"
    case.do(c.Decline(task="interview.1", reason="no_capacity"), PATROL)
    assert held(case)[:2] == (PATROL2, "patrol")


def test_the_responsible_agency_may_leave_it_to_the_other_and_not_to_nobody() -> None:
    """It says no as anybody does while another may have the task; the last one cannot."""
    case = either(
        EITHER.replace("[patrol, manager]", "[screener, manager]").replace("patrol", "screener")
    )
    assert held(case) == (DESK, "screener", {"manager": CARE})
    no = c.Decline(task="interview.1", reason="no_capacity")
    case.do(no, DESK)
    assert held(case) == (CARE, "manager", {})
    for agency in (CARE, CARE2):
        case.do(no, agency)
    assert case.task("interview.1").agency == DESK
    assert case.refused(no, DESK) == "responsible"


def test_the_responsible_agency_may_give_it_to_one_of_either_role() -> None:
    """Then it is that one's alone."""
    case = either()
    case.do(c.Reassign(task="interview.1", agency=CARE2), DESK)
    assert held(case) == (CARE2, "manager", {})
    assert case.told(CARE) == ["no_longer_needed"]
    assert case.refused(c.Reassign(task="interview.1", agency=HOME), DESK) == "not_able"


def test_four_eyes_look_at_who_did_it() -> None:
    """Whoever of the two has done it may not look it over; the other may."""
    body = EITHER.replace(
        "      note: {by: screener}\n",
        "      check: {by: [manager, patrol], after: interview, not_by: interview}\n",
    )
    case = either(body)
    case.do(c.Complete(task="interview.1", answers={"risk": "low"}), CARE, person="kofi")
    assert held(case, "check.1") == (CARE, "manager", {"patrol": PATROL})
    assert case.refused(c.Complete(task="check.1"), CARE, person="kofi") == "same_person"
    assert case.refused(c.Claim(task="check.1"), CARE, person="kofi") == "same_person"
    case.do(c.Complete(task="check.1"), PATROL, person="kofi")
    assert case.task("check.1").agency == PATROL


def test_who_did_the_one_does_not_even_have_the_other() -> None:
    """Where another agency must, only the other one gets it."""
    body = EITHER.replace(
        "      note: {by: screener}\n",
        "      check: {by: [manager, patrol], after: interview, other_agency_than: interview}\n",
    )
    case = either(body)
    case.do(c.Complete(task="interview.1", answers={"risk": "low"}), CARE)
    assert held(case, "check.1") == (CARE2, "manager", {"patrol": PATROL})


def test_both_read_what_the_form_asks_for_and_who_lost_it_reads_nothing() -> None:
    """As long as it may take the task it may have to fill it in."""
    case = either()

    def reads(agency: str) -> tuple[str, ...]:
        view = View(case.pathway, case.state, case.now, case.registry, case.calendars)
        return readable(view, ("full_name",), agency)

    assert reads(PATROL) == reads(CARE) == ("full_name",)
    case.do(c.Claim(task="interview.1"), PATROL)
    assert reads(CARE) == ()


def test_an_agency_that_is_shut_out_loses_its_share() -> None:
    """At once, and without a word; what it owed goes to who may take it."""
    case = either()
    case.do(c.Prohibit(agency=CARE), DESK)
    assert held(case) == (PATROL, "patrol", {"manager": CARE2})
    case.do(c.Prohibit(agency=PATROL), DESK)
    assert held(case) == (CARE2, "manager", {})


def test_an_agency_that_leaves_passes_its_share_on() -> None:
    """To the next that may hold the role; the case looks at it by itself on the day after."""
    last = date(2026, 3, 3)
    going = tuple(replace(a, valid_until=last) if a.code == CARE else a for a in AGENCIES)
    case = either(agencies=going)
    case.wait(days=2)
    assert held(case) == (PATROL, "patrol", {"manager": CARE2})
    assert case.told(CARE2) == ["task_assigned"]


def test_the_first_that_leaves_is_followed_by_the_next_of_its_role() -> None:
    """Only where nobody is left there it is the other's."""
    last = date(2026, 3, 3)
    going = tuple(replace(a, valid_until=last) if a.code == PATROL else a for a in AGENCIES)
    case = either(agencies=going)
    case.wait(days=2)
    assert held(case) == (PATROL2, "patrol", {"manager": CARE})
    alone = tuple(each for each in going if each.code != PATROL2)
    case = either(agencies=alone)
    case.wait(days=2)
    assert held(case) == (CARE, "manager", {})


def test_what_is_withdrawn_is_told_to_both() -> None:
    """Nobody goes on with what is not needed."""
    body = EITHER.replace(
        "note: {by: screener}", "note: {by: screener, decide: {stop: end stays, go_on: go on}}"
    )
    case = either(body)
    case.do(c.Complete(task="note.1", outcome="stop"), DESK)
    assert case.told(PATROL) == case.told(CARE) == ["no_longer_needed"]
    assert case.task("interview.1").also == {}


ASKED = """
stages:
  start:
    steps:
      talk: {by: [patrol, manager], consent: tell_home, refused: go on}
      visit: {by: [patrol, manager], after: talk, needs: consent.tell_home}
    then: end done
"""
NAMES = "tell_home: {to: [patrol, manager], ask: May we?}"
WITH_LAW = WITH_PATROL.replace(
    "ends:", "bases:\n  law: {ground: statutory, source: The law, to: [patrol, manager]}\nends:"
)


def test_a_question_may_be_asked_by_either() -> None:
    """Who asked is who recorded the answer."""
    case = either(ASKED, consents=NAMES, head=WITH_LAW)
    case.give("talk.1", CARE)
    assert case.task("talk.1").agency == CARE
    assert held(case, "visit.1") == (PATROL, "patrol", {"manager": CARE})


def test_whom_the_person_has_taken_out_of_a_consent_may_not_take_it() -> None:
    """Neither the one that owed it nor the one that might have taken it."""
    case = either(ASKED, consents=NAMES, head=WITH_LAW)
    case.give("talk.1", PATROL)
    case.do(c.WithdrawConsent(consent="tell_home", agency=CARE), DESK)
    assert held(case, "visit.1") == (PATROL, "patrol", {})
    assert case.refused(c.Claim(task="visit.1"), CARE) == "not_yours"
    assert case.told(CARE) == ["stop_and_confirm"]


def test_a_share_outlives_a_consent_that_runs_out() -> None:
    """Nobody was taken out: both wait until the person has confirmed it, and either may go on then."""
    case = either(ASKED, consents=NAMES.replace("ask:", "valid: 2 days, ask:"), head=WITH_LAW)
    case.give("talk.1", PATROL)
    case.wait(days=4)
    assert case.state.consents["tell_home"].status == "expired"
    assert held(case, "visit.1") == (PATROL, "patrol", {"manager": CARE})
    assert case.refused(c.Complete(task="visit.1"), CARE) == "no_consent"
    case.give("talk.2", PATROL)
    case.do(c.Complete(task="visit.1"), CARE)
    assert case.task("visit.1").agency == CARE


REQUEST = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask: {by: [patrol, manager], hand_over: home, after: where, needs: consent.tell_home, answer: 5 days, declined: go on, silent: tell screener}
    then: end done
"""


def test_a_request_may_be_prepared_by_either_before_the_person_has_agreed() -> None:
    """Who sends it is its sender."""
    case = either(REQUEST)
    case.complete("where.1", home_country="NG")
    case.wait(hours=1)
    assert held(case, "ask.1") == (PATROL, "patrol", {"manager": CARE})
    case.give("talk.1")
    case.do(c.Offer(task="ask.1"), CARE)
    assert case.hand_over("ask.2").sender == CARE


def test_a_drawing_and_an_explanation_name_both() -> None:
    """A reader sees that either may do it, and who the other agency is."""
    case = either()
    assert next(of_step(case.pathway.steps["interview"], in_words)) == "(or manager)"
    view = View(case.pathway, case.state, case.now, case.registry, case.calendars)
    for agency in (PATROL, CARE):
        known = CaseHistory(view.seen_by(agency), case.facts, {})
        said = [in_words(each.said) for each in explain(known, "interview.1").because]
        assert f"whoever takes it first does it; also possible: {CARE} for the role manager" in said


def test_an_explanation_says_of_a_shared_task_that_either_has_it() -> None:
    """To each of them, and to the responsible agency; of a task and of the whole case."""
    case = either()
    view = View(case.pathway, case.state, case.now, case.registry, case.calendars)
    for agency in (PATROL, CARE, DESK):
        known = CaseHistory(view.seen_by(agency), case.facts, {})
        is_now = in_words(explain(known, "interview.1").is_now)
        assert is_now == f"work with {PATROL} or {CARE}, assigned"
        said = [in_words(each.said) for each in explain(known).waits_for]
        assert f"interview.1 with {PATROL} or {CARE}: Interview" in said


def test_lists_show_both_roles_for_which_a_case_waits() -> None:
    """Whoever looks for what waits for its role finds it; once it is taken, for one alone."""
    case = either()
    case.complete("note.1")
    status = status_of(case.pathway, Seen(case.state), case.now, in_words)
    assert status.waiting_for == "Awaiting patrol or manager"
    assert status.waiting_roles == ("manager", "patrol")
    assert {"waiting:patrol", "waiting:manager"} <= {*tags(status)}
    case.do(c.Claim(task="interview.1"), CARE)
    status = status_of(case.pathway, Seen(case.state), case.now, in_words)
    assert status.waiting_for == "Awaiting manager"
    assert status.waiting_roles == ("manager",)


def test_what_rests_with_its_stage_is_for_both_again_when_it_goes_on() -> None:
    """Who may take it is not forgotten meanwhile."""
    more = "interrupts:\n  pause: {raised_by: screener, suspends: start, review: 1 week}\n"
    case = either(EITHER + more)
    case.do(c.Raise(interrupt="pause"))
    assert case.refused(c.Claim(task="interview.1"), CARE) == "suspended"
    case.do(c.Resolve(interrupt="pause"))
    case.do(c.Claim(task="interview.1"), CARE)
    assert held(case) == (CARE, "manager", {})


def test_a_version_that_names_one_role_takes_the_share_back() -> None:
    """A case that moves to it goes by it; whoever owes the task keeps it."""
    case = either()
    case.pathway = pathway(EITHER.replace("[patrol, manager]", "patrol"), WITH_PATROL)
    case.wait(hours=1)
    assert held(case) == (PATROL, "patrol", {})
    assert case.told(CARE) == ["no_longer_needed"]


def test_a_share_goes_to_who_stands_in_during_a_leave() -> None:
    """As a task would."""
    leave = (Leave(first=date(2026, 3, 1), last=date(2026, 3, 9), alternate=CARE2),)
    away = tuple(replace(a, leave=leave) if a.code == CARE else a for a in AGENCIES)
    assert held(either(agencies=away)) == (PATROL, "patrol", {"manager": CARE2})


def test_the_log_says_what_became_of_it() -> None:
    """Taken by another agency, or by the one that had it."""
    case = either()
    case.do(c.Claim(task="interview.1"), CARE)
    taken = [fact for fact in case.last if isinstance(fact, TaskAssigned)]
    assert [(each.agency, each.because, each.role) for each in taken] == [
        (CARE, "taken", "manager")
    ]
    case = either()
    case.do(c.Claim(task="interview.1"), PATROL)
    assert [fact.also for fact in case.last if isinstance(fact, TaskShared)] == [{}]
