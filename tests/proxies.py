"""The servers in front of the portal, as docs/how-to/portal.md sets them up: on free ports, with a certificate made here."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.outside import PATIENCE_SECONDS, do_without

_PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "portal.md"
NAME = "localhost"
"""In the certificate, in place of `onward.example`."""
_POLL_SECONDS = 0.05

Changed = Callable[[str], str]
"""What a test does to a set-up, to see that it would notice."""


class Kind(StrEnum):
    """By the words that begin their blocks in the page."""

    CADDY = "caddyfile"
    NGINX = "nginx"


@dataclass(frozen=True)
class Place:
    """Where a proxy is to be, and what it has."""

    folder: Path
    http: int
    https: int
    behind: int
    """The port of the portal."""

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def key(self) -> Path:
        return self.folder / "certificate.key"

    def written(self) -> bytes:
        """Everything that it has written anywhere, the pages of its set-up left out."""
        files = (each for each in self.folder.rglob("*") if each.is_file())
        return b"".join(each.read_bytes() for each in files if each.name != _SET_UP)

    def buffered(self) -> dict[str, int]:
        """When a file was last put into each folder for what is too long to be kept in memory."""
        return {
            each.name: each.stat().st_mtime_ns for each in self.folder.iterdir() if each.is_dir()
        }


_SET_UP = "set-up"


def program(kind: Kind) -> str:
    name = "caddy" if kind is Kind.CADDY else "nginx"
    found = shutil.which(name) or shutil.which(f"/usr/sbin/{name}")
    if found is None:
        do_without(name, f"install the package `{name}`")
    return found


def as_documented(kind: Kind) -> str:
    """The block of the page."""
    (found,) = re.findall(rf"```{kind}\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


@contextmanager
def proxied(kind: Kind, place: Place, changed: Changed = lambda written: written) -> Iterator[None]:
    """Have it run until it has served its time."""
    found = program(kind)
    _certify(place)
    set_up = place.folder / _SET_UP
    written = changed(as_documented(kind))
    set_up.write_text(_IN_PLACE[kind](written, place), encoding="utf-8")
    said = place.folder / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [found, *_ARGUMENTS[kind](place, set_up)],
            stdout=output,
            stderr=output,
            env={"HOME": str(place.folder), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
        try:
            for port in (place.http, place.https):
                _wait_for(port, process, said)
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def _wait_for(port: int, process: subprocess.Popen[bytes], said: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(_POLL_SECONDS)
    raise AssertionError(said.read_text(encoding="utf-8", errors="replace"))


def _replaced(written: str, *pairs: tuple[str, str]) -> str:
    """The block with other names and ports; each of them stands in it."""
    for old, new in pairs:
        assert old in written, old
        written = written.replace(old, new)
    return written


def _caddy(written: str, place: Place) -> str:
    return _replaced(
        written,
        ("{\n    log {", f"{{\n    admin off\n    http_port {place.http}\n    log {{"),
        (
            "onward.example {",
            f"https://{NAME}:{place.https} {{\n    tls {place.certificate} {place.key}",
        ),
        ("localhost:4280", f"127.0.0.1:{place.behind}"),
    )


def _nginx(written: str, place: Place) -> str:
    """Within what a distribution puts around it: logs of its own, which the block has to switch off."""
    block = _replaced(
        written,
        ("listen 80;", f"listen 127.0.0.1:{place.http};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{place.https} ssl;"),
        ("https://$host$", f"https://$host:{place.https}$"),
        ("onward.example;", f"{NAME};"),
        ("/etc/ssl/onward.example.pem", str(place.certificate)),
        ("/etc/ssl/private/onward.example.key", str(place.key)),
        ("localhost:4280", f"127.0.0.1:{place.behind}"),
    )
    kept = "".join(
        f"{each}_temp_path {place.folder}/{each};\n"
        for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"user root;\ndaemon off;\npid {place.folder}/pid;\nerror_log {place.folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log {place.folder}/access.log;\n{kept}{block}}}\n"
    )


_IN_PLACE: dict[Kind, Callable[[str, Place], str]] = {Kind.CADDY: _caddy, Kind.NGINX: _nginx}
_ARGUMENTS: dict[Kind, Callable[[Place, Path], list[str]]] = {
    Kind.CADDY: lambda _, set_up: ["run", "--config", str(set_up), "--adapter", "caddyfile"],
    Kind.NGINX: lambda place, set_up: ["-c", str(set_up), "-p", str(place.folder)],
}


def _certify(place: Place) -> None:
    """A certificate that signs itself, for a day."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, SHA256())
    )
    place.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    place.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
