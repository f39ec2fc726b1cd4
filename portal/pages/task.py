"""The page of one task: what is asked, why now, by when, and the form."""

from __future__ import annotations

from starlette.responses import Response

from casework.case_part import CasePart, case_part
from casework.explaining import explain
from engine.errors import Refusal
from engine.state import StopTask, Task
from portal import outcomes
from portal.asked import Asked
from portal.case_addresses import TASK
from portal.pages.work import read_beside, work_page
from portal.routes import Route
from portal.rows import Rows, told


def task(asked: Asked) -> Response:
    """The page of a task with the form of what is owed; other acts are listed below."""
    code, number = asked.part("code"), asked.part("number")
    part = case_part(asked.onward, code, asked.by, asked.language)
    work = part.work(number)
    if not isinstance(work, Task):
        raise Refusal("not_found.part_of_yours", name=number)
    return work_page(
        asked,
        "task.html",
        part,
        number,
        task=work,
        label=part.spoken.label(work.step),
        rows=rows_of(asked, part, work),
        why=None
        if isinstance(work, StopTask)  # whoever has it need not know anything of the case
        else explain(asked.onward, code, number, asked.by, asked.language),
    )


def rows_of(asked: Asked, part: CasePart, task: Task) -> Rows:
    """The facts about a task, shown above its form."""
    whom = part.contacts.get(part.number(task), "")
    found = [
        (asked.say("list.kind"), asked.say(f"why.task.{task.kind}")),
        (asked.say("list.status"), asked.say(f"status.task.{task.status}")),
        (asked.say("list.opened"), asked.moment(task.opened_at)),
        (asked.say("list.contact"), asked.say(f"page.reach_{whom}") if whom else ""),
        *read_beside(asked, part, part.number(task)),
        (asked.say("page.owed_by"), task.agency),
        (asked.say("page.may_take"), ", ".join(task.also.values())),
        (asked.say("page.claimed_by"), task.claimed_by),
        (asked.say("page.done_by"), task.done_by),
        (
            asked.say("page.outcome"),
            outcomes.called(asked, part.spoken, task.outcome) if task.outcome else "",
        ),
    ]
    if isinstance(task, StopTask):
        consent = part.spoken.named(task.consent, "consent_titles")
        found.append((asked.say("page.taken_back"), consent))
    return told(found)


ROUTES = (Route(path=TASK, answer=task),)
