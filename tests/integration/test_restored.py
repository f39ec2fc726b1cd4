"""A database that was put back sends and seals nothing until an operator says that it was meant, on both stores."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from casework import operators
from casework.case_rows import CASES
from casework.context import Onward
from casework.driving import CaseDriving
from casework.erasing import replay
from casework.placing_holds import HoldReason, Order, hold
from casework.sealing.against import read_held, verify_log
from casework.sealing.confirming import RestoredBecause, confirm
from casework.sealing.handing_out import newest
from casework.sealing.rollback import mark_restored, set_back
from casework.sealing.sealer import seal
from engine.errors import Refusal
from notifiers.memory import MemoryChannel
from tests.erased import erase_case
from tests.installations import SCREEN, addresses, asked_home, ended, installation, opened, prepared
from tests.principals import OPERATOR, TIME
from tests.stores import PostgresServer

FAILURE = RestoredBecause.FAILURE


class Machine:
    """The folder of an installation, and databases that it may be given."""

    def __init__(
        self, url: str, home: Path, request: pytest.FixtureRequest, stack: ExitStack
    ) -> None:
        self.url, self._home, self._request, self._stack = url, home, request, stack

    @contextmanager
    def running(self, url: str = "") -> Iterator[Onward]:
        """The installation on one of them."""
        with closing(installation(url or self.url, self._home, channel=MemoryChannel())) as made:
            yield replace(made, addresses=addresses("GH-ONE email", "NG-HOME email"))

    def backup(self) -> str:
        """A copy of the database, to which nobody is connected."""
        parsed = make_url(self.url)
        if parsed.get_backend_name() == "sqlite":
            copy = self._home / "backup.db"
            with (
                closing(sqlite3.connect(parsed.database or "")) as source,
                closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
            return f"sqlite:///{copy}"
        server: PostgresServer = self._request.getfixturevalue("postgres")
        assert parsed.database
        return server.url(self._stack.enter_context(server.database(parsed.database)))


@pytest.fixture
def machine(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Machine]:
    """With a pathway, agencies, and a case whose request waits for an answer; all of it sealed."""
    with ExitStack() as stack:
        made = Machine(url, tmp_path, request, stack)
        with made.running() as onward:
            prepared(onward)
            asked_home(onward)
            seal(onward, OPERATOR)
        yield made


def owed(onward: Onward) -> int:
    """How many notices are claimed to be sent."""
    driving = CaseDriving(onward)
    with onward.store.read() as connection:
        codes = connection.scalars(select(CASES.c.code)).all()
    return sum(len(driving.notices(code)) for code in codes)


def why(onward: Onward) -> str:
    with onward.store.read() as connection:
        found = set_back(onward, connection)
    return found.message.code.removeprefix("refused.set_back.") if found else ""


def test_an_earlier_database_waits_for_somebody(machine: Machine) -> None:
    """Nothing is sent, nothing is sealed, and all else goes on."""
    backup = machine.backup()
    with machine.running() as onward:
        opened(onward)
        seal(onward, OPERATOR)
    with machine.running(backup) as onward:
        assert why(onward) == "older"
        assert owed(onward) == 0
        with pytest.raises(Refusal) as found:
            seal(onward, OPERATOR)
        assert found.value.message.values["number"] == 2
        code = opened(onward)
        (fault,) = verify_log(onward, OPERATOR).faults
        assert (fault.code, fault.values["n"]) == ("sealed.set_back", 2)
        assert confirm(onward, FAILURE, OPERATOR) == 2
        assert (why(onward), owed(onward) > 0) == ("", True)
        assert code


def test_the_log_goes_on_from_where_everybody_saw_it(machine: Machine) -> None:
    """What is lost keeps its places, so that every checkpoint that somebody holds still holds."""
    backup = machine.backup()
    with machine.running() as onward:
        before = newest(onward, OPERATOR).written
        opened(onward)
        seal(onward, OPERATOR)
        after = newest(onward, OPERATOR).written
    with machine.running(backup) as onward:
        confirm(onward, FAILURE, OPERATOR)
        opened(onward)
        seal(onward, OPERATOR)
        for held in (before, after, newest(onward, OPERATOR).written):
            found = verify_log(onward, OPERATOR, read_held(held))
            assert (found.faults, found.lost) == ((), 2)
        last = operators.acts(onward, OPERATOR)[-1]
        assert (last.act, last.about["because"], last.about["lost"]) == ("restored", "failure", "2")


def test_twice_restored_is_twice_confirmed(machine: Machine) -> None:
    """Each act says how much it lost."""
    backup = machine.backup()
    for _ in range(2):
        with machine.running() as onward:
            opened(onward)
            seal(onward, OPERATOR)
    with machine.running(backup) as onward:
        assert confirm(onward, FAILURE, OPERATOR) == 4
        with pytest.raises(Refusal, match=r"set_back\.not"):
            confirm(onward, FAILURE, OPERATOR)
        machine.url, first = backup, seal(onward, OPERATOR)
        assert first is not None
    again = machine.backup() if backup.startswith("postgresql") else backup
    with machine.running(again) as onward:
        assert verify_log(onward, OPERATOR).faults == ()


def test_a_restore_without_the_file_waits_too(machine: Machine) -> None:
    """`onward restore` marks what it has put back: the file may be gone with the disk."""
    backup = machine.backup()
    with machine.running(backup) as onward:
        onward.checkpoints.path.unlink()
        with onward.store.write() as connection:
            mark_restored(connection)
        assert (why(onward), owed(onward)) == ("restored", 0)
        assert confirm(onward, RestoredBecause.MOVE, OPERATOR) == 0
        assert (why(onward), owed(onward) > 0) == ("", True)
        seal(onward, OPERATOR)
        assert verify_log(onward, OPERATOR).faults == ()


def test_nothing_is_erased_while_a_hold_may_be_lost(machine: Machine) -> None:
    """One that was put after the backup is put again before it is confirmed; what was erased since is."""
    with machine.running() as onward:
        code, other = ended(onward), ended(onward)
    backup = machine.backup()
    with machine.running() as onward:
        order = Order("A court", "12/2026")
        hold(onward, code, HoldReason.PROCEEDINGS, order, OPERATOR, person=False)
        seal(onward, OPERATOR)
        (erased,) = erase_case(onward, other)
    with machine.running(backup) as onward:
        assert why(onward) == "older"
        with pytest.raises(Refusal, match=r"set_back\.older"):
            erase_case(onward, code)
        assert [each.owner for each in replay(onward, [erased], OPERATOR)] == [erased.owner]
        hold(onward, code, HoldReason.PROCEEDINGS, order, OPERATOR, person=False)
        confirm(onward, FAILURE, OPERATOR)
        with pytest.raises(Refusal, match=r"on_hold\."):
            erase_case(onward, code)


def test_what_is_no_earlier_state_cannot_be_confirmed_away(
    machine: Machine, tmp_path: Path
) -> None:
    """Of another log, at odds with the file, or where somebody else has written in it."""
    backup = machine.backup()
    with machine.running() as onward:
        opened(onward)
        seal(onward, OPERATOR)
    file = tmp_path / "checkpoints"
    ours = file.read_text(encoding="utf-8")
    with machine.running(backup) as onward:
        stranger = replace(onward, signing_seeds=lambda _: [bytes(32)])
        with pytest.raises(Refusal, match=r"set_back\.unsigned"):
            confirm(stranger, FAILURE, OPERATOR)
        bare = replace(onward, checkpoints_file=tmp_path / "other")
        opened(bare)
        seal(bare, OPERATOR)  # as a process does that does not see the file
        opened(bare)
        seal(bare, OPERATOR)
        assert why(onward) == "apart"
        with pytest.raises(Refusal, match=r"set_back\.apart"):
            confirm(onward, FAILURE, OPERATOR)
        file.write_text(ours.replace("onward/", "onward/0"), encoding="utf-8")
        assert why(onward) == "other"
        with pytest.raises(Refusal, match=r"set_back\.other"):
            confirm(onward, FAILURE, OPERATOR)


def damaged(file: Path) -> None:
    file.write_bytes(b"leaves 0\n\xff\n")


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("spoil", [damaged, a_folder, Path.unlink])
def test_a_file_that_cannot_be_read_keeps_no_notice_back(
    machine: Machine, spoil: Callable[[Path], None]
) -> None:
    """A stick that broke is likelier than an attack."""
    with machine.running() as onward:
        spoil(onward.checkpoints.path)
        assert owed(onward) > 0


def test_only_an_operator_confirms(machine: Machine) -> None:
    with machine.running() as onward:
        for by in (TIME, SCREEN):
            with pytest.raises(Refusal, match="not_authorised"):
                confirm(onward, FAILURE, by)
