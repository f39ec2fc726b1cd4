"""Requests between agencies: sent, seen, answered, prepared, and the arrival at the other end."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import groups, hand_overs
from casework.codes import as_typed
from engine.errors import EngineError
from onward.acting import Reason
from onward.answers import (
    Answers,
    AnswersFile,
    Words,
    form_of,
    gather,
    texts_of,
    typed_for,
    words_of,
)
from onward.installation import (
    Agency,
    AsJson,
    CaseCode,
    OccurredAt,
    Person,
    RequestId,
    TaskId,
    actor,
    installation,
)
from onward.printing import show_list, show_turn

app = typer.Typer()
answer = typer.Typer(help="Answer a request: accept or decline.")
app.add_typer(answer, name="answer")


@app.command()
def offer(
    code: CaseCode,
    task: TaskId,
    agency: Agency,
    person: Person = "",
    given: Answers = [],  # noqa: B006 - typer reads it, nobody writes it
    answers: AnswersFile = None,
) -> None:
    """Send the request that a task prepares, with the answers of its form."""
    who = actor(agency, person)
    with installation() as onward:
        form = gather(form_of(onward, code, task), given, answers)
        show_turn(onward, hand_overs.offer(onward, code, task, who, form), who.agency)


@app.command()
def see(
    code: CaseCode, request: RequestId, agency: Agency, person: Person = "", at: OccurredAt = None
) -> None:
    """Say that your agency has opened a request."""
    who = actor(agency, person)
    with installation() as onward:
        moved = hand_overs.see(onward, code, request, who, occurred_at=at)
        show_turn(onward, moved, who.agency)


@app.command()
def ask(
    code: CaseCode, request: RequestId, agency: Agency, person: Person = "", words: Words = False
) -> None:
    """Ask the sender for more before your agency answers."""
    who = actor(agency, person)
    with installation() as onward:
        question = words_of(words, "Question")
        moved = hand_overs.ask_more(onward, code, request, who, words=question)
        show_turn(onward, moved, who.agency)


@answer.command("accept")
def accept_request(
    code: CaseCode,
    request: RequestId,
    agency: Agency,
    person: Person = "",
    given: Answers = [],  # noqa: B006 - typer reads it, nobody writes it
    answers: AnswersFile = None,
    conditions: Annotated[
        bool,
        typer.Option(
            "--conditions",
            help="On conditions, whose words are protected: asked for without an echo, or read"
            " from standard input.",
        ),
    ] = False,
    at: OccurredAt = None,
) -> None:
    """Say yes to a request, with the answers that it asks for."""
    who = actor(agency, person)
    with installation() as onward:
        form = gather(form_of(onward, code, request), given, answers)
        terms = words_of(conditions, "Conditions")
        moved = hand_overs.accept_hand_over(
            onward, code, request, who, form, conditions=terms, occurred_at=at
        )
        show_turn(onward, moved, who.agency)


@answer.command("waitlist")
def wait_list(
    code: CaseCode, request: RequestId, agency: Agency, person: Person = "", at: OccurredAt = None
) -> None:
    """Say that your agency has no room now, and keeps a request on its list."""
    who = actor(agency, person)
    with installation() as onward:
        moved = hand_overs.wait_list(onward, code, request, who, occurred_at=at)
        show_turn(onward, moved, who.agency)


@answer.command("decline")
def decline_request(
    code: CaseCode,
    request: RequestId,
    reason: Reason,
    agency: Agency,
    person: Person = "",
    words: Words = False,
    at: OccurredAt = None,
) -> None:
    """Say no to a request."""
    who = actor(agency, person)
    with installation() as onward:
        behind = words_of(words, "Words behind the reason")
        moved = hand_overs.decline_hand_over(
            onward, code, request, who, reason, words=behind, occurred_at=at
        )
        show_turn(onward, moved, who.agency)


@app.command()
def prepare(code: CaseCode, request: RequestId, agency: Agency, person: Person = "") -> None:
    """Say that your agency has everything ready for what it accepted."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, hand_overs.prepare(onward, code, request, who), who.agency)


@app.command()
def revoke(code: CaseCode, request: RequestId, agency: Agency, person: Person = "") -> None:
    """Take back a request that your agency has sent."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, hand_overs.revoke(onward, code, request, who), who.agency)


@app.command()
def arrive(
    code: CaseCode, task: TaskId, agency: Agency, person: Person = "", at: OccurredAt = None
) -> None:
    """Confirm that the person has arrived."""
    who = actor(agency, person)
    with installation() as onward:
        moved = hand_overs.confirm_arrival(onward, code, task, who, occurred_at=at)
        show_turn(onward, moved, who.agency)


@app.command("no-show")
def no_show(
    code: CaseCode, task: TaskId, agency: Agency, person: Person = "", at: OccurredAt = None
) -> None:
    """Say that the person did not arrive; the task stays open, for they may still come."""
    who = actor(agency, person)
    with installation() as onward:
        moved = hand_overs.report_no_show(onward, code, task, who, occurred_at=at)
        show_turn(onward, moved, who.agency)


@app.command()
def together(
    phrase: Annotated[
        str, typer.Argument(metavar="PHRASE", help="Verb and step, as in `arrive travel`.")
    ],
    codes: Annotated[list[str], typer.Argument(metavar="CODE...", help="The cases.")],
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
    who, texts = actor(agency, person), texts_of(given, answers)
    with installation() as onward:
        done = groups.together(
            onward,
            [as_typed(code) for code in codes],
            phrase,
            who,
            given=lambda pathway: typed_for(pathway, texts),
            occurred_at=at,
        )
    refused = [each for each in done if each.reason]
    columns = {
        "case": [each.code for each in done],
        "entry": [str(each.entry or "") for each in done],
        "refused": [f"{each.reason}: {each.text}" if each.reason else "" for each in done],
    }
    show_list(done, columns, as_json, "no cases")
    if refused:
        raise EngineError(f"refused in {len(refused)} of {len(done)} cases")


@app.command()
def feedback(
    code: CaseCode,
    task: TaskId,
    agency: Agency,
    person: Person = "",
    words: Words = False,
    at: OccurredAt = None,
) -> None:
    """Tell the sender of a request how it went; this closes it."""
    who = actor(agency, person)
    with installation() as onward:
        told = words_of(words, "How it went")
        moved = hand_overs.give_feedback(onward, code, task, who, words=told, occurred_at=at)
        show_turn(onward, moved, who.agency)
