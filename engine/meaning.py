"""What an agency means by the numbers in an act or phrase: see `numbering`."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from engine.acts.declared import WordKind
from engine.commands import AnyAct
from engine.errors import Refusal
from engine.numbering import (
    has_any,
    is_its,
    meant,
    no_request,
    no_task_of,
    request_meant,
    stop_meant,
    task_meant,
)
from engine.pathway import Pathway
from engine.state import State
from engine.verbs import BY_VERB, act_of, names_of


def period_meant(state: State, agency: str, name: str) -> str:
    """What an agency means by the name of a period: the id of a task or request, or else the name
    of a step or named clock.

    Raises:
        Refusal: `not_open.period` if the agency has nothing under that number.
    """
    if "." not in name:
        return name
    found = meant(state, agency, name)
    if found is None:
        raise Refusal("not_open.period", name=name)
    return found.id


_MEANT: Mapping[WordKind, Callable[[State, str, str], str]] = {
    WordKind.TASK: task_meant,
    WordKind.STOP: stop_meant,
    WordKind.REQUEST: request_meant,
    WordKind.PERIOD: period_meant,
}


def as_meant(act: AnyAct, state: State, agency: str) -> AnyAct:
    """The act with ids in place of the numbers that the agency knows.

    Raises:
        Refusal: `not_found` or `not_open`, alike for a task, request or period that does not exist
            and for one that is not the agency's.
    """
    words = act.declared.words if act.declared else ()
    ids = {
        word.field: _MEANT[word.kind](state, agency, getattr(act, word.field))
        for word in words
        if word.kind in _MEANT
    }
    return replace(act, **ids) if ids else act


def act_meant(
    phrase: str, answers: Mapping[str, Any], pathway: Pathway, state: State, agency: str
) -> AnyAct:
    """The act that an agency asks for in the words of scenarios: `complete talk`,
    `accept ask_home.1`.

    Raises:
        Refusal: as in `act_of`; `not_found` or `not_open` for anything that does not exist or is
            not the agency's, whether named by its number or by its step.
    """
    named = names_of(phrase)
    verb, name = named[:2] if named else ("", "")
    kinds = BY_VERB.get(verb, {}).keys() & _MEANT.keys()
    if not kinds:
        return act_of(phrase, answers, pathway, state, agency)
    if "." in name:
        phrase = phrase.replace(f" {name}", f" {_ident(kinds, state, agency, name)}", 1)
    elif WordKind.PERIOD not in kinds and not has_any(state, agency, name):
        raise _not_there(kinds, state, agency, name)
    act = act_of(phrase, answers, pathway, state, agency)
    if not all(is_its(state, agency, each) for each in _works(act)):
        raise _not_there(kinds, state, agency, name)
    return act


def _ident(kinds: Container[WordKind], state: State, agency: str, name: str) -> str:
    found = meant(state, agency, name)
    if found is None:
        raise _not_there(kinds, state, agency, name)
    return found.id


def _not_there(kinds: Container[WordKind], state: State, agency: str, name: str) -> Refusal:
    if WordKind.PERIOD in kinds:
        return Refusal("not_open.period", name=name)
    is_step = "." not in name  # a step is named in the reader's language
    if WordKind.TASK in kinds or WordKind.STOP in kinds:
        return Refusal("not_open.step", step=name) if is_step else no_task_of(state, agency, name)
    return Refusal("not_open.request", step=name) if is_step else no_request(name)


def _works(act: AnyAct) -> Iterator[str]:
    """The tasks and requests that an act is about, by their ids."""
    for word in act.declared.words if act.declared else ():
        if word.kind in (WordKind.TASK, WordKind.STOP, WordKind.REQUEST):
            yield getattr(act, word.field)
