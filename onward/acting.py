"""What an agency does with its tasks, the consents it asks for, and what may happen in a case."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import consents, interrupts, periods, tasks
from engine.commands import DECLINE_REASONS, VIEWS
from onward.answers import Answers, AnswersFile, Words, form_of, gather, words_of
from onward.installation import (
    Agency,
    CaseCode,
    OccurredAt,
    Person,
    TaskId,
    actor,
    installation,
)
from onward.printing import show_turn

app = typer.Typer()
consent = typer.Typer(help="What the person agrees to: words, give, refuse, withdraw.")
app.add_typer(consent, name="consent")

REASONS = ", ".join(DECLINE_REASONS)
Reason = Annotated[str, typer.Option("--reason", metavar="WORD", help=f"One of: {REASONS}.")]
Language = Annotated[str, typer.Option("--language", help="In which the person was asked.")]
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


@app.command()
def claim(code: CaseCode, task: TaskId, agency: Agency, person: Person = "") -> None:
    """Take a task of your agency upon yourself; --person says who you are."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, tasks.claim(onward, code, task, who), who.agency)


@app.command()
def accept(code: CaseCode, task: TaskId, agency: Agency, person: Person = "") -> None:
    """Say that your agency will do a task."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, tasks.accept(onward, code, task, who), who.agency)


@app.command()
def decline(
    code: CaseCode,
    task: TaskId,
    reason: Reason,
    agency: Agency,
    person: Person = "",
    words: Words = False,
) -> None:
    """Say that your agency will not do a task; it goes to the next one that can."""
    who = actor(agency, person)
    with installation() as onward:
        moved = tasks.decline(
            onward, code, task, who, reason, words=words_of(words, "Words behind the reason")
        )
        show_turn(onward, moved, who.agency)


@app.command()
def complete(
    code: CaseCode,
    task: TaskId,
    agency: Agency,
    person: Person = "",
    answer: Answers = [],  # noqa: B006 - typer reads it, nobody writes it
    answers: AnswersFile = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="Of a decision: one of its words.")
    ] = None,
    at: OccurredAt = None,
) -> None:
    """Say that a task is done, with the answers of its form.

    At a terminal you are asked for each answer that is missing, and nothing shows of those that
    are protected.
    """
    who = actor(agency, person)
    with installation() as onward:
        given = gather(form_of(onward, code, task), answer, answers)
        moved = tasks.complete(onward, code, task, who, given, outcome=outcome, occurred_at=at)
        show_turn(onward, moved, who.agency)


@app.command()
def reassign(
    code: CaseCode,
    task: TaskId,
    to: Annotated[str, typer.Option("--to", metavar="AGENCY", help="Who gets it.")],
    agency: Agency,
    person: Person = "",
) -> None:
    """Give a task to another agency; the responsible agency may."""
    who = actor(agency, person)
    with installation() as onward:
        moved = tasks.reassign(onward, code, task, to.strip().upper(), who)
        show_turn(onward, moved, who.agency)


@app.command()
def start(
    code: CaseCode,
    step: Annotated[str, typer.Argument(metavar="STEP", help="A manual step of the pathway.")],
    agency: Agency,
    person: Person = "",
) -> None:
    """Open a manual step."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, tasks.start(onward, code, step, who), who.agency)


@consent.command("words")
def words_to_read_out(code: CaseCode, task: TaskId, agency: Agency, person: Person = "") -> None:
    """Print what is to be read out to the person whom TASK asks."""
    with installation() as onward:
        typer.echo(consents.words(onward, code, task, actor(agency, person)))


@consent.command("give")
def give_consent(
    code: CaseCode,
    task: TaskId,
    agency: Agency,
    person: Person = "",
    language: Language = "en",
    interpreter: Interpreter = False,
    guardian: Guardian = False,
    view: View = "",
    at: OccurredAt = None,
) -> None:
    """The person said yes; TASK is the one in which it was asked."""
    who = actor(agency, person)
    with installation() as onward:
        moved = consents.record_consent(
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
        show_turn(onward, moved, who.agency)


@consent.command("refuse")
def refuse_consent(
    code: CaseCode,
    task: TaskId,
    agency: Agency,
    person: Person = "",
    language: Language = "en",
    interpreter: Interpreter = False,
    guardian: Guardian = False,
    view: View = "",
    at: OccurredAt = None,
) -> None:
    """The person said no."""
    who = actor(agency, person)
    with installation() as onward:
        moved = consents.refuse_consent(
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
        show_turn(onward, moved, who.agency)


@consent.command("withdraw")
def withdraw_consent(
    code: CaseCode,
    name: Annotated[str, typer.Argument(metavar="CONSENT", help="Its name in the pathway.")],
    agency: Agency,
    person: Person = "",
    of: Annotated[
        str,
        typer.Option("--from", metavar="AGENCY", help="From this one alone; from all otherwise."),
    ] = "",
    at: OccurredAt = None,
) -> None:
    """The person takes a consent back; any agency of the case may record it."""
    who = actor(agency, person)
    with installation() as onward:
        moved = consents.withdraw_consent(
            onward, code, name, who, agency=of.strip().upper(), occurred_at=at
        )
        show_turn(onward, moved, who.agency)


@app.command()
def prohibit(code: CaseCode, of: Whom, agency: Agency, person: Person = "") -> None:
    """Let nothing go to an agency in this case any more; the responsible agency may."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, consents.prohibit(onward, code, of.strip().upper(), who), who.agency)


@app.command()
def permit(code: CaseCode, of: Whom, agency: Agency, person: Person = "") -> None:
    """Let an agency that was prohibited be asked and told again."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, consents.permit(onward, code, of.strip().upper(), who), who.agency)


@app.command("raise")
def raise_interrupt(
    code: CaseCode,
    interrupt: InterruptName,
    agency: Agency,
    person: Person = "",
    at: OccurredAt = None,
) -> None:
    """Say that something has happened that changes the case at once."""
    who = actor(agency, person)
    with installation() as onward:
        moved = interrupts.raise_interrupt(onward, code, interrupt, who, occurred_at=at)
        show_turn(onward, moved, who.agency)


@app.command()
def resolve(
    code: CaseCode,
    interrupt: InterruptName,
    agency: Agency,
    person: Person = "",
    outcome: Annotated[
        str, typer.Option("--outcome", help="One of the words under `resolved`, if it has any.")
    ] = "",
    at: OccurredAt = None,
) -> None:
    """Say that an interrupt is over; what it suspended goes on."""
    who = actor(agency, person)
    with installation() as onward:
        moved = interrupts.resolve_interrupt(
            onward, code, interrupt, who, outcome=outcome, occurred_at=at
        )
        show_turn(onward, moved, who.agency)


@app.command()
def extend(code: CaseCode, name: PeriodName, agency: Agency, person: Person = "") -> None:
    """Make a running period longer, where the pathway lets your role."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, periods.extend(onward, code, name, who), who.agency)


@app.command()
def shorten(code: CaseCode, name: PeriodName, agency: Agency, person: Person = "") -> None:
    """End a running period early, where the pathway lets your role."""
    who = actor(agency, person)
    with installation() as onward:
        show_turn(onward, periods.shorten(onward, code, name, who), who.agency)
