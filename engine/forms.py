"""Forms: what a step asks for, and whether the answers are valid."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any
from unicodedata import category

from msgspec.structs import replace

from engine.contacting import Reach, who_speaks
from engine.definition import DataField
from engine.errors import Refusal
from engine.field_types import FIELD_TYPES
from engine.message import Message, message
from engine.pathway import Pathway
from engine.plans import FormField
from engine.questions import lookup
from engine.state import State


def applies(
    field: FormField, state: State, answers: Mapping[str, Any], protected: Collection[str] = ()
) -> bool | None:
    """Whether a field is asked, given the case and the answers above it in the form.

    False means that the field must not be answered; None means that it is not known yet whether the
    field is asked, and that the field may stay unanswered.
    """
    if field.when is None:
        return True
    filled = replace(
        state, data={**state.data, **answers}, protected=(*state.protected, *protected)
    )
    return field.when(lookup(filled))


def check_form(
    pathway: Pathway,
    state: State,
    form: Collection[FormField],
    answers: Mapping[str, object],
    protected: Collection[str],
) -> None:
    """Refuse an invalid form, naming every fault but never an answer. Raises Refusal `wrong_form`."""
    asked = {field.name for field in form}
    faults = [
        message("form.not_asked", field=name)
        for name in (*answers, *protected)
        if name not in asked
    ]
    faults += _misplaced(pathway, [name for name in answers if name in asked], protected)
    fields = pathway.definition.data
    above: dict[str, object] = {}
    above_protected: list[str] = []
    for field in form:
        is_asked = applies(field, state, above, above_protected)
        if field.name in pathway.protected:
            missing = field.name not in protected
            above_protected += [] if missing else [field.name]
        else:
            missing = is_missing(fields[field.name], answers.get(field.name))
            if not missing and (
                fault := fault_in(pathway, field.name, answers[field.name])
                or _not_served(pathway, state, field, answers[field.name], above)
            ):
                faults.append(message("form.wrong", field=field.name, fault=fault))
            elif not missing:
                above[field.name] = answers[field.name]
        if missing and field.required and is_asked and field.name not in state.from_before:
            faults.append(message("form.not_answered", field=field.name))
        if not missing and is_asked is False:
            faults.append(message("form.not_asked_now", field=field.name))
    if faults:
        raise Refusal("wrong_form", faults=tuple(faults))


def receiver(
    pathway: Pathway, state: State, field: FormField, above: Mapping[str, Any]
) -> str | None:
    """Who receives what is served, the person or the guardian; None if nothing is served.

    Args:
        above: the answers above the field in the form.
    """
    if not field.served:
        return None
    return who_speaks(pathway, replace(state, data={**state.data, **above})).value


def _not_served(
    pathway: Pathway, state: State, field: FormField, answer: object, above: Mapping[str, Any]
) -> Message | None:
    """A fault if the person signs for something that the guardian has to receive (D6), or the other
    way round.
    """
    right = receiver(pathway, state, field, above)
    is_wrong = right is not None and answer in (Reach.PERSON, Reach.GUARDIAN) and answer != right
    return message(f"answer.served_on_{right}") if is_wrong else None


def fault_in(pathway: Pathway, name: str, answer: object) -> Message | None:
    """What is wrong with an answer to a field; None if nothing is. A number used as a length must
    be whole, at least 1, and no more than the pathway allows.
    """
    fault, most = fault_of(pathway.definition.data[name], answer), pathway.lengths.get(name)
    if fault or most is None or fits_length(answer, most):
        return fault
    return message("answer.length", most=most)


def is_missing(field: DataField, answer: object) -> bool:
    """Whether the answer is missing: no value, or text without a visible character."""
    if isinstance(answer, str) and field.text:
        return all(category(each) in _UNSEEN for each in answer)
    return answer in (None, "")


_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})
"""The Unicode categories of blanks, controls, formats and surrogates. Characters that this Python
does not know yet are in none of them.
"""


def fits_length(answer: object, most: int) -> bool:
    """Whether an answer can be a length: a whole number from 1 to `most`."""
    return isinstance(answer, int | float) and answer == int(answer) and 1 <= answer <= most


def _misplaced(
    pathway: Pathway, answers: Collection[str], protected: Collection[str]
) -> Iterator[Message]:
    """A fault for each protected field among the unprotected answers, and for each unprotected field
    among the protected answers.
    """
    for name in answers:
        if name in pathway.protected:
            yield message("form.protected", field=name)
    for name in protected:
        if name in pathway.definition.data and name not in pathway.protected:
            yield message("form.not_protected", field=name)


def check_protected(pathway: Pathway, values: Mapping[str, object]) -> None:
    """Refuse protected answers that are empty or do not fit their fields, without repeating them.

    Raises:
        Refusal: reason `wrong_form`.
    """
    fields = pathway.definition.data
    missing = [name for name, value in values.items() if is_missing(fields[name], value)]
    faults = [message("form.not_answered", field=name) for name in missing]
    faults += [
        message("form.wrong", field=name, fault=fault)
        for name, value in values.items()
        if name not in missing and (fault := fault_of(fields[name], value))
    ]
    if faults:
        raise Refusal("wrong_form", faults=tuple(faults))


_YES_NO = {"yes": True, "no": False}


def as_answer(field: DataField, written: Any) -> Any:
    """Convert a value written in YAML to what a form expects: `yes` becomes True, a bare day
    becomes text.
    """
    if field.yes_no and isinstance(written, str):
        return _YES_NO.get(written, written)
    if isinstance(written, list | tuple):
        return tuple(as_answer(field, each) for each in written)
    return written.isoformat() if isinstance(written, date) else written


def typed(field: DataField, text: str) -> object:
    """Convert typed text or a cell to the field's type. If the field has several values, commas
    separate them, and end them too. Text that does not fit is left as it is, and the form is then
    refused for it.
    """
    if field.many:
        return [_typed_one(field, each.strip()) for each in text.split(",") if each.strip()]
    return _typed_one(field, text)


def _typed_one(field: DataField, text: str) -> object:
    return text if field.words else FIELD_TYPES[field.type].typed(text)


def fault_of(field: DataField, answer: object) -> Message | None:
    """What is wrong with one answer; None if nothing is."""
    if field.many:
        return _fault_of_many(field, answer)
    return _fault_of_one(field, answer)


def _fault_of_many(field: DataField, answers: object) -> Message | None:
    if not isinstance(answers, list | tuple) or not answers:
        return message("answer.list")
    if len(set(map(repr, answers))) < len(answers):
        return message("answer.twice")
    faults = (_fault_of_one(field, each) for each in answers)
    return next((message("answer.among", fault=fault) for fault in faults if fault), None)


def _fault_of_one(field: DataField, answer: object) -> Message | None:
    if field.words:
        known = answer in field.words
        return None if known else message("answer.one_of", words=field.words)
    of_type = FIELD_TYPES[field.type]
    return None if of_type.fits(answer) else of_type.not_one
