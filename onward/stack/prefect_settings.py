"""Settings of the stack's Prefect, and the environment its server receives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from onward.stack.prefect_api import (
    ADDRESS_VARIABLE,
    LOCALHOST,
    PASSWORD_VARIABLE,
    SERVER_PASSWORD_VARIABLE,
)

_FOR_THE_SERVER = re.compile(
    "PREFECT_.*|DO_NOT_TRACK|PYTHON.*|VIRTUAL_ENV|LD_LIBRARY_PATH|DYLD_.*|PATH|PATHEXT"
    "|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_.*|TZ|TZDIR|TMPDIR|TEMP|TMP"
    "|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|USERPROFILE|USERNAME|APPDATA|LOCALAPPDATA|PROGRAMDATA"
    "|NUMBER_OF_PROCESSORS|PROCESSOR_ARCHITECTURE",
    re.IGNORECASE,
)
"""The variables that the server gets: Prefect's own, and what any Python program needs to run. All
others are withheld, such as the master key, the database password, and any secrets for the command
that prints the master key.
"""


def database_file(home: Path) -> Path:
    """The file of Prefect's database, which holds everything that Prefect shows."""
    return home / "prefect" / "prefect.db"


def prefect_settings(home: Path, port: int, password: str) -> dict[str, str]:
    """Settings of our Prefect server and its clients. docs/how-to/run.md lists the ones that a
    Prefect server outside the stack needs too.
    """
    return {
        "PREFECT_HOME": str(home / "prefect"),
        ADDRESS_VARIABLE: f"http://{LOCALHOST}:{port}/api",
        PASSWORD_VARIABLE: password,
        "PREFECT_UI_URL": f"http://{LOCALHOST}:{port}",
        # Relative to the page itself, whatever name a browser or a tunnel uses for this machine.
        "PREFECT_SERVER_UI_API_URL": "/api",
        # Pages of other origins can read nothing, not even what needs no password.
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": "",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{database_file(home)}",
        # Several writers on SQLite: without patience a run dies with "database is locked".
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
        # None of our pauses has a timeout, and the service would read every paused run every 5 s.
        "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
        # We use no blocks, and to register Prefect's own, the server would also load our worker.
        "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
        "PREFECT_SERVER_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",
        # Many task runs in one transaction, shown up to a second later. A transaction for each of
        # their states would cost the server twice as much, and keep others from writing.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
        # The server issues no such tokens, but each new client would first ask it for one.
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "DO_NOT_TRACK": "1",
        # Most of an activation is spent waiting for this query; making it twice a second costs 1 %
        # of a core.
        "PREFECT_WORKER_QUERY_SECONDS": "0.5",
        "PREFECT_CLI_COLORS": "false",
    }


def past_the_proxy(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables that make requests to this machine bypass any configured proxy, so that the proxy
    sees neither traffic nor password.
    """
    named = [environ[name] for name in ("no_proxy", "NO_PROXY") if environ.get(name)]
    spared = ",".join([*named, LOCALHOST])
    return {"no_proxy": spared, "NO_PROXY": spared}


def server_environment(environment: Mapping[str, str], password: str) -> dict[str, str]:
    """The environment of the Prefect server: what it may have of the stack's environment, and the
    password that it requires.
    """
    kept = {name: value for name, value in environment.items() if _FOR_THE_SERVER.fullmatch(name)}
    return kept | {SERVER_PASSWORD_VARIABLE: password}
