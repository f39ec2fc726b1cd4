"""Prints what commands show: lists as tables for people or JSON for programs, moments, and the
result of a turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec
import typer
from sqlalchemy import select

from casework.context import Onward
from casework.principal import Principal
from engine.message import Message
from engine.numbering import shown
from engine.state import HandOver, State, Task
from engine.statuses import CasePhase
from engine.translation import Translation
from engine.translation import words as named
from models.agencies import AgencyRow
from models.columns import table_of
from onward.spoken import language, say, spoken

if TYPE_CHECKING:
    from casework.listed_work import Line, Worklist
    from casework.turn import Moved
    from engine.in_flight import OnItsWay

_AGENCIES = table_of(AgencyRow)
_WIDE = 200
"""The width, in characters, if the output is not a terminal: enough that no code is wrapped."""


class Moments:
    """Formats moments in the zone of the agency concerned."""

    def __init__(self, onward: Onward) -> None:
        with onward.store.read() as connection:
            rows = connection.execute(select(_AGENCIES.c.code, _AGENCIES.c.zone))
            self._zones = {row.code: row.zone for row in rows}

    def show(self, at: datetime | None, agency: str = "") -> str:
        """A moment as `2026-11-27 17:00 GMT`; in UTC if the agency is not known. Empty for None."""
        if at is None:
            return ""
        zone = ZoneInfo(self._zones.get(agency, "UTC"))
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def show_list(
    lines: Sequence[msgspec.Struct],
    columns: Mapping[str, Sequence[str]],
    as_json: bool,
    empty: str,
) -> None:
    """Print a list as a table, or its lines as JSON.

    Args:
        columns: the cells by heading, one for each line; see `headed`.
        empty: what to say if there is nothing.
    """
    if as_json:
        show_json(lines)
    elif not lines:
        typer.echo(empty)
    else:
        show_table(headed(columns))


def headed(columns: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The columns with headings in the reader's words: `answer_by` becomes `answer by`."""
    return {say(f"list.{name}"): cells for name, cells in columns.items()}


def show_lines(lines: Mapping[str, str]) -> None:
    """Print one thing line by line, each with a heading as in `headed`, without empty values."""
    for name, text in lines.items():
        if text:
            typer.echo(say("told.line", name=say(f"list.{name}"), value=text))


def show_json(value: Any, names: Translation | None = None) -> None:
    """Print JSON for programs, as in `as_json`."""
    typer.echo(as_json(value, names), nl=False)


def as_json(value: Any, names: Translation | None = None) -> str:
    """JSON for programs. Messages appear as code and values, with their text beside them.

    Args:
        names: the texts for the names of the pathway's parts.
    """
    shown = _with_words(value, names)
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode() + "\n"


def _with_words(value: Any, names: Translation | None) -> Any:
    if isinstance(value, Message):
        values = {name: _with_words(each, names) for name, each in value.values.items()}
        return {"code": value.code, "values": values, "text": spoken(value, names)}
    if isinstance(value, msgspec.Struct):
        plain, fields = msgspec.to_builtins(value), msgspec.structs.fields(value)
        own = {each.encode_name: _with_words(getattr(value, each.name), names) for each in fields}
        return plain | {name: own[name] for name in own if name in plain}
    if isinstance(value, Mapping):
        return {name: _with_words(each, names) for name, each in value.items()}
    is_list = isinstance(value, tuple | list)
    return [_with_words(each, names) for each in value] if is_list else value


def show_table(columns: Mapping[str, Sequence[str]]) -> None:
    # Most commands print no table, and importing its library takes as long as they do.
    from rich import box
    from rich.console import Console
    from rich.table import Table

    # Words between colons (`file:9:5`) are not emoji.
    console = Console(emoji=False)
    if not console.is_terminal:
        console = Console(width=_WIDE, emoji=False)
    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for cells in zip(*columns.values(), strict=True):
        table.add_row(*cells)
    console.print(table, markup=False, highlight=False)


def show_turn(onward: Onward, moved: Moved, by: Principal) -> None:
    """Print the result of a turn for the acting agency, with the open work that it owes or may
    take. No work is printed once the agency's part in the case, or the case itself, is over.

    The number of the log entry is not printed, since it would reveal how much others do in the
    case.
    """
    state, agency = moved.seen.state, by.agency
    typer.echo(say("told.recorded", case=moved.code))
    for line in on_their_way(moved.on_their_way):
        typer.echo(line)
    moments = Moments(onward)
    words = moved.pathway.spoken(language())
    if state.status == CasePhase.NEW:  # its part in the case is over, so it is shown nothing more
        return
    if state.status != CasePhase.OPEN:
        # If the end is quiet, agencies other than the responsible one learn only that there is one.
        typer.echo(spoken(moved.seen.standing, words))
        return
    for case, answer_by in moved.proposed.items():
        until = moments.show(answer_by, agency)
        typer.echo(say("told.proposed", case=case, at=until))
    for each in _owed(state, agency):
        at = each.due_at if isinstance(each, Task) else each.answer_by
        number = shown(state, agency, each.id)
        said = say("told.open", work=number, label=words.label(each.step, named(each.step)))
        said = say("told.due", open=said, at=moments.show(at, agency)) if at else said
        typer.echo(say("told.late", open=said) if each.overdue else said)
    if state.responsible != agency:
        show_lines({"responsible": state.responsible})


def on_their_way(called_off: Sequence[OnItsWay]) -> Iterator[str]:
    """Lines about notices that were called off too late to hold back, sorted by agency."""
    for each, number in sorted(Counter(called_off).items(), key=lambda found: found[0].agency):
        said = say("told.on_their_way", n=number, agency=each.agency)
        yield say("told.with_a_stop", said=said) if each.stop else said


def show_on_their_way(called_off: Mapping[str, Sequence[OnItsWay]]) -> None:
    """Print what `on_their_way` says for several cases, each line after its case code."""
    for code, found in called_off.items():
        for line in on_their_way(found):
            typer.echo(say("told.line", name=code, value=line))


def _owed(state: State, agency: str) -> list[Task | HandOver]:
    tasks = [each for each in state.open_tasks() if agency in each.agencies]
    return [*tasks, *(each for each in state.open_hand_overs() if each.agency == agency)]


def show_worklist(
    lines: Worklist[Line],
    columns: Mapping[str, Sequence[str]],
    as_json: bool,
    empty: str,
) -> None:
    """Print the lines, and how many cases cannot be read, without identifying them."""
    if lines or as_json or not lines.unreadable:
        show_list(lines, columns, as_json, empty)
    if lines.unreadable:
        typer.echo(say("told.not_shown", n=lines.unreadable), err=True)


def status_words(status: str, overdue: bool, claimed_by: str = "", owed_by: str = "") -> str:
    """The status of a task or request in words: `accepted by K7, overdue, left to GH-DSW unless you
    take it`.

    Args:
        status: the status itself, in words.
        claimed_by: the staff code of whoever has it; empty if nobody has.
        owed_by: the agency that owes a task which the reader's agency may take instead; otherwise
            empty.
    """
    said = say("told.claimed_by", status=status, person=claimed_by) if claimed_by else status
    said = say("told.overdue", status=said) if overdue else said
    return say("told.unless_taken", status=said, agency=owed_by) if owed_by else said


def cannot_move_words(number: int) -> str:
    """The note that a case cannot move to version `number`, which is in force."""
    return say("told.cannot_move", version=number)


def show_known(known: Mapping[str, object], words: Translation) -> None:
    """Print the values that are not empty, each under its question or, if it has none, its name."""
    for name, value in known.items():
        if value not in (None, ""):
            said = say("shown.yes" if value else "shown.no") if isinstance(value, bool) else None
            said = said or words.value(value)
            typer.echo(say("told.line", name=words.question(name), value=said))
