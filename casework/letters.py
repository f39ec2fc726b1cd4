"""Composes what is sent for an owed notice: to whom, in which language, and in which words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from casework.authenticating import is_for_training
from casework.context import Onward
from casework.held_case import Held, view_of
from casework.notice_tokens import code_of, link_of, offered_now
from casework.reference import Reference
from engine.agencies.registry import WithoutAccount
from engine.disclosing import case_disclosed
from engine.grounds import Disclosed
from engine.notice_kinds import FAREWELL
from engine.visibility import goes_on
from models.columns import table_of
from models.installation import Installation
from models.prepared import all_rows
from notifiers.base import Notice, NoticeKind, Recipient
from notifiers.templates import FALLBACK, written_in

_INSTALLATION = table_of(Installation)
_IN_FORCE = select(_INSTALLATION.c.reference_version)


class Letter(msgspec.Struct, frozen=True):
    """A notice ready to be sent."""

    row: Any
    recipients: Sequence[Recipient]
    notice: Notice
    ground: Disclosed | None
    """The grounds on which it may be sent; None if it is not about a case."""

    @property
    def channel_at(self) -> int:
        """The position in `recipients` of the channel that the last attempt chose; 0 if there is no
        such channel.
        """
        names = [each.channel for each in self.recipients]
        return names.index(self.row.channel) if self.row.channel in names else 0


def composed(onward: Onward, connection: Connection, held: Held | None, row: Any) -> Letter:
    """The letter for a notice. A letter that is about no case has no label; it says only what kind
    of notice it is, and where to sign in.
    """
    reference = held.reference if held else reference_in_force(onward, connection)
    agency = reference.registry.by_code.get(row.agency)
    order = agency.channels if agency else ()
    language = written_in(agency.languages[0] if agency and agency.languages else FALLBACK)
    labels = labels_of(held, row, language) if held else []
    link, code = _for_holder(onward, connection, held, row) if held else ("", "")
    notice = Notice(
        reference=row.reference,
        kind=NoticeKind(row.kind),
        label=labels[0] if labels else "",
        others=tuple(labels[1:]),
        due_at=None if held and _is_last(held, row) else row.due_at,
        zone=agency.zone if agency else "UTC",
        language=language,
        link=link,
        code=code,
        is_training=is_for_training(connection),
    )
    recipients = onward.addresses.channels(row.agency, order)
    ground = case_disclosed(view_of(held), row.agency, row.kind) if held else None
    return Letter(row, recipients, notice, ground)


def reference_in_force(onward: Onward, connection: Connection) -> Reference:
    [installation] = all_rows(connection, _IN_FORCE, {})
    return onward.library.reference(connection, installation.reference_version)


def _for_holder(onward: Onward, connection: Connection, held: Held, row: Any) -> tuple[str, str]:
    """The link and the code with which the letter's reader can act without signing in. Empty texts
    stand for what the reader must not use.
    """
    link = offered_now(onward, connection, held, row, WithoutAccount.LINK)
    told = offered_now(onward, connection, held, row, WithoutAccount.TELEPHONE)
    return (
        link_of(onward, connection, row) if link else "",
        code_of(onward, connection, row) if told else "",
    )


def labels_of(held: Held, row: Any, language: str) -> list[str]:
    """What a notice is about, in neutral words; empty for a last notice, which is the same whatever
    ended the agency's part.
    """
    spoken = held.pathway.spoken(language)
    about = () if _is_last(held, row) else ((row.about, row.label), *row.also)
    return [spoken.label(ident.partition(".")[0], label) for ident, label in about]


def _is_last(held: Held, row: Any) -> bool:
    """Whether a notice tells an agency to stop, or that its part in the case is over."""
    is_over = row.kind in FAREWELL and not goes_on(view_of(held), row.agency)
    return is_over or row.kind == NoticeKind.STOP_AND_CONFIRM
