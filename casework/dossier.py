"""The dossier: what is given to a person who asks what is held about them.

It shows no more than a look would: the answers that the responsible agency may read, and who holds
the others. It does not mention other people, staff, agencies the case is kept from, or where a
place to stay is, because it may fall into the hands of somebody who threatens the person.

Source: the right to know (HTCDS); papers are a danger where somebody else may find them (D5, D7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from casework import authority, log, story
from casework.authenticating import is_for_training
from casework.authority import Right
from casework.context import Onward
from casework.deciding import attempt
from casework.disclosures import Disclosure, Entries, disclosed_in
from casework.held_case import Held, hold_for, view_of
from casework.looks import looking
from casework.principal import Principal
from casework.protected import newest_values, open_value
from casework.recording import record
from casework.turn import conclude
from casework.version_lines import pathways_of
from engine.acts.informing import Inform, PersonInformed
from engine.agencies.registry import Agency
from engine.collecting import collectors
from engine.disclosing import may_be_told
from engine.four_eyes import field_of
from engine.locales import base_of
from engine.message import Message, message
from engine.numbering import names_as_shown
from engine.pathway import Pathway
from engine.projection import told_to_person
from engine.reading_out import WordsReadOut, words_read_out
from engine.statuses import ConsentStatus
from engine.translation import Translation
from engine.view import View


class DossierOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What the dossier should contain, and whom it is for."""

    to: str
    """One of `engine.acts.informing.RECEIVERS`."""
    reason: str
    """One of `engine.acts.informing.REASONS`."""
    languages: tuple[str, ...]
    """In order of preference; the first language with texts is used. If the first is empty, it
    stands for the language of the last consent that the person gave without an interpreter.
    """


class HeldAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, or who holds it."""

    name: str
    """The name, as the agency sees it."""
    kind: str
    """The type of its field; empty for words that belong to an act."""
    holders: tuple[str, ...]
    """The codes of the agencies that have collected it."""
    value: object = None
    """None if the agency must not read it."""


class Happening(msgspec.Struct, frozen=True):
    """Something that happened in the case."""

    at: datetime
    said: Message


class ConsentAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the person was asked to agree to, and what they said."""

    name: str
    status: Message
    at: datetime | None
    expires_at: datetime | None
    giver: str
    interpreter: bool
    to: tuple[str, ...]
    shows: tuple[str, ...]
    words: WordsReadOut


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """What is held about a person, as the responsible agency may hand it out."""

    code: str
    made_at: datetime
    zone: str
    agency: str
    to: str
    reason: str
    is_training: bool
    wanted: str
    """The first language of the order. If that is empty, the language of the last consent that the
    person gave without an interpreter; empty if there is no such consent.
    """
    words: Translation
    agencies: Mapping[str, Agency]
    answers: tuple[HeldAnswer, ...]
    elsewhere: tuple[HeldAnswer, ...]
    """Answers that the agency must not read."""
    happened: tuple[Happening, ...]
    consents: tuple[ConsentAsked, ...]
    disclosed: tuple[Disclosure, ...]


def dossier(onward: Onward, code: str, wanted: DossierOrder, by: Principal) -> Dossier:
    """What is held about the person in a case, for the responsible agency to hand out.

    In the same transaction, an entry in the case's log records that the dossier was given, to whom,
    why, and with which fields.

    Raises:
        Refusal: `unknown_case`, `suspended_agency` or `too_many_looks`; `not_yours`;
            `needs_guardian` if the dossier is for the person and they may be a child.
        Erased: the case or the person was erased.
    """
    authority.require(by, Right.ACT)
    with looking(onward, by), onward.store.write() as connection:
        held = hold_for(onward, connection, code, by)
        sealed = newest_values(connection, held.row.id)
        language = next(filter(None, (*wanted.languages[:1], *_last_asked(held))), "")
        order = (language, *wanted.languages[1:])
        known = (*sealed, *(name for name in held.state.data if name not in sealed))
        act = Inform(known=known, to=wanted.to, reason=wanted.reason, language=base_of(language))
        made = attempt(held, act, by)
        given = [each for each in made.decision.facts if isinstance(each, PersonInformed)]
        names = [name for each in given for name in each.fields]
        values = {
            name: open_value(onward, sealed[name]) if name in sealed else held.state.data[name]
            for name in names
        }
        found = _gathered(onward, connection, held, wanted, order, by, values, known)
        written = record(onward, connection, made)
    conclude(onward, written)
    return found


def _last_asked(held: Held) -> Iterator[str]:
    """The languages of the consents that the person gave without an interpreter, the last consent
    first.
    """
    asked = [
        each for each in held.state.consents.values() if each.language and not each.interpreter
    ]
    dated = sorted((each.given_at, each.language) for each in asked if each.given_at)
    yield from (language for _, language in reversed(dated))


def _gathered(
    onward: Onward,
    connection: Connection,
    held: Held,
    wanted: DossierOrder,
    languages: tuple[str, ...],
    by: Principal,
    values: Mapping[str, object],
    known: tuple[str, ...],
) -> Dossier:
    entries = log.entries_of(connection, held.row.id, held.row.code, held.cipher)
    told = [(row.number, entry.facts) for row, entry in entries]
    pathways = pathways_of(onward, connection, held, told)
    agencies, view = held.reference.registry.by_code, view_of(held)
    words = _words(held.pathway, languages)
    here = agencies.get(by.agency)
    answers = [_answer(view, by.agency, name, values.get(name)) for name in known]
    return Dossier(
        code=held.row.code,
        made_at=held.now,
        zone=here.zone if here else "UTC",
        agency=by.agency,
        to=wanted.to,
        reason=wanted.reason,
        is_training=is_for_training(connection),
        wanted=base_of(languages[0]),
        words=words,
        agencies=agencies,
        answers=tuple(each for each in answers if each.name and each.value is not None),
        elsewhere=tuple(each for each in answers if each.name and each.value is None),
        happened=tuple(_happened(entries, pathways, held.pathway.version, words.language)),
        consents=tuple(_asked(view, pathways, words.language)),
        disclosed=tuple(_disclosed(onward, connection, held, by.agency)),
    )


def _words(pathway: Pathway, languages: tuple[str, ...]) -> Translation:
    """The pathway's texts in the first of these languages that it has; otherwise in English, which
    it always has.
    """
    found = [pathway.spoken(each) for each in languages if each]
    fits = (
        each
        for each, of in zip(found, filter(None, languages), strict=True)
        if each.language == base_of(of)
    )
    return next(fits, found[-1] if found else pathway.spoken(""))


def _answer(view: View, agency: str, name: str, value: object) -> HeldAnswer:
    shown = names_as_shown(view.state, agency, [name])[name]
    field = view.pathway.definition.data.get(field_of(view.state, name))
    return HeldAnswer(
        name=shown,
        kind=field.type if field else "",
        holders=collectors(view.pathway, view.state, name),
        value=value,
    )


_BOOKKEEPING = ("log.quiet.", "log.notice.", "log.side", "log.stage", "log.moved.")
"""The first parts of the codes of messages about the pathway's progress, not about an act."""


def _happened(
    entries: Entries, pathways: Mapping[int, Pathway], last: int, language: str
) -> Iterator[Happening]:
    """What happened in the case, as far as the person may be told, in words that a bystander may
    read. Leaves out messages about the pathway's progress.
    """
    at = {row.number: entry.command.occurred_at for row, entry in entries}
    seen = [(row.number, told_to_person(entry)) for row, entry in entries]
    for lines in story.told(seen, pathways, last, language, outside=True):
        for line in lines:
            if not line.said.code.startswith(_BOOKKEEPING):
                yield Happening(at[line.number], line.said)


def _asked(view: View, pathways: Mapping[int, Pathway], language: str) -> Iterator[ConsentAsked]:
    moments = view.state.moments
    for name, consent in view.state.consents.items():
        yield ConsentAsked(
            name=name,
            status=message(f"status.consent.{consent.status}"),
            at=consent.given_at or moments.get(f"consent.{name}.{consent.status}"),
            expires_at=consent.expires_at if consent.status == ConsentStatus.GIVEN else None,
            giver=consent.giver,
            interpreter=consent.interpreter,
            to=may_be_told(view, name),
            shows=consent.shows,
            words=words_read_out(view, pathways, name, language),
        )


def _disclosed(
    onward: Onward, connection: Connection, held: Held, agency: str
) -> Iterator[Disclosure]:
    """What others were told or shown, each item at most once per day."""
    found: dict[object, Disclosure] = {}
    for each in disclosed_in(onward, connection, held):
        fields = tuple(names_as_shown(held.state, agency, each.fields).values())
        key = (each.at.date(), each.to, each.way, fields, each.by)
        found.setdefault(key, msgspec.structs.replace(each, fields=fields, person=""))
    yield from found.values()
