"""An installation that stands gets its proofs when it is next opened; nobody gets them anew; both stores."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import SecretStr
from sqlalchemy import text, update

from casework import operators
from casework.acting import do
from casework.bootstrap import connect
from casework.case_rows import CASES
from casework.context import Onward
from casework.settings import Settings, SettingsError
from engine import commands as c
from models.columns import METADATA
from models.migrating import upgrade
from models.session import Store
from tests.every_table import fill, found
from tests.installations import MASTER_KEY, SCREEN, asked_home, installation, opened, prepared
from tests.integration.test_migrations import copy_rows
from tests.plain_chains import without_proofs
from tests.principals import OPERATOR
from tests.stores import PostgresServer, on_both
from tests.told import in_english, refused_with

BEFORE = "0027"
"""The last schema without proofs."""


class Older(NamedTuple):
    """A store of an Onward without proofs, with rows in every table that it had: each test has a copy."""

    file: Path
    postgres: PostgresServer | None = None
    database: str = ""


@on_both(name="made", scope="module")
def _made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Older]:
    folder = tmp_path_factory.mktemp("older")
    with closing(installation(f"sqlite:///{folder / 'here.db'}", folder)) as here:
        fill(here)
        with here.store.write() as connection:
            without_proofs(connection)
        if request.param == "sqlite":
            made = Older(folder / "older.db")
            _copy_to(f"sqlite:///{made.file}", here)
            yield made
            return
        postgres: PostgresServer = request.getfixturevalue("postgres")
        with postgres.database() as database:
            _copy_to(postgres.url(database), here)
            yield Older(folder, postgres, database)


def _copy_to(url: str, here: Onward) -> None:
    with closing(Store(url)) as made:
        upgrade(made, BEFORE)
        copy_rows(here.store, made)


@pytest.fixture
def older_url(made: Older, tmp_path: Path) -> Iterator[str]:
    if made.postgres is None:
        yield f"sqlite:///{shutil.copy(made.file, tmp_path / 'onward.db')}"
        return
    with made.postgres.database(made.database) as copy:
        yield made.postgres.url(copy)


def test_all_that_stands_is_proved(older_url: str, tmp_path: Path) -> None:
    """Once, as an act of the installation itself; and what is recorded then is proved with it."""
    with closing(installation(older_url, tmp_path / "home")) as onward:
        assert in_english(found(onward)) == []
        begun = operators.acts(onward, OPERATOR)[-1]
        assert (begun.operator, begun.act, begun.about["left"]) == ("", "begin_proofs", "0")
        code = opened(onward)
        do(onward, code, c.Claim(task="first_talk.1"), SCREEN)
        assert in_english(found(onward)) == []
    with closing(installation(older_url, tmp_path / "home")) as again:
        assert operators.acts(again, OPERATOR)[-1] == begun


@pytest.mark.parametrize(
    ("tampered", "fault"),
    [
        ("UPDATE log_entries SET agency = 'NG-TWO' WHERE number = 2", "entry 2 was changed"),
        ("DELETE FROM log_entries WHERE number = 2", "entry 2 is missing"),
        ("UPDATE exports SET cases = 7 WHERE number = 1", "export 1 was changed"),
        ("UPDATE operator_log SET operator = 'op-2' WHERE number = 2", "2 was changed"),
    ],
)
def test_what_was_broken_before_is_found_afterwards(
    older_url: str, tmp_path: Path, tampered: str, fault: str
) -> None:
    """No proof is given to what the plain hashes find changed."""
    with closing(Store(older_url)) as older, older.write() as connection:
        connection.execute(text(tampered))
    with closing(installation(older_url, tmp_path / "home")) as onward:
        assert any(fault in each for each in in_english(found(onward)))


def settings(url: str, home: Path, **more: object) -> Settings:
    return Settings(
        home=home,
        database_url=SecretStr(url),
        master_key=SecretStr(MASTER_KEY),
        clock="stored",
        **more,  # type: ignore[arg-type] # by name
    )


def test_records_whose_proofs_were_taken_away_are_given_none(url: str, tmp_path: Path) -> None:
    """Else whoever writes to the database changes what they like, and has it proved at the next start."""
    with closing(prepared(installation(url, tmp_path))) as onward:
        asked_home(onward)
        with onward.store.write() as connection:
            without_proofs(connection)
            gone = METADATA.tables["installation"].update()
            connection.execute(gone.values(proof_key=None, acts=0, last_act=None))
            connection.execute(METADATA.tables["log_entries"].update().values(wrote=None))
    with refused_with(SettingsError, match="ONWARD_PROOF_BEGINS"):
        connect(settings(url, tmp_path))

    with closing(connect(settings(url, tmp_path, proof_begins=True))) as onward:
        assert in_english(found(onward)) == []


def test_another_key_proves_nothing_here(url: str, tmp_path: Path) -> None:
    """What it proves the right one would find changed. A key that is replaced still checks what it proved."""
    with closing(prepared(installation(url, tmp_path))) as onward:
        asked_home(onward)
    with refused_with(SettingsError, match="put back proof.key"):
        connect(settings(url, tmp_path, proof_key=SecretStr(MASTER_KEY)))

    own = (tmp_path / "proof.key").read_text()
    both = SecretStr(f"{MASTER_KEY} {own}")
    with closing(connect(settings(url, tmp_path, proof_key=both))) as onward:
        opened(onward)
        assert in_english(found(onward)) == []


def test_a_lost_key_is_told_and_not_replaced(onward: Onward, tmp_path: Path, url: str) -> None:
    """A new one would prove nothing that is there."""
    (tmp_path / "proof.key").unlink()
    with pytest.raises(Exception, match=r"secret_key\.missing"):
        connect(settings(url, tmp_path))


def test_whoever_nulls_the_key_of_the_proofs_starts_nothing(
    onward: Onward, url: str, tmp_path: Path
) -> None:
    with onward.store.write() as connection:
        connection.execute(update(METADATA.tables["installation"]).values(proof_key=None))
        assert connection.execute(CASES.select()).first() is None
    with refused_with(SettingsError, match="removed the proofs"):
        connect(settings(url, tmp_path))
