"""Requests between agencies: sent, seen, answered, prepared, and the arrival at the other end."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import groups, hand_overs
from casework.context import Actor, Onward
from casework.settling import come_into_force
from casework.turn import Moved
from engine import commands as c
from engine.errors import EngineError
from engine.pathway import Pathway
from engine.plural import counted
from onward.acting import BEHIND_THE_REASON, Reason
from onward.answers import Answers, AnswersFile, Words, given_answers, read_answers, typed_for
from onward.asking import Doing, with_form, with_words
from onward.installation import (
    Agency,
    AsJson,
    CaseCode,
    OccurredAt,
    Person,
    RequestId,
    TaskId,
    case_code,
)
from onward.printing import show_list, show_on_their_way
from onward.turns import acting, turn

app = typer.Typer()
answer = typer.Typer(help="Answer a request: accept or decline.")
app.add_typer(answer, name="answer")


@turn(app)
def offer(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    task: TaskId,
    given: Answers = [],  # noqa: B006 - typer reads it, nobody writes it
    answers: AnswersFile = None,
) -> Moved:
    """Send the request that a task prepares, with the answers of its form."""
    return with_form(
        Doing(onward, who, code, c.Offer(task=task)),
        task,
        given,
        answers,
        lambda form: hand_overs.offer(onward, code, task, who, form),
    )


@turn(app)
def see(
    onward: Onward, who: Actor, code: CaseCode, request: RequestId, at: OccurredAt = None
) -> Moved:
    """Say that your agency has opened a request."""
    return hand_overs.see(onward, code, request, who, occurred_at=at)


@turn(app)
def ask(
    onward: Onward, who: Actor, code: CaseCode, request: RequestId, words: Words = False
) -> Moved:
    """Ask the sender for more before your agency answers."""
    return with_words(
        Doing(onward, who, code, c.Ask(hand_over=request)),
        words,
        "Question",
        lambda question: hand_overs.ask_more(onward, code, request, who, words=question),
    )


@turn(answer, "accept")
def accept_request(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    request: RequestId,
    given: Answers = [],  # noqa: B006 - typer reads it, nobody writes it
    answers: AnswersFile = None,
    conditions: Annotated[
        bool,
        typer.Option(
            "--conditions",
            help="On conditions, whose words are protected: you are asked for them, or they are"
            " read from standard input. They never stand in the command.",
        ),
    ] = False,
    at: OccurredAt = None,
) -> Moved:
    """Say yes to a request, with the answers that it asks for."""
    doing = Doing(onward, who, code, c.AcceptHandOver(hand_over=request, conditions=conditions), at)

    def accept(form: dict[str, object], terms: str) -> Moved:
        return hand_overs.accept_hand_over(
            onward, code, request, who, form, conditions=terms, occurred_at=at
        )

    def on_conditions(form: dict[str, object]) -> Moved:
        return with_words(doing, conditions, "Conditions", lambda terms: accept(form, terms))

    return with_form(doing, request, given, answers, on_conditions)


@turn(answer, "waitlist")
def wait_list(
    onward: Onward, who: Actor, code: CaseCode, request: RequestId, at: OccurredAt = None
) -> Moved:
    """Say that your agency has no room now, and keeps a request on its list."""
    return hand_overs.wait_list(onward, code, request, who, occurred_at=at)


@turn(answer, "decline")
def decline_request(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    request: RequestId,
    reason: Reason,
    words: Words = False,
    at: OccurredAt = None,
) -> Moved:
    """Say no to a request."""
    return with_words(
        Doing(onward, who, code, c.DeclineHandOver(hand_over=request, reason=reason), at),
        words,
        BEHIND_THE_REASON,
        lambda said: hand_overs.decline_hand_over(
            onward, code, request, who, reason, words=said, occurred_at=at
        ),
    )


@turn(app)
def prepare(onward: Onward, who: Actor, code: CaseCode, request: RequestId) -> Moved:
    """Say that your agency has everything ready for what it accepted."""
    return hand_overs.prepare(onward, code, request, who)


@turn(app)
def revoke(onward: Onward, who: Actor, code: CaseCode, request: RequestId) -> Moved:
    """Take back a request that your agency has sent."""
    return hand_overs.revoke(onward, code, request, who)


@turn(app)
def arrive(
    onward: Onward, who: Actor, code: CaseCode, task: TaskId, at: OccurredAt = None
) -> Moved:
    """Confirm that the person has arrived."""
    return hand_overs.confirm_arrival(onward, code, task, who, occurred_at=at)


@turn(app, "no-show")
def no_show(
    onward: Onward, who: Actor, code: CaseCode, task: TaskId, at: OccurredAt = None
) -> Moved:
    """Say that the person did not arrive; the task stays open, for they may still come."""
    return hand_overs.report_no_show(onward, code, task, who, occurred_at=at)


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
    given: Answers = [],  # noqa: B006 - typer reads it, nobody writes it
    answers: AnswersFile = None,
    at: OccurredAt = None,
    as_json: AsJson = False,
) -> None:
    """Do the same in several cases, as for a group that travels together.

    Each case has a turn of its own. Where the act is refused, it is said why, and the others go on;
    then the command ends with 1. Consents and decisions are each person's own.
    """
    in_file = read_answers(answers)

    def typed_in(pathway: Pathway) -> dict[str, object]:
        fields = pathway.definition.data
        return typed_for(fields, in_file | given_answers(fields, given, None))

    with acting(agency, person) as (onward, who):
        for code in codes:
            come_into_force(onward, code)
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
        "entry": [str(each.entry or "") for each in done],
        "refused": [f"{each.reason}: {each.text}" if each.reason else "" for each in done],
    }
    show_list(done, columns, as_json, "no cases")
    if not as_json:
        show_on_their_way({each.code: each.on_their_way for each in done})
    if refused:
        raise EngineError(f"refused in {len(refused)} of {counted(len(done), 'case')}")


@turn(app)
def feedback(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    task: TaskId,
    words: Words = False,
    at: OccurredAt = None,
) -> Moved:
    """Tell the sender of a request how it went; this closes it."""
    return with_words(
        Doing(onward, who, code, c.GiveFeedback(task=task), at),
        words,
        "How it went",
        lambda told: hand_overs.give_feedback(onward, code, task, who, words=told, occurred_at=at),
    )
