"""What all tests share: a clean environment, and the outside parts that some of them need."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
import tomllib
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped] # brings no types

from onward import collect_seldom
from tests.compiled import compile_once
from tests.outside import CI, do_without, told_once
from tests.stores import (
    Copies,
    PostgresServer,
    on_both,
    tables_on_sqlite,
    with_tables,
    without_vacuum,
)

ROOT = Path(__file__).parents[1]
POSTGRES_VARIABLE = "ONWARD_TEST_POSTGRES"
POSTGRES = os.environ.get(
    POSTGRES_VARIABLE, "postgresql://postgres@127.0.0.1:5432/postgres" if CI else ""
)
"""The server in which tests make databases; a user's own is left alone unless it is named."""

LONGEST = (
    *("with_stack", "with_chromium", "test_demo", "test_library"),
    *("test_random_versions", "test_random_plays", "with_prefect"),
    *("test_tampering", "test_up", "test_disclosures"),
    *("test_taking_in_stopped", "test_random_cases", "test_tutorial", "test_authority_matrix"),
)
"""Files, and folders within a tier, in the order in which they begin: those that wait for other processes take
turns with those that compute.
"""

MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory."""
LEAST_BYTES_OF_MEMORY = 2 * 1024**3

# A slow machine is no error. A failure in CI happens again, wherever it is run.
settings.register_profile(
    "onward",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=CI,
    print_blob=True,
)
settings.load_profile("onward")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the user's own settings, profiles and servers out of the tests.

    The environment is set, not only patched for a test: child processes inherit it.
    """
    for name in [name for name in os.environ if name.startswith(("ONWARD_", "PREFECT_"))]:
        if name != POSTGRES_VARIABLE:
            del os.environ[name]
    _write_to_memory()
    home = tempfile.TemporaryDirectory(prefix="onward-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(home.cleanup)
    os.environ["PREFECT_HOME"] = home.name
    # Where nothing compiled is kept, each child compiles all that it imports: longer than its task takes.
    # So does this process, with each file of tests.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    compile_once()
    # Trees of syntax, templates and pathways are made of many objects, and hardly of cycles.
    collect_seldom()
    # Each process reads another tier first: in a fresh clone none compiles what another one has compiled.
    if worker := getattr(config, "workerinput", None):
        first = int(worker["workerid"].removeprefix("gw")) % len(config.args)
        config.args = config.args[first:] + config.args[:first]
    # Begun in the background by a shell, all our children would be deaf to Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _write_to_memory() -> None:
    """Temporary files need not survive loss of power: where there is room, nobody waits for a disk."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir():
        return
    found = os.statvfs(MEMORY)
    has_room = found.f_bavail * found.f_frsize >= LEAST_BYTES_OF_MEMORY
    if has_room and not found.f_flag & os.ST_NOEXEC and os.access(MEMORY, os.W_OK):
        os.environ["TMPDIR"] = str(MEMORY)  # and of all children
        tempfile.tempdir = None


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many tests run at a time: one where files are named, so that it starts at once, or times measured.

    Otherwise one more than there are cores, since some wait for a server or a disk.
    """
    named = (arg.partition("::")[0] for arg in config.args)
    alone = all(name.endswith((".py", "benchmarks", "benchmarks/")) for name in named)
    return 0 if alone else (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FoldersTogether:
    """Which tests run in one process."""
    return FoldersTogether(config, log)


class FoldersTogether(LoadFileScheduling):  # type: ignore[misc] # the same
    """A file is run by one process; a folder within a tier too, since its files share a server."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.partition("::")[0])
        within_a_tier = len(file.parts) > len(Path("tests/tier/test_file.py").parts)
        return str(file.parent if within_a_tier else file)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """All that was collected stays to the end: the collector of garbage need not look through it again."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first, so that at the end no worker is left alone with one of them."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[int, Path]:
    names = (item.path.parent.name, item.path.stem)
    place = min((LONGEST.index(name) for name in names if name in LONGEST), default=len(LONGEST))
    return place, item.path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.excinfo is not None:
        told_once(report, call.excinfo)
    return report


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def pyproject() -> dict[str, Any]:
    """The tables of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    if not POSTGRES:
        do_without("PostgreSQL", "set ONWARD_TEST_POSTGRES to a server for databases of tests")
    with closing(PostgresServer(POSTGRES)) as server:
        if why := server.why_away():
            do_without("PostgreSQL", f"start it, or set ONWARD_TEST_POSTGRES ({why})")
        yield server


@pytest.fixture(scope="session")
def made_on_postgres(postgres: PostgresServer) -> Iterator[str]:
    """The name of a database with our tables: to copy it takes a tenth of what making them takes."""
    with postgres.database() as made:
        with_tables(postgres.url(made))
        without_vacuum(postgres.url(made))
        yield made


@pytest.fixture(scope="session")
def copies_on_postgres(postgres: PostgresServer, made_on_postgres: str) -> Iterator[Copies]:
    """Databases with our tables."""
    with closing(Copies(postgres, made_on_postgres)) as copies:
        yield copies


@pytest.fixture(scope="session")
def made_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables."""
    file = tmp_path_factory.mktemp("made") / "onward.db"
    file.touch(mode=0o600)
    file.write_bytes(tables_on_sqlite())
    return file


@pytest.fixture
def sqlite_url(made_on_sqlite: Path, tmp_path: Path) -> str:
    """A SQLite store with our tables and no row in them."""
    file = shutil.copy(made_on_sqlite, tmp_path / "onward.db")
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(copies_on_postgres: Copies) -> Iterator[str]:
    """A PostgreSQL database with our tables and no row in them; it is the test's alone."""
    with copies_on_postgres.one() as url:
        yield url


@on_both()
def url(request: pytest.FixtureRequest) -> str:
    """A store of either kind, with our tables and no row in them."""
    kind = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(kind))


@pytest.fixture
def empty_postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database in which nothing was made yet."""
    with postgres.database() as scratch:
        yield postgres.url(scratch)


@on_both()
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of either kind in which nothing was made yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'onward.db'}"
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The system's Chromium, for Playwright's `executable_path`; the one without windows costs a quarter less."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if found is None:
        do_without("Chromium", "install the package `chromium-headless-shell`")
    return Path(found)
