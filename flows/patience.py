"""A client of Prefect's API that asks again while the server's database is busy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx


def patient_client(**connection: Any) -> httpx.Client:
    """A client that waits and asks again when the server answers 503, as a server on SQLite does
    while its database is busy.

    An error status that remains is raised as `httpx.HTTPStatusError`.

    Args:
        connection: the arguments of `httpx.Client`.
    """
    from prefect.client.base import PrefectHttpxSyncClient  # takes a second, since it loads Prefect

    return PrefectHttpxSyncClient(**connection)
