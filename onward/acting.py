"""What an agency does with its tasks, the consents it asks for, and what may happen in a case."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import consents, interrupts, periods, tasks
from casework.context import Actor, Onward
from casework.settling import come_into_force
from casework.turn import Moved
from engine import commands as c
from engine.acts.reasons import DECLINE_REASONS, VIEWS
from onward.answers import Answers, AnswersFile, Words
from onward.asking import Doing, with_form, with_words
from onward.installation import (
    Agency,
    CaseCode,
    OccurredAt,
    Person,
    TaskId,
    language_code,
)
from onward.turns import acting, turn

app = typer.Typer()
consent = typer.Typer(help="What the person agrees to: words, give, refuse, withdraw.")
app.add_typer(consent, name="consent")

BEHIND_THE_REASON = "Words behind the reason"
"""As a terminal asks for them."""
REASONS = ", ".join(DECLINE_REASONS)
Reason = Annotated[str, typer.Option("--reason", metavar="WORD", help=f"One of: {REASONS}.")]
Language = Annotated[
    str,
    typer.Option(
        "--language",
        metavar="CODE",
        parser=language_code,
        help="In which the person was asked, as fr.",
    ),
]
ReadIn = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="CODE",
        parser=language_code,
        help="In which the person is asked, as fr; that of the answer which the consent names"
        " otherwise, or English.",
    ),
]
Interpreter = Annotated[bool, typer.Option("--interpreter", help="An interpreter took part.")]
Guardian = Annotated[
    bool, typer.Option("--guardian", help="A guardian has answered, not the person.")
]
View = Annotated[
    str,
    typer.Option(
        "--view",
        metavar="WORD",
        help=f"What the person thinks of the guardian's answer: {', '.join(VIEWS)}.",
    ),
]
Whom = Annotated[str, typer.Argument(metavar="AGENCY", help="By its code.")]
InterruptName = Annotated[
    str, typer.Argument(metavar="INTERRUPT", help="A name under `interrupts` of the pathway.")
]


PeriodName = Annotated[
    str, typer.Argument(metavar="NAME", help="A step, a task, a request, or a name under `clocks`.")
]


@turn(app)
def claim(onward: Onward, who: Actor, code: CaseCode, task: TaskId) -> Moved:
    """Take a task of your agency upon yourself; --person says who you are."""
    return tasks.claim(onward, code, task, who)


@turn(app)
def accept(onward: Onward, who: Actor, code: CaseCode, task: TaskId) -> Moved:
    """Say that your agency will do a task."""
    return tasks.accept(onward, code, task, who)


@turn(app)
def decline(
    onward: Onward, who: Actor, code: CaseCode, task: TaskId, reason: Reason, words: Words = False
) -> Moved:
    """Say that your agency will not do a task; it goes to the next one that can."""
    return with_words(
        Doing(onward, who, code, c.Decline(task=task, reason=reason)),
        words,
        BEHIND_THE_REASON,
        lambda said: tasks.decline(onward, code, task, who, reason, words=said),
    )


@turn(app)
def complete(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    task: TaskId,
    answer: Answers = [],  # noqa: B006 - typer reads it, nobody writes it
    answers: AnswersFile = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="Of a decision: one of its words.")
    ] = None,
    at: OccurredAt = None,
) -> Moved:
    """Say that a task is done, with the answers of its form.

    At a terminal you are asked for each answer that is missing. What you type of those that are
    protected does not stay on the screen.
    """
    return with_form(
        Doing(onward, who, code, c.Complete(task=task, outcome=outcome), at),
        task,
        answer,
        answers,
        lambda form: tasks.complete(onward, code, task, who, form, outcome=outcome, occurred_at=at),
    )


@turn(app)
def reassign(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    task: TaskId,
    to: Annotated[str, typer.Option("--to", metavar="AGENCY", help="Who gets it.")],
) -> Moved:
    """Give a task to another agency; the responsible agency may."""
    return tasks.reassign(onward, code, task, to.strip().upper(), who)


@turn(app)
def start(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    step: Annotated[str, typer.Argument(metavar="STEP", help="A manual step of the pathway.")],
) -> Moved:
    """Open a manual step."""
    return tasks.start(onward, code, step, who)


@consent.command("words")
def words_to_read_out(
    code: CaseCode,
    task: TaskId,
    agency: Agency,
    person: Person = "",
    language: ReadIn = None,
) -> None:
    """Print what is to be read out to the person whom TASK asks."""
    with acting(agency, person) as (onward, who):
        come_into_force(onward, code)  # what is read out is what the answer will stand for
        said = consents.words(onward, code, task, who, language)
    typer.echo(said.text)
    if said.language != said.wanted:
        note = f"there are no words in `{said.wanted}`: these are in `{said.language}`"
        typer.echo(f"{note}, so have them interpreted", err=True)


@turn(consent, "give")
def give_consent(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    task: TaskId,
    language: Language = "en",
    interpreter: Interpreter = False,
    guardian: Guardian = False,
    view: View = "",
    at: OccurredAt = None,
) -> Moved:
    """The person said yes; TASK is the one in which it was asked."""
    return consents.record_consent(
        onward,
        code,
        task,
        who,
        language=language,
        interpreter=interpreter,
        giver="guardian" if guardian else "person",
        view=view,
        occurred_at=at,
    )


@turn(consent, "refuse")
def refuse_consent(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    task: TaskId,
    language: Language = "en",
    interpreter: Interpreter = False,
    guardian: Guardian = False,
    view: View = "",
    at: OccurredAt = None,
) -> Moved:
    """The person said no."""
    return consents.refuse_consent(
        onward,
        code,
        task,
        who,
        language=language,
        interpreter=interpreter,
        giver="guardian" if guardian else "person",
        view=view,
        occurred_at=at,
    )


@turn(consent, "withdraw")
def withdraw_consent(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    name: Annotated[str, typer.Argument(metavar="CONSENT", help="Its name in the pathway.")],
    of: Annotated[
        str,
        typer.Option("--from", metavar="AGENCY", help="From this one alone; from all otherwise."),
    ] = "",
    at: OccurredAt = None,
) -> Moved:
    """The person takes a consent back; any agency of the case may record it."""
    return consents.withdraw_consent(
        onward, code, name, who, agency=of.strip().upper(), occurred_at=at
    )


@turn(app)
def prohibit(onward: Onward, who: Actor, code: CaseCode, of: Whom) -> Moved:
    """Let nothing go to an agency in this case any more; the responsible agency may."""
    return consents.prohibit(onward, code, of.strip().upper(), who)


@turn(app)
def permit(onward: Onward, who: Actor, code: CaseCode, of: Whom) -> Moved:
    """Let an agency that was prohibited be asked and told again."""
    return consents.permit(onward, code, of.strip().upper(), who)


@turn(app, "raise")
def raise_interrupt(
    onward: Onward, who: Actor, code: CaseCode, interrupt: InterruptName, at: OccurredAt = None
) -> Moved:
    """Say that something has happened that changes the case at once."""
    return interrupts.raise_interrupt(onward, code, interrupt, who, occurred_at=at)


@turn(app)
def resolve(
    onward: Onward,
    who: Actor,
    code: CaseCode,
    interrupt: InterruptName,
    outcome: Annotated[
        str, typer.Option("--outcome", help="One of the words under `resolved`, if it has any.")
    ] = "",
    at: OccurredAt = None,
) -> Moved:
    """Say that an interrupt is over; what it suspended goes on."""
    return interrupts.resolve_interrupt(
        onward, code, interrupt, who, outcome=outcome, occurred_at=at
    )


@turn(app)
def extend(onward: Onward, who: Actor, code: CaseCode, name: PeriodName) -> Moved:
    """Make a running period longer, where the pathway lets your role."""
    return periods.extend(onward, code, name, who)


@turn(app)
def shorten(onward: Onward, who: Actor, code: CaseCode, name: PeriodName) -> Moved:
    """End a running period early, where the pathway lets your role."""
    return periods.shorten(onward, code, name, who)
