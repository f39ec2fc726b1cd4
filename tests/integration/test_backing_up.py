"""An installation is backed up while it runs, lost, and put back; both stores."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from casework import (
    authenticating,
    backing_up,
    certificates,
    delivering,
    operators,
    queries,
    restoring,
    sign_in_links,
)
from casework.acting import do
from casework.bootstrap import connect
from casework.case_rows import CASES
from casework.context import Onward
from casework.driving import CaseDriving
from casework.erasure_list import Certificate
from casework.kept_files import RECOVERY
from casework.principal import Principal
from casework.request_lists import requests
from casework.restoring import Drilled, Restored
from casework.sealing import sealer
from casework.sealing.confirming import RestoredBecause, confirm
from casework.settings import Settings
from casework.verifying import verify_all, verify_installation
from casework.worklists import tasks
from engine import commands as c
from engine.errors import Refusal
from models.copies import copy, scratch_database
from models.keys import Erased
from models.private_files import mode_of
from models.sealed_files import NotOpened, new_pair
from models.secret_keys import Secret
from models.session import Store, StoreError
from notifiers.memory import MemoryChannel
from tests.erased import erase_case, erase_person
from tests.installations import (
    CANARY,
    HOME,
    SCREEN,
    START,
    asked_home,
    ended,
    opened,
    prepared,
)
from tests.portals import Browser, RealTime, portal_of
from tests.principals import TIME
from tests.told import refused_with


@pytest.fixture(name="settings")
def _settings(url: str, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home", database_url=SecretStr(url), clock="stored", clock_starts=START
    )


@pytest.fixture(name="onward")
def _onward(settings: Settings) -> Iterator[Onward]:
    with closing(connect(settings, channel=MemoryChannel())) as made:
        yield prepared(made)


@pytest.fixture(name="by")
def _by(onward: Onward) -> Principal:
    return authenticating.operator(onward)


@contextmanager
def nowhere(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Another machine, on which nothing is."""
    home = tmp_path / "elsewhere"
    if settings.store_url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
        yield settings.model_copy(update={"home": home, "database_url": SecretStr(url)})
        return
    with closing(Store(settings.store_url)) as store, scratch_database(store) as url:
        yield settings.model_copy(update={"home": home, "database_url": SecretStr(url)})


def put_back(
    settings: Settings, file: Path, private: bytes, folder: Path, *lists: Path
) -> Restored:
    folder.mkdir(exist_ok=True)
    return restoring.restore(settings, restoring.unpack(file, private, folder), lists)


def tried(settings: Settings, file: Path, private: bytes, folder: Path) -> Drilled:
    folder.mkdir()
    backup = restoring.unpack(file, private, folder)
    if backup.manifest.store == "sqlite":
        url = f"sqlite:///{folder / 'scratch.db'}"
        return restoring.drill(settings, backup, [], url, folder / "home")
    with closing(Store(settings.store_url)) as store, scratch_database(store) as url:
        return restoring.drill(settings, backup, [], url, folder / "home")


def test_what_was_backed_up_is_there_again(
    onward: Onward, settings: Settings, by: Principal, tmp_path: Path
) -> None:
    """On another machine, with all secrets and private files; and it is on record on both sides."""
    code = asked_home(onward)
    kept = {
        "addresses.yaml": 'GH-ONE: {email: "mailto://one"}\n',
        "prefect/password": "onward:" + "x" * 32,
    }
    for name, text in kept.items():
        (settings.home / name).parent.mkdir(exist_ok=True)
        (settings.home / name).write_text(text)
    for secret in Secret:
        settings.keys(secret, first_time=True)
    private = backing_up.new_recovery_key(onward, settings, by)
    file = tmp_path / "one.backup"
    backing_up.back_up(onward, settings, file, by)
    assert mode_of(file) == 0o600
    assert not [*settings.home.glob("backup-*")]
    with nowhere(settings, tmp_path) as there:
        assert put_back(there, file, private, tmp_path / "unpacked").cases == 1
        names = [*kept, RECOVERY, *(each.file for each in Secret)]
        for name in names:
            assert (there.home / name).read_text() == (settings.home / name).read_text(), name
            assert mode_of(there.home / name) == 0o600
        with closing(connect(there, set_up=False)) as again:
            assert CANARY in str(queries.protected_values(again, code, SCREEN))
            assert [each.faults for each in verify_all(again, by)] == [()]
            assert [each.act for each in operators.acts(again, by)][-2:] == [
                "recovery_key",
                "restore",
            ]
    assert [each.act for each in operators.acts(onward, by)][-1] == "backup"


def test_a_restore_signs_everybody_out_and_leaves_what_they_sign_in_with(
    onward: Onward, settings: Settings, by: Principal, tmp_path: Path
) -> None:
    """A session that was ended since goes on nowhere; passwords and apps are those of that day."""
    time = RealTime()
    browser = Browser(portal_of(onward, time))
    held = browser.set_up("GH-ONE", "ama")
    unused = sign_in_links.invite(onward, "GH-ONE", "ato", by, time.now())
    private = backing_up.new_recovery_key(onward, settings, by)
    file = tmp_path / "one.backup"
    backing_up.back_up(onward, settings, file, by)
    time.pass_by(timedelta(minutes=1))
    with nowhere(settings, tmp_path) as there:
        put_back(there, file, private, tmp_path / "unpacked")
        with closing(connect(there, set_up=False)) as again:
            elsewhere = Browser(portal_of(again, time))
            assert elsewhere.post(f"/in/{unused}").status_code == 403
            elsewhere.cookies = browser.cookies
            assert elsewhere.get("/", follow=False).headers["location"] == "/sign-in"
            assert elsewhere.post("/sign-in", held.form(time.now())).is_success


def test_what_was_erased_since_is_erased_again(
    onward: Onward, settings: Settings, by: Principal, tmp_path: Path
) -> None:
    """By the list that stood beside the secrets, also of a case that was open when it was copied."""
    first, second, third = ended(onward), asked_home(onward), opened(onward)
    private = backing_up.new_recovery_key(onward, settings, by)
    file, newest = tmp_path / "one.backup", tmp_path / "newest.jsonl"
    backing_up.back_up(onward, settings, file, by)
    do(onward, second, c.DeclineHandOver(hand_over="ask_home.1", reason="unsafe"), HOME)
    for code in (first, second):
        erase_case(onward, code)
        erase_person(onward, code)
    shutil.copy(settings.erasures_file, newest)
    with nowhere(settings, tmp_path) as there:
        restored = put_back(there, file, private, tmp_path / "unpacked", newest)
        assert {each.owner for each in restored.erased_again} == {
            each.owner for each in certificates.certificates(onward, by)
        }
        with closing(connect(there, set_up=False)) as again:
            for code in (first, second):
                with pytest.raises(Erased):
                    queries.case(again, code, by=by)
            assert {each.faults for each in verify_all(again, by)} == {()}
            assert verify_installation(again, by) == []
            assert [each.code for each in tasks(again, SCREEN)] == [third]
            assert requests(again, HOME) == []
            assert {each.code for each in CaseDriving(again).due(START, 10)} <= {third}
            assert len(again.erasures.read()) == 4


def test_nothing_is_sent_from_a_restored_database_until_that_is_confirmed(
    onward: Onward,
    settings: Settings,
    by: Principal,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever it owes may have been sent since the backup; a newer file of checkpoints stays.

    Whoever asks is told in words, the worker's log by its code: neither is told both.
    """
    code = asked_home(onward)
    private = backing_up.new_recovery_key(onward, settings, by)
    file = tmp_path / "one.backup"
    backing_up.back_up(onward, settings, file, by)
    with nowhere(settings, tmp_path) as there:
        there.home.mkdir(mode=0o700)
        put_back(there, file, private, tmp_path / "unpacked")
        with closing(connect(there, channel=MemoryChannel(), set_up=False)) as again:
            assert delivering.claim_notices(again, code, by=TIME) == []
            CaseDriving(again).seal()
            assert caplog.messages == ["nothing is sent or sealed: refused.set_back.restored"]
            with pytest.raises(Refusal, match=r"set_back\.restored"):
                sealer.seal(again, by)
            assert len(caplog.messages) == 1
            confirm(again, RestoredBecause.DRILL, by)
            assert delivering.claim_notices(again, code, by=TIME)


def test_a_list_of_another_installation_erases_nothing(
    onward: Onward, settings: Settings, by: Principal, tmp_path: Path
) -> None:
    """Persons have numbers, and those of two installations are the same."""
    opened(onward)
    private = backing_up.new_recovery_key(onward, settings, by)
    file, other = tmp_path / "one.backup", tmp_path / "other.jsonl"
    backing_up.back_up(onward, settings, file, by)
    other.write_text(
        '{"number":1,"made_at":"2026-03-02T09:00:00Z","operator":"x","owner":"person:1",'
        '"cases":["7K2F-9QXM"],"ground":"request","key_digest":""}\n'
    )
    with nowhere(settings, tmp_path) as there:
        restored = put_back(there, file, private, tmp_path / "unpacked", other)
        assert restored.erased_again == []


def test_a_drill_leaves_nothing_behind_and_says_what_is_wrong(
    onward: Onward, settings: Settings, by: Principal, tmp_path: Path
) -> None:
    code = opened(onward)
    private = backing_up.new_recovery_key(onward, settings, by)
    backing_up.back_up(onward, settings, tmp_path / "good", by)
    drilled = tried(settings, tmp_path / "good", private, tmp_path / "first")
    assert (drilled.restored.cases, drilled.faults) == (1, ())
    with onward.store.write() as connection:
        connection.execute(CASES.update().values(end="other"))
    backing_up.back_up(onward, settings, tmp_path / "bad", by)
    drilled = tried(settings, tmp_path / "bad", private, tmp_path / "second")
    assert [each for each in drilled.faults if code in str(each)]
    assert operators.acts(onward, by)[-1].act == "backup"


def test_it_is_put_back_only_where_nothing_is(
    onward: Onward, settings: Settings, by: Principal, tmp_path: Path
) -> None:
    """Neither over a database nor over the secret of another installation."""
    private = backing_up.new_recovery_key(onward, settings, by)
    file = tmp_path / "one.backup"
    backing_up.back_up(onward, settings, file, by)
    with pytest.raises(Refusal, match=r"something_there\.database"):
        put_back(settings, file, private, tmp_path / "unpacked")
    with nowhere(settings, tmp_path) as there:
        there.home.mkdir()
        (there.home / "master.key").write_text("another one\n")
        with pytest.raises(Refusal, match=r"something_there\.file file=.*master\.key"):
            put_back(there, file, private, tmp_path / "unpacked")


def test_what_was_put_back_in_part_is_not_there(
    onward: Onward,
    settings: Settings,
    by: Principal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A database that is not yet rid of what was erased since has not its place; the next one has."""
    if not settings.store_url.startswith("sqlite"):
        pytest.skip("PostgreSQL is filled where it is")
    code = ended(onward)
    private = backing_up.new_recovery_key(onward, settings, by)
    file = tmp_path / "one.backup"
    backing_up.back_up(onward, settings, file, by)
    erase_case(onward, code)
    with nowhere(settings, tmp_path) as there:
        lists = (settings.erasures_file,)
        with monkeypatch.context() as patched:
            patched.setattr(restoring, "replay", stopped)
            with pytest.raises(KeyboardInterrupt):
                put_back(there, file, private, tmp_path / "unpacked", *lists)
        place = Path(there.store_url.removeprefix("sqlite:///"))
        assert [each.name for each in place.parent.glob(f"{place.name}*")] == []
        put_back(there, file, private, tmp_path / "unpacked", *lists)
        with closing(connect(there, set_up=False)) as again, pytest.raises(Erased):
            queries.case(again, code, by=by)


def stopped(*_: object) -> list[Certificate]:
    raise KeyboardInterrupt


def test_only_an_operator_with_the_sheet_puts_it_back(
    onward: Onward,
    settings: Settings,
    by: Principal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(Refusal, match="no_recovery_key"):
        backing_up.back_up(onward, settings, tmp_path / "none", by)
    private = backing_up.new_recovery_key(onward, settings, by)
    file = tmp_path / "one.backup"
    backing_up.back_up(onward, settings, file, by)
    for name in settings.home.rglob("*"):
        assert name.is_dir() or private not in name.read_bytes()
    with pytest.raises(NotOpened):
        restoring.unpack(file, new_pair()[0], tmp_path)
    with refused_with(backing_up.BackupError, match="already exists"):
        backing_up.back_up(onward, settings, file, by)
    monkeypatch.setattr(restoring, "account", lambda: "somebody")
    with pytest.raises(Refusal, match=r"not_an_operator\.in_backup account=somebody"):
        restoring.unpack(file, private, tmp_path)


def test_a_program_that_is_missing_is_named(
    onward: Onward,
    settings: Settings,
    by: Principal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if onward.store.kind == "sqlite":
        pytest.skip("SQLite copies itself")
    backing_up.new_recovery_key(onward, settings, by)
    monkeypatch.setitem(os.environ, "PATH", str(tmp_path))
    with refused_with(StoreError, match=r"pg_dump is not installed: .* postgresql-client"):
        backing_up.back_up(onward, settings, tmp_path / "one.backup", by)


def test_it_is_made_while_cases_are_acted_on(
    onward: Onward, settings: Settings, by: Principal, tmp_path: Path
) -> None:
    """A transaction that is under way is in it as a whole, or not at all."""
    code = opened(onward)
    private = backing_up.new_recovery_key(onward, settings, by)
    file = tmp_path / "one.backup"
    with onward.store.write() as connection:
        connection.execute(CASES.update().values(told=99))
        copied = tmp_path / "copied"
        copy(onward.store, copied)
        assert copied.stat().st_size
    backing_up.back_up(onward, settings, file, by)
    assert tried(settings, file, private, tmp_path / "first").faults == ()
    with onward.store.read() as connection:
        assert connection.scalars(select(CASES.c.code)).all() == [code]
