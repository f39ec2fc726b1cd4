"""Periods and conditions are said in each language, whatever a pathway may write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.acts.reason_lists import DECLINE_REASONS, OVERRIDE_REASONS, REOPEN_REASONS, VIEWS
from engine.checks.names import Names
from engine.links import RELATED, SAME_PERSON
from engine.loader import load_pathway
from engine.message import message
from engine.pathway import Pathway
from engine.phrases.expressions import Choice, YesNo
from engine.phrases.syntax import Unit
from engine.translation import OWN, Translation
from wording import phrases
from wording.catalogues import LANGUAGES, catalogue
from wording.sentences import OURS, in_words

BODY = """\
pathway: example
version: 1
title: An example
effective: 2026-01-01
sides: [host, origin]
roles: {desk: first_responder @ host, home: counterpart @ origin}
data:
  risk: {choice: [low, high], ordered}
  nights: {number}
  married: {yes_no}
  leaves_on: {date}
  home_country: {country, binds: origin}
  signed: {signature}
consents: {tell: {to: home, ask: "May we tell {agency}?"}}
clocks: {rest: 5 days after talk.done}
reopen: {by: desk, at: start}
stages:
  start:
    outlives_end: [stays]
    steps:
      talk: {by: desk, form: [risk?, nights?, married?, leaves_on?, home_country, signed?], due: 1 day}
      agree: {by: desk, consent: tell, after: talk, refused: end stays}
      decide_it: {by: desk, after: talk, decide: {granted: go on, denied: end stays}}
      soon: {by: desk, after: talk, due: {time: 1 day, kind: limitation}, lapsed: go on}
  away:
    after: start
    steps:
      ask: {hand_over: home, needs: consent.tell, answer: 5 days, declined: end stays, silent: go on}
      journey: {by: desk, after: ask, arrival: {confirmed_by: home, within: 1 day, missing: interrupt lost}}
    then: end done
interrupts:
  lost: {raised_by: desk, suspends: away, review: 1 day, resolved: {found: go on, gone: end stays}}
ends: {done: success, stays: neutral}
"""


@pytest.fixture(scope="module")
def pathway() -> Pathway:
    """Everything that a condition can read, and a period be counted from, at least once."""
    return load_pathway(BODY)


def said(what: str, written: str, language: str, names: Translation | None = None) -> str:
    message = phrases.condition(written) if what == "condition" else phrases.period(written)
    return in_words(message, language, names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_condition_reads_is_said_and_so_is_its_contrary(
    pathway: Pathway, language: str
) -> None:
    """In sentences of their own: no name of a fact is left in them."""
    for name, kind in pathway.vocabulary.items():
        tested = {YesNo: name, Choice: f"{name} = x"}.get(type(kind), f"{name} = 3")
        holds, not_so = (said("condition", each, language) for each in (tested, f"not {tested}"))
        assert holds != not_so
        assert "." not in holds + not_so, (name, holds, not_so)
        assert len({holds, said("condition", tested, "fr"), said("condition", tested, "pt")}) >= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_period_is_counted_from_is_said(pathway: Pathway, language: str) -> None:
    """And what is said differs from one to another."""
    moments = sorted(Names(pathway.definition).moments)
    found = [said("period", f"2 days after {each}", language) for each in moments]
    assert len(moments) > 30
    assert len(set(found)) == len(found)
    assert [each for each in found if "." in each] == []


PAGE = (Path(__file__).parents[2] / "docs/reference/expressions.md").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "what"), [("condition", "condition"), ("clock", "period")])
def test_each_phrase_of_the_reference_is_said(kind: str, what: str, language: str) -> None:
    """Another language has nothing of the English sentence but names."""
    blocks = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    written = [line for block in blocks for line in block.splitlines()]
    assert len(written) > 5
    for line in written:
        told = said(what, line, language)
        assert told
        if language != OWN:
            assert not re.search(r"\b(?:is|after|before|days?|the|of|earliest|latest)\b", told)


@pytest.mark.parametrize(
    ("what", "written", "english", "french", "portuguese"),
    [
        ("period", "1 working day", "1 working day", "1 jour ouvré", "1 dia útil"),
        ("period", "2 working days", "2 working days", "2 jours ouvrés", "2 dias úteis"),
        ("period", "6 months", "6 months", "6 mois", "6 meses"),
        (
            "period",
            "day 15 of the month after talk.done",
            "day 15 of the next month, counted from the completion of talk",
            "le jour 15 du mois suivant, à compter de l'achèvement de talk",
            "dia 15 do mês seguinte, a contar de conclusão de talk",
        ),
        (
            "period",
            "earliest of (90 days, 3 days before leaves_on)",
            "the earliest of: 90 days; 3 days before leaves_on",
            "la première de ces dates\N{NO-BREAK SPACE}: 90 jours\N{NO-BREAK SPACE}; 3 jours avant leaves_on",
            "a primeira destas datas: 90 dias; 3 dias antes de leaves_on",
        ),
        (
            "condition",
            "not (risk = high or married) and nights >= 3",
            "risk is not high and married is no and nights is at least 3",
            "la réponse à risk n'est pas high et la réponse à married est non et la réponse à nights est au moins 3",
            "a resposta a risk não é high e a resposta a married é não e a resposta a nights é no mínimo 3",
        ),
        (
            "condition",
            'leaves_on < date("2026-01-31")',
            "leaves_on is before 2026-01-31",
            "la réponse à leaves_on est avant le 2026-01-31",
            "a resposta a leaves_on é antes de 2026-01-31",
        ),
    ],
)
def test_a_phrase_reads_as_one_would_say_it(
    what: str, written: str, english: str, french: str, portuguese: str
) -> None:
    """A `not` turns what is under it, so that no sentence says that another one is not so."""
    assert [said(what, written, each) for each in LANGUAGES] == [english, french, portuguese]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("(a or b) and c", "(a is yes or b is yes) and c is yes"),
        ("a and b or c", "(a is yes and b is yes) or c is yes"),
        ("a and (b and c)", "a is yes and b is yes and c is yes"),
        ("not (a and b) or c", "a is no or b is no or c is yes"),
        ("not (a or b and c)", "a is no and (b is no or c is no)"),
        ("a and not (not (b or c))", "a is yes and (b is yes or c is yes)"),
    ],
)
def test_what_is_joined_by_another_word_stands_in_brackets_and_nothing_else(
    written: str, told: str
) -> None:
    assert said("condition", written, "en") == told


@pytest.mark.parametrize("unit", Unit)
def test_a_unit_has_its_one_and_its_many_in_each_language(unit: Unit) -> None:
    for language in LANGUAGES:
        texts = catalogue(language).texts[f"length.{unit.name.lower()}"]
        assert len(texts) == 2


def test_a_part_is_called_what_the_reader_calls_it(pathway: Pathway) -> None:
    """Its title where it has no other words; the bare name where it has not even that."""
    held = message("why.after.part", name="talk", status="x")
    assert in_words(held, "en", pathway.spoken("en")) == "it comes after talk: x"
    titled = load_pathway(BODY.replace("talk: {by", "talk: {title: First talk, by"))
    for language, called in (
        ("en", "“First talk”"),
        ("fr", "«\N{NO-BREAK SPACE}First talk\N{NO-BREAK SPACE}»"),
    ):
        assert called in in_words(held, language, titled.spoken(language))


def test_what_is_typed_is_told_with_its_words() -> None:
    """So that whoever is to type a reason finds the one that is meant."""
    refusal = message("refused.unknown_reason", reasons=("unsafe", "other"))
    assert in_words(refusal, "fr").endswith("unsafe (risque pour la sécurité), other (autre motif)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_no_pathway_declares_has_words(language: str) -> None:
    reasons = (*DECLINE_REASONS, *OVERRIDE_REASONS, *REOPEN_REASONS)
    lists = {"reasons": reasons, "related": (*RELATED, *SAME_PERSON), "views": VIEWS}
    assert set(lists) == set(OURS)
    texts = catalogue(language).texts
    assert [
        w for name, words in lists.items() for w in words if OURS[name](w).code not in texts
    ] == []


def test_a_phrase_that_nobody_can_read_any_more_is_told_as_it_was_written() -> None:
    read = message("why.condition.read", read="x", condition="risk ~ high")
    assert in_words(read, "fr") == "x\N{NO-BREAK SPACE}: risk ~ high"
