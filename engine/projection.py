"""The one projection of a case: its state, as one reader may see it.

Whatever shows a case takes a `Seen`, never a state as it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec
from msgspec.structs import replace

from engine.commands import Command
from engine.facts import CaseMigrated, CaseReverted, Fact, NoticeOwed, TaskAssigned, TaskDeclined
from engine.message import Message, message
from engine.numbering import Work, whose
from engine.past import Past, ident_in, past
from engine.quiet import is_kept_from
from engine.state import Answer, HandOver, State
from engine.statuses import CasePhase, RequestStatus
from engine.task_kinds import TaskKind
from engine.turn_records import TurnRecord
from engine.view import View
from engine.visibility import OPERATOR, has, hears_on, may_know, readable, sees_all
from engine.withheld import blanked


class Seen(msgspec.Struct, frozen=True):
    """A case reduced to what its reader may see. Only `seen` makes one."""

    state: State

    @property
    def standing(self) -> Message:
        """How the case stands, in one line: its status, with what is known of its end."""
        state = self.state
        if state.merged_into:
            return message("why.now.merged_into", case=state.merged_into)
        if state.status == CasePhase.OPEN and state.end:
            return message("told.end_known", end=state.end)
        if state.status == CasePhase.OPEN and state.closing:
            return message("told.closing", end=state.closing)
        if state.end:
            return message("told.ended", end=state.end)
        return message(f"status.case.{state.status}")


class SeenFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts reduced to what their reader may read."""

    facts: tuple[Fact, ...]
    moved_from: int = 0
    """If the turn changed the version of the case's pathway, and `facts` does not show it, the
    version before the turn; otherwise 0.
    """


class SeenEntry(SeenFacts, frozen=True):
    """A turn reduced to what an operator may read. Only `seen_entry` makes one."""

    command: Command


def seen(view: View) -> Seen:
    """What the reader of a view may see of the case.

    An operator sees the status of everything, but nothing about the person: no answers, nothing
    about how consent was asked for, and only the codes of linked cases. The responsible agency sees
    all tasks and requests, any other agency its own, with the answers that it may read now. An
    agency that takes part in the case or opened it also sees the status, who is responsible and,
    unless it is kept from that agency, the end. An agency that at present must not know of the case
    sees only its own tasks to stop. No agency sees the linked cases here, because what it may see
    of a linked case depends on that case too.
    """
    state, reader = view.state, view.reader
    if reader == OPERATOR:
        return Seen(replace(blanked(state), links=dict.fromkeys(state.links, "")))
    data = {name: state.data[name] for name in readable(view, state.data, reader)}
    if sees_all(view, reader):
        return Seen(replace(state, data=data, links={}))
    return Seen(_of_part(view, data))


def _of_part(view: View, data: dict[str, Answer]) -> State:
    """The state for an agency that sees only its part. Whatever is not named here is not shown."""
    state, reader = view.state, view.reader
    stops = {ident: each for ident, each in state.stops.items() if has(view, reader, each)}
    numbers = {reader: state.numbers.get(reader, {})} if stops else {}
    case = State(
        code=state.code,
        pathway=state.pathway,
        version=state.version,
        stops=stops,
        numbers=numbers,
    )
    if not may_know(view, reader):
        return case
    tasks, asked = state.tasks.items(), state.hand_overs.items()
    if hears_on(view, reader):
        is_kept = is_kept_from(view, reader)
        case = replace(
            case,
            status=state.status,
            end="" if is_kept else state.end,
            closing="" if is_kept else state.closing,
            responsible=state.responsible,
        )
    return replace(
        case,
        data=data,
        tasks={ident: each for ident, each in tasks if has(view, reader, each)},
        hand_overs={ident: each for ident, each in asked if has(view, reader, each)},
        numbers={reader: state.numbers.get(reader, {})},
    )


def decides_on(view: View, agency: str, asked: HandOver) -> str:
    """The agency that decides what follows a silent request; empty if there is none or `agency` may
    not know it. An agency that does not see everything is told only if the deciding agency is the
    sender, the receiver or the responsible agency.
    """
    if asked.status != RequestStatus.SILENT:
        return ""
    state = view.state
    deciding = (
        task.agency
        for task in state.open_tasks()
        if task.kind is TaskKind.CHASE and task.hand_over == asked.id
    )
    known = {*whose(asked), state.responsible}
    found = next(deciding, "")
    return found if found in known or sees_all(view, agency) else ""


def foreseen(before: View, after: View, facts: Iterable[Fact]) -> SeenFacts:
    """What the reader of the case would see of the effects of an act.

    The agency that is responsible before or after the act sees all of them. Another agency sees its
    own notices and what becomes of its own tasks and requests. If one of its tasks goes to another
    agency, it sees that only if that agency is the responsible one.
    """
    shown = tuple(map(blanked, facts))
    if sees_all(after, after.reader) or sees_all(before, before.reader):
        return SeenFacts(facts=shown)
    return SeenFacts(facts=tuple(each for each in shown if _is_own(before, after, each)))


def _is_own(before: View, after: View, fact: Fact) -> bool:
    if isinstance(fact, NoticeOwed):
        return fact.agency == after.reader
    if isinstance(fact, TaskAssigned):  # the reader must not know who else gets it
        told = {fact.agency, *fact.also.values()}
        if told.isdisjoint((after.reader, after.state.responsible)):
            return False
    ident = ident_in(fact)
    return any(_is_its(view, ident) for view in (before, after))


def _is_its(view: View, ident: str) -> bool:
    """Whether a task or request is the reader's own."""
    work = _work(view, ident)
    return work is not None and has(view, view.reader, work)


def _work(view: View, ident: str) -> Work | None:
    state = view.state
    return state.tasks.get(ident) or state.stops.get(ident) or state.hand_overs.get(ident)


def told_to_person(entry: TurnRecord) -> SeenFacts:
    """What the person may be told about a turn: no answers, and nothing about other people or about
    agencies the case is kept from.
    """
    shown = blanked(entry)
    return SeenFacts(facts=tuple(each for each in shown.facts if each.for_person))


def seen_turns(view: View, entries: Sequence[TurnRecord]) -> list[SeenFacts]:
    """What the reader of a view may now read of the turns of the case so far, without anybody's
    answers.

    The responsible agency reads what became of the case, but nothing about other people, or about
    agencies the case is kept from. Another agency reads what became of the tasks and requests that
    it has; it does not learn who had them before, what became of them at that time, or who else
    was told.

    Args:
        entries: the whole log. An id in an entry is the one used at that time; only later entries
            show which task or request it means now.
    """
    if sees_all(view, view.reader):
        return [told_to_person(each) for each in entries]
    if not may_know(view, view.reader):
        return [SeenFacts(facts=()) for _ in entries]
    every = iter(past(fact for entry in entries for fact in entry.facts))
    return [_seen_turn(view, [*islice(every, len(entry.facts))]) for entry in entries]


def _seen_turn(view: View, turn: Sequence[Past]) -> SeenFacts:
    own = (each.fact for each in turn if each.fact.for_person and _is_told(view, each))
    moves = (each.fact for each in turn if isinstance(each.fact, CaseMigrated | CaseReverted))
    before = next((each.before for each in moves), 0)
    return SeenFacts(facts=tuple(map(blanked, own)), moved_from=before)


def _is_told(view: View, each: Past) -> bool:
    """Whether a fact is about a task or request that is the reader's now and already was at that
    time. If another agency declined the task, the reader is not told.
    """
    if each.then is None or view.reader not in whose(each.then) or not _is_its(view, each.now):
        return False
    return not isinstance(each.fact, TaskDeclined) or each.fact.agency == view.reader


def seen_entry(entry: TurnRecord) -> SeenEntry:
    """A turn without anybody's answers, for an operator. Agencies read the log by `seen_turns`."""
    shown = blanked(entry)
    return SeenEntry(command=shown.command, facts=shown.facts)
