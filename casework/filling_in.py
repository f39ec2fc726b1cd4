"""Forms of tasks and requests, ready to be filled in: what is asked, and what is wrong with an
answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import msgspec
from msgspec.structs import replace

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.held_case import Held, hold_for, view_of
from casework.principal import Principal
from engine.acts.filling import split_form
from engine.definition import DataField
from engine.forms import applies, check_form, fault_in, fault_of, typed
from engine.message import Message
from engine.numbering import Work, meant
from engine.pathway import Pathway
from engine.plans import FormField
from engine.state import HandOver, State, Task
from engine.task_kinds import TaskKind
from engine.translation import OWN, Translation
from engine.visibility import has


class AskedField(msgspec.Struct, frozen=True):
    """A field of a form."""

    name: str
    title: str
    field: DataField
    required: bool
    applies: Callable[[Mapping[str, object]], bool | None]
    """Tells whether the field is asked, given the answers above it; None if that is not known."""
    fault: Callable[[object], Message | None]
    """Tells what is wrong with an answer, if anything."""
    words: Mapping[str, str] = {}
    """The options, each with its words in `language`."""
    language: str = OWN
    """The language of title and options: the user's, or else the pathway's own."""

    @property
    def is_asked_for(self) -> bool:
        """Whether a terminal asks for it. An optional field that is not protected can be given as
        an argument instead.
        """
        return self.required or self.field.is_protected


class FormToFill(msgspec.Struct, frozen=True):
    """A form to be filled in, in the user's language."""

    asked: tuple[AskedField, ...]
    fields: Mapping[str, DataField]
    """All fields of the pathway."""
    require_fitting: Callable[[Mapping[str, object]], None]
    """Raises Refusal `wrong_form` if one of the given answers does not fit. Fields without an
    answer are not checked.
    """

    def typed(self, texts: Mapping[str, str]) -> dict[str, object]:
        """Answers typed as text, converted to the types of their fields, by name. A text that is
        not under a field's name is left as it is.
        """
        return typed_for(self.fields, texts)


def form_of(
    onward: Onward, code: str, about: str, by: Principal, language: str = OWN
) -> FormToFill:
    """The form of an agency's task, or the form for accepting a request to the agency. Empty if the
    agency has no task or request with this number.

    Args:
        about: the number under which the agency knows the task or request.
        language: the reader's language.

    Raises:
        Refusal: `unknown_case` or `suspended_agency`.
        Erased: the case was erased.
    """
    authority.require(by, Right.READ)
    with onward.store.read() as connection:
        held = hold_for(onward, connection, code, by, lock=False)
    return form_in(held, by.agency, meant(held.state, by.agency, about), language)


def form_in(held: Held, agency: str, work: Work | None, language: str) -> FormToFill:
    """The form of an agency's task or request, in a case that has been read."""
    view, pathway, state = view_of(held), held.pathway, held.state
    words = pathway.spoken(language)
    form: tuple[FormField, ...] = ()
    match work:
        case HandOver() as request if has(view, agency, request):
            form = pathway.answers_of(request)
        case Task() as task if has(view, agency, task):
            form = pathway.form_of(task)
            if task.kind is TaskKind.VOTE:  # each member has its own reasons
                state = replace(state, from_before=())

    def require_fitting(answers: Mapping[str, object]) -> None:
        known, protected = split_form(answers, pathway)
        given = [each for each in form if each.name in answers]
        check_form(pathway, state, given, known, protected)

    asked = tuple(_asked(pathway, state, each, words) for each in form)
    return FormToFill(asked, pathway.definition.data, require_fitting)


def _asked(pathway: Pathway, state: State, asked: FormField, words: Translation) -> AskedField:
    fields = pathway.definition.data

    def applying(given: Mapping[str, object]) -> bool | None:
        open_ones = {
            name: value
            for name, value in given.items()
            if name in fields and not (fields[name].is_protected or fault_of(fields[name], value))
        }
        protected = [name for name in given if name in fields and fields[name].is_protected]
        return applies(asked, state, open_ones, protected)

    field = fields[asked.name]
    return AskedField(
        name=asked.name,
        title=words.data[asked.name],
        field=field,
        required=asked.required and asked.name not in state.from_before,
        applies=applying,
        fault=partial(fault_in, pathway, asked.name),
        words={word: words.words.get(word, word) for word in field.words},
        language=words.language,
    )


def typed_for(fields: Mapping[str, DataField], texts: Mapping[str, str]) -> dict[str, object]:
    """Answers typed as text, converted to the types of a pathway's fields, by name. A text that is
    not under a field's name is left as it is.
    """
    return {
        name: typed(fields[name], text) if name in fields else text for name, text in texts.items()
    }
