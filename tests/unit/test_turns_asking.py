"""How a person is asked, and who answers: language, words, guardian, and the person's own view."""

from __future__ import annotations

import hashlib

import pytest

from engine import commands as c
from engine.errors import DefinitionError
from engine.loader import load_pathway
from engine.reading_out import text_of
from tests.factories import HEAD, HOME, Case
from tests.told import advice
from wording.sentences import placed

HEAD_WITH_LANGUAGE = HEAD.replace(
    "  risk:",
    "  speaks: {choice: [en, fr]}\n  age: {choice: [child, adult, disputed]}\n  risk:",
)
BODY = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      speak: {by: screener, form: [speaks]}
      look: {by: screener, form: [age, risk?], repeat: {at_most: 5, until: risk = low, then: go on}}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home: {hand_over: home, after: talk, needs: consent.tell_home, answer: 3 days, declined: go on, silent: go on}
"""
OBJECTS = """      object: {by: screener, after: talk, when: consent.tell_home.objected, otherwise: skip}
"""
IN_LANGUAGE = (
    "tell_home: {to: home, language: speaks, shows: [risk, home_country],"
    ' ask: "May {agency} in {country} know {shown}?"}'
)
SHOWS_RISK = 'tell_home: {to: home, shows: [risk], ask: "May they know {shown}?"}'
GUARDED = "tell_home: {to: home, guardian: age != adult, ask: May we?}"


def asked(consent: str) -> Case:
    body = BODY + (OBJECTS if "guardian" in consent else "")
    case = Case(body, head=HEAD_WITH_LANGUAGE, consents=consent)
    case.complete("where.1", home_country="NG")
    return case


def yes(**how: str | bool) -> c.RecordConsent:
    return c.RecordConsent(task="talk.1", given=True, **how)  # type: ignore[arg-type]  # as in `how`


def test_the_words_that_were_read_out_are_kept_by_their_hash() -> None:
    """Agency, name of the country and what is shown stand in them, and the version of the pathway beside."""
    case = asked(IN_LANGUAGE)
    case.do(yes(language="fr", interpreter=True))
    given = case.state.consents["tell_home"]
    words = "May Partner in Nigeria know risk, home country?"
    assert given.text_hash == hashlib.sha256(words.encode()).hexdigest()
    assert (given.version, given.language, given.interpreter) == (1, "fr", True)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Danger at home", "danger at home"),
        ("A report", "a report"),
        ("L'adresse", "l'adresse"),
        ("HIV status", "HIV status"),
        ("A4 form", "A4 form"),
    ],
)
def test_a_title_begins_small_within_the_question_but_an_acronym_does_not(
    title: str, shown: str
) -> None:
    titled = HEAD_WITH_LANGUAGE.replace("risk: {", f'risk: {{title: "{title}", ')
    case = Case(BODY, head=titled, consents=SHOWS_RISK)
    assert text_of(case.view, "tell_home") == f"May they know {shown}?"


def test_a_person_is_asked_in_the_own_language_or_with_an_interpreter() -> None:
    """Whatever was answered otherwise was perhaps not understood, a no included."""
    case = asked(IN_LANGUAGE)
    assert case.refused(yes(language="fr")) == "wrong_language"
    case.complete("speak.1", speaks="fr")
    assert case.refused(yes(language="en")) == "wrong_language"
    no = c.RecordConsent(task="talk.1", given=False, language="en")
    assert case.refused(no) == "wrong_language"
    case.do(yes(language="fr"))


def test_a_refusal_is_kept_with_how_it_came_about() -> None:
    """What was read out, in which language, and who said no."""
    case = asked(IN_LANGUAGE)
    case.complete("speak.1", speaks="fr")
    case.do(c.RecordConsent(task="talk.1", given=False, language="fr"))
    refused = case.state.consents["tell_home"]
    assert (refused.status, refused.language, refused.giver) == ("refused", "fr", "person")
    assert len(refused.text_hash) == 64


@pytest.mark.parametrize("age", ["child", "disputed", None])
def test_who_may_be_a_child_counts_as_one(age: str | None) -> None:
    """D13: presumption of minority; not answered yet is no proof of age."""
    case = asked(GUARDED)
    if age:
        case.complete("look.1", age=age)
    assert case.refused(yes()) == "needs_guardian"
    assert case.refused(yes(giver="guardian")) == "needs_view"
    case.do(yes(giver="guardian", view="not_asked"))
    assert case.state.consents["tell_home"].giver == "guardian"


def test_the_own_view_of_a_child_is_kept_apart_from_the_guardians_answer() -> None:
    """An objection is something that a pathway can ask for."""
    case = asked(GUARDED)
    case.do(yes(giver="guardian", view="objects"))
    assert case.state.consents["tell_home"].view == "objects"
    assert "object.1" in case.open
    agreed = asked(GUARDED)
    agreed.do(yes(giver="guardian", view="agrees"))
    assert agreed.state.steps["object"] == "skipped"


def test_an_adult_answers_for_themselves() -> None:
    """Nobody is a guardian of an adult; a view goes with a guardian's answer only."""
    case = asked(GUARDED)
    case.complete("look.1", age="adult")
    assert case.refused(yes(giver="guardian", view="agrees")) == "needs_person"
    assert case.refused(yes(view="agrees")) == "wrong_view"
    case.do(yes())


def test_who_comes_of_age_is_asked_in_person() -> None:
    """The guardian's word ends; the receiver sees nothing until the person has answered."""
    case = asked(GUARDED)
    case.complete("look.1", age="child")
    case.do(yes(giver="guardian", view="agrees"))
    assert case.hand_over("ask_home.1").status == "offered"
    case.complete("look.2", age="adult")
    assert case.state.consents["tell_home"].status == "expired"
    assert "talk.2" in case.open
    assert case.refused(c.AcceptHandOver(hand_over="ask_home.1"), HOME) == "no_consent"
    case.give("talk.2")
    case.do(c.AcceptHandOver(hand_over="ask_home.1"), HOME)


def test_what_was_agreed_to_as_an_adult_lapses_when_the_adult_is_none() -> None:
    """Their guardian is asked."""
    case = asked(GUARDED)
    case.complete("look.1", age="adult")
    case.do(yes())
    case.complete("look.2", age="disputed")
    assert case.state.consents["tell_home"].status == "expired"
    assert case.refused(c.RecordConsent(task="talk.2", given=True)) == "needs_guardian"


def test_without_a_rule_about_guardians_anybody_may_have_answered() -> None:
    """But nobody who is neither."""
    case = asked("tell_home: {to: home, ask: May we?}")
    assert case.refused(yes(giver="friend")) == "unknown_giver"
    assert case.refused(yes(giver="guardian", view="perhaps")) == "wrong_view"
    case.do(yes(giver="guardian"))


@pytest.mark.parametrize(
    ("consent", "said"),
    [
        (
            'tell_home: {to: home, ask: "May {agencies}?"}',
            "nothing can be filled in for `{agencies}`",
        ),
        ("tell_home: {to: home, language: talks, ask: May we?}", "there is no field `talks`"),
        (
            "tell_home: {to: home, language: born, ask: May we?}",
            "the field named in `language:` must be a choice of a single word",
        ),
        ("tell_home: {to: home, guardian: aged, ask: May we?}", "there is no `aged` here"),
    ],
)
def test_what_a_consent_says_of_its_asking_must_make_sense(consent: str, said: str) -> None:
    """Each is said at its place."""
    with pytest.raises(DefinitionError) as caught:
        load_pathway(f"{HEAD_WITH_LANGUAGE}consents:\n  {consent}\n{BODY}", "trial.yaml")
    assert said in placed(caught.value.problems[0])
    assert advice(caught.value.problems[0])
