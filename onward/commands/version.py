"""`onward version`: versions of pathways that wait until somebody else agrees."""

from __future__ import annotations

from typing import Annotated

import typer

from casework import answering_versions, proposed_versions
from casework.answering_versions import WhyDeclined
from casework.proposed_versions import VersionToAnswer
from engine.errors import CodedError
from engine.message import message
from engine.versions.differences import differences
from onward.authoring.pathway_files import published
from onward.commands.diff import show_differences, show_widening
from onward.installation import operating
from onward.options import AsJson
from onward.printing import Moments, show_list
from onward.spoken import say

app = typer.Typer()
version = typer.Typer(
    help="Versions that let agencies know or read more, and wait until somebody else agrees: list, show, agree, decline, take-back."
)
app.add_typer(version, name="version")
_SHOWN_OF_MARK = 12
"""How many digits of a version's mark are shown; --seen must have at least as many."""


def _which(given: str) -> tuple[str, int]:
    """The name and number in `NAME@VERSION`. Raises CodedError for anything else, such as a file."""
    found = published(given)
    if found is None:
        raise CodedError(message("library.no_version_named", given=given, example="safe_return@2"))
    return found


Which = Annotated[
    str, typer.Argument(metavar="NAME@VERSION", help="A version that waits for an answer.")
]


@version.command("list")
def list_waiting(as_json: AsJson = False) -> None:
    """List the versions that wait for an answer, and who proposed them."""
    with operating() as (onward, by):
        found = proposed_versions.waiting(onward, by)
        moments = Moments(onward)
    columns = {
        "pathway": [each.name for each in found],
        "version": [str(each.number) for each in found],
        "by": [each.by for each in found],
        "proposed": [moments.show(each.proposed_at) for each in found],
        "waits_until": [moments.show(each.lapses_at) for each in found],
    }
    show_list(found, columns, as_json, say("done.no_version_waits"))


@version.command("show")
def show(which: Which) -> None:
    """Show how a waiting version differs in meaning from the newest published one, and who may know
    or read more.
    """
    name, number = _which(which)
    with operating() as (onward, by):
        found = proposed_versions.to_answer(onward, name, number, by)
    if found.before:
        show_differences(differences(found.before.definition, found.pathway.definition))
        typer.echo(say("done.version_compared", versions=found.compared))
    show_widening(found.widens)
    _show_beside(found)
    typer.echo(
        say("done.version_seen", pathway=name, version=number, mark=found.mark[:_SHOWN_OF_MARK])
    )


def _show_beside(found: VersionToAnswer) -> None:
    """Print the words in which the person is asked for each consent, in each of the pathway's
    languages, and the names of the code lists.
    """
    asked = [
        (language, name, words)
        for language in found.pathway.languages
        for name, words in found.pathway.spoken(language).consents.items()
    ]
    if asked:
        typer.echo(say("done.asks_person"))
    for language, name, words in asked:
        typer.echo(f"  {language} {name}: {words}")
    if found.codes:
        typer.echo(say("done.version_codes", names=found.codes))


@version.command("agree")
def agree(
    which: Which,
    seen: Annotated[
        str,
        typer.Option(
            "--seen", metavar="MARK", help="The mark that `onward version show` prints at its end."
        ),
    ],
) -> None:
    """Publish a version that somebody else proposed, as `onward version show` has shown it."""
    name, number = _which(which)
    with operating() as (onward, by):
        found = proposed_versions.to_answer(onward, name, number, by)
        is_it = len(seen) >= _SHOWN_OF_MARK and found.mark.startswith(seen)
        made = answering_versions.agree(onward, name, number, found.mark if is_it else "", by)
    typer.echo(say("done.published", pathway=name, version=number, hash=made.content_hash[:12]))


@version.command("decline")
def decline(
    which: Which,
    because: Annotated[WhyDeclined, typer.Option("--because", help="Why you decline it.")],
) -> None:
    """Decline a version that somebody else proposed."""
    name, number = _which(which)
    with operating() as (onward, by):
        answering_versions.decline(onward, name, number, because, by)
    typer.echo(say("done.version_declined", pathway=name, version=number))


@version.command("take-back")
def take_back(which: Which) -> None:
    """Take back a version that you proposed."""
    name, number = _which(which)
    with operating() as (onward, by):
        answering_versions.take_back(onward, name, number, by)
    typer.echo(say("done.version_taken_back", pathway=name, version=number))
