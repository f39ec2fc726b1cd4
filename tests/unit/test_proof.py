"""Proofs are HMAC-SHA-256 over the place and the bytes, as other installations and versions have made them."""

from __future__ import annotations

import hmac

from models.proof import Proof

OLD, NEW = b"o" * 32, b"n" * 32


def test_a_proof_is_the_keyed_digest_of_its_place_and_bytes() -> None:
    """Each time anew: what was proved before leaves no trace in it."""
    proof = Proof([NEW, OLD])
    for said in (b"one", b"", b"one"):
        assert proof.of("cases", said) == hmac.digest(NEW, b"cases\0" + said, "sha256")


def test_an_older_key_only_checks() -> None:
    """A proof under a key that is known no more holds no more."""
    before = Proof([OLD]).of("cases", b"one")
    assert Proof([NEW, OLD]).holds(before, "cases", b"one")
    assert not Proof([NEW, OLD]).holds(before, "tasks", b"one")
    assert not Proof([NEW]).holds(before, "cases", b"one")
