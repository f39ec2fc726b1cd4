"""`onward together`: does one act in several cases."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import groups
from casework.filling_in import typed_for
from casework.settling import come_into_force
from engine.errors import CodedError
from engine.message import message
from engine.pathway import Pathway
from onward.answers import Answers, AnswersFile, given_answers, read_answers
from onward.installation import acting
from onward.options import Agency, AsJson, Entered, OccurredAt, Person, case_code
from onward.printing import show_list, show_on_their_way
from onward.spoken import language, say, spoken

app = typer.Typer()


@app.command()
def together(
    phrase: Annotated[
        str, typer.Argument(metavar="PHRASE", help="Verb and step, as in `arrive travel`.")
    ],
    codes: Annotated[
        list[str], typer.Argument(metavar="CODE...", parser=case_code, help="The cases.")
    ],
    agency: Agency,
    person: Person = "",
    because: Entered = None,
    given: Answers = [],  # noqa: B006 - typer reads it, nobody writes it
    answers: AnswersFile = None,
    at: OccurredAt = None,
    as_json: AsJson = False,
) -> None:
    """Do the same act in several cases, for example for a group that travels together.

    Each case has a turn of its own. If the act is refused in one, the reason is printed and the
    others go on; the command then ends with exit code 1. Consents and decisions cannot be taken for
    several cases together.
    """
    in_file = read_answers(answers)

    def typed_in(pathway: Pathway) -> dict[str, object]:
        fields = pathway.definition.data
        return typed_for(fields, in_file | given_answers(fields, given, None))

    with acting(agency, person, because) as (onward, who):
        for code in codes:
            come_into_force(onward, code, who)
        done = groups.together(
            onward,
            codes,
            phrase,
            who,
            given=typed_in,
            occurred_at=at,
        )
    refused = [each for each in done if each.reason]
    columns = {
        "case": [each.code for each in done],
        "status": [say("status.task.done") if each.done else "" for each in done],
        "refused": [_why(each, done.pathways.get(each.code)) for each in done],
    }
    show_list(done, columns, as_json, say("told.no_cases"))
    if not as_json:
        show_on_their_way({each.code: each.on_their_way for each in done})
    if refused:
        raise CodedError(message("told.refused_in", refused=len(refused), n=len(done)))


def _why(done: groups.OfOne, pathway: Pathway | None) -> str:
    names = pathway.spoken(language()) if pathway else None
    return spoken(done.refusal, names) if done.refusal else ""
