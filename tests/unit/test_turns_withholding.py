"""Who gets nothing: an agency that is prohibited or taken out of a consent, a role that is barred."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import DefinitionError
from engine.facts import NoticesCancelled, still_owed
from engine.loader import load_pathway
from tests.factories import CARE, CARE2, DESK, HEAD, HOME, HOME2, HOME3, Case
from tests.told import refused_with

BODY = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell, refused: end gone}
      ask_home: {hand_over: home, after: talk, needs: consent.tell, answer: 9 days, declined: NO, silent: go on, responsibility: on_acceptance}
      look: {by: manager, due: 9 days}
      visit: {by: home, after: ask_home, due: 9 days}
      wait: {by: screener}
interrupts:
  flees: {raised_by: [screener, manager], bars: BARS}
"""
CLASS = "tell: {to: home, any: yes, ask: May we tell some?, withdrawn: end stays}"
BOTH = "tell: {to: [home, manager], ask: May we tell both?, withdrawn: end stays}"


def asked(
    consent: str = CLASS, *, no: str = '"next receiver, at most 3"', bars: str = "home"
) -> Case:
    """The request waits at the first partner in Nigeria, a task at the case manager."""
    case = Case(BODY.replace("NO", no).replace("BARS", bars), consents=consent)
    case.complete("where.1", home_country="NG")
    case.give()
    assert case.hand_over("ask_home.1").agency == HOME
    return case


def test_one_agency_is_taken_out_of_a_consent_that_stands_for_the_others() -> None:
    """Its request is taken back and the next of the class is asked; nothing else changes."""
    case = asked()
    case.do(c.WithdrawConsent(consent="tell", agency=HOME))
    assert case.hand_over("ask_home.1").status == "revoked"
    assert case.hand_over("ask_home.2").agency == HOME2
    assert case.told(HOME) == ["stop_and_confirm"]
    assert case.state.consents["tell"].status == "given"
    assert case.refused(c.AcceptHandOver(hand_over="ask_home.1"), HOME) == "no_consent"


def test_an_agency_is_taken_out_of_several_that_were_named() -> None:
    """The others are still named; taking out the last one takes the consent back."""
    case = asked(BOTH, no="go on")
    case.do(c.WithdrawConsent(consent="tell", agency=HOME))
    assert case.state.consents["tell"].recipients == (CARE,)
    assert case.state.steps["ask_home"] == "done"
    case.do(c.WithdrawConsent(consent="tell", agency=CARE))
    assert (case.state.consents["tell"].status, case.state.end) == ("withdrawn", "stays")


def test_the_last_of_a_class_that_is_taken_out_takes_the_consent_back() -> None:
    """Nobody is named any more, so what follows a withdrawal follows."""
    case = asked()
    for agency in (HOME2, HOME3):
        case.do(c.WithdrawConsent(consent="tell", agency=agency))
        assert case.state.consents["tell"].status == "given"
    case.do(c.WithdrawConsent(consent="tell", agency=HOME))
    assert (case.state.consents["tell"].status, case.state.end) == ("withdrawn", "stays")


@pytest.mark.parametrize(
    "act", [c.WithdrawConsent(consent="tell", agency=HOME), c.Prohibit(agency=HOME)]
)
def test_who_is_shut_out_has_not_said_no(act: c.Act) -> None:
    """Another one is asked while there is one; only then what follows a no follows."""
    case = asked(no="end gone")
    case.do(act)
    assert case.hand_over("ask_home.2").agency == HOME2
    case.do(c.Prohibit(agency=HOME2))
    case.do(c.Prohibit(agency=HOME3))
    assert case.state.end == "gone"


@pytest.mark.parametrize(
    ("consent", "agency", "by", "reason"),
    [
        ("tell", DESK, DESK, "not_given"),
        ("tell", HOME, HOME3, "not_allowed"),
        ("other", HOME, DESK, "not_given"),
    ],
)
def test_only_who_is_covered_can_be_taken_out_by_who_has_a_part(
    consent: str, agency: str, by: str, reason: str
) -> None:
    """Anything else is refused with its reason."""
    assert asked().refused(c.WithdrawConsent(consent=consent, agency=agency), by) == reason


def test_who_was_taken_out_stays_out_when_the_class_is_confirmed() -> None:
    """A fresh consent, after all was taken back, names the whole class again."""
    case = asked(
        "tell: {to: home, any: yes, ask: May we tell some?, valid: 4 days, withdrawn: go on}"
    )
    case.do(c.WithdrawConsent(consent="tell", agency=HOME2))
    case.wait(days=5)
    case.give("talk.2")
    assert case.state.consents["tell"].without == (HOME2,)
    case.do(c.DeclineHandOver(hand_over="ask_home.1", reason="no_capacity"), HOME)
    assert case.hand_over("ask_home.2").agency == HOME3


def test_after_its_yes_somebody_looks_at_what_was_taken_from_an_agency() -> None:
    """Responsibility comes back, and who has it is told."""
    case = asked()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    assert case.state.responsible == HOME
    case.do(c.WithdrawConsent(consent="tell", agency=HOME))
    assert case.state.responsible == DESK
    assert "attention" in case.told(DESK)
    assert case.task("visit.1").agency == DESK


def test_a_prohibited_agency_gets_nothing_whatever_the_consent_says() -> None:
    """Promise 5: its request and its notices are taken back, and all it hears is that it is over."""
    case = asked()
    case.do(c.Prohibit(agency=HOME))
    assert case.hand_over("ask_home.1").status == "revoked"
    assert case.hand_over("ask_home.2").agency == HOME2
    assert last_words(case) == [("no_longer_needed", "")]
    assert NoticesCancelled(agencies=(HOME,)) in case.last
    for act in (c.AcceptHandOver(hand_over="ask_home.1"), c.WithdrawConsent(consent="tell")):
        assert case.refused(act, HOME) == "barred"


def test_the_tasks_of_a_prohibited_agency_go_to_another_that_holds_the_role() -> None:
    """What is open goes to the responsible agency, what follows to the next of the registry."""
    case = asked()
    assert case.task("look.1").agency == CARE
    case.do(c.Prohibit(agency=CARE))
    assert case.task("look.1").agency == DESK
    assert case.refused(c.Reassign(task="look.1", agency=CARE)) == "barred"
    case.do(c.Reassign(task="look.1", agency=CARE2))


def test_a_prohibition_before_anybody_was_asked_passes_the_agency_over() -> None:
    """It is no candidate and holds no role."""
    case = Case(BODY.replace("NO", "go on").replace("BARS", "home"), consents=BOTH)
    case.do(c.Prohibit(agency=HOME))
    case.complete("where.1", home_country="NG")
    case.give()
    assert case.state.consents["tell"].recipients == (HOME2, CARE)


def test_a_prohibition_is_lifted_and_brings_nothing_back() -> None:
    """The agency may be asked again; what was taken from it stays where it is."""
    case = asked()
    case.do(c.Prohibit(agency=CARE))
    case.do(c.Permit(agency=CARE))
    assert case.task("look.1").agency == DESK
    case.do(c.Reassign(task="look.1", agency=CARE))
    assert case.refused(c.Permit(agency=CARE)) == "not_prohibited"


@pytest.mark.parametrize(
    ("agency", "by", "reason"),
    [
        (HOME, CARE, "not_yours"),
        (DESK, DESK, "responsible"),
        ("NG-NONE", DESK, "unknown_agency"),
    ],
)
def test_only_who_answers_for_the_case_prohibits_another(agency: str, by: str, reason: str) -> None:
    """Never itself, and never an agency that is not there."""
    assert asked().refused(c.Prohibit(agency=agency), by) == reason


def test_what_a_prohibited_sender_would_hear_goes_to_who_answers_for_the_case() -> None:
    """An answer is never lost."""
    case = asked()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    case.do(c.Prohibit(agency=DESK), HOME)
    case.do(c.Prepare(hand_over="ask_home.1"), HOME)
    assert case.told(DESK) == []
    assert case.told(HOME) == ["answer_received"]


def test_responsibility_goes_to_another_agency_where_the_opener_is_prohibited() -> None:
    """Promise 2 and 5 together: somebody answers for it, and never one that is shut out."""
    case = asked()
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    case.do(c.Prohibit(agency=DESK), HOME)
    case.do(c.WithdrawConsent(consent="tell", agency=HOME), CARE)
    assert case.state.responsible == CARE


def test_a_barred_role_cuts_off_all_agencies_that_may_hold_it() -> None:
    """Whoever is asked for on its side; its steps are passed over."""
    case = asked()
    case.do(c.Raise(interrupt="flees"))
    assert case.hand_over("ask_home.1").status == "revoked"
    assert case.state.steps["ask_home"] == "skipped"
    assert last_words(case) == [("no_longer_needed", "")]
    assert case.task("visit.1").agency == DESK


def test_who_loses_several_things_by_a_bar_is_told_once() -> None:
    """A request that it has agreed to, and a task; who has nothing is told nothing."""
    case = asked(bars="origin")
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    assert case.task("visit.1").agency == HOME
    case.do(c.Raise(interrupt="flees"))
    assert last_words(case) == [("no_longer_needed", "")]
    assert case.told(HOME2, ever=True) == case.told(HOME3, ever=True) == []


def test_who_might_only_have_taken_a_task_is_told_that_it_is_over() -> None:
    """It had it in its worklist."""
    body = """
stages:
  start:
    steps:
      either: {by: [screener, manager]}
    then: end done
"""
    case = Case(body)
    assert case.task("either.1").also == {"manager": CARE}
    case.do(c.Prohibit(agency=CARE))
    assert last_words(case, CARE) == [("no_longer_needed", "")]


def test_a_withdrawal_that_leads_to_a_bar_is_still_told() -> None:
    """What follows the withdrawal does not keep back the word to stop."""
    case = asked(
        "tell: {to: home, any: yes, ask: May we tell some?, withdrawn: interrupt flees}",
        bars="origin",
    )
    case.do(c.WithdrawConsent(consent="tell"))
    assert case.state.barred == ("origin",)
    assert [each.owed.kind for each in still_owed(case.last) if each.owed.agency == HOME] == [
        "stop_and_confirm"
    ]


def last_words(case: Case, agency: str = HOME) -> list[tuple[str, str]]:
    """Kind and label of what the last turn sends to an agency."""
    return [
        (each.kind, each.label)
        for each in (leaving.owed for leaving in still_owed(case.last))
        if each.agency == agency
    ]


def test_a_barred_role_where_cases_open_moves_tasks_and_leaves_others_alone() -> None:
    """A wish against one authority is no wish against all agencies of the country."""
    case = asked(bars="[manager]")
    case.do(c.Raise(interrupt="flees"))
    assert case.task("look.1").agency == DESK
    assert case.refused(c.Reassign(task="look.1", agency=CARE2)) == "barred"
    assert case.hand_over("ask_home.1").status == "offered"


def test_sides_and_roles_are_barred_in_one_list() -> None:
    """Each as if it stood alone."""
    case = asked(bars="[origin, manager]")
    case.do(c.Raise(interrupt="flees"))
    assert (case.state.barred, case.state.barred_roles) == (("origin",), ("manager",))


def test_barring_whom_nobody_knows_leaves_the_notices_of_the_others() -> None:
    """A list of no agencies is not everybody."""
    case = Case(BODY.replace("NO", "go on").replace("BARS", "origin"), consents=BOTH)
    case.do(c.Raise(interrupt="flees"))
    assert not [fact for fact in case.last if isinstance(fact, NoticesCancelled)]


@pytest.mark.parametrize(
    ("bars", "said"),
    [
        ("[home, hom]", "there is no side or role `hom`"),
        ("host", "the side where cases open cannot be barred"),
    ],
)
def test_what_is_barred_must_be_there_and_leave_somebody(bars: str, said: str) -> None:
    """Each is said at its place."""
    body = BODY.replace("NO", "go on").replace("BARS", bars)
    with refused_with(DefinitionError, match=said):
        load_pathway(f"{HEAD}consents:\n  {BOTH}\n{body}", "trial.yaml")
