"""Publishes pathways. A published text never changes; the files beside it may be corrected."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from casework import authority, operators, proposed_versions
from casework.authority import Right
from casework.case_rows import hold_installation
from casework.commencements import announce
from casework.companions import keep
from casework.context import Onward
from casework.principal import Principal
from casework.proposed_versions import asked_for
from casework.version_lines import LARGEST, not_published
from engine.coding import CodeLists, read_codes
from engine.errors import Problem, Refusal
from engine.loader import checked
from engine.pathway import Pathway
from engine.speaking import Languages, read_languages
from engine.templates import Around, ReadBeside, alone, nothing_around, read_pathway
from engine.versions.renames import unfit
from engine.versions.widening import Sight
from models.columns import table_of
from models.definitions import PathwayVersion
from models.installation import Installation
from models.prepared import all_rows

_VERSIONS, _INSTALLATION = table_of(PathwayVersion), table_of(Installation)
_WRITTEN = ("pathway_versions", "pathway_companions", "commencements", "installation")


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A pathway without faults, with what is stored of it."""

    pathway: Pathway
    text: str
    languages: Languages
    coded: CodeLists

    @property
    def spoken(self) -> Pathway:
        """The pathway with the translations from the files around it."""
        return self.pathway.translated(self.languages.translations)


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a pathway that was published or, if it `widens` anything, only proposed."""

    name: str
    number: int
    content_hash: str
    is_new: bool
    """Whether it is new. False if this exact text was published before, or awaits agreement."""
    widens: tuple[Sight, ...] = ()
    """What somebody else has to agree to before the version is published, as in `asked_for`; empty
    if no agreement is needed.
    """
    languages: tuple[str, ...] = ()
    """Its languages other than English."""
    codes: tuple[str, ...] = ()
    """Standards in whose columns its cases can be exported."""
    mended: tuple[str, ...] = ()
    """Languages and codes that are new or were corrected."""
    left_out: tuple[Problem, ...] = ()
    """One problem for each language or code list of an included file or a template that is not used
    for this pathway.
    """


def publish_pathway(
    onward: Onward,
    text: str,
    by: Principal,
    file: str = "pathway.yaml",
    beside: ReadBeside = alone,
    around: Around = nothing_around,
) -> Published:
    """Check a pathway, and publish or propose it: `ready`, then `publish`."""
    return publish(onward, ready(text, file, beside, around), by)


def ready(text: str, file: str, beside: ReadBeside, around: Around) -> Ready:
    """Check a pathway and the files around it.

    The stored text is self-contained: it contains everything that was read through `beside`. It
    does not contain the files `around` the pathway, because these may be corrected later.

    Raises:
        DefinitionError: with every fault in the pathway or in the files around it.
    """
    document = read_pathway(text, file, beside)
    pathway = checked(document)
    return Ready(
        pathway=pathway,
        text=document.text,
        languages=read_languages(text, file, pathway.definition, beside, around),
        coded=read_codes(text, file, pathway.definition, beside, around),
    )


def publish(onward: Onward, checked_one: Ready, by: Principal) -> Published:
    """Store a pathway's text for good. If it shows agencies more than a version that it replaces,
    or asks for a consent in other words, it is only proposed, unless nobody else could agree. A
    first version is only proposed if it shows anything to the agency of whoever publishes it.

    Publishing the same text again only stores corrections to the files beside it; but corrections
    that ask for a consent in other words are only proposed.

    A version that moves running cases starts on its first day, or at once if that day has passed.
    The ticker moves the cases.

    Raises:
        Refusal: `published`, if this version was published with another text, or a higher version
            was published; `renamed`, if a `was` does not fit the previous version;
            `waiting_version`, as in `proposed_versions.put`.
    """
    authority.require(by, Right.COORDINATE)
    pathway, text = checked_one.pathway, checked_one.text
    languages, coded = checked_one.languages, checked_one.coded
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        _row_of(onward, connection, pathway, _hash_of(text))
        number, _ = proposed_versions.newest(onward, connection, pathway.name)
        widens = asked_for(onward, connection, checked_one.spoken, by)
        if not widens:
            return keep_for_good(onward, connection, checked_one, by, now)
        beside = {"translations": languages.translations, "codes": coded.lists}
        head = pathway.definition
        proposed_versions.put(onward, connection, head, text, beside, number, by, now)
    return Published(
        name=pathway.name,
        number=pathway.version,
        content_hash=_hash_of(text),
        is_new=False,
        widens=widens,
        languages=tuple(languages.translations),
        codes=tuple(coded.lists),
        left_out=(*languages.left_out, *coded.left_out),
    )


def keep_for_good(
    onward: Onward,
    connection: Connection,
    checked_one: Ready,
    by: Principal,
    now: datetime,
    *,
    proposed_by: str = "",
) -> Published:
    """Store a pathway's text and the files beside it, within a transaction and without asking for
    agreement.

    Args:
        proposed_by: who had proposed it, if `by` agreed.

    Raises:
        Refusal: `published` or `renamed`, as in `publish`.
    """
    pathway, text = checked_one.pathway, checked_one.text
    languages, coded = checked_one.languages, checked_one.coded
    version, is_new = _kept(onward, connection, pathway, text, now)
    if is_new:
        announce(connection, version, pathway, by.known_as, now)
    mended = keep(connection, version, "translation", languages.translations, now)
    new_codes = keep(connection, version, "codes", coded.lists, now)
    if mended:
        # Makes processes reload what they have read of a version.
        rises = {"reference_version": _INSTALLATION.c.reference_version + 1}
        connection.execute(update(_INSTALLATION).values(rises))
    if is_new or mended or new_codes:
        which = {"pathway": pathway.name, "version": str(pathway.version)}
        also = (proposed_versions.WROTE,) if proposed_by else ()
        which |= {"proposed_by": proposed_by} if proposed_by else {}
        operators.note(onward, connection, by, "publish", (*_WRITTEN, *also), **which)
    return Published(
        name=pathway.name,
        number=pathway.version,
        content_hash=_hash_of(text),
        is_new=is_new,
        languages=tuple(languages.translations),
        codes=tuple(coded.lists),
        mended=(*mended, *new_codes),
        left_out=(*languages.left_out, *coded.left_out),
    )


def require_fit(onward: Onward, pathway: Pathway, text: str) -> None:
    """Refuse a draft that could not be published. It passes if this very text is already published
    under its number.

    Args:
        text: the pathway's text, with everything it includes.

    Raises:
        Refusal: `published` or `renamed`, as in `publish`.
    """
    with onward.store.read() as connection:
        _row_of(onward, connection, pathway, _hash_of(text))


def _hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _kept(
    onward: Onward, connection: Connection, pathway: Pathway, text: str, now: datetime
) -> tuple[int, bool]:
    """The id of the version's row, which is inserted if there is none yet, and whether it is new.
    Raises Refusal, as `require_fit` does.
    """
    content = _hash_of(text)
    known = _row_of(onward, connection, pathway, content)
    if known is not None:
        return known, False
    values = {
        "name": pathway.name,
        "number": pathway.version,
        "content_hash": content,
        "text": text,
        "published_at": now,
    }
    made = connection.execute(insert(_VERSIONS).values(values).returning(_VERSIONS.c.id))
    return int(made.scalar_one()), True


def _row_of(onward: Onward, connection: Connection, pathway: Pathway, content: str) -> int | None:
    """The id of the version's row, if the version was already published with this exact text; None
    if it can be published now. Raises Refusal, as `require_fit` does.
    """
    query = select(_VERSIONS.c.id, _VERSIONS.c.number, _VERSIONS.c.content_hash)
    found = connection.execute(query.where(_VERSIONS.c.name == pathway.name))
    rows = {row.number: row for row in found}
    known = rows.get(pathway.version)
    if known is None:
        _require_next(onward, connection, pathway, rows)
        return None
    if known.content_hash != content:
        raise Refusal(
            "published.otherwise",
            version=pathway.version,
            pathway=pathway.name,
            next=max(rows) + 1,
        )
    return int(known.id)


def _require_next(
    onward: Onward, connection: Connection, pathway: Pathway, rows: Mapping[int, Any]
) -> None:
    """Refuse a version unless it is newer than all others, and each former name in it (`was`) fits
    the newest of them.
    """
    if not rows:
        return
    newest = max(rows)
    if pathway.version < newest:
        raise Refusal("published.later", version=newest, pathway=pathway.name, next=newest + 1)
    before = onward.library.pathway(connection, rows[newest].id)
    faults = unfit(before.definition, pathway.definition)
    if faults:
        raise Refusal("renamed", faults=faults)


def published_version(onward: Onward, name: str, number: int, by: Principal) -> Pathway:
    """A pathway as it was published.

    Raises:
        Refusal: `unknown_pathway`, with the existing versions.
        DefinitionError: it uses words that Onward no longer reads.
    """
    authority.require(by, Right.COORDINATE)
    query = select(_VERSIONS.c.id, _VERSIONS.c.number).where(_VERSIONS.c.name == name)
    with onward.store.read() as connection:
        ids = {row.number: row.id for row in connection.execute(query.order_by(_VERSIONS.c.number))}
        if number in ids:
            return onward.library.pathway(connection, ids[number])
    raise not_published(name, number, ids)


def version_to_open(
    onward: Onward, connection: Connection, name: str, number: int | None, opened: datetime
) -> tuple[int, Pathway]:
    """The version for a new case: the one asked for, or else the newest in effect when the case is
    opened. `decide` refuses a case on one that was asked for and is not in effect then.

    Raises:
        Refusal: `unknown_pathway`; `not_in_effect`, with the first day on which such a version
            takes effect.
    """
    if number is not None and number > LARGEST:
        raise not_published(name, number, ())
    wanted = {"name": name} if number is None else {"name": name, "number": number}
    found = all_rows(connection, _read_versions(tuple(wanted)), wanted)
    if not found:
        if number is None:
            raise Refusal("unknown_pathway.name", pathway=name)
        raise not_published(name, number, ())
    starts: list[date] = []
    for row in found:
        pathway = onward.library.pathway(connection, row.id)
        if number is not None or pathway.definition.effective <= opened.date():
            return row.id, pathway
        starts.append(pathway.definition.effective)
    raise Refusal("not_in_effect.before", pathway=name, effective=min(starts), opened=opened.date())


@cache
def _read_versions(known: tuple[str, ...]) -> Any:
    """The query for versions by the columns that are known, newest first."""
    query = select(_VERSIONS.c.id, _VERSIONS.c.number)
    query = query.where(*(_VERSIONS.c[each] == bindparam(each) for each in known))
    return query.order_by(_VERSIONS.c.number.desc())
