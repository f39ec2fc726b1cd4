"""The keys that sign checkpoints: those of our own log and, as a witness, those of other
installations' logs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.sealing.notes import SignedKind, Signer, VerifierKey

_SEED_BYTES = 32


class Signing:
    """The signing keys of an installation, read when they are needed.

    Args:
        seeds: returns the seeds, the one in use first; its argument says whether to make a seed if
            there is none.
    """

    def __init__(self, seeds: Callable[[bool], Sequence[bytes]]) -> None:
        self._seeds = seeds

    def of_log(self, origin: str, *, first_time: bool = False) -> Signer:
        """The signer of our checkpoints.

        Args:
            first_time: whether nothing has been signed yet, so that a missing key is made.

        Raises:
            SealError: there is no key.
        """
        return _of_log(origin, self._seeds(first_time)[0])

    def verifiers(self, origin: str) -> list[VerifierKey]:
        """The verifiers of our checkpoints, the one in use first. Raises `SealError` if there is no
        key.
        """
        return [_of_log(origin, seed).key for seed in self._seeds(False)]

    def of_witness(self, origin: str) -> Signer:
        """Our signer for the checkpoints of others.

        C2SP requires a separate key for each kind of signature; the key for this kind is derived
        from the same secret as the log's key. If there is no secret yet, it is made.
        """
        derived = HKDF(SHA256(), _SEED_BYTES, None, b"onward witness").derive(self._seeds(True)[0])
        return Signer(origin, Ed25519PrivateKey.from_private_bytes(derived), SignedKind.WITNESS)


def _of_log(origin: str, seed: bytes) -> Signer:
    return Signer(origin, Ed25519PrivateKey.from_private_bytes(seed))
