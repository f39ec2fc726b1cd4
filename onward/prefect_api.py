"""Where Prefect's API is, which a command only needs to know after its answer was told."""

from __future__ import annotations

import os
from pathlib import Path

ADDRESS_VARIABLE = "PREFECT_API_URL"


def stack_address(home: Path) -> str | None:
    """Where the API of the stack in a folder is, if one was started there and not stopped."""
    file = address_file(home)
    return file.read_text(encoding="utf-8") if file.exists() else None


def api_address(home: Path) -> str | None:
    """Where Prefect's API is: as the environment says, or where a stack in this folder runs."""
    return os.environ.get(ADDRESS_VARIABLE) or stack_address(home)


def address_file(home: Path) -> Path:
    """The file in which a running stack keeps the address of its API."""
    return home / "prefect" / "api_url"
