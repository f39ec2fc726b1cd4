"""`onward telephone`: enters what somebody at another agency says on the telephone about a
notice.
"""

from __future__ import annotations

from typing import Annotated

import typer

from casework.by_notice import act, held_notice, void
from casework.installation_clock import SystemClock
from casework.notice_holders import TelephoneCall, holder_on_telephone
from onward.answers import Answers, given_answers
from onward.installation import acting
from onward.options import Agency, CaseCode, Entered, Person
from onward.printing import Moments
from onward.spoken import language, say

app = typer.Typer()


@app.command()
def telephone(
    code: CaseCode,
    told: Annotated[
        str,
        typer.Argument(
            metavar="NOTICE_CODE", help="The code as they read it out, such as 4TQ9-B2MQ."
        ),
    ],
    who: Annotated[
        str, typer.Option("--who", help="Who is on the telephone: their function, or their name.")
    ],
    agency: Agency,
    do: Annotated[
        str,
        typer.Option(
            "--do",
            metavar="COMMAND",
            help="What they want done, such as `answer accept`; if left out, everything possible "
            "is listed.",
        ),
    ] = "",
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            metavar="WORD",
            help="Why they decline: a word that `onward answer` or `onward decline` takes.",
        ),
    ] = "",
    answer: Answers = [],  # noqa: B006 - as typer reads it
    staff: Person = "",
    because: Entered = None,
) -> None:
    """Enter what somebody at another agency says on the telephone after reading out the code of a
    notice.

    Only the responsible agency may do so.
    """
    with acting(agency, staff, because) as (onward, by):
        holder = holder_on_telephone(
            onward, by, TelephoneCall(code=code, told=told, who=who), SystemClock().now()
        )
        held = held_notice(onward, holder, language())
        if not do:
            for way in held.offered:
                typer.echo(f"{way.replace('.', ' ')}: {say(f'page.way.{way}')}")
            return
        way = ".".join(do.split())
        if way not in held.offered:
            raise void(holder)
        form = held.forms.get(way)
        answers = form.typed(given_answers(form.fields, answer, None)) if form else {}
        receipt = act(onward, holder, way, {"reason": reason} if reason else {}, answers)
        at = Moments(onward).show(receipt.at, by.agency)
    what = say(f"page.way.{way}")
    typer.echo(say("page.told.entered", agency=held.agency, what=what, case=code, at=at))
