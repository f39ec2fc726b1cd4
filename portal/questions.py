"""The questions of an act: the fields of its form, and its own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import msgspec
from babel import Locale
from msgspec.structs import replace

from casework.case_codes import as_typed, is_code
from casework.filling_in import AskedField, FormToFill
from engine.acts.declared import ActWord, WordKind, required
from engine.definition import DataField
from engine.forms import fault_of
from engine.locales import locale_of
from engine.message import Message
from engine.offering import Offered
from engine.translation import Translation
from portal import outcomes
from portal.asked import WORD, Asked, Inputs
from portal.fields import MOST_RADIOS, Field, Option, Widget, answers_in, field_of, widget_of
from portal.look import InvalidInput
from wording.catalogues import LANGUAGES

PROTECTED_WORDS = "words"
"""The name of the input for the protected words that accompany an act."""
AT = "at"
"""The name of the input for the moment at which the act happened."""
_A_MOMENT = DataField(datetime=True)
_MOMENT = AskedField(
    name=AT,
    title="",
    field=_A_MOMENT,
    required=False,
    applies=lambda _: True,
    fault=partial(fault_of, _A_MOMENT),
)


class Questions(msgspec.Struct, frozen=True):
    """The questions of a page, with the answers sent so far."""

    fields: Sequence[Field]
    answers: Mapping[str, object] = {}
    """The answers of the form by field, without faulty ones."""
    unseen: Sequence[str] = ()
    """Inputs shown empty although a draft has values for them."""

    def unjudged(self) -> Questions:
        """The same questions and answers without errors, since what a form starts with is not
        judged until it is sent.
        """
        return replace(self, fields=[replace(each, fault="") for each in self.fields])

    def without_protected(self) -> Questions:
        """The questions with protected inputs shown empty."""
        kept = [
            name
            for each in self.fields
            if each.protected
            for name, values in each.own.items()
            if any(values)
        ]
        fields = [replace(each, sent={}) if each.protected else each for each in self.fields]
        return replace(self, fields=fields, unseen=kept)

    def faults(self, asked: Asked) -> list[InvalidInput]:
        """The errors, for the summary at the top of the page."""
        return [
            InvalidInput(
                asked.say("told.line", name=each.title, value=each.fault), f"#{each.first_id}"
            )
            for each in self.fields
            if each.fault
        ]


def of_form(asked: Asked, form: FormToFill, sent: Inputs | None) -> Questions:
    """The questions of a form that apply, given the answers above them.

    Args:
        sent: what was sent; None or empty before the form is first sent. Afterwards, each required
            question that applies and has no answer gets an error, even a question that applies only
            because of an answer in `sent`.
    """
    given = answers_in(form.asked, sent, asked.zone) if sent else {}
    answers: dict[str, object] = {}
    fields: list[Field] = []
    for each in form.asked:
        if not each.applies(answers):
            continue
        fault = each.fault(given[each.name]) if each.name in given else None
        if each.name in given and not fault:
            answers[each.name] = given[each.name]
        wrong = _wrong(asked, each.field, fault) if fault else ""
        if sent and each.required and each.name not in given:
            wrong = asked.say("page.missing")
        fields.append(field_of(each, asked.language, sent=sent, fault=wrong))
    return Questions(fields, answers)


def _wrong(asked: Asked, field: DataField, fault: Message) -> str:
    """What is wrong with an answer, in words for somebody who fills in a page."""
    match widget_of(field):
        case Widget.DAY:
            return asked.say("page.no_day")
        case Widget.MOMENT:
            return asked.say("page.no_moment")
        case _:
            return asked.say("page.wrong", why=fault)


def of_words(asked: Asked, offer: Offered, names: Translation, sent: Inputs | None) -> list[Field]:
    """The questions of an act besides those of its form: what it is about, if that has to be typed;
    one for each word that is chosen from options; its protected words; and when it happened, if it
    may be reported late.

    Args:
        names: the pathway's texts for outcomes and questions.
    """
    fields, declared = options_of_words(asked, offer, names, sent), offer.act.declared
    if subject := offer.asks_about:
        fields.insert(0, _of_subject(asked, subject, sent))
    if declared and declared.protected:
        fields.append(_of_protected(asked, offer, sent))
    if declared and declared.late:
        fields.append(_of_moment(asked, sent))
    return fields


def options_of_words(
    asked: Asked, offer: Offered, names: Translation, sent: Inputs | None
) -> list[Field]:
    """A question for each word that is chosen from options, if there are any options."""
    declared = offer.act.declared
    fields = [
        _of_word(asked, offer, word, names, sent)
        for word in (declared.asked_words if declared else ())
        if word.option
    ]
    return [each for each in fields if each.options]


def _of_subject(asked: Asked, word: ActWord, sent: Inputs | None) -> Field:
    """The question of which other case the act is about; the reader types its code."""
    name = f"{WORD}{word.field}"
    typed = next(iter(sent.get(name, ())), "") if sent is not None else None
    fault = asked.say("page.no_code") if typed is not None and not is_code(as_typed(typed)) else ""
    return Field(
        name=name,
        title=asked.say(f"page.word.{word.field}"),
        widget=Widget.LINE,
        fault=fault,
        sent=sent or {},
    )


def _of_moment(asked: Asked, sent: Inputs | None) -> Field:
    """The question of when the act happened."""
    given = moment_in(asked, sent) if sent else None
    fault = _MOMENT.fault(given) if given else None
    found = field_of(
        _MOMENT,
        asked.language,
        sent=sent,
        fault=_wrong(asked, _A_MOMENT, fault) if fault else "",
    )
    return replace(found, title=asked.say("page.at"), hint=asked.say("page.at_hint"), language="")


def _of_word(
    asked: Asked, offer: Offered, word: ActWord, names: Translation, sent: Inputs | None
) -> Field:
    options = _options(asked, offer, word, names)
    is_required = word.field in required(offer.act) or _is_decided(offer, word)
    name, widget = f"{WORD}{word.field}", _widget(word, options)
    if options and widget is not Widget.CHECKBOXES:
        options = _with_none(asked, word, options, widget, is_required=is_required)
    is_missing = sent is not None and is_required and not any(sent.get(name, ()))
    return Field(
        name=name,
        title=asked.say(f"page.word.{word.field}"),
        widget=widget,
        options=options,
        required=is_required,
        fault=asked.say("page.missing") if is_missing else "",
        sent=sent or {},
    )


def _with_none(
    asked: Asked, word: ActWord, options: list[Option], widget: Widget, *, is_required: bool
) -> list[Option]:
    """The options, with an empty one unless a choice is required; a drop-down list always begins with
    an empty one.
    """
    if word.empty:
        none = asked.say(f"page.empty.{word.empty}")
    elif widget is Widget.SELECT:
        none = asked.say("page.choose")
    else:
        none = asked.say("page.go_on" if word.kind is WordKind.OUTCOME else "page.no_answer")
    if widget is Widget.SELECT:
        return [Option("", none), *options]
    return options if is_required else [*options, Option("", none)]


def _widget(word: ActWord, options: Sequence[Option]) -> Widget:
    if word.kind in (WordKind.FLAG, WordKind.FIELDS):
        return Widget.CHECKBOXES
    return Widget.RADIOS if len(options) <= MOST_RADIOS else Widget.SELECT


def _options(asked: Asked, offer: Offered, word: ActWord, names: Translation) -> list[Option]:
    if word.choices:
        return [Option(each, _choice(asked, word.field, each)) for each in word.choices]
    if word.kind is WordKind.FLAG:
        return [Option("yes", asked.say("shown.yes"))]
    if word.kind is WordKind.LANGUAGE:
        return _languages(asked.language)
    if word.kind is WordKind.OUTCOME:
        return [_outcome(asked, names, each) for each in offer.values(word.field)]
    if word.kind is WordKind.FIELDS:
        return [
            Option(each, names.question(each), names.language) for each in offer.values(word.field)
        ]
    return [Option(each, each) for each in offer.values(word.field)]


def _is_decided(offer: Offered, word: ActWord) -> bool:
    """Whether the act needs one of its outcomes, as a decision does."""
    is_outcome = word.kind is WordKind.OUTCOME
    return is_outcome and all(getattr(each, word.field) for each in offer.possible)


def _outcome(asked: Asked, names: Translation, word: str) -> Option:
    said = outcomes.called(asked, names, word)
    return Option(word, said) if word in outcomes.OURS else Option(word, said, names.language)


def _choice(asked: Asked, field: str, word: str) -> str:
    """The text of a word from a fixed list."""
    match field:
        case "view":
            return asked.say(f"view.{word}")
        case "word":
            return asked.say(f"related.{word}")
        case _:
            return asked.say(f"reason.{word}")


def _languages(language: str) -> list[Option]:
    """An option for each language with a code of two letters; those with a catalogue come first."""
    named: Mapping[str, str] = Locale.parse(locale_of(language)).languages
    rest = {code for code in named if len(code) == 2} - {*LANGUAGES}
    codes = (*LANGUAGES, *sorted(rest, key=lambda code: named[code]))
    return [Option(code, named[code]) for code in codes]


def _of_protected(asked: Asked, offer: Offered, sent: Inputs | None) -> Field:
    return Field(
        name=PROTECTED_WORDS,
        title=asked.say(f"page.words.{offer.way.name}"),
        widget=Widget.TEXT,
        required=False,
        protected=True,
        hint=asked.say("page.words_hint"),
        sent=sent or {},
    )


def words_in(offer: Offered, sent: Inputs) -> dict[str, object]:
    """The act's words that a form has sent, except those left empty and protected words."""
    declared = offer.act.declared
    found: dict[str, object] = {}
    for word in declared.asked_words if declared else ():
        all_given = [each for each in sent.get(f"{WORD}{word.field}", ()) if each]
        if all_given and word is offer.asks_about:
            found[word.field] = as_typed(all_given[0])
        elif all_given and word.option:
            found[word.field] = _said(word, all_given)
    return found


def _said(word: ActWord, given: Sequence[str]) -> object:
    if word.kind is WordKind.FLAG:
        return True
    return tuple(given) if word.kind is WordKind.FIELDS else given[0]


def moment_in(asked: Asked, sent: Inputs) -> object:
    """When the act happened, as text; None if that was not given."""
    return answers_in([_MOMENT], sent, asked.zone).get(AT)
