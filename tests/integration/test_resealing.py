"""Data keys are replaced while cases go on, and `verify` leads from what was written to what stands; both stores."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from casework import data_keys, operators, queries, resealed, rotating
from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.disclosures import disclosures
from casework.intake import IntakeRow, take_in
from casework.log import owner_of
from casework.opening import open_case
from casework.placing_holds import HoldReason, Order, hold, holds, lift
from casework.publishing import publish_pathway
from casework.resealing import replace_data_keys
from casework.sealing.sealer import seal
from casework.settings import Settings
from casework.verifying import verify
from engine import commands as c
from models.columns import table_of
from models.keys import Cipher, UnknownMasterKey, Unreadable
from models.protected import ProtectedValue
from models.resealings import Resealing
from models.secret_keys import Secret
from models.turns import LogEntry
from tests.every_table import found
from tests.installations import (
    CANARY,
    HOME,
    SCREEN,
    asked_home,
    opened,
    prepared,
)
from tests.laws import GONE, look_after, version
from tests.principals import OPERATOR, staff
from tests.races import deliver, reachable
from tests.resealed import (
    HELD,
    another,
    behind,
    former_owners,
    held,
    in_log,
    replaced,
    restore_rows,
    tables,
    with_keys_in_files,
)
from tests.told import refused_with

_ENTRIES, _VALUES = table_of(LogEntry), table_of(ProtectedValue)
_RESEALINGS = table_of(Resealing)
FORM = {"full_name": CANARY, "home_country": "NG"}


@pytest.fixture(name="settings")
def _settings(url: str, tmp_path: Path) -> Settings:
    return with_keys_in_files(url, tmp_path / "home")


@pytest.fixture(name="onward")
def _onward(settings: Settings) -> Iterator[Onward]:
    with closing(another(settings)) as made:
        yield prepared(made)


def all_of_it(onward: Onward) -> str:
    """A case in each condition. Returns the code of one with answers."""
    code = asked_home(onward)
    open_case(onward, "trial", "GH", SCREEN, after=code)
    row = IntakeRow(
        number=1, pathway="trial", country="GH", agency="GH-ONE", cells={"full_name": "Person 8"}
    )
    take_in(onward, [row], lambda agency: staff(agency, "ama"), {"full_name": "full_name"})
    return code


def test_everything_is_sealed_under_new_keys_and_proved_as_before(onward: Onward) -> None:
    """Twice, with acts and new names between; an older checkpoint holds, and former keys open nothing."""
    code = all_of_it(onward)
    stay = opened(onward)
    order = Order("The court", "HC 12/2026")
    for person in (False, True):
        number = hold(onward, code, HoldReason.CLAIM, order, OPERATOR, person=person)
    lift(onward, number, order, OPERATOR)
    deliver(reachable(onward), code)
    shown = disclosures(onward, code, OPERATOR)
    note = held(onward)
    do(onward, stay, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    before = tables(onward, *HELD, "intake_secrets", "holds", "notice_attempts")
    assert behind(onward) == {"cases": 4, "people": 3, "intake_secrets": 1}
    told = list[int]()
    done = replace_data_keys(onward, OPERATOR, told.append)
    assert (done.replaced, done.left, told[-1]) == (8, (), 8)
    after = tables(onward, *HELD, "intake_secrets", "holds", "notice_attempts")
    for name, column in (
        *((each, "wrapped_key") for each in ("cases", "people", "intake_secrets")),
        *((each, "sealed") for each in ("log_entries", "protected_values", "intake_secrets")),
        ("cases", "sealed_state"),
        ("holds", "placed"),
        ("notice_attempts", "ground"),
    ):
        assert not {row[column] for row in before[name]} & {row[column] for row in after[name]}
    assert data_keys.standing(onward, OPERATOR).going_on is None
    publish_pathway(onward, version(2, *GONE), by=OPERATOR)
    look_after(onward)
    do(onward, code, c.See(hand_over="ask_home.1"), HOME)
    assert [each for each in disclosures(onward, code, OPERATOR) if each in shown] == shown != []
    assert {each.placed for each in holds(onward, OPERATOR)} == {order}
    assert [each.lifted for each in holds(onward, OPERATOR)] == [None, order]
    assert CANARY in str(queries.protected_values(onward, stay, SCREEN))
    assert (found(onward), in_log(onward, note)) == ([], ())
    second = held(onward)
    assert replaced(onward).replaced == 8
    opened(onward)
    for each in (note, second, held(onward)):
        assert (found(onward), in_log(onward, each)) == ([], ())
    acts = [each.act for each in operators.acts(onward, OPERATOR)]
    assert acts.count(resealed.RESEALING) == acts.count(resealed.RESEALED) == 2


def test_a_former_key_opens_nothing(onward: Onward) -> None:
    """Neither entries nor the state, answers or the new key, as they stand."""
    code = asked_home(onward)
    former = former_key(onward, code)
    replaced(onward)
    with onward.store.read() as connection:
        row = connection.execute(select(CASES)).one()
        texts = [*connection.scalars(select(_ENTRIES.c.sealed)), row.sealed_state, row.wrapped_key]
        places = [f"entry:{code}:{n}".encode() for n in range(1, len(texts) - 1)]
    for text, place in zip(texts, [*places, f"state:{code}".encode(), owner_of(code)], strict=True):
        with pytest.raises(Unreadable):
            former.open(text, place)


def former_key(onward: Onward, code: str) -> Cipher:
    with onward.store.read() as connection:
        wrapped = connection.scalar(select(CASES.c.wrapped_key).where(CASES.c.code == code))
    return onward.keys.cipher(wrapped, owner_of(code))


def test_keys_are_replaced_while_cases_are_acted_on(onward: Onward, settings: Settings) -> None:
    """Nothing fails in two processes that open cases, act in them and read them."""
    failed, over, went = list[BaseException](), threading.Event(), threading.Semaphore(0)
    shared = opened(onward)

    def work() -> None:
        with closing(another(settings)) as worker:
            try:
                while not over.is_set():
                    code = open_case(worker, "trial", "GH", SCREEN, after=shared).code
                    do(worker, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
                    assert CANARY in str(queries.protected_values(worker, code, SCREEN))
                    do(worker, opened(worker), c.Complete(task="interview.1"), SCREEN, answers=FORM)
                    queries.case_log(worker, code, OPERATOR)
                    went.release()
            except BaseException as error:  # noqa: BLE001 - shown by the assertion
                failed.append(error)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for each in workers:
        each.start()
    try:
        for _ in range(2):
            assert went.acquire(timeout=60), failed
            rotating.bring_in_master_key(onward, settings, OPERATOR)
            assert replaced(onward).left == ()
            rotating.retire_master_keys(onward, settings, OPERATOR)
            assert verify(onward, shared, OPERATOR).faults == ()
    finally:
        over.set()
        for each in workers:
            each.join()
    assert failed == []
    seal(onward, OPERATOR)
    assert (found(onward), in_log(onward)) == ([], ())


KILLED = """\
import os, signal
from pydantic import SecretStr
from casework import replaced_key
from casework.bootstrap import connect
from casework.resealing import replace_data_keys
from casework.settings import Settings
from tests.principals import OPERATOR
record, count = replaced_key.KeyWork._record, 0

def dying(self, *args):
    global count
    count += 1
    if count == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    record(self, *args)

replaced_key.KeyWork._record = dying
settings = Settings(home=os.environ["THE_HOME"], database_url=SecretStr(os.environ["THE_URL"]), clock="stored")
replace_data_keys(connect(settings), OPERATOR)
"""


def test_a_rotation_that_was_killed_goes_on_where_it_was(
    onward: Onward, settings: Settings, project_root: Path
) -> None:
    """With kill -9, amid the second case: it stands as before, and nothing is done twice."""
    codes = [opened(onward), opened(onward)]
    paths = {"THE_HOME": str(settings.home), "THE_URL": settings.store_url}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=project_root, env=os.environ | paths, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert behind(onward) == {"cases": 1, "people": 2}
    assert found(onward) == []
    do(onward, codes[1], c.Complete(task="interview.1"), SCREEN, answers=FORM)
    opened(onward)  # has a new key, and is not behind
    assert replaced(onward).replaced == 3
    assert found(onward) == []
    with onward.store.read() as connection:
        assert len({*connection.scalars(select(_RESEALINGS.c.act))}) == 1


def test_another_master_key_begins_another_rotation(onward: Onward, settings: Settings) -> None:
    """One that stopped before another theft does not count for it."""
    code = asked_home(onward)
    with onward.store.write() as connection:
        connection.execute(update(_VALUES).values(sealed=b"damaged"))
    assert [each.owner for each in replaced(onward).left] == ["person:1"]
    assert behind(onward) == {"people": 1}
    rotating.bring_in_master_key(onward, settings, OPERATOR)
    assert replaced(onward).replaced == 1
    assert code in former_owners(onward)[-1]


def test_an_older_copy_says_which_master_key_it_needs_and_is_behind_again(
    onward: Onward, settings: Settings
) -> None:
    """Restored with the keys of now it does not start; with the old one it does, and all is to be done again."""
    asked_home(onward)
    names = (*HELD, "resealings", "operator_log", "installation")
    before = tables(onward, *names)
    file = settings.home / Secret.MASTER.file
    old = file.read_text()
    rotating.bring_in_master_key(onward, settings, OPERATOR)
    replaced(onward)
    rotating.retire_master_keys(onward, settings, OPERATOR)
    restore_rows(onward, before)
    with refused_with(UnknownMasterKey, match="is known here"):
        another(settings)
    file.write_text(f"{file.read_text().split()[0]}\n{old}")
    with closing(another(settings)) as restored:
        assert found(restored) == []
        assert behind(restored) == {"cases": 1, "people": 1}
        assert replaced(restored).replaced == 2
        rotating.retire_master_keys(restored, settings, OPERATOR)
        assert (found(restored), behind(restored)) == ([], {"cases": 1, "people": 1})
