"""How an agency that has signed in acts in a case: by an act with its answers and words.

Agencies name tasks and requests by their own numbers (see `engine.numbering`).
Whether an act is possible is checked before anybody fills in its form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict, Unpack

from msgspec.structs import asdict, replace

from casework import authority
from casework.authenticating import TIME
from casework.authority import Right
from casework.context import Onward
from casework.deciding import Maker, attempt
from casework.held_case import hold, hold_for, view_of
from casework.idempotency import KeyedRequest
from casework.linking import in_both
from casework.looks import looking
from casework.principal import Principal
from casework.protected import checked_values
from casework.settling import settle_due
from casework.turn import Moved, take
from engine.acts.filling import answered, protected_in
from engine.commands import AnyAct
from engine.errors import Refusal
from engine.four_eyes import kept_as
from engine.meaning import as_meant
from engine.numbering import SpokenTo, task_meant
from engine.pathway import Pathway
from engine.reading_out import ReadOut, read_out
from engine.state import State
from engine.translation import OWN


def require_possible(
    onward: Onward, code: str, act: AnyAct, by: Principal, occurred_at: datetime | None = None
) -> None:
    """Refuse an act that no answer could make possible. The act itself is not done.

    If the act is refused, whatever was due in the case is recorded, as `do` does.

    Args:
        act: the act, without the answers of its form.

    Raises:
        Refusal: why it is not possible, ignoring the missing form.
        Erased: the case was erased.
    """
    authority.require(by, Right.ACT)
    with onward.store.read() as connection:
        held = hold(onward, connection, code, by=by, by_right=act.rule.by_right, lock=False)
        refusal = attempt(
            held, lambda _, state: as_meant(act, state, by.agency), by, occurred_at
        ).refusal
    if refusal is not None and refusal.reason != "wrong_form":
        settle_due(onward, code, TIME)
        raise refusal


def words_to_read_out(
    onward: Onward,
    code: str,
    task: str,
    by: Principal,
    language: str | None = None,
    *,
    reader: str = OWN,
) -> ReadOut:
    """What the agency that asks for a consent reads out to the person.

    Args:
        language: the language of the words; if the pathway does not have it, they are in English.
            By default, the answer in the field that the consent names for this, or else `reader`.
        reader: the language of whoever reads them out; if the pathway does not have it, English.

    Raises:
        Refusal: `unknown_case`, `suspended_agency` or `too_many_looks`; `not_found`, also for
            another agency's task; `not_open`, or `not_a_consent`.
        Erased: the case was erased.
    """
    authority.require(by, Right.READ)
    with looking(onward, by), onward.store.read() as connection:
        held = hold_for(onward, connection, code, by, lock=False)
    ident = task_meant(held.state, by.agency, task)
    with SpokenTo(held.state, by.agency):
        return read_out(view_of(held), ident, by.agency, language, reader)


class Details(TypedDict, total=False):
    """What may accompany an act, in addition to its own fields; each part may be left out or empty."""

    answers: Mapping[str, object] | None
    """The answers to its form."""
    words: str
    """Protected words that accompany it, such as those behind a reason."""
    occurred_at: datetime | None
    """When it happened, if not now."""
    keyed: KeyedRequest | None
    """The request by which a program asks for the act; None if no program does."""


def do(onward: Onward, code: str, act: AnyAct, by: Principal, **details: Unpack[Details]) -> Moved:
    """Do an act in a case. An act about two cases is done as by `linking.in_both`, which ignores
    all details but `keyed`.

    Protected answers and words are sealed under the person's key, and only their names reach the
    log.

    Args:
        act: the act, without the answers of its form.

    Raises:
        AnsweredBefore: the keyed request was answered before.
        Refusal: why it is not possible; `wrong_form` names every field that is wrong, never what
            was answered.
        Erased: the case was erased.
    """
    authority.require(by, Right.ACT)
    keyed = details.get("keyed")
    if act.declared and act.declared.pair:
        return in_both(onward, code, act, act.declared.pair, by, keyed)
    values: dict[str, object] = {}
    return take(
        onward,
        code,
        maker(act, by, details, values),
        by,
        by_right=act.rule.by_right,
        occurred_at=details.get("occurred_at"),
        values=values,
        keyed=keyed,
    )


def maker(act: AnyAct, by: Principal, details: Details, values: dict[str, object]) -> Maker:
    """A `Maker` that makes the act with its answers, once the case has been read.

    Args:
        values: a mapping to which the act's protected values are added.

    Raises:
        Refusal: `not_understood` if there are words and the act takes none.
    """
    answers, words = details.get("answers") or {}, details.get("words", "")
    said = with_words(act, words)

    def ask(pathway: Pathway, state: State) -> AnyAct:
        filled = answered(as_meant(said, state, by.agency), answers, pathway)
        values.update(values_of(filled, answers, words, pathway, state))
        return filled

    return ask


def with_words(act: AnyAct, words: str) -> AnyAct:
    """The act. If words are given and the act has a field that announces them, that field is set.

    Raises:
        Refusal: `not_understood` if words are given and the act takes none.
    """
    if not words:
        return act
    protected = act.declared.protected if act.declared else None
    if protected is None:
        raise Refusal("not_understood.words")
    return replace(act, **{protected.announced: True}) if protected.announced else act


def values_of(
    act: AnyAct, answers: Mapping[str, object], words: str, pathway: Pathway, state: State
) -> dict[str, object]:
    """The values of an act that are to be sealed, by the names they are stored under.

    Raises:
        Refusal: `wrong_form`.
    """
    declared = act.declared
    values: dict[str, object] = {}
    if declared and declared.fill:
        task = state.tasks.get(getattr(act, "task", ""))
        checked = checked_values(pathway, answers, protected_in(answers, pathway))
        values = {kept_as(task, name): value for name, value in checked.items()}
    if words and declared and declared.protected:
        values[declared.protected.kept_as.format_map(asdict(act))] = words
    return values
