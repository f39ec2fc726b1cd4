"""A version that lets agencies know or read more waits until somebody of another agency agrees, or an operator; both stores."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import update

from casework import answering_versions, operators, proposed_versions, published, publishing
from casework.answering_versions import WhyDeclined
from casework.context import Onward
from casework.opening import open_case
from casework.principal import Principal
from casework.proposed_versions import LASTS
from casework.publishing import Published, publish_pathway
from casework.registering import register
from casework.suspending import Why, lift, suspend
from casework.verifying import verify_installation
from casework.version_lines import line_of
from engine.errors import DefinitionError, Refusal
from engine.loader import load_pathway
from engine.templates import Source
from engine.versions.widening import HowSeen
from models.columns import table_of
from models.definitions import ProposedVersion
from tests.installations import AGENCIES, COORDINATED, PATHWAY, SCREEN, START, move_clock
from tests.principals import OPERATOR, coordinator, operator, staff
from tests.trial_translations import FRENCH

WIDER = PATHWAY.replace("version: 1", "version: 2").replace("to: [manager]", "to: [manager, home]")
SAME = PATHWAY.replace("version: 1", "version: 2").replace("due: 24 hours", "due: 48 hours")
OTHER_OPERATOR = operator("op-2")
AMA, ATO = coordinator("GH-ONE", "ama"), coordinator("GH-ONE", "ato")
YAW = coordinator("GH-TWO", "yaw")


@pytest.fixture(name="agencies")
def _agencies() -> str:
    """Two agencies coordinate: one with two accounts."""
    return COORDINATED


def numbers(onward: Onward) -> list[int]:
    return [each.number for each in published.line(onward, "trial", OPERATOR)]


def propose(onward: Onward, by: Principal = AMA, text: str = WIDER) -> Published:
    return publish_pathway(onward, text, by)


def agree(onward: Onward, by: Principal, number: int = 2) -> Published:
    found = proposed_versions.to_answer(onward, "trial", number, by)
    return answering_versions.agree(onward, "trial", number, found.mark, by)


def acts(onward: Onward) -> list[tuple[str, str]]:
    return [(each.operator, each.act) for each in operators.acts(onward, OPERATOR)][-2:]


def test_what_shows_nothing_more_is_published_at_once(onward: Onward) -> None:
    assert propose(onward, text=SAME).is_new
    assert numbers(onward) == [2, 1]


def test_what_shows_more_waits_and_changes_nothing(onward: Onward) -> None:
    made = propose(onward)
    assert not made.is_new
    assert [each.who for each in made.widens] == ["receiving_counterpart @ origin"]
    assert numbers(onward) == [1]
    (waits,) = proposed_versions.waiting(onward, YAW)
    assert (waits.name, waits.number, waits.by, waits.is_own) == ("trial", 2, "GH-ONE ama", False)
    assert propose(onward).widens, "the same again"
    assert len(proposed_versions.waiting(onward, YAW)) == 1
    assert acts(onward)[-1] == ("GH-ONE ama", "propose_version")
    assert verify_installation(onward, OPERATOR) == []


@pytest.mark.parametrize("by", [YAW, OPERATOR])
def test_somebody_of_another_agency_publishes_it_by_agreeing_and_an_operator_does(
    onward: Onward, by: Principal
) -> None:
    propose(onward)
    assert agree(onward, by).is_new
    found = published.line(onward, "trial", OPERATOR)[0]
    assert (found.number, found.by, found.proposed_by) == (2, by.known_as, "GH-ONE ama")
    assert proposed_versions.waiting(onward, AMA) == []
    assert verify_installation(onward, OPERATOR) == []


@pytest.mark.parametrize("by", [AMA, ATO])
def test_nobody_agrees_to_their_own_nor_a_colleague_of_theirs(
    onward: Onward, by: Principal
) -> None:
    propose(onward)
    assert proposed_versions.waiting(onward, by)[0].is_own
    with pytest.raises(Refusal, match=r"waiting_version\.own"):
        agree(onward, by)
    with pytest.raises(Refusal, match=r"waiting_version\.own"):
        answering_versions.decline(onward, "trial", 2, WhyDeclined.OTHER, by)
    assert numbers(onward) == [1]


def test_nobody_without_the_duty_agrees(onward: Onward) -> None:
    propose(onward)
    with pytest.raises(Refusal, match="not_authorised"):
        answering_versions.agree(onward, "trial", 2, "", staff("GH-TWO", "yaw"))


def test_it_is_declined_with_a_reason_which_the_list_says(onward: Onward) -> None:
    propose(onward)
    answering_versions.decline(onward, "trial", 2, WhyDeclined.NO_BASIS, YAW)
    (found,) = proposed_versions.declined(onward, AMA)
    assert (found.proposed_by, found.answered_by, found.reason) == (
        "GH-ONE ama",
        "GH-TWO yaw",
        "no_basis",
    )
    with pytest.raises(Refusal, match=r"not_found\.waiting_version"):
        agree(onward, OPERATOR)
    assert acts(onward)[-1] == ("GH-TWO yaw", "decline_version")
    assert verify_installation(onward, OPERATOR) == []
    assert propose(onward).widens, "it may be proposed anew"


def test_whoever_proposed_it_takes_it_back_or_a_colleague_and_nobody_else(onward: Onward) -> None:
    propose(onward)
    with pytest.raises(Refusal, match=r"waiting_version\.of_others"):
        answering_versions.take_back(onward, "trial", 2, YAW)
    answering_versions.take_back(onward, "trial", 2, ATO)
    assert proposed_versions.waiting(onward, AMA) == []
    assert acts(onward)[-1] == ("GH-ONE ato", "take_back_version")
    assert verify_installation(onward, OPERATOR) == []


def test_it_lapses_and_may_be_proposed_anew(onward: Onward) -> None:
    propose(onward)
    move_clock(onward, START + LASTS - timedelta(seconds=1))
    assert proposed_versions.waiting(onward, YAW)
    move_clock(onward, START + LASTS)
    assert proposed_versions.waiting(onward, YAW) == []
    with pytest.raises(Refusal, match=r"not_found\.waiting_version"):
        answering_versions.agree(onward, "trial", 2, "", YAW)
    propose(onward)
    assert len(proposed_versions.waiting(onward, YAW)) == 1
    assert verify_installation(onward, OPERATOR) == []


def test_another_text_is_proposed_only_once_the_first_is_answered(onward: Onward) -> None:
    propose(onward)
    other = WIDER.replace("A trial", "Another")
    with pytest.raises(Refusal, match=r"waiting_version\.another"):
        propose(onward, YAW, other)
    answering_versions.take_back(onward, "trial", 2, AMA)
    propose(onward, text=other)


def test_only_what_somebody_has_seen_is_agreed_to(onward: Onward) -> None:
    propose(onward)
    seen = proposed_versions.to_answer(onward, "trial", 2, YAW).mark
    answering_versions.take_back(onward, "trial", 2, AMA)
    for text in (WIDER, WIDER.replace("A trial", "Another")):
        propose(onward, text=text)
        with pytest.raises(Refusal, match=r"waiting_version\.changed"):
            answering_versions.agree(onward, "trial", 2, seen, YAW)
        answering_versions.take_back(onward, "trial", 2, AMA)
    assert numbers(onward) == [1]


def test_it_is_looked_at_again_once_it_would_move_cases_of_another_version(onward: Onward) -> None:
    propose(onward, text=SAME)
    third = WIDER.replace("version: 2", "version: 3\nrunning_cases: migrate")
    propose(onward, text=third)
    seen = proposed_versions.to_answer(onward, "trial", 3, YAW)
    assert seen.compared == (2,)
    open_case(onward, "trial", "GH", SCREEN, version=1)
    with pytest.raises(Refusal, match=r"waiting_version\.changed"):
        answering_versions.agree(onward, "trial", 3, seen.mark, YAW)
    assert agree(onward, YAW, 3).is_new


def test_it_is_not_agreed_to_once_it_would_be_compared_with_another_one(onward: Onward) -> None:
    propose(onward, text=WIDER.replace("version: 2", "version: 3"))
    publish_pathway(onward, SAME, YAW)
    with pytest.raises(Refusal, match=r"waiting_version\.overtaken"):
        agree(onward, YAW, 3)
    assert numbers(onward) == [2, 1]


def test_of_a_first_version_they_agree_to_what_it_shows_the_agency_that_publishes_it(
    onward: Onward,
) -> None:
    first = PATHWAY.replace("pathway: trial", "pathway: other")
    assert publish_pathway(onward, first, AMA).widens
    elsewhere = (
        first.replace("other", "third")
        .replace("first_responder", "legal_aid")
        .replace("case_manager", "shelter")
    )
    assert publish_pathway(onward, elsewhere, AMA).is_new, "none of it is for such an agency"
    assert publish_pathway(onward, first.replace("other", "fourth"), OPERATOR).is_new


def test_what_stands_beside_it_is_published_with_it(onward: Onward) -> None:
    publish_pathway(
        onward, WIDER, AMA, "trial.yaml", around=lambda _: {"fr": Source("trial.fr.yaml", FRENCH)}
    )
    assert agree(onward, YAW).languages == ("fr",)
    assert published.line(onward, "trial", OPERATOR)[0].languages == ("fr",)


def test_it_is_checked_once_more_by_the_rules_of_that_day(onward: Onward) -> None:
    propose(onward)
    spoilt = WIDER.replace("after: interview", "after: nowhere", 1)
    digest = hashlib.sha256(spoilt.encode()).hexdigest()
    with onward.store.write() as connection:
        rows = table_of(ProposedVersion)
        connection.execute(update(rows).values(text=spoilt, content_hash=digest))
    with pytest.raises(DefinitionError, match="nowhere"):
        agree(onward, YAW)
    assert numbers(onward) == [1]


@pytest.mark.parametrize("person", ["ama", ""])
def test_what_somebody_proposed_who_is_suspended_now_is_not_published(
    onward: Onward, person: str
) -> None:
    propose(onward)
    suspend(onward, "GH-ONE", OPERATOR, person, Why.MISUSE)
    for by in (YAW, OPERATOR):
        with pytest.raises(Refusal, match=r"waiting_version\.proposer"):
            agree(onward, by)
    lift(onward, "GH-ONE", OPERATOR, person, Why.MISTAKE)
    assert agree(onward, YAW).is_new


def test_nor_what_somebody_proposed_who_may_not_publish_any_more(onward: Onward) -> None:
    propose(onward)
    register(onward, COORDINATED.replace("{ama: {coordinates: yes}", "{ama: {}"), OPERATOR)
    with pytest.raises(Refusal, match=r"waiting_version\.proposer"):
        agree(onward, YAW)
    answering_versions.decline(onward, "trial", 2, WhyDeclined.OTHER, YAW)
    propose(onward, OTHER_OPERATOR)
    with pytest.raises(Refusal, match=r"waiting_version\.proposer"):
        agree(onward, YAW)
    operators.add(onward, "op-2", "nightshift", OPERATOR)
    assert agree(onward, YAW).is_new


def beside(onward: Onward, french: str, by: Principal, text: str = PATHWAY) -> Published:
    return publish_pathway(
        onward, text, by, "trial.yaml", around=lambda _: {"fr": Source("trial.fr.yaml", french)}
    )


def test_the_words_of_a_question_wait_too_also_beside_what_is_published(onward: Onward) -> None:
    made = beside(onward, FRENCH, AMA)
    assert {(each.way, each.what) for each in made.widens} == {(HowSeen.READ_OUT, "referral")}
    assert published.line(onward, "trial", OPERATOR)[0].languages == ()
    assert agree(onward, YAW, 1).mended == ("fr",)
    assert published.line(onward, "trial", OPERATOR)[0].languages == ("fr",)
    other = FRENCH.replace("parler de vous", "parler")
    assert beside(onward, other, AMA).widens
    assert beside(onward, other, AMA).widens, "the same again"
    with pytest.raises(Refusal, match=r"waiting_version\.another"):
        beside(onward, FRENCH.replace("parler de vous", "discuter"), AMA)
    agree(onward, OPERATOR, 1)
    with onward.store.read() as connection:
        line = line_of(onward, connection, "trial")
    assert line.pathways[1].spoken("fr").consents["referral"].startswith("Pouvons-nous parler à")
    assert verify_installation(onward, OPERATOR) == []


def test_all_other_words_are_corrected_by_one(onward: Onward) -> None:
    beside(onward, FRENCH, AMA)
    agree(onward, YAW, 1)
    assert beside(onward, FRENCH.replace("Risque", "Danger"), AMA).mended == ("fr",)
    assert beside(onward, FRENCH.replace("Un essai", "Essai"), YAW).mended == ("fr",)


def test_a_new_version_asks_in_the_words_of_the_one_before(onward: Onward) -> None:
    beside(onward, FRENCH, AMA)
    agree(onward, YAW, 1)
    assert beside(onward, FRENCH.replace("parler de vous", "parler"), AMA, SAME).widens
    answering_versions.take_back(onward, "trial", 2, AMA)
    assert beside(onward, FRENCH, AMA, SAME).is_new
    third = SAME.replace("version: 2", "version: 3").replace("tell {agency} about you", "call")
    assert publish_pathway(onward, third, AMA).widens


def test_what_stands_beside_is_shown_and_part_of_what_is_agreed_to(onward: Onward) -> None:
    marks = set[str]()
    for french in (FRENCH, FRENCH.replace("parler de vous", "parler")):
        beside(onward, french, AMA, WIDER)
        found = proposed_versions.to_answer(onward, "trial", 2, YAW)
        assert found.pathway.spoken("fr").consents["referral"] in french
        marks |= {found.mark}
        answering_versions.take_back(onward, "trial", 2, AMA)
    assert len(marks) == 2


def test_an_operator_needs_somebody_else_too_if_there_is_anybody(onward: Onward) -> None:
    assert propose(onward, OPERATOR).widens
    with pytest.raises(Refusal, match=r"waiting_version\.own"):
        agree(onward, OPERATOR)
    assert agree(onward, OTHER_OPERATOR).is_new


def test_an_operator_with_nobody_beside_publishes_it_alone(onward: Onward) -> None:
    register(onward, AGENCIES, OPERATOR)
    assert propose(onward, OPERATOR).is_new
    operators.add(onward, "op-2", "nightshift", OPERATOR)
    assert propose(onward, OPERATOR, WIDER.replace("version: 2", "version: 3").replace(
        "shows: [risk]", "shows: [risk, full_name]")).widens  # fmt: skip


def test_whoever_is_suspended_or_has_left_counts_for_nobody(onward: Onward) -> None:
    gone = COORDINATED.replace("{coordinates: yes}", "{coordinates: yes, until: 2026-01-31}")
    register(onward, gone, OPERATOR)
    assert propose(onward, OPERATOR).is_new


def test_what_is_foreseen_is_what_comes_of_it(onward: Onward) -> None:
    for text in (WIDER, SAME, PATHWAY):
        pathway = load_pathway(text)
        assert bool(proposed_versions.foreseen(onward, pathway, AMA)) is (text is WIDER)
    assert publishing.published_version(onward, "trial", 1, AMA)
