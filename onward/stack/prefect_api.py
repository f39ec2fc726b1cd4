"""Prefect's API: its address, and the password or key that it requires.

Our own code calls it through this module. Prefect's own clients, in the worker and its
ticker, read the address and the password or key from the environment, as set by the stack or by an
operator.
"""

from __future__ import annotations

import os
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from models.private_files import is_open, make_folder, mode_of, replace_file
from onward.spoken import say

if TYPE_CHECKING:
    import httpx

ADDRESS_VARIABLE = "PREFECT_API_URL"
PASSWORD_VARIABLE = "PREFECT_API_AUTH_STRING"
SERVER_PASSWORD_VARIABLE = "PREFECT_SERVER_API_AUTH_STRING"
KEY_VARIABLE = "PREFECT_API_KEY"
"""The variable with the key of Prefect Cloud, or of a proxy in front of a server."""
LOCALHOST = "127.0.0.1"
_USER = "onward"
_RANDOM_BYTES = 24
_PASSWORD = re.compile(rf"{_USER}:[\w-]{{32}}")


class PrefectApi(msgspec.Struct, frozen=True):
    """Prefect's API at an address, with credentials that `repr` does not show.

    Args:
        address: as in `PREFECT_API_URL`.
        authorization: the value of the header `Authorization`; empty if none is sent.
    """

    address: str
    authorization: str = ""

    def __repr__(self) -> str:
        return f"PrefectApi({self.address!r})"

    def client(self, timeout: float) -> httpx.Client:
        """A client that sends the password or key, if there is one, with every request.

        Args:
            timeout: seconds for one call.
        """
        import httpx  # takes a tenth of a second, and most commands have nobody to wake

        return httpx.Client(**self._connection(timeout))

    def patient_client(self, timeout: float) -> httpx.Client:
        """A client as from `client`, but one that asks again while the server's database is busy.

        A server on SQLite then answers 503. If it still answers 503 in the end, or any other error
        status, `httpx.HTTPStatusError` is raised.
        """
        from flows.patience import patient_client  # takes a second, since it loads Prefect

        return patient_client(**self._connection(timeout))

    def _connection(self, timeout: float) -> dict[str, Any]:
        is_of_this_machine = self.address.startswith(f"http://{LOCALHOST}:")
        return {
            "base_url": self.address,
            "headers": {"Authorization": self.authorization} if self.authorization else {},
            "timeout": timeout,
            # A proxy named in the environment would otherwise be given the password of this
            # machine's server.
            "trust_env": not is_of_this_machine,
            # Without TLS nothing is verified, and reading all trusted certificates takes longer
            # than a call.
            "verify": not is_of_this_machine,
        }

    def ask(
        self, method: str, path: str, content: Any = None, *, timeout: float = 5.0
    ) -> httpx.Response:
        """Send one request. Raises `httpx.TransportError` if the server does not answer in time.

        Args:
            path: what follows the address of the API.
            content: what is sent as JSON.
            timeout: in seconds.
        """
        with self.client(timeout) as client:
            return client.request(method, path, json=content)


def address_file(home: Path) -> Path:
    """The file in which a running stack keeps its API's address."""
    return home / "prefect" / "api_url"


def password_file(home: Path) -> Path:
    """The file with the password of an installation's Prefect, readable only by its owner."""
    return home / "prefect" / "password"


def kept_password(home: Path) -> str:
    """The user's name, a colon and the password of a folder's stack; the same at each start, so
    that browsers stay signed in.

    A new one is made if there is none, if the stored text is not a password made here (an empty one
    would leave the API open), or if other accounts could read it.
    """
    file = password_file(home)
    if _PASSWORD.fullmatch(found := _read(file)) and not is_open(mode_of(file)):
        return found
    make_folder(home)
    make_folder(file.parent)
    made = f"{_USER}:{secrets.token_urlsafe(_RANDOM_BYTES)}"
    replace_file(file, made)
    return made


def sign_in(home: Path) -> str:
    """A line that says which file has the password for Prefect's page, without showing the
    password.
    """
    return say("stack.password", file=str(password_file(home)))


def stack_address(home: Path) -> str | None:
    """The API address of a folder's stack; None if no stack was started there, or it has stopped."""
    return _read(address_file(home)) or None


def api_of_stack(address: str, password: str) -> PrefectApi:
    """The API of a stack, with the user's name and password as `kept_password` returns them."""
    return PrefectApi(address, _basic(password))


def known_api(home: Path, environ: Mapping[str, str] = os.environ) -> PrefectApi | None:
    """The API that the environment names; otherwise that of a stack running in this folder. None if
    there is neither.

    The password of one API is never sent to the other.
    """
    if address := environ.get(ADDRESS_VARIABLE):
        if password := environ.get(PASSWORD_VARIABLE):
            return PrefectApi(address, _basic(password))
        key = environ.get(KEY_VARIABLE)
        return PrefectApi(address, f"Bearer {key}" if key else "")
    if address := stack_address(home):
        return api_of_stack(address, _read(password_file(home)))
    return None


def _basic(password: str) -> str:
    """The value of the header `Authorization`, as Prefect's own client sends it."""
    return f"Basic {b64encode(password.encode()).decode()}"


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""
