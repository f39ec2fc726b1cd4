"""What a condition may read of a case: every name with its type, and its value in a state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.acts.reason_lists import DECLINE_REASONS
from engine.countries import country_of
from engine.field_types import FIELD_TYPES
from engine.message import finding
from engine.phrases.expressions import Choice, Country, Hidden, ValueType, YesNo
from engine.state import HandOver, State
from engine.statuses import AGREED, ENTERED, OPENED, RequestStatus, StepStatus
from engine.task_kinds import TaskKind

if TYPE_CHECKING:
    from engine.definition import Definition, Step

_Reader = Callable[[State, str, str], bool | str | None]
"""Reads one property of a subject; None if it is not known."""
_LAPSED = StepStatus.LAPSED
_SILENT, _WAITING = RequestStatus.SILENT, RequestStatus.WAITING
_NAMES_KEPT = 4096
"""How many parsed names a process caches."""

_ROOMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "stages": ("stage", ("entered", "ended", "skipped", "stopped")),
    "consents": ("consent", ("given", "refused", "withdrawn", "expired")),
    "clocks": ("clock", ("reached", "running")),
    "sides": ("side", ("bound", "responsible")),
    "roles": ("role", ("responsible",)),
    "interrupts": ("interrupt", ("raised", "open")),
}
"""By section of a definition: the first word of the names by which conditions read its parts, and
the last words that these names may have.
"""


def vocabulary_of(definition: Definition) -> dict[str, ValueType]:
    """Every name that a condition of this pathway may use, with its type."""
    found = _fields(definition)
    for name, consent in definition.consents.items():
        if consent.guardian is not None:
            found |= _yes_no("consent", name, ("objected",))
    for stage in definition.stages.values():
        for name, step in stage.steps.items():
            found |= _names_of_step(name, step)
    for name, interrupt in definition.interrupts.items():
        if interrupt.resolved:
            outcomes = Choice(values=tuple(interrupt.resolved), ordered=False)
            found[f"interrupt.{name}.outcome"] = outcomes
    for section, (room, endings) in _ROOMS.items():
        for name in getattr(definition, section):
            found |= _yes_no(room, name, endings)
    found[country_name(definition.sides[0])] = Country()
    return found


def country_name(side: str) -> str:
    """The name under which a condition reads the first side's country.

    The country of any other side is an answer, under the name of its field.
    """
    return f"side.{side}.country"


def _fields(definition: Definition) -> dict[str, ValueType]:
    found: dict[str, ValueType] = {}
    for name, field in definition.data.items():
        found[f"{name}.answered"] = YesNo()
        if field.many:
            continue
        if field.words:
            found[name] = Choice(values=field.words, ordered=field.ordered)
        elif not field.is_protected and (kind := FIELD_TYPES[field.type].asked_as):
            found[name] = kind
    return found


def _names_of_step(name: str, step: Step) -> dict[str, ValueType]:
    found = _yes_no("step", name, ("opened", "done", "skipped", "stopped"))
    if step.due:
        found |= _yes_no("step", name, ("overdue",))
    if step.lapsed:
        found |= _yes_no("step", name, ("lapsed",))
    if step.decide:
        found[f"decision.{name}"] = Choice(values=tuple(step.decide), ordered=False)
    if step.hand_over:
        found |= _yes_no("hand_over", name, (*HAND_OVER_WORDS, "conditions", "waiting", "late"))
        found[f"hand_over.{name}.reason"] = Choice(values=DECLINE_REASONS, ordered=False)
    if step.arrival:
        found |= _yes_no("arrival", name, ("confirmed", "missed"))
    return found


def _yes_no(room: str, name: str, endings: tuple[str, ...]) -> dict[str, ValueType]:
    return {f"{room}.{name}.{ending}": YesNo() for ending in endings}


HAND_OVER_WORDS = ("offered", "seen", "accepted", "declined", "silent", "revoked", "closed")
"""What may become of a step's request; a condition asks of each whether it has happened."""


def hidden_names(definition: Definition) -> dict[str, Hidden]:
    """Names that no condition may use, each with the reason and what to use instead."""
    from engine.definition import birth_dates  # not loaded for questions about a case alone

    born = {name: finding("hidden.birth_date", name=name) for name in birth_dates(definition)}
    protected = {
        name: finding("hidden.protected")
        for name, field in definition.data.items()
        if field.is_protected
    }
    several = {
        name: finding("hidden.several", name=name)
        for name, field in definition.data.items()
        if field.many
    }
    return several | born | protected | _said_otherwise(definition)


def _said_otherwise(definition: Definition) -> dict[str, Hidden]:
    """Names that a condition must not use, because it must read the fact under another name: the
    country of a side, if a field gives it, and the responsible agency.
    """
    found = {
        country_name(field.binds): finding("hidden.country", side=field.binds, name=name)
        for name, field in definition.data.items()
        if field.binds and field.binds != definition.sides[0]
    }
    if "responsible" not in definition.data:
        found["responsible"] = finding("hidden.responsible")
    return found


def lookup(state: State) -> Callable[[str], Any]:
    """A function that gives a condition the value of a name in a case, or None if it is not known."""

    data = state.data

    def value(name: str) -> Any:
        if name in data:
            return data[name]
        reader, subject, word = _parts_of(name)
        return reader(state, subject, word)

    return value


@lru_cache(maxsize=_NAMES_KEPT)
def _parts_of(name: str) -> tuple[_Reader, str, str]:
    """The reader, subject and property of a name; cached, because every turn reads the same few
    names.
    """
    head, _, rest = name.partition(".")
    subject, _, word = rest.partition(".")
    reader = _READERS.get(head) if word or head == "decision" else None
    return (reader, subject, word) if reader else (_answered, head, rest)


def _answered(state: State, field: str, word: str) -> bool | None:
    if word != "answered":
        return None
    return field in state.data or field in state.protected


def _step(state: State, name: str, word: str) -> bool:
    if word == "overdue":
        return _is_overdue(state, name)
    status = state.steps.get(name)
    if word != "opened":
        return status == word
    return status in OPENED or (status == _LAPSED and f"{name}.opened" in state.moments)


def _is_overdue(state: State, name: str) -> bool:
    """Whether a step is overdue. Its own last task counts, not tasks that follow from it; for a
    panel, all votes of its last call count.
    """
    tasks = [each for each in state.tasks.values() if each.step == name]
    runs = [t for t in tasks if t.kind is TaskKind.VOTE or t.id.count(".") == 1]
    if not runs:
        return False
    of_run = runs[-1].id.split(".")[:2]
    return any(each.overdue for each in runs if each.id.split(".")[:2] == of_run)


def _is_late(state: State, name: str, newest: HandOver) -> bool:
    silent = state.moments.get(f"{name}.silent")
    was_silent = silent is not None and silent > newest.offered_at
    return newest.overdue or newest.status == _SILENT or (was_silent and not newest.in_time)


def _stage(state: State, name: str, word: str) -> bool:
    status = state.stages.get(name)
    return status == word if word != "entered" else status in ENTERED


def _consent(state: State, name: str, word: str) -> bool:
    consent = state.consents.get(name)
    if consent is None:
        return False
    return consent.view == "objects" if word == "objected" else consent.status == word


def _side(state: State, name: str, word: str) -> bool | str | None:
    country = state.sides.get(name)
    if word == "country":
        return country
    return country is not None and (word == "bound" or country_of(state.responsible) == country)


def _role(state: State, name: str, _word: str) -> bool:
    """Whether the responsible agency holds a role. Nobody holds one before it is needed."""
    return state.roles.get(name) == state.responsible


def _interrupt(state: State, name: str, word: str) -> bool | str | None:
    """Whether an interrupt was ever raised, whether it is unresolved, or how it was last resolved
    (None if it never was).
    """
    if word == "outcome":
        return state.decisions.get(f"interrupt.{name}")
    return name in state.interrupts if word == "open" else f"interrupt.{name}" in state.moments


def _clock(state: State, name: str, word: str) -> bool:
    """Whether a named clock is running or, for any other `word`, has ended. A paused clock counts
    as running, since it has started and is not over.
    """
    return f"clock.{name}" in (state.clocks if word == "running" else state.moments)


def _hand_over(state: State, name: str, word: str) -> bool | str | None:
    if word not in _OF_REQUESTS:
        return f"{name}.{word}" in state.moments
    asked = [each for each in state.hand_overs.values() if each.step == name]
    requests = [each for each in asked if state.is_of_now(each.id)]
    match word:
        case "waiting":
            return any(each.status == _WAITING for each in requests)
        case "conditions":
            return any(each.conditions and each.status in AGREED for each in requests)
        case "late":
            return bool(requests) and _is_late(state, name, requests[-1])
        case _:
            return next((each.reason for each in reversed(requests) if each.reason), None)


_OF_REQUESTS = frozenset({"waiting", "conditions", "late", "reason"})
"""Words for what conditions read about the requests of a step; any other word names a moment."""


_READERS: dict[str, _Reader] = {
    "step": _step,
    "stage": _stage,
    "consent": _consent,
    "decision": lambda state, name, _: state.decisions.get(name),
    "hand_over": _hand_over,
    "arrival": lambda state, name, word: (
        f"{name}.{'arrived' if word == 'confirmed' else 'missed'}" in state.moments
    ),
    "clock": _clock,
    "side": _side,
    "role": _role,
    "interrupt": _interrupt,
}
