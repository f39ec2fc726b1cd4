"""What the processes of a stack are given, and what the server is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from onward.stack.prefect_settings import past_the_proxy, prefect_settings, server_environment

SECRETS = {
    "ONWARD_MASTER_KEY": "of the records",
    "ONWARD_MASTER_KEY_COMMAND": "vault read key",
    "ONWARD_DATABASE_URL": "postgresql://onward:secret@db.example/onward",
    "ONWARD_CHANNEL_NG_NAPTIP_EMAIL": "mailto://a:b@example",
    "PGPASSWORD": "secret",
    "VAULT_TOKEN": "secret",
    "HTTPS_PROXY": "http://a:b@proxy.example",
}
HARMLESS = {"PATH": "/bin", "LC_ALL": "C", "SystemRoot": "C:", "PREFECT_LOGGING_LEVEL": "DEBUG"}


def test_the_server_of_prefect_is_given_no_secret_of_the_records() -> None:
    """Neither keys and passwords nor what opens a secret store; what a program needs, it has."""
    given = server_environment(SECRETS | HARMLESS, "onward:x")

    assert given == HARMLESS | {"PREFECT_SERVER_API_AUTH_STRING": "onward:x"}


def test_clients_get_the_password_and_pages_of_another_origin_nothing() -> None:
    settings = prefect_settings(Path("home"), 4200, "onward:x")

    assert settings["PREFECT_API_AUTH_STRING"] == "onward:x"
    assert settings["PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS"] == ""


@pytest.mark.parametrize(
    ("environ", "spared"),
    [
        ({}, "127.0.0.1"),
        ({"no_proxy": "a.example"}, "a.example,127.0.0.1"),
        ({"NO_PROXY": "b.example", "HTTP_PROXY": "http://proxy"}, "b.example,127.0.0.1"),
    ],
)
def test_no_proxy_stands_between_the_parts_of_a_stack(environ: dict[str, str], spared: str) -> None:
    """It would be handed the password; what the user has spared from it stays so."""
    assert past_the_proxy(environ) == {"no_proxy": spared, "NO_PROXY": spared}
