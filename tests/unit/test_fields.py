"""The fields of a form: how they are drawn, and how what was typed becomes an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework.filling_in import AskedField
from engine.definition import DataField
from engine.field_types import FIELD_TYPES
from engine.forms import fault_of
from portal.api.reading import schema_of
from portal.fields import (
    MOST_RADIOS,
    NAMED,
    Field,
    Option,
    Widget,
    answers_in,
    field_of,
    widget_of,
)
from portal.look import Frame, environment
from tests.factories import MONDAY
from tests.gallery import gallery

LAGOS = ZoneInfo("Africa/Lagos")
WORDS = ("low", "middle", "high")


def asked(kind: str = "text", *, required: bool = True, **more: Any) -> AskedField:
    """A field `risk` of a pathway."""
    field = DataField(**{kind: True} | more)
    return AskedField(
        name="risk",
        title="What is it?",
        field=field,
        required=required,
        applies=lambda _: True,
        fault=lambda answer: fault_of(field, answer),
        words={word: word.capitalize() for word in field.words},
    )


def answer(field: AskedField, **sent: str | list[str]) -> object:
    """What the form is given for what the browser sent; `day` is the part of that name."""
    inputs = {
        f"{NAMED}risk{'' if part == 'whole' else f'-{part}'}": [text]
        if isinstance(text, str)
        else text
        for part, text in sent.items()
    }
    return answers_in([field], inputs, LAGOS).get("risk", "none")


@pytest.mark.parametrize(
    ("field", "sent", "expected"),
    [
        (asked("text"), {"whole": " two\r\nlines "}, "two\nlines"),
        (asked("number"), {"whole": "12"}, 12),
        (asked("number"), {"whole": "1.5"}, 1.5),
        (asked("yes_no"), {"whole": "no"}, False),
        (asked("country"), {"whole": "GH"}, "GH"),
        (asked(choice=WORDS, text=False), {"whole": "low"}, "low"),
        (asked(choice=WORDS, text=False, many=True), {"whole": ["low", "high"]}, ["low", "high"]),
        (asked("signature"), {"whole": "guardian"}, "guardian"),
        (asked("date"), {"day": "1", "month": "3", "year": "2026"}, "2026-03-01"),
        (
            asked("datetime"),
            {"day": "1", "month": "12", "year": "2026", "time": "9:30"},
            "2026-12-01T09:30:00+01:00",
        ),
        (asked("country", many=True), {"whole": "gh\r\n\r\n NG "}, ["GH", "NG"]),
        (asked("number", many=True), {"whole": "1\n2"}, [1, 2]),
    ],
)
def test_what_was_sent_is_an_answer_that_the_form_takes(
    field: AskedField, sent: dict[str, Any], expected: object
) -> None:
    found = answer(field, **sent)
    assert found == expected
    assert fault_of(field.field, found) is None


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        (asked("number"), {"whole": "many"}, "many"),
        (asked("date"), {"day": "31", "month": "2", "year": "2026"}, "2026-2-31"),
        (asked("date"), {"day": "31"}, "31"),
        (asked("date"), {"day": "1", "month": "3", "year": "26"}, "0026-03-01"),
        (asked("datetime"), {"day": "1", "month": "3", "year": "2026"}, "2026-03-01"),
        (asked("datetime"), {"time": "noon"}, "noon"),
        (
            asked("datetime"),
            {"day": "1", "month": "3", "year": "2026", "time": "25:00"},
            "2026-03-01 25:00",
        ),
        (asked("number", many=True), {"whole": "1\nx"}, [1, "x"]),
        (asked(choice=WORDS, text=False), {"whole": "none of them"}, "none of them"),
    ],
)
def test_what_cannot_be_read_is_kept_and_the_form_says_what_is_wrong(
    field: AskedField, sent: dict[str, Any], kept: object
) -> None:
    found = answer(field, **sent)
    assert found == kept
    assert fault_of(field.field, found) is not None


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_what_was_left_empty_is_no_answer(kind: str) -> None:
    assert answer(asked(kind)) == "none"
    assert answer(asked(kind), whole=" ", day="", month=" ", year="", time="") == "none"
    assert answer(asked(kind, many=True), whole="\r\n ") == "none"


@pytest.mark.parametrize(
    ("time", "read"),
    [
        *((typed, "14:30") for typed in ("14:30", "14.30", "14h30", "14 H 30", "1430")),
        *(("14 h", "14:00"), ("9", "09:00"), ("0:05", "00:05")),
    ],
)
def test_an_hour_is_read_as_people_write_it(time: str, read: str) -> None:
    found = answer(asked("datetime"), day="1", month="3", year="2026", time=time)
    assert found == f"2026-03-01T{read}:00+01:00"


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_each_type_of_field_has_a_look_an_example_and_a_schema(kind: str) -> None:
    """All that a page, a trial and a program need; each tells what is missing by its name."""
    field, example = asked(kind), FIELD_TYPES[kind].example(MONDAY)
    assert fault_of(field.field, example) is None
    assert inputs(drawn(field_of(field, "en"))) != []
    schema = import_module("jsonschema").Draft202012Validator(schema_of(field))
    assert schema.is_valid(example)
    assert not schema.is_valid({})


@pytest.mark.parametrize("widget", Widget)
def test_each_widget_is_drawn(widget: Widget) -> None:
    options = [Option("one", "One"), Option("other", "Other")]
    html = drawn(Field(name="risk", title="What is it?", widget=widget, options=options))
    assert inputs(html) != []
    assert "What is it?" in html


def test_several_words_are_buttons_boxes_or_a_list() -> None:
    """A list is shorter on a phone than very many buttons."""
    many_words = tuple(f"word_{n}" for n in range(MOST_RADIOS + 1))
    assert widget_of(asked(choice=many_words[1:], text=False).field) is Widget.RADIOS
    assert widget_of(asked(choice=many_words, text=False).field) is Widget.SELECT
    assert widget_of(asked(choice=WORDS, text=False, many=True).field) is Widget.CHECKBOXES
    assert widget_of(asked("date", many=True).field) is Widget.LINES


def test_a_choice_that_may_stay_open_can_be_taken_back() -> None:
    """Nothing else unmarks a radio button."""
    optional = field_of(asked("yes_no", required=False), "fr")
    assert [(each.value, each.text) for each in optional.options] == [
        ("yes", "Oui"),
        ("no", "Non"),
        ("", "Pas de réponse"),
    ]
    assert answer(asked("yes_no", required=False), whole="") == "none"


def test_countries_stand_in_the_order_of_their_names_in_the_language() -> None:
    countries = field_of(asked("country"), "fr-CI").options
    texts = [each.text for each in countries]
    assert texts[0] == "Choisissez dans la liste"
    assert texts.index("Égypte") + 1 == texts.index("Émirats arabes unis")
    assert texts.index("Équateur") < texts.index("Espagne")


def drawn(field: Field) -> str:
    frame = Frame(language="en", here="/")
    page = environment().from_string(
        "{% import 'parts.html' as parts with context %}{{ parts.field(field) }}"
    )
    return page.render(field=field, frame=frame, say=frame.say, language="en")


def inputs(html: str) -> Sequence[str]:
    return re.findall(r"<(?:input|textarea|select)\b[^>]*>", html)


def test_a_field_is_drawn_again_as_it_was_sent() -> None:
    sent = {f"{NAMED}risk": ["<b>"], f"{NAMED}risk-day": ["31"], f"{NAMED}risk-month": ["x"]}
    assert "&lt;b&gt;" in drawn(field_of(asked("text"), "en", sent=sent))
    day = drawn(field_of(asked("date"), "en", sent=sent))
    assert re.findall(r'value="([^"]*)"', day) == ["31", "x", ""]
    chosen = drawn(field_of(asked("yes_no"), "en", sent={f"{NAMED}risk": ["no"]}))
    (checked,) = [each for each in inputs(chosen) if "checked" in each]
    assert 'value="no"' in checked


def test_a_fault_is_told_at_its_field_and_the_summary_leads_there() -> None:
    for kind in FIELD_TYPES:
        field = field_of(asked(kind), "en", fault="Say it otherwise")
        html = drawn(field)
        assert f'id="{NAMED}risk-error"' in html
        assert re.search(rf'aria-describedby="[^"]*{NAMED}risk-error"', html)
        assert f'id="{field.first_id}"' in html


def test_a_browser_keeps_and_checks_nothing_of_what_is_typed() -> None:
    """On a machine that several people use; the speller of a browser may be somebody else's service."""
    typed_in = [
        each
        for each in inputs(gallery())
        if f'name="{NAMED}' in each and not re.search(r'type="(radio|checkbox)"', each)
    ]
    assert len(typed_in) > 10
    assert [each for each in typed_in if 'autocomplete="off"' not in each] == []
    assert 'spellcheck="false"' in next(each for each in typed_in if f'name="{NAMED}words"' in each)
