"""The site that browsers make and use passkeys for: the installation's public address, as it was
configured.

Source: W3C, Web Authentication (a relying party's id is a domain; https, or http on the machine
itself).
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec

_HERE = "localhost"
_USUAL_PORTS = {"http": 80, "https": 443}


class RelyingParty(msgspec.Struct, frozen=True, kw_only=True):
    """The site that passkeys are made for, and the only one they are shown to."""

    id: str
    """The host."""
    origin: str
    """The address without a path, as a browser writes it."""


def relying_party(address: str) -> RelyingParty | None:
    """The relying party of pages at an address; None if browsers make no passkeys there. Passkeys
    need a valid host name, not an IP address, and https unless the host is `localhost`.

    Args:
        address: the address as configured, never as a request gives it.
    """
    parts = urlsplit(address)
    try:
        host = (parts.hostname or "").encode("idna").decode()
    except UnicodeError:
        return None
    is_here = host == _HERE or host.endswith(f".{_HERE}")
    if not host or _is_number(host) or not (parts.scheme == "https" or is_here):
        return None
    port = f":{parts.port}" if parts.port not in (None, _USUAL_PORTS.get(parts.scheme)) else ""
    return RelyingParty(id=host, origin=f"{parts.scheme}://{host}{port}")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
