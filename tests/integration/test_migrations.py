"""The migrations make the very tables that the models describe, on both stores."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    Integer,
    MetaData,
    Table,
    column,
    func,
    insert,
    inspect,
    select,
    table,
)

import models
from casework.library import Library
from casework.proved_of_cases import BY_STATE
from casework.proved_tables import TABLES
from casework.verifying import verify_all
from engine.agencies.registry import StaffMember
from models import migrating
from models.columns import older_values
from models.migrating import migrate, newest, revision_of, upgrade
from models.session import Store, StoreError
from models.tables import METADATA
from tests.installations import asked_home, installation, opened, prepared
from tests.principals import OPERATOR
from tests.told import refused_with

WITH_PROOFS = "0028"
"""What stood before them has a test of its own (`test_first_proofs.py`)."""
WITHOUT_LATER_COLUMNS = "0035"
SCRIPTS = ScriptDirectory(str(Path(models.__file__).parent / "migrations"))


def test_migrations_make_what_the_models_say(empty_url: str) -> None:
    """Tables, columns, types, indexes and constraints; nothing more, nothing less."""
    store = Store(empty_url)
    upgrade(store, newest())
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    store.close()


def test_a_new_store_is_as_migrations_would_have_made_it(empty_url: str) -> None:
    """With what the comparison above does not look at: conditions, what refers to what, and the first rows."""
    store = Store(empty_url)
    with mock.patch.object(migrating, "upgrade", side_effect=AssertionError):
        migrate(store)
    new = made(store)
    with store.write() as connection:
        METADATA.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
    upgrade(store, newest())
    assert new ^ made(store) == set()
    assert len(new) > len(METADATA.tables)
    store.close()


def made(store: Store) -> set[str]:
    """What is in a store, but what differs with reason: the name of its log is drawn, a migration gives the rows
    that are there a default, which no row that comes needs, and some have named what refers to what otherwise.
    """
    look = inspect(store.engine)
    found = set()
    for name in look.get_table_names():
        columns = ((it["name"], str(it["type"]), it["nullable"]) for it in look.get_columns(name))
        links = ({**each, "name": None} for each in look.get_foreign_keys(name))
        others = (
            look.get_pk_constraint(name),
            *look.get_unique_constraints(name),
            *look.get_check_constraints(name),
            *(_with_condition(each) for each in look.get_indexes(name)),
        )
        found |= {f"{name}: {each}" for each in columns}
        found |= {f"{name}: {sorted(each.items())}" for each in (*links, *others)}
    drawn = METADATA.tables["seal"].c.origin
    with store.read() as connection:
        for each in (*METADATA.sorted_tables, table("alembic_version", column("version_num"))):
            rows = connection.execute(select(*(it for it in each.c if it is not drawn))).mappings()
            found |= {f"{each.name} has {dict(row)}" for row in rows}
    return found


def _with_condition(index: Any) -> dict[str, Any]:
    of_kind = index.get("dialect_options", {})
    return {**index, "dialect_options": {name: str(value) for name, value in of_kind.items()}}


def test_an_agency_of_an_older_store_keeps_the_zone_of_its_country(empty_url: str) -> None:
    """The table that said so is gone, and what it said stands with each agency."""
    store = Store(empty_url)
    upgrade(store, "0002")
    with store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO countries (code, zone) VALUES ('NG', 'Africa/Lagos')"
        )
        connection.exec_driver_sql(
            "INSERT INTO agencies (id, version, code, name, country, position, is_listed, languages,"
            " channels) VALUES (1, 1, 'NG-HOME', 'Home', 'NG', 0, true, '[]', '[]')"
        )
    migrate(store)
    with store.read() as connection:
        query = "SELECT zone, subdivision FROM agencies"
        assert connection.exec_driver_sql(query).one() == ("Africa/Lagos", "")
    store.close()


def test_a_version_that_was_called_off_stays_so_with_its_moment(empty_url: str) -> None:
    """By whom was not kept then."""
    store = Store(empty_url)
    upgrade(store, "0010")
    with store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO pathway_versions (id, name, number, text, content_hash, published_at)"
            " VALUES (1, 'trial', 2, '', '', '2026-03-01 00:00:00+00:00')"
        )
        connection.exec_driver_sql(
            "INSERT INTO commencements (version, pathway_version_id, at, person, called_off_at)"
            " VALUES (1, 1, '2026-03-04 00:00:00+00:00', 'op-1', '2026-03-05 00:00:00+00:00')"
        )
    migrate(store)
    with store.read() as connection:
        query = "SELECT pathway_version_id, word, person FROM commencement_changes"
        assert connection.exec_driver_sql(query).all() == [(1, "called off", "")]
    store.close()


def test_staff_of_an_older_store_act_in_all_roles_of_their_agency(empty_url: str) -> None:
    """As somebody does whose entry names none; until the registry is loaded again."""
    store = Store(empty_url)
    upgrade(store, "0016")
    with store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO agencies (id, version, code, name, country, zone, position, is_listed,"
            " languages, channels) VALUES (1, 1, 'NG-HOME', 'Home', 'NG', 'UTC', 0, true, '[]', '[]')"
        )
        connection.exec_driver_sql(
            "INSERT INTO agency_roles (agency_id, role, position)"
            " VALUES (1, 'supervisor', 1), (1, 'case_manager', 0)"
        )
        connection.exec_driver_sql(
            "INSERT INTO staff (version, agency_id, code) VALUES (1, 1, 'one'), (1, 1, 'ama')"
        )
    migrate(store)
    with store.read() as connection:
        staff = Library().reference(connection, 1).registry.by_code["NG-HOME"].staff
    roles = ("case_manager", "supervisor")
    assert staff == (StaffMember(code="one", roles=roles), StaffMember(code="ama", roles=roles))
    store.close()


def test_the_newest_migration_leaves_the_rows_of_a_case_as_its_state_says(
    empty_url: str, tmp_path: Path
) -> None:
    """A new column that follows the state is filled for the cases that are there: no turn comes back to
    what it has not changed."""
    here = prepared(installation(f"sqlite:///{tmp_path / 'here.db'}", tmp_path))
    asked_home(here)
    older = Store(empty_url)
    before = sorted(each.revision for each in SCRIPTS.walk_revisions())[-2]
    upgrade(older, max(before, WITH_PROOFS))
    copy_rows(here.store, older)
    here.close()
    older.close()
    newest = installation(empty_url, tmp_path)
    assert [each.faults for each in verify_all(newest, by=OPERATOR)] == [()]
    newest.close()


def test_a_column_that_was_added_to_what_is_proved_says_what_older_rows_have(
    tmp_path: Path,
) -> None:
    """Or `onward verify` would say of each row that was proved before that it was changed, such as those of
    cases that were erased."""
    store = Store(f"sqlite:///{tmp_path / 'older.db'}")
    upgrade(store, WITHOUT_LATER_COLUMNS)
    with store.read() as connection:
        found = inspect(connection)
        there = {
            t: {each["name"] for each in found.get_columns(t)} for t in found.get_table_names()
        }
    store.close()
    added = {
        (name, each)
        for name, proved in TABLES.items()
        if name in there
        for each in {*proved.columns, *(BY_STATE if name == "cases" else ())} - there[name]
    }
    assert ("cases", "shut_out") in added
    assert [(name, each) for name, each in sorted(added) if each not in older_values(name)] == []


def test_keys_of_an_older_store_tell_which_master_key_wrapped_them(
    empty_url: str, tmp_path: Path
) -> None:
    here = prepared(installation(f"sqlite:///{tmp_path / 'here.db'}", tmp_path))
    opened(here)
    older = Store(empty_url)
    upgrade(older, "0022")
    copy_rows(here.store, older)
    here.close()
    migrate(older)
    with older.read() as connection:
        for name in ("cases", "people"):
            query = f"SELECT wrapped_by FROM {name}"
            assert connection.exec_driver_sql(query).all() == [(here.keys.first,)]
    older.close()


def copy_rows(source: Store, target: Store) -> None:
    """Of each table the columns that both stores have."""
    with source.read() as reading, target.write() as writing:
        there = MetaData()
        there.reflect(writing)
        known = [each for each in METADATA.sorted_tables if each.name in there.tables]
        for each in reversed(known):
            writing.execute(each.delete())
        for each in known:
            shared = [it for it in each.c if it.name in there.tables[each.name].c]
            rows = [{**row} for row in reading.execute(select(*shared)).mappings()]
            # Without the defaults of the columns that come later.
            plain = table(each.name, *(column(it.name, it.type) for it in shared))
            if rows:
                writing.execute(insert(plain), rows)
            if rows and target.kind == "postgresql" and isinstance(each.c.id.type, Integer):
                number_on(writing, each)


def number_on(connection: Connection, each: Table) -> None:
    """Let PostgreSQL number the next row behind those that came with their numbers."""
    sequence = func.pg_get_serial_sequence(each.name, "id")
    last = select(func.max(each.c.id)).scalar_subquery()
    connection.execute(select(func.setval(sequence, last)))


def test_two_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    """The second waits and finds the work done."""
    faults: list[BaseException] = []

    def start() -> None:
        store = Store(empty_url)
        try:
            migrate(store)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            faults.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_store_without_tables_revision_of(empty_url: str) -> None:
    """And to ask makes nothing in it."""
    store = Store(empty_url)
    assert revision_of(store) is None
    assert revision_of(store) is None
    migrate(store)
    assert revision_of(store)
    store.close()


def test_a_store_of_a_newer_onward_is_refused(empty_url: str) -> None:
    """In words and untouched: an older program must not write into tables that it does not know."""
    store = Store(empty_url)
    migrate(store)
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with refused_with(
        StoreError, match=r"has schema 9999, but this Onward knows only schemas up to \d{4}"
    ):
        migrate(store)
    store.close()


def test_a_store_that_is_up_to_date_is_where_alembic_would_stop(empty_url: str) -> None:
    """The newest revision is read from the names of the files, without Alembic."""
    store = Store(empty_url)
    migrate(store)
    with store.read() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    assert found == SCRIPTS.get_current_head()
    store.close()


@pytest.mark.parametrize("url", ["mysql://host/db", "not an address"])
def test_another_store_is_refused(url: str) -> None:
    """Before anything is sent to it."""
    with pytest.raises(StoreError):
        Store(url)


def test_notices_keep_their_attempts_when_what_is_found_twice_is_found_once(empty_url: str) -> None:
    """SQLite makes both tables anew for it."""
    store = Store(empty_url)
    upgrade(store, "0011")
    rows = {
        "people": "(id, version, created_at) VALUES (1, 1, '{at}')",
        "pathway_versions": "(id, name, number, text, content_hash, published_at)"
        " VALUES (1, 'trial', 1, '', '', '{at}')",
        "cases": '(id, code, version, pathway, pathway_version_id, person_id, status, "end", stages,'
        " responsible, opened_at, recorded_at, told, lease_until, lease_by, sealed_state, last_hash)"
        " VALUES (1, '7K2F-9QXM', 1, 'trial', 1, 1, 'open', '', '[]', 'GH-ONE', '{at}', '{at}', 0,"
        " 0, '', '', '')",
        "notices": "(id, version, case_id, reference, number, agency, kind, about, label, consent,"
        " status, next_attempt_at, attempts, channel, channel_attempts, lease_until, lease_by,"
        " owed_at) VALUES (5, 1, 1, '7K2F-9QXM-1', 1, 'GH-ONE', 'attention', 'case', 'A label', '',"
        " 'sent', '{at}', 1, '', 0, 0, '', '{at}')",
        "notice_attempts": "(id, notice_id, number, channel, at, outcome)"
        " VALUES (3, 5, 1, 'email', '{at}', 'sent')",
    }
    with store.write() as connection:
        for table, row in rows.items():
            statement = f"INSERT INTO {table} {row}".format(at="2026-03-01 00:00:00+00:00")
            connection.exec_driver_sql(statement)
    migrate(store)
    with store.read() as connection:
        query = (
            "SELECT n.reference, a.id, a.outcome FROM notices n"
            " JOIN notice_attempts a ON a.notice_id = n.id"
        )
        assert connection.exec_driver_sql(query).all() == [("7K2F-9QXM-1", 3, "sent")]
    store.close()
