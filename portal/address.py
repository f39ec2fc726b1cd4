"""Where browsers find the portal."""

from __future__ import annotations

from pathlib import Path

from casework.settings import Settings

_USUAL = "http://localhost:4280"


def portal_file(home: Path) -> Path:
    """The file in which a running installation keeps its portal's address on this machine."""
    return home / "portal_url"


def portal_address(settings: Settings) -> str:
    """The portal's address, without a trailing slash: the one in the settings, or else that of the
    portal that runs with the same home folder, or else the usual one.
    """
    if settings.portal is not None:
        return settings.portal
    try:
        return portal_file(settings.home).read_text().strip()
    except OSError:
        return _USUAL


def sign_in_url(settings: Settings, token: str) -> str:
    """The address of a sign-in link, below the portal's address according to the settings."""
    return sign_in_at(portal_address(settings), token)


def sign_in_at(address: str, token: str) -> str:
    """The address of a sign-in link, below the portal's address."""
    return f"{address}/in/{token}"
