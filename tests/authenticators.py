"""A device with passkeys, in software: what a browser hands on from it, as the standard has it (ES256, without attestation)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

from casework import sign_in_links
from casework.context import Onward
from tests.portals import ADDRESS, PASSWORD, Browser, read
from tests.principals import OPERATOR

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40
_NO_MODEL = bytes(16)


@dataclass
class Passkey:
    id: bytes
    key: ec.EllipticCurvePrivateKey
    user: str
    count: int = 0


@dataclass
class Device:
    """Whoever has it unlocks it whenever it asks."""

    origin: str = ADDRESS
    """Of the page that asks."""
    counts: bool = True
    passkeys: list[Passkey] = field(default_factory=list)

    def make(self, options: str, *, flags: int = PRESENT | VERIFIED, **other: Any) -> str:
        """Make a passkey.

        Args:
            other: what a browser would not say: `origin`, `party`, `challenge`, `id`.
        """
        asked = json.loads(options)
        key = ec.generate_private_key(ec.SECP256R1())
        made = Passkey(other.get("id") or secrets.token_bytes(32), key, asked["user"]["id"])
        self.passkeys.append(made)
        said = self._said("webauthn.create", asked["challenge"], other)
        length = len(made.id).to_bytes(2, "big")
        data = self._data(made, other.get("party", asked["rp"]["id"]), flags | WITH_KEY)
        data += _NO_MODEL + length + made.id + _cose(key)
        attested = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return _answer(
            made.id,
            clientDataJSON=said,
            attestationObject=attested,
            transports=["internal", "hybrid"],
        )

    def use(
        self,
        options: str,
        passkey: Passkey | None = None,
        *,
        flags: int = PRESENT | VERIFIED,
        key: ec.EllipticCurvePrivateKey | None = None,
        **other: Any,
    ) -> str:
        """Sign with a passkey, the last one if none is named.

        Args:
            key: what it signs with, in place of its own.
            other: what a browser would not say: `origin`, `party`, `challenge`, `kind`.
        """
        asked, used = json.loads(options), passkey or self.passkeys[-1]
        used.count += self.counts
        said = self._said(other.get("kind", "webauthn.get"), asked["challenge"], other)
        data = self._data(used, other.get("party", asked["rpId"]), flags)
        signed = data + hashlib.sha256(said).digest()
        signature = (key or used.key).sign(signed, ec.ECDSA(SHA256()))
        return _answer(
            used.id,
            clientDataJSON=said,
            authenticatorData=data,
            signature=signature,
            userHandle=used.user,
        )

    def _said(self, kind: str, challenge: str, other: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": other.get("challenge", challenge)}
        return json.dumps(
            said | {"origin": other.get("origin", self.origin), "crossOrigin": False}
        ).encode()

    def _data(self, passkey: Passkey, party: str, flags: int) -> bytes:
        count = passkey.count.to_bytes(4, "big")
        return hashlib.sha256(party.encode()).digest() + bytes([flags]) + count


def asked_on(page: httpx.Response) -> str:
    """What a page asks the browser for a passkey."""
    found = re.search(r'data-passkey="([^"]+)"', page.text)
    assert found, read(page)
    return unescape(found[1])


def _cose(key: ec.EllipticCurvePrivateKey) -> bytes:
    public = key.public_key().public_numbers()
    x, y = (each.to_bytes(32, "big") for each in (public.x, public.y))
    return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})


def _answer(ident: bytes, **response: bytes | str | list[str]) -> str:
    named = _text(ident)
    parts = {
        name: _text(part) if isinstance(part, bytes) else part for name, part in response.items()
    }
    return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": parts})


def _text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def add_passkey(browser: Browser, device: Device, name: str = "") -> httpx.Response:
    """Add one on a device to the account of whoever is signed in."""
    answer = device.make(asked_on(browser.get("/passkeys")))
    return browser.post("/passkeys", {"passkey": answer, "name": name})


def by_password(**other: str) -> dict[str, str]:
    """The form of signing in, without a code."""
    form = {"agency": "GH-ONE", "person": "ama", "password": PASSWORD, "code": ""}
    return form | other


def is_in(browser: Browser) -> bool:
    return browser.get("/", follow=False).status_code == httpx.codes.OK


def set_up_with(onward: Onward, browser: Browser, device: Device, person: str) -> httpx.Response:
    """Set up an account with a passkey in place of an app."""
    token = sign_in_links.invite(onward, "GH-ONE", person, OPERATOR, browser.time.now())
    answer = device.make(asked_on(browser.post(f"/in/{token}")))
    form = {"password": PASSWORD, "again": PASSWORD, "code": "", "passkey": answer}
    return browser.post("/set-up", form)
