"""Sheets of paper, for places without power: a task to fill in, a case at a glance, a card for the
telephone.

Paper gets lost. So a sheet says only what a notice may say (the code, neutral words and moments)
and names no agency, since an agency may be a place to stay, such as a shelter. Nothing known about
the person is on it. Only the sheet of a task has more: the questions of its form or its consent,
since it would be useless without them. But it has no fields for protected answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from starlette.responses import Response

from casework.acting import words_to_read_out
from casework.case_part import CasePart, case_part
from casework.filling_in import form_of
from engine.errors import Refusal
from engine.message import message
from engine.state import HandOver, Task
from engine.task_kinds import TaskKind
from portal.asked import Asked
from portal.case_addresses import (
    SUMMARY_SHEET,
    TASK_SHEET,
    TELEPHONE_CARD,
    case_address,
    task_address,
)
from portal.fields import Field, Widget, field_of
from portal.pages.work import read_beside
from portal.questions import of_words
from portal.routes import Route
from portal.rows import Rows
from wording.catalogues import LANGUAGES
from wording.sentences import as_line

MOST_TICKED = 12
"""Up to this many options get a square each; otherwise the answer is written down."""
_LINE, _LONG = 44, 150
"""The heights in pixels of fields to write in by hand: for a line, and for free text."""
_HEIGHTS = {Widget.TEXT: _LONG, Widget.LINES: _LONG}


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something to fill in by hand."""

    title: str
    ticked: Sequence[str] = ()
    """Options, each with a square to tick. If there are none, there is a field to write in, unless
    `is_off_paper`.
    """
    height: int = _LINE
    language: str = ""
    """The language of the words; empty means the page's."""
    is_off_paper: bool = False
    """Whether the field is protected, so that its answer must not be written on paper."""
    is_asked: bool = False
    """Whether the title is a question to the person, shown in large type."""


def task_sheet(asked: Asked) -> Response:
    """The sheet of a task to be filled in by hand: its questions, or the words of a consent in each
    language in which we have them.
    """
    part, number, task = _task(asked)
    is_consent = task.kind is TaskKind.CONSENT
    items = _consent(asked, part, number) if is_consent else _form(asked, part, number)
    return _sheet(
        asked,
        part,
        heading=part.spoken.label(task.step),
        rows=[*_of_task(asked, task), *read_beside(asked, part, number)],
        items=[
            *items,
            *(
                Item(title=each)
                for each in (asked.say("page.paper_by"), asked.say("page.paper_at"))
            ),
        ],
        then=asked.say("page.paper_then"),
        back=task_address(part.code, number),
    )


def card(asked: Asked) -> Response:
    """The card on how to report a task by telephone. It does not even name the task."""
    part, number, task = _task(asked)
    return _sheet(
        asked,
        part,
        heading=asked.say("page.telephone_card"),
        rows=_of_task(asked, task),
        items=[Item(title=asked.say("page.paper_call")), Item(title=asked.say("page.paper_code"))],
        then=asked.say("page.paper_say"),
        back=task_address(part.code, number),
    )


def summary(asked: Asked) -> Response:
    """The sheet with a case at a glance: what is open, and until when."""
    part = _part(asked)
    return _sheet(
        asked,
        part,
        heading=asked.say("page.open_work"),
        rows=[*_open(asked, part)],
        items=[Item(title=asked.say("page.paper_notes"), height=_LONG * 2)],
        then="",
        back=case_address(part.code),
    )


def _sheet(
    asked: Asked,
    part: CasePart,
    *,
    heading: str,
    rows: Rows,
    items: Sequence[Item],
    then: str,
    back: str,
) -> Response:
    return asked.page(
        "paper.html",
        code=part.code,
        heading=heading,
        rows=rows,
        items=items,
        then=then,
        back=back,
        at=asked.moment(part.now),
    )


def _part(asked: Asked) -> CasePart:
    return case_part(asked.onward, asked.part("code"), asked.by, asked.language)


def _task(asked: Asked) -> tuple[CasePart, str, Task]:
    """The reader's part of the case, the number of the task, and the task. Raises Refusal
    `not_found` unless it is an open task that the agency may see.
    """
    part, number = _part(asked), asked.part("number")
    task = part.work(number)
    if not isinstance(task, Task) or not task.is_open:
        raise Refusal("not_found.part_of_yours", name=number)
    return part, number, task


def _of_task(asked: Asked, task: Task) -> Rows:
    due = asked.moment(task.due_at) if task.due_at else ""
    return [(asked.line(message("list.due")), due)] if due else []


def _open(asked: Asked, part: CasePart) -> Iterator[tuple[str, str]]:
    for work in part.works:
        if not work.is_open:
            continue
        due = work.answer_by if isinstance(work, HandOver) else work.due_at
        label = part.spoken.label(work.step)
        yield label, asked.moment(due) if due else ""


def _form(asked: Asked, part: CasePart, number: str) -> Iterator[Item]:
    """Every question of the task, including those that other answers may make unnecessary; none if
    the agency owes nothing in the task.
    """
    owed = next((each for each in part.about(number) if each.owed), None)
    if owed is None:
        return
    form = form_of(asked.onward, part.code, number, asked.by, asked.language)
    for each in form.asked:
        yield _item(asked, field_of(each, asked.language))
    for field in of_words(asked, owed, part.spoken, None):
        yield _item(asked, field)


def _item(asked: Asked, field: Field) -> Item:
    title = field.title if field.required else asked.say("page.not_needed", title=field.title)
    if field.protected:
        return Item(title=title, is_off_paper=True)
    options = [each.text for each in field.options if each.value]
    if options and len(options) <= MOST_TICKED:
        return Item(title=title, ticked=options)
    return Item(title=title, height=_HEIGHTS.get(field.widget, _LINE))


def _consent(asked: Asked, part: CasePart, number: str) -> Iterator[Item]:
    """The words of a consent, with a yes and a no of the same size, in each language that both the
    pathway and our catalogues have.
    """
    for language in LANGUAGES:
        said = words_to_read_out(asked.onward, part.code, number, asked.by, language)
        if said.language != language:
            continue
        yield Item(
            title=said.text,
            ticked=[
                as_line(message("shown.yes"), language),
                as_line(message("shown.no"), language),
            ],
            language=language,
            is_asked=True,
        )


ROUTES = (
    Route(path=TASK_SHEET, answer=task_sheet),
    Route(path=TELEPHONE_CARD, answer=card),
    Route(path=SUMMARY_SHEET, answer=summary),
)
