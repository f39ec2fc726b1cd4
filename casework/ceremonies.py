"""The WebAuthn ceremonies: what browsers and authenticators are asked, and what they answer.
The `webauthn` library is used only here, and imported only when needed, because importing it takes
half a second.

Source: W3C, Web Authentication, level 3 (registration and authentication ceremonies). Users of a
passkey prove their identity to their own device, by a PIN, a fingerprint or their face, and nothing
of that leaves the device.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from casework.challenges import LASTS
from casework.relying_party import RelyingParty
from engine.errors import Refusal

_T = TypeVar("_T")
_NAME = "Onward"
_LONGEST_ID = 1023
_MILLISECONDS = int(LASTS.total_seconds() * 1000)
_MOST_WAYS, _WAY = 8, re.compile("[a-z-]{1,20}")


class KnownPasskey(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey of an account, as browsers identify it."""

    id: bytes
    ways: Sequence[str] = ()
    """How a device is reached: `internal`, `usb`, `nfc`, ..."""


class MadePasskey(msgspec.Struct, frozen=True, kw_only=True):
    """A newly made passkey."""

    id: bytes
    public_key: bytes
    """The public key, in COSE format."""
    count: int
    """How often it has signed; 0 if its device does not count."""
    ways: Sequence[str]


def to_make(
    party: RelyingParty, challenge: bytes, user: bytes, name: str, known: Sequence[KnownPasskey]
) -> str:
    """The options a browser is given to make a passkey, as JSON.

    Args:
        user: an opaque id by which a device tells accounts apart.
        name: what the device shows.
        known: the account's passkeys; a device that holds one of them does not make another.
    """
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=party.id,
        rp_name=_NAME,
        user_id=user,
        user_name=name,
        challenge=challenge,
        timeout=_MILLISECONDS,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each.id) for each in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json(options)


def to_use(party: RelyingParty, challenge: bytes, known: Sequence[KnownPasskey]) -> str:
    """The options a browser is given to use one of these passkeys, as JSON."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_MILLISECONDS,
        allow_credentials=[PublicKeyCredentialDescriptor(id=each.id) for each in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    asked = options_to_json_dict(options)
    # As their devices named them, which may be ways that the library does not know.
    for each, passkey in zip(asked["allowCredentials"], known, strict=True):
        if passkey.ways:
            each["transports"] = [*passkey.ways]
    return json.dumps(asked)


def made(party: RelyingParty, challenge: bytes, answer: str) -> MadePasskey:
    """The passkey that a browser says it has made.

    Raises:
        Refusal: `wrong_passkey`: no passkey was made, or it was made for another party or
            challenge, or its owner did not prove who they are, or its id is empty or too long.
    """
    from webauthn import verify_registration_response

    def verified() -> MadePasskey:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
        return MadePasskey(
            id=found.credential_id,
            public_key=found.credential_public_key,
            count=found.sign_count,
            ways=_ways(json.loads(answer)["response"].get("transports")),
        )

    passkey = _of_anybody(verified)
    if not 0 < len(passkey.id) <= _LONGEST_ID:
        raise Refusal("wrong_passkey")
    return passkey


def id_in(answer: str) -> bytes:
    """The id of the passkey that an answer says was used.

    Raises:
        Refusal: `wrong_passkey`.
    """
    from webauthn.helpers import parse_authentication_credential_json

    return _of_anybody(lambda: parse_authentication_credential_json(answer).raw_id)


def count_of(party: RelyingParty, challenge: bytes, answer: str, public_key: bytes) -> int:
    """How often the device has signed with the passkey, according to its answer; 0 if the device
    does not count.

    Raises:
        Refusal: `wrong_passkey`: the answer is not for this party and challenge, or not signed with
            this key, or the owner did not prove who they are.
    """
    from webauthn import verify_authentication_response

    def verified() -> int:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,  # the caller compares and records it
            require_user_verification=True,
        )
        return found.new_sign_count

    return _of_anybody(verified)


def _of_anybody(read: Callable[[], _T]) -> _T:
    """Read an answer. Raises Refusal `wrong_passkey` if it is invalid in any way: anybody may send
    anything, and the library lets errors of its own dependencies through.
    """
    try:
        return read()
    except Exception:  # noqa: BLE001 - of what anybody sent
        raise Refusal("wrong_passkey") from None


def _ways(said: object) -> list[str]:
    """The transports that a browser names, at most `_MOST_WAYS`. Unknown names are kept as long as
    they are short words; anything else is left out.
    """
    named = said if isinstance(said, list) else []
    words = (each for each in named if isinstance(each, str))
    return [each for each in words if _WAY.fullmatch(each)][:_MOST_WAYS]
