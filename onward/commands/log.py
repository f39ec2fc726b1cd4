"""`onward log`: what happened in a case, turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from casework import queries
from casework.context import Onward
from casework.principal import BY_LINK, SYSTEM, Principal
from casework.queries import LogLine
from engine.commands import (
    AnyAct,
    Command,
    Follow,
    Migrate,
    OpenCase,
    Permit,
    Prohibit,
    Remain,
    Revert,
)
from engine.facts import (
    CaseLinked,
    CaseUnlinked,
    Fact,
    LinkProposed,
    ProposalDropped,
    ProposalMoved,
)
from engine.message import Message, message
from engine.projection import SeenEntry
from engine.translation import words
from engine.withheld import without_person
from onward.installation import operating
from onward.options import AsJson, CaseCode, InLanguage
from onward.printing import Moments, headed, show_json, show_table
from onward.spoken import as_line, language, say

app = typer.Typer()


@app.command()
def log(code: CaseCode, in_language: InLanguage = None, as_json: AsJson = False) -> None:
    """Show every turn of a case: who, when, and what it led to. Needs the master key.

    For something reported late (--at), also show when it happened.
    """
    with operating() as (onward, by):
        lines = queries.case_log(onward, code, by)
        story_of = _stories(onward, code, by, lines)
        moments = Moments(onward)
    if as_json:
        show_json([_entry(line, said) for line, said in zip(lines, story_of, strict=True)])
        return
    happened = [_happened(line, moments) for line in lines]
    columns = {
        "entry": [str(line.number) for line in lines],
        "receipt": [line.receipt for line in lines],
        "recorded": [moments.show(line.recorded_at) for line in lines],
        **({"happened": happened} if any(happened) else {}),
        "by": [_by(line.entry.command) for line in lines],
        "what": [
            "\n".join(said) or _act(each.entry.command)
            for each, said in zip(lines, story_of, strict=True)
        ],
    }
    show_table(headed(columns))


def _act(command: Command) -> str:
    """The line for an entry about which nothing else is said: its act, in words. It does not reveal
    which agencies the case is kept from.
    """
    if said := _UNTOLD.get(type(command.act)):
        return as_line(said)
    return words(str(command.act.__struct_config__.tag))


_UNTOLD = {Prohibit: message("log.act.prohibit"), Permit: message("log.act.permit")}


def _happened(line: LogLine, moments: Moments) -> str:
    """When something reported late happened; empty if it was recorded at once."""
    at = line.entry.command.occurred_at
    return moments.show(at) if at < line.recorded_at else ""


def _by(command: Command) -> str:
    """Who acted: an agency, an operator, a coordinator, a version that came into force, or time. If
    a link, system or operator made the entry for an agency, a second line names it.
    """
    act = command.act
    if isinstance(act, Remain) or (isinstance(act, Migrate) and act.in_force):
        rule = say("log.by.rule", version=act.version)
        return say("log.by.rule_of", rule=rule, person=command.person) if command.person else rule
    if isinstance(act, Migrate | Revert) or (command.person and not command.agency):
        is_of_staff = " " in command.person
        who = say("log.by.coordinator") if is_of_staff else say("log.by.operator")
        return f"{who} {command.person}".strip()
    if command.person.startswith(BY_LINK):
        by_link = say("log.by.link", reference=command.person.removeprefix(BY_LINK))
        return f"{command.agency}\n{by_link}"
    if not command.entered_by:
        return command.agency or say("log.by.time")
    system = command.entered_by.removeprefix(SYSTEM)
    if system != command.entered_by:
        return f"{command.agency}\n{say('log.by.system', system=system)}"
    because = say(f"log.because.{command.because}")
    entered = say("log.by.entered", operator=command.entered_by, because=because)
    return f"{command.agency}\n{entered}"


def _stories(onward: Onward, code: str, by: Principal, lines: Sequence[LogLine]) -> list[list[str]]:
    """For each entry, its lines of text; none for an entry about which nothing is said."""
    told = queries.log_in_words(onward, code, by, lines, language())
    return [
        [*_of_links(each.entry), *(as_line(fact.said) for fact in found)]
        for each, found in zip(lines, told, strict=True)
    ]


def _of_links(entry: SeenEntry) -> list[str]:
    """Lines about links. They appear only in this log. The facts' own texts leave links out, since
    these texts are also shown in Prefect, where the managers of other cases could read them.
    """
    told = (_of_link(fact, entry.command.act) for fact in entry.facts)
    return [as_line(said) for said in told if said]


def _of_link(fact: Fact, act: AnyAct) -> Message | None:
    """What a fact about a link means for this case; None for a fact that needs no line. Reveals
    nothing about the other case, not even its code.
    """
    match fact:
        case LinkProposed(proposal=proposal):
            return message("log.link.proposed" if proposal.is_ours else "log.link.asked")
        case ProposalMoved(status=status):
            return message(f"log.link.{status}")
        case ProposalDropped():
            return message("log.link.taken_back")
        case CaseLinked() if not isinstance(act, OpenCase):  # the later case was opened that way
            return message("log.link.later" if isinstance(act, Follow) else "log.link.linked")
        case CaseUnlinked():
            return message("log.link.parted")
    return None


def _entry(line: LogLine, said: list[str]) -> dict[str, Any]:
    command = line.entry.command
    return {
        "number": line.number,
        "recorded_at": line.recorded_at,
        "occurred_at": command.occurred_at,
        "agency": command.agency,
        "person": command.person,
        "entered_by": command.entered_by,
        "because": command.because,
        "act": without_person(command.act),
        "facts": without_person(line.entry.facts),
        "told": said,
        "hash": line.hash,
    }
