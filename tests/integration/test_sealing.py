"""What is committed gets its place in one log over all cases, whoever seals it, on both stores."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

from casework import operators
from casework.acting import do
from casework.context import Onward
from casework.driving import CaseDriving
from casework.installation_clock import real_seconds
from casework.leases import me
from casework.migrating import move_case
from casework.publishing import publish_pathway
from casework.sealing import ledger, sealer, sources
from casework.sealing.against import verify_log
from casework.sealing.checkpoint import read_checkpoint
from casework.sealing.checkpoint_file import CheckpointFileError
from casework.sealing.ledger import CHECKPOINTS, LEAVES, SEAL, LogHasGrown
from casework.sealing.merkle import consistency_proof, is_consistent, root_of
from casework.sealing.sealer import Sealed, seal, seal_if_due
from engine import commands as c
from engine.errors import Refusal
from tests.installations import HOME, PATHWAY, SCREEN, asked_home, installation, opened, ready
from tests.principals import OPERATOR, TIME
from wording.sentences import in_words


def sealed(onward: Onward) -> Sealed:
    done = seal(onward, OPERATOR)
    assert done is not None
    return done


def leaves(onward: Onward) -> list[tuple[str, str, int]]:
    """What stands in the log, in order."""
    query = select(LEAVES).order_by(LEAVES.c.position)
    with onward.store.read() as connection:
        rows = connection.execute(query).all()
    assert [row.position for row in rows] == list(range(len(rows)))
    return [(row.source, row.subject, row.number) for row in rows]


def notes(onward: Onward) -> int:
    with onward.store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(CHECKPOINTS)).scalar_one())


def test_everything_recorded_is_sealed_once(onward: Onward) -> None:
    """Entries, the answers kept with them, and what operators did; a second time there is nothing to seal."""
    code, other = asked_home(onward), opened(onward)
    first = sealed(onward)
    entries = [("entry", code, number) for number in (1, 2, 3, 4)] + [("entry", other, 1)]
    answers = [("answers", code, 1), ("answers", code, 2), ("answers", other, 1)]
    acts = [
        ("operator", "", number) for number in range(1, 1 + len(operators.acts(onward, OPERATOR)))
    ]
    assert sorted(leaves(onward)) == sorted([*entries, *answers, *acts])
    assert first.checkpoint is not None
    assert (first.added, first.checkpoint.size) == (len(leaves(onward)),) * 2
    assert sealed(onward).added == 0
    assert notes(onward) == 1


def test_the_log_only_grows(onward: Onward) -> None:
    """Each checkpoint is that of the leaves so far, and follows from the one before."""
    code = opened(onward)
    before = sealed(onward).checkpoint
    do(onward, code, c.Claim(task="interview.1"), SCREEN)
    after = sealed(onward).checkpoint
    assert before is not None
    assert after is not None
    kept = onward.checkpoints.read()
    assert [read_checkpoint(each.text) for each in kept.notes] == [before, after]
    assert root_of(kept.leaves[: before.size]) == before.root
    assert leaves(onward)[before.size :] == [("entry", code, 2)]
    assert verify_log(onward, OPERATOR).faults == ()


def test_leaves_say_nothing_and_differ_between_installations(
    onward: Onward, tmp_path: Path
) -> None:
    """A tag is random: neither a code nor a number leads to a leaf."""
    code = opened(onward)
    sealed(onward)
    with onward.store.read() as connection:
        rows = connection.execute(select(LEAVES).where(LEAVES.c.subject == code)).all()
    assert len({row.tag for row in rows}) == 1
    assert code not in onward.checkpoints.path.read_text(encoding="utf-8")
    assert code.encode() not in b"".join(row.tag + row.hash for row in rows)


def test_answers_of_a_case_that_moves_to_a_version_with_other_names_are_sealed_again(
    onward: Onward,
) -> None:
    """Their names are sealed with them."""
    code = asked_home(onward)
    sealed(onward)
    renamed = PATHWAY.replace("version: 1", "version: 2\nrunning_cases: ask")
    renamed = renamed.replace("full_name: {text, ", "whole_name: {text, was: full_name, ")
    publish_pathway(onward, renamed.replace("[full_name,", "[whole_name,"), by=OPERATOR)
    move_case(onward, code, "trial", 2, OPERATOR)
    assert verify_log(onward, OPERATOR).faults == ()  # not sealed yet
    sealed(onward)
    newest = [each for each in leaves(onward) if each[1] == code][-3:]
    assert newest == [("entry", code, 5), ("answers", code, 1), ("answers", code, 2)]
    assert verify_log(onward, OPERATOR).faults == ()
    with onward.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM protected_values WHERE entry = 2")
    (fault,) = set(verify_log(onward, OPERATOR).faults)
    assert in_words(fault) == f"case {code}, answers of entry 2: missing, or cannot be read"


def test_two_that_seal_at_once_seal_everything_once(
    url: str, tmp_path: Path, onward: Onward
) -> None:
    """One has the lease; the other does nothing."""
    codes = [opened(onward) for _ in range(6)]
    with closing(installation(url, tmp_path)) as other:
        threads = [threading.Thread(target=seal, args=(each, OPERATOR)) for each in (onward, other)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert [each for each in leaves(onward) if each[0] == "entry"] == [
        ("entry", code, 1) for code in codes
    ]
    assert verify_log(onward, OPERATOR).faults == ()


def test_while_somebody_seals_nobody_else_does(onward: Onward) -> None:
    """Until the lease of a process that lives is over."""
    opened(onward)
    held = {"lease_by": me(), "lease_until": real_seconds() + 60}
    with onward.store.write() as connection:
        connection.execute(update(SEAL).values(held))
    assert (seal(onward, OPERATOR), seal_if_due(onward, TIME), leaves(onward)) == (None, None, [])
    with onward.store.write() as connection:
        connection.execute(update(SEAL).values(lease_until=real_seconds() - 1))
    assert sealed(onward).added > 0


def test_whoever_was_overtaken_adds_nothing(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease expired while it read: what another one sealed meanwhile is not sealed twice."""
    opened(onward)
    pending = sources.pending_of_cases

    def overtaken(connection: Connection, cases: list[object]) -> list[sources.Record]:
        found = list(pending(connection, cases))
        monkeypatch.setattr(sealer, "pending_of_cases", pending)
        with onward.store.write() as another:
            another.execute(update(SEAL).values(lease_until=0.0, lease_by=""))
        sealed(onward)
        return found

    monkeypatch.setattr(sealer, "pending_of_cases", overtaken)
    assert seal(onward, OPERATOR) is None
    assert len(leaves(onward)) == len(set(leaves(onward)))
    assert verify_log(onward, OPERATOR).faults == ()


def test_it_is_sealed_when_it_is_time(onward: Onward, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ticker asks each second; the log grows four times an hour, whichever clock the installation has."""
    real = [1000.0]
    monkeypatch.setattr(sealer, "real_seconds", lambda: real[0])
    driving = CaseDriving(onward, real=lambda: real[0])
    code = opened(onward)
    driving.seal()
    assert leaves(onward)[-1] == ("answers", code, 1)
    do(onward, code, c.Claim(task="interview.1"), SCREEN)
    for real[0] in (1001.0, 1000.0 + sealer.SEAL_SECONDS - 1):
        driving.seal()
        assert leaves(onward)[-1] == ("answers", code, 1)
    real[0] = 1000.0 + sealer.SEAL_SECONDS + 60
    driving.seal()
    assert leaves(onward)[-1] == ("entry", code, 2)


def test_a_great_many_are_sealed_some_at_a_time(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a ticker goes on with what is due; an operator waits for all."""
    monkeypatch.setattr(sealer, "MOST", 3)
    monkeypatch.setattr(sources, "CASES_AT_ONCE", 1)
    for _ in range(5):
        opened(onward)
    first = seal_if_due(onward, TIME)
    assert first is not None
    assert not first.is_all
    second = seal_if_due(onward, TIME)
    assert second is not None
    assert second.added > 0
    assert sealed(onward).is_all
    assert len([each for each in leaves(onward) if each[0] == "entry"]) == 5
    assert verify_log(onward, OPERATOR).faults == ()


def test_what_the_file_lacks_is_added_later(onward: Onward, tmp_path: Path) -> None:
    """A stick that was not there holds up nothing: all is sealed, and written once it is there."""
    stick = tmp_path / "stick" / "checkpoints"
    without = replace(onward, checkpoints_file=stick)
    code = opened(onward)
    with pytest.raises(CheckpointFileError) as found:
        seal(without, OPERATOR)
    assert found.value.message.code == "checkpoints.unwritten"
    assert leaves(onward)[-1] == ("answers", code, 1)
    stick.parent.mkdir()
    sealed(without)
    assert stick.read_text(encoding="utf-8").startswith("leaves 0\n")
    assert verify_log(without, OPERATOR).faults == ()


def test_a_power_cut_while_writing_costs_nothing(onward: Onward) -> None:
    """What it left of a part is written again."""
    opened(onward)
    sealed(onward)
    file = onward.checkpoints.path
    whole = file.read_bytes()
    opened(onward)
    sealed(onward)
    grown = file.read_bytes()
    for length in range(len(whole), len(grown), 11):
        file.write_bytes(grown[:length])
        assert onward.checkpoints.newest() is not None
        sealed(onward)
        assert file.read_bytes() == grown


def test_a_damaged_row_keeps_no_other_from_being_sealed(sqlite_url: str, tmp_path: Path) -> None:
    """It is named by `onward verify`, and the log goes on. PostgreSQL keeps no value of another type."""
    with closing(ready(sqlite_url, tmp_path)) as onward:
        damaged, sound = opened(onward), opened(onward)
        with onward.store.write() as connection:
            connection.exec_driver_sql("UPDATE log_entries SET hash = 'text' WHERE id = 1")
        sealed(onward)
        assert ("entry", sound, 1) in leaves(onward)
        assert ("entry", damaged, 1) not in leaves(onward)


def test_only_who_may_seals(onward: Onward) -> None:
    """Agencies let happen what is due, and do not run the installation."""
    for by in (SCREEN, HOME, TIME):
        with pytest.raises(Refusal):
            seal(onward, by)


def test_a_grown_log_is_not_grown_from_what_was_read_before(onward: Onward) -> None:
    """The fence itself."""
    with onward.store.read() as connection:
        row = connection.execute(select(SEAL)).one()
    opened(onward)
    sealed(onward)
    with pytest.raises(LogHasGrown), onward.store.write() as connection:
        ledger.grow(connection, row, ledger.edge_of(row))


def test_each_checkpoint_is_consistent_with_all_before(onward: Onward) -> None:
    """As a witness would ask."""
    points = []
    for _ in range(5):
        opened(onward)
        points.append(sealed(onward).checkpoint)
    kept = onward.checkpoints.read().leaves
    for number, old in enumerate(points):
        for new in points[number:]:
            assert old
            assert new
            proof = consistency_proof(kept[: new.size], old.size)
            assert is_consistent(old.size, old.root, new.size, new.root, proof)
