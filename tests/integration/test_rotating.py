"""A master key is replaced while cases go on, and the old one is taken away; both stores."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from casework import queries, rotating, wrapping
from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.settings import Settings, SettingsError
from casework.verifying import verify_all
from engine import commands as c
from engine.errors import Refusal
from models.keys import Keyring, UnknownMasterKey
from models.secret_keys import Secret, from_file
from tests.erased import erase_case
from tests.installations import CANARY, SCREEN, asked_home, ended, opened, prepared
from tests.principals import OPERATOR
from tests.resealed import another, with_keys_in_files
from tests.told import refused_with

FORM = {"full_name": CANARY, "home_country": "NG"}


@pytest.fixture(name="settings")
def _settings(url: str, tmp_path: Path) -> Settings:
    return with_keys_in_files(url, tmp_path / "home")


@pytest.fixture(name="onward")
def _onward(settings: Settings) -> Iterator[Onward]:
    with closing(another(settings)) as made:
        yield prepared(made)


def rotated(onward: Onward, settings: Settings) -> int:
    rotating.bring_in_master_key(onward, settings, OPERATOR)
    return rotating.rotate_keys(onward, OPERATOR)


def retired(onward: Onward, settings: Settings) -> int:
    return rotating.retire_master_keys(onward, settings, OPERATOR)


def wrapped_by(onward: Onward) -> set[str]:
    with onward.store.read() as connection:
        return {
            each
            for table in wrapping.WITH_KEYS
            for each in connection.scalars(select(table.c.wrapped_by))
            if each
        }


def test_a_running_process_goes_on_through_a_rotation(onward: Onward, settings: Settings) -> None:
    """It reads the keys anew: what it had open, what others wrapped, and what it opens now."""
    with closing(another(settings)) as worker:
        code = asked_home(worker)
        assert rotated(onward, settings) == 2
        assert retired(onward, settings) == 1
        assert CANARY in str(queries.protected_values(worker, code, SCREEN))
        opened(worker)
    assert wrapped_by(onward) == {onward.keys.first}
    assert len(from_file(Secret.MASTER, settings.home, make=False)) == 1
    with closing(another(settings)) as alone:
        assert [each.faults for each in verify_all(alone, OPERATOR)] == [(), ()]
        assert CANARY in str(queries.protected_values(alone, code, SCREEN))


def test_new_keys_are_wrapped_as_the_installation_says(onward: Onward, settings: Settings) -> None:
    """A process that has met nothing of the new master key uses it all the same, and one that has it
    in its file waits for the rotation."""
    with closing(another(settings)) as worker:
        before = onward.keys.first
        rotating.bring_in_master_key(onward, settings, OPERATOR)
        rotating.rotate_keys(onward, OPERATOR)
        opened(worker)
        assert wrapped_by(onward) == {onward.keys.first} != {before}
        rotating.bring_in_master_key(onward, settings, OPERATOR)
        opened(onward)
        assert onward.keys.first not in wrapped_by(onward)


def test_it_is_not_retired_while_something_is_behind(onward: Onward, settings: Settings) -> None:
    """Nor by hand: the installation does not start without it."""
    opened(onward)
    file = settings.home / Secret.MASTER.file
    rotating.bring_in_master_key(onward, settings, OPERATOR)
    with pytest.raises(Refusal, match=r"keys_behind .*number=2"):
        retired(onward, settings)
    kept = file.read_text()
    file.write_text(kept.split()[0])
    with refused_with(UnknownMasterKey, match="is known here"):
        another(settings)
    file.write_text(kept)
    assert rotating.rotate_keys(onward, OPERATOR) == 2
    assert retired(onward, settings) == 1
    another(settings).close()


def test_a_rotation_that_stopped_midway_goes_on(
    onward: Onward, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(onward)
    rewrap = Keyring.rewrap

    def of_cases(self: Keyring, wrapped: bytes, owner: bytes) -> bytes:
        if not owner.startswith(b"case"):
            raise KeyboardInterrupt
        return rewrap(self, wrapped, owner)

    rotating.bring_in_master_key(onward, settings, OPERATOR)
    with monkeypatch.context() as stopping:
        stopping.setattr(Keyring, "rewrap", of_cases)
        with pytest.raises(KeyboardInterrupt):
            rotating.rotate_keys(onward, OPERATOR)
    assert rotating.rotate_keys(onward, OPERATOR) == 1


def test_a_damaged_key_stops_no_other_and_keeps_the_old_one(
    onward: Onward, settings: Settings
) -> None:
    first, second = opened(onward), opened(onward)
    with onward.store.write() as connection:
        of_first = update(CASES).where(CASES.c.code == first)
        key = connection.scalar(select(CASES.c.wrapped_key).where(CASES.c.code == first))
        assert key
        connection.execute(of_first.values(wrapped_key=key[:-1] + b"x"))
    assert rotated(onward, settings) == 3
    with pytest.raises(Refusal, match=r"keys_behind .*number=1"):
        retired(onward, settings)
    assert queries.case(onward, second, by=OPERATOR).code == second


def test_an_erased_key_is_no_key_behind(onward: Onward, settings: Settings) -> None:
    erase_case(onward, ended(onward))
    assert rotated(onward, settings) == 1
    assert retired(onward, settings) == 1


def test_keys_that_are_kept_elsewhere_are_changed_there(onward: Onward, settings: Settings) -> None:
    """The text names the setting."""
    text = base64.b64encode(bytes(32)).decode()
    elsewhere = settings.model_copy(update={"master_key": SecretStr(text)})
    for change in (rotating.bring_in_master_key, rotating.retire_master_keys):
        with refused_with(SettingsError, match="this secret comes from ONWARD_MASTER_KEY"):
            change(onward, elsewhere, OPERATOR)


def test_it_rotates_while_cases_are_acted_on(onward: Onward, settings: Settings) -> None:
    """Nothing fails: two processes open cases and act in them, while the key changes three times."""
    failed, over, went = list[BaseException](), threading.Event(), threading.Semaphore(0)

    def work() -> None:
        with closing(another(settings)) as worker:
            try:
                while not over.is_set():
                    code = opened(worker)
                    do(worker, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
                    do(worker, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
                    went.release()
            except BaseException as error:  # noqa: BLE001 - shown by the assertion
                failed.append(error)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for each in workers:
        each.start()
    try:
        for _ in range(3):
            assert went.acquire(timeout=60), failed  # each key has wrapped something
            rotated(onward, settings)
            retired(onward, settings)
    finally:
        over.set()
        for each in workers:
            each.join()
    assert failed == []
    assert wrapped_by(onward) == {onward.keys.first}
    assert {each.faults for each in verify_all(onward, OPERATOR)} == {()}
