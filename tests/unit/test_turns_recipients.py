"""Whom a consent names: several agencies, or whole classes of them in one country."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine import commands as c
from engine.agencies.registry import Agency, Registry
from engine.errors import DefinitionError, Refusal
from engine.loader import load_pathway
from engine.state import AgencyClass
from tests.factories import CARE, HEAD, HOME, HOME2, REGISTRY, Case
from tests.told import refused_with
from wording.sentences import in_words

SEVERAL = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell, refused: go on}
      ask_home: {hand_over: home, after: talk, needs: consent.tell, answer: 3 days, declined: NO, silent: go on}
      ask_care: {hand_over: manager, after: talk, needs: consent.tell, answer: 3 days, declined: go on, silent: go on}
"""
BOTH = "tell: {to: [home, manager], ask: May we tell both?}"
CLASSES = "tell: {to: [home, manager], any: yes, ask: May we tell some of these?}"


def asked(consent: str = BOTH, *, no: str = "go on", country: str = "NG") -> Case:
    case = Case(SEVERAL.replace("NO", no), consents=consent)
    case.complete("where.1", home_country=country)
    return case


def test_each_of_several_recipients_is_named() -> None:
    """One question, two agencies, both read out to the person."""
    case = asked()
    case.give()
    assert case.state.consents["tell"].recipients == (HOME, CARE)
    assert case.open == ["ask_care.1", "ask_home.1"]


def test_a_person_is_not_asked_while_one_of_several_is_not_known() -> None:
    """In Benin nobody holds the role: half of what would be agreed to has no name."""
    case = asked(country="BJ")
    with pytest.raises(Refusal) as refused:
        case.do(c.RecordConsent(task="talk.1", given=True))
    assert refused.value.reason == "recipient_unknown"
    assert in_words(refused.value.message) == (
        "no agency can be named to the person: the registry has none in BJ that can hold the role home now"
    )


def test_a_class_is_that_of_the_country_that_was_read_out() -> None:
    """An agency of the same type in a third country is none of it."""
    case = asked(CLASSES, no='"next receiver, at most 2"')
    case.give()
    given = case.state.consents["tell"]
    assert given.classes == (
        AgencyClass(role_type="partner", country="NG"),
        AgencyClass(role_type="care", country="GH"),
    )
    case.do(c.DeclineHandOver(hand_over="ask_home.1", reason="no_capacity"), HOME)
    assert case.hand_over("ask_home.2").agency == HOME2


def test_an_agency_of_the_class_in_another_country_is_not_told() -> None:
    """Promise 5: the partner that moves over a border was not read out there."""
    case = asked(CLASSES)
    case.give()
    moved = [
        replace(each, country="TG") if each.code == HOME else each for each in REGISTRY.agencies
    ]
    case.registry = Registry(tuple(moved))
    assert case.refused(c.See(hand_over="ask_home.1"), HOME) == "no_consent"


def test_a_class_cannot_be_read_out_before_its_country_is_known() -> None:
    """`any of them` says nothing while nobody knows where."""
    body = SEVERAL.replace("NO", "go on").replace("after: where, consent", "consent")
    case = Case(body, consents=CLASSES)
    assert case.refused(c.RecordConsent(task="talk.1", given=True)) == "recipient_unknown"
    case.complete("where.1", home_country="NG")
    case.give()


def test_a_newcomer_of_the_class_is_covered() -> None:
    """That is what a class means; the person was told so."""
    case = asked(CLASSES, no='"next receiver, at most 2"')
    case.give()
    late = Agency(code="NG-LATE", name="New partner", country="NG", roles=("partner",))
    known = [each for each in REGISTRY.agencies if each.code == HOME or each.country == "GH"]
    case.registry = Registry((*known, late))
    case.do(c.DeclineHandOver(hand_over="ask_home.1", reason="no_capacity"), HOME)
    assert case.hand_over("ask_home.2").agency == "NG-LATE"


@pytest.mark.parametrize(
    ("consent", "said"),
    [
        ("tell: {to: [home, manger], ask: May we?}", "there is no role `manger`"),
        ("tell: {any: yes, ask: May we?}", "`any` is given, but the consent names nobody"),
    ],
)
def test_each_role_of_a_consent_must_exist_and_a_class_needs_one(consent: str, said: str) -> None:
    """Both are said at their place."""
    text = f"{HEAD}consents:\n  {consent}\n{SEVERAL.replace('NO', 'go on')}"
    with refused_with(DefinitionError, match=said):
        load_pathway(text, "trial.yaml")
