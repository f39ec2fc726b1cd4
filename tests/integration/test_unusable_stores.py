"""A file that SQLite cannot use is told with its place and what to do, and never a row of it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, event

from flows import worker_process
from models.session import Store, StoreError, driver_of
from tests.told import refused_with
from wording.sentences import told


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "onward.db"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    """With one table."""
    with closing(Store(f"sqlite:///{file}")) as made:
        with made.write() as connection:
            connection.exec_driver_sql("CREATE TABLE kept (said TEXT)")
        yield made


def limited(store: Store, pragma: str) -> Store:
    """Every connection from now on has this limit."""
    store.close()

    @event.listens_for(store.engine, "connect")
    def connected(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined] # of the driver

    return store


def write(store: Store) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES (?)", ("secret" * 10_000,))


@pytest.mark.parametrize(
    ("pragma", "said"),
    [
        (
            "query_only = ON",
            "cannot be written: the account that runs Onward must be able to write",
        ),
        ("max_page_count = 2", "cannot grow (database or disk is full): make room on its disk"),
    ],
)
def test_a_file_that_cannot_be_written_or_grow_is_told_with_its_place(
    store: Store, file: Path, pragma: str, said: str
) -> None:
    """What was asked to be kept is not repeated."""
    with pytest.raises(StoreError) as refused:
        write(limited(store, pragma))
    assert told(refused.value).startswith(f"{file} {said}")
    assert "secret" not in told(refused.value)


def test_a_file_that_is_no_database_is_told_as_such(file: Path) -> None:
    """Also to who only reads."""
    file.write_text("No database. " * 100)
    with (
        closing(Store(f"sqlite:///{file}")) as store,
        refused_with(StoreError, match="is not an Onward database"),
        store.read(),
    ):
        pass


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The first thing to look at."""
    folder = tmp_path / "nowhere"
    with (
        closing(Store(f"sqlite:///{folder / 'onward.db'}")) as store,
        pytest.raises(StoreError) as refused,
        store.read(),
    ):
        pass
    assert f"there is no folder {folder}" in told(refused.value)


def test_ctrl_c_amid_a_statement_is_no_fault_of_the_database(store: Store) -> None:
    """Also where savepoints are around it; nothing of the transaction is kept."""

    @event.listens_for(store.engine, "before_cursor_execute")
    def executed(*given: object) -> None:
        if "interrupted" in str(given[2]):
            raise KeyboardInterrupt

    def work(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO kept VALUES ('first')")
        with connection.begin_nested(), connection.begin_nested():
            connection.exec_driver_sql("INSERT INTO kept VALUES ('interrupted')")

    with pytest.raises(KeyboardInterrupt):
        store.change(work)
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM kept").scalar() == 0


def test_another_fault_of_a_statement_stays_what_it_is(store: Store) -> None:
    """It is no fault of the file."""
    with pytest.raises(Exception, match="no such table") as refused, store.read() as connection:
        connection.exec_driver_sql("SELECT * FROM lost")
    assert not isinstance(refused.value, StoreError)


def test_a_transaction_that_was_given_up_leaves_nothing_to_the_next(store: Store) -> None:
    """The connection is kept for the next one, and closed where it may be in disorder."""

    def kept() -> list[str]:
        with store.read() as connection:
            return list(connection.exec_driver_sql("SELECT said FROM kept").scalars())

    def give_up(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO kept VALUES ('a')")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.change(give_up)
    assert kept() == []
    with store.write() as first:
        first.exec_driver_sql("INSERT INTO kept VALUES ('b')")
    with store.write() as second:
        second.exec_driver_sql("INSERT INTO kept VALUES ('c')")
    assert (kept(), second is first) == (["b", "c"], True)


def test_who_reads_and_then_writes_uses_one_connection_and_each_sees_what_it_should(
    url: str,
) -> None:
    """Whoever reads goes on seeing one moment, though the connection has written before and will again."""
    counted = "SELECT count(*) FROM kept"
    with closing(Store(url)) as kept:
        with kept.write() as first:
            first.exec_driver_sql("CREATE TABLE kept (said INTEGER)")
        for round_ in range(2):
            with kept.read() as reading:
                assert reading is first
                assert reading.exec_driver_sql(counted).scalar() == round_
                with kept.write() as other:
                    other.exec_driver_sql("INSERT INTO kept VALUES (1)")
                assert reading.exec_driver_sql(counted).scalar() == round_
            with kept.write() as writing:
                assert writing is first
                assert writing.exec_driver_sql(counted).scalar() == round_ + 1


@pytest.mark.parametrize("reads", [False, True])
@pytest.mark.parametrize("by_the_driver", [False, True])
def test_a_server_that_was_started_again_is_noticed_once(
    postgres_url: str, caplog: pytest.LogCaptureFixture, by_the_driver: bool, reads: bool
) -> None:
    """Not once for each connection that was open before."""
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"

    def write(kept: Store) -> None:
        with kept.write() as connection:
            if by_the_driver:  # as a turn does
                driver_of(connection).execute("INSERT INTO kept VALUES (1)")
            else:
                connection.exec_driver_sql("INSERT INTO kept VALUES (1)")

    def read(kept: Store) -> None:
        with kept.read() as connection:
            if by_the_driver:
                driver_of(connection).execute("SELECT said FROM kept")
            else:
                connection.exec_driver_sql("SELECT said FROM kept")

    use = read if reads else write
    with closing(Store(postgres_url)) as kept:
        with kept.write() as one, kept.write(), kept.write():
            one.exec_driver_sql("CREATE TABLE kept (said INTEGER)")
        with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as server:
            server.execute(f"{ended} AND pid <> pg_backend_pid()", (server.info.dbname,))
        with refused_with(StoreError, match="the database does not answer"):
            use(kept)
        use(kept)
        use(kept)
    assert caplog.records == []


def test_a_server_that_does_not_answer_is_told_in_a_line() -> None:
    """A worker that began meanwhile wrote a hundred lines of code into its log, again and again."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with (
            closing(Store(f"postgresql://desk:secret@127.0.0.1:{port}/onward")) as away,
            pytest.raises(StoreError) as refused,
            away.read(),
        ):
            pass
    assert told(refused.value).startswith("the database does not answer (connection failed: ")
    assert "secret" not in told(refused.value)
    assert "\n" not in told(refused.value)


def test_a_worker_that_cannot_begin_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a line, and without a traceback."""
    monkeypatch.setenv("ONWARD_HOME", str(tmp_path))
    monkeypatch.setenv("ONWARD_DATABASE_URL", "mysql://somewhere")
    monkeypatch.setattr(sys, "argv", ["worker_process"])
    with pytest.raises(SystemExit, match="The worker cannot begin: Onward keeps its records in"):
        worker_process.main()


@pytest.mark.parametrize("url", ["postgresql://h:notaport/x", "postgresql://[::1", "no address"])
def test_an_address_that_cannot_be_read_is_told_as_such(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        Store(url)
    assert refused.value.message.code == "store.no_address"
