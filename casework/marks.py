"""Marks, by which something is recognised when it comes again (a row taken in, or a case exported),
and which reveal nothing about it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, insert, select

from casework.context import Onward
from casework.wrapping import make_key, wrapped_columns
from models.columns import table_of
from models.intakes import Intake, IntakeSecret
from models.keys import Cipher
from models.proof import Proof

_SECRETS, _INTAKES = table_of(IntakeSecret), table_of(Intake)
OWNER = b"intake secret"
"""The name under which the keyring knows the secret that marks are made with."""
_PLACE = b"intake secret"
PLACE_OF_SECRET = "intake_secrets"
_BYTES = 32


def secret_of(onward: Onward, connection: Connection) -> bytes:
    """The installation's secret, with which marks are made; created when it is first needed.

    Without it a mark would be a plain digest, from which names and birthdays can be guessed by
    trial.
    """
    if (known := known_secret(onward, connection)) is not None:
        return known
    secret = os.urandom(_BYTES)
    cipher, wrapped = make_key(onward, connection, OWNER)
    sealed = cipher.seal(secret, _PLACE)
    proof = proof_of_secret(onward.proof, sealed)
    values = {**wrapped_columns(wrapped), "sealed": sealed, "proof": proof}
    connection.execute(insert(_SECRETS).values(values))
    return secret


def known_secret(onward: Onward, connection: Connection) -> bytes | None:
    """The installation's secret; None if there is none yet. Then nothing has a mark."""
    row = connection.execute(select(_SECRETS).order_by(_SECRETS.c.id).limit(1)).one_or_none()
    if row is None:
        return None
    return opened(onward.keys.cipher(row.wrapped_key, OWNER), row.sealed)


def opened(cipher: Cipher, sealed: bytes) -> bytes:
    """The secret. Raises `Unreadable`."""
    return cipher.open(sealed, _PLACE)


def resealed(cipher: Cipher, under: Cipher, sealed: bytes) -> bytes:
    """The secret sealed under another key. Raises `Unreadable`."""
    return cipher.reseal(sealed, _PLACE, under)


def proof_of_secret(proof: Proof, sealed: bytes) -> bytes:
    """The proof that the secret is the one this installation made."""
    return proof.of(PLACE_OF_SECRET, sealed)


def mark(secret: bytes, *parts: object) -> bytes:
    """The mark of something, made from the parts that identify it."""
    return hmac.digest(secret, msgspec.json.encode(parts), hashlib.sha256)


def taken_in(connection: Connection, marks: Iterable[bytes]) -> dict[bytes, int]:
    """Those of the given marks that already have a case, each with the id of that case."""
    query = select(_INTAKES.c.mark, _INTAKES.c.case_id).where(_INTAKES.c.mark.in_(list(marks)))
    return {row.mark: row.case_id for row in connection.execute(query)}
