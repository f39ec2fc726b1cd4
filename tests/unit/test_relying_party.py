"""For whom browsers make passkeys, by the address of the pages."""

from __future__ import annotations

import pytest

from casework.relying_party import RelyingParty, relying_party


@pytest.mark.parametrize(
    ("address", "host", "origin"),
    [
        ("https://onward.example", "onward.example", "https://onward.example"),
        ("https://Onward.Example:443", "onward.example", "https://onward.example"),
        ("https://onward.example:8443", "onward.example", "https://onward.example:8443"),
        ("https://a\N{LATIN SMALL LETTER E WITH ACUTE}.example", "xn--a-bga.example", ""),
        ("http://localhost:4280", "localhost", "http://localhost:4280"),
        ("http://desk.localhost", "desk.localhost", "http://desk.localhost"),
    ],
)
def test_it_is_the_host_of_the_address_and_its_origin_as_browsers_write_it(
    address: str, host: str, origin: str
) -> None:
    assert relying_party(address) == RelyingParty(id=host, origin=origin or f"https://{host}")


@pytest.mark.parametrize(
    "address",
    [
        "http://onward.example",
        "http://127.0.0.1:4280",
        "https://192.0.2.7",
        "https://[2001:db8::1]",
        "http://localhost.example",
        "https://",
        f"https://{'a' * 70}.example",
        "",
    ],
)
def test_there_is_none_without_https_or_under_a_number(address: str) -> None:
    assert relying_party(address) is None
