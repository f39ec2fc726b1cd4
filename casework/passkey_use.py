"""Lets somebody show a passkey, or make one: gives their browser a challenge, which may be used
once, and checks its answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from casework import accounts, ceremonies, challenges, kept_passkeys, manifest, operators
from casework.ceremonies import KnownPasskey, MadePasskey
from casework.challenges import SignedFor
from casework.context import Onward
from casework.relying_party import RelyingParty
from casework.sessions import SignedIn
from engine.errors import Refusal

_USER = "user of passkeys"


class PasskeyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser answers to a challenge."""

    text: str
    """The answer, as JSON."""
    party: RelyingParty | None
    """The site that the passkey is for; None if browsers make no passkeys for it."""


def whose(signed: SignedIn) -> str:
    """The owner of any challenge given within this session."""
    return f"session {signed.session}"


def to_make(
    onward: Onward,
    signed: SignedIn,
    purpose: SignedFor,
    party: RelyingParty,
    known: list[KnownPasskey],
    now: datetime,
) -> str:
    """What a browser needs to make a passkey, as JSON.

    Args:
        known: passkeys that stay in use; a device that holds one of them makes no other.
    """
    by = signed.by
    # Devices tell people apart by this id. It is the same each time somebody sets up an account, so
    # that their former passkey is replaced.
    user = onward.proof.of(_USER, accounts.owner_of(by.agency, by.person))
    challenge = challenges.give(onward, purpose, whose(signed), now)
    return ceremonies.to_make(party, challenge, user, f"{by.agency} {by.person}", known)


def made(
    onward: Onward, signed: SignedIn, purpose: SignedFor, answer: PasskeyAnswer, now: datetime
) -> MadePasskey:
    """The passkey that a browser has made.

    Raises:
        Refusal: `wrong_passkey` or `late_passkey`.
    """
    party, challenge = _expected(onward, purpose, whose(signed), answer, now)
    return ceremonies.made(party, challenge, answer.text)


def to_use(
    onward: Onward,
    account: Any,
    purpose: SignedFor,
    who: str,
    party: RelyingParty | None,
    now: datetime,
) -> str:
    """What a browser needs to use one of an account's passkeys, as JSON; empty if none of them can
    be used.

    Args:
        who: the owner of the challenge.
    """
    if party is None:
        return ""
    with onward.store.read() as connection:
        known = kept_passkeys.known(onward, connection, account)
    if not known:
        return ""
    return ceremonies.to_use(party, challenges.give(onward, purpose, who, now), known)


def use(
    onward: Onward, account: Any, purpose: SignedFor, who: str, answer: PasskeyAnswer, now: datetime
) -> None:
    """Accept one of an account's passkeys, as a browser shows it.

    Raises:
        Refusal: `wrong_passkey`, `late_passkey`, or `copied_passkey`, which is recorded.
    """
    party, challenge = _expected(onward, purpose, who, answer, now)
    credential = ceremonies.id_in(answer.text)

    def used(connection: Connection) -> bool:
        row = kept_passkeys.held(connection, account, credential=credential)
        kept = kept_passkeys.opened(onward, account, row) if row is not None else None
        if kept is None:
            raise Refusal("wrong_passkey")
        count = ceremonies.count_of(party, challenge, answer.text, kept.public_key)
        if count <= kept.count and (count or kept.count):
            _refuse(onward, connection, account, row, now)
            return False
        kept_passkeys.seal(onward, connection, account, row, replace(kept, count=count))
        kept_passkeys.change(connection, row, used_at=now)
        return True

    if not onward.store.change(used):
        raise Refusal("copied_passkey")


def _expected(
    onward: Onward, purpose: SignedFor, who: str, answer: PasskeyAnswer, now: datetime
) -> tuple[RelyingParty, bytes]:
    """The site and the challenge that a passkey must have signed. The challenge is void from now
    on. Raises Refusal `wrong_passkey` if there is no site, `late_passkey` if there is no challenge.
    """
    challenge = challenges.take(onward, purpose, who, now)
    if answer.party is None:
        raise Refusal("wrong_passkey")
    if challenge is None:
        raise Refusal("late_passkey")
    return answer.party, challenge


def _refuse(onward: Onward, connection: Connection, account: Any, row: Any, now: datetime) -> None:
    """Record that a passkey's count did not rise, which suggests that a copy of it exists."""
    kept_passkeys.change(connection, row, refused_at=now)
    nothing = manifest.standing(onward.proof, connection, ())
    about = {"agency": account.agency, "person": account.person}
    operators.note_by_itself(onward, connection, "refuse_passkey", nothing, **about)
