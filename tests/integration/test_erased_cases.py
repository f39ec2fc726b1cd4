"""What an erased case still tells, and to whom; both stores."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import null, select, update

from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.figures.counting import figures
from casework.figures.years_and_quarters import Period
from casework.held_case import hold_for
from casework.left_by_erasure import is_as_left
from casework.manifest import Manifest
from casework.verifying import verify
from engine import commands as c
from engine.agencies.duties import Duty
from engine.errors import Refusal
from models.keys import Erased
from models.migrating import migrate, upgrade
from models.session import Store
from tests.erased import erase_case
from tests.installations import HOME, SCREEN, asked_home, opened
from tests.principals import OPERATOR, staff

AGENCIES = ("GH-ONE", "GH-TWO", "GH-THREE", "NG-HOME")


def known_to(onward: Onward, code: str) -> set[str]:
    """Agencies to which there is such a case, erased or not."""
    return {agency for agency in AGENCIES if is_known(onward, code, agency)}


def is_known(onward: Onward, code: str, agency: str) -> bool:
    try:
        with onward.store.read() as connection:
            hold_for(onward, connection, code, staff(agency), lock=False)
    except (Erased, Refusal) as error:
        return isinstance(error, Erased)
    return True


def test_an_erased_case_is_known_to_the_responsible_agency_alone(onward: Onward) -> None:
    """As any ended case, which is as if it had never been for those whose part is over."""
    code = opened(onward)
    form = {"full_name": "Person 1", "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=form)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    do(onward, code, c.Reassign(task="assess.1", agency="GH-TWO"), SCREEN)
    do(onward, code, c.Decline(task="assess.1", reason="no_capacity"), staff("GH-TWO", "esi"))
    do(onward, code, c.Complete(task="assess.1"), SCREEN, answers={"risk": "low"})
    do(onward, code, c.DeclineHandOver(hand_over="ask_home.1", reason="unsafe"), HOME)
    before = known_to(onward, code)
    assert before == {"GH-ONE"}
    erase_case(onward, code)
    assert known_to(onward, code) == before
    erase_case(onward, code)
    assert known_to(onward, code) == before, "to erase it again takes nothing away"


@pytest.mark.parametrize("listed", [["NG-HOME"], None])
def test_whom_bars_kept_out_of_an_erased_case_is_proved_by_its_certificate(
    onward: Onward, listed: list[str] | None
) -> None:
    """Also by one from before its row told of it, which says nothing of that."""
    code = asked_home(onward)
    do(onward, code, c.Prohibit(agency="NG-HOME"), SCREEN)
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(status="ended"))
        if listed is None:
            connection.execute(update(CASES).values(shut_out=null()))
    erase_case(onward, code)
    assert verify(onward, code, OPERATOR).faults == ()
    quarter = Period(year=2026, quarter=1)
    there, here = (staff(each.agency, "eye", Duty.MANAGES) for each in (HOME, SCREEN))
    assert figures(onward, "answers", there, period=quarter).rows == ()
    assert figures(onward, "answers", here, period=quarter).rows
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(shut_out=[]))
    (fault,) = verify(onward, code, OPERATOR).faults
    assert fault.code == "proof.changed"


def test_a_certificate_from_before_a_column_was_added_still_holds(onward: Onward) -> None:
    """Whom bars keep out was no column when the first ones were made."""
    opened(onward)
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(shut_out=null()))
        row = SimpleNamespace(**connection.execute(select(CASES)).one()._asdict())
    columns = (
        *("status", "end", "stages", "responsible", "due_at", "proposals", "parties"),
        *("pathway_version_id", "recorded_at", "version"),
    )
    brief = onward.proof.brief("erased case", {name: vars(row)[name] for name in columns})
    left = Manifest(rows={"erased case": {row.code: brief}})
    assert is_as_left(onward.proof, left, row)


def test_a_case_that_was_erased_before_is_known_by_its_rows(empty_url: str) -> None:
    """An older store has no list of them."""
    store = Store(empty_url)
    upgrade(store, "0015")
    at = "2026-03-01 00:00:00+00:00"
    rows = {
        "people": f"(id, version, created_at) VALUES (1, 1, '{at}')",
        "pathway_versions": "(id, name, number, text, content_hash, published_at)"
        f" VALUES (1, 'trial', 1, '', '', '{at}')",
        "cases": '(id, code, version, pathway, pathway_version_id, person_id, status, "end", stages,'
        " responsible, opened_at, recorded_at, told, lease_until, lease_by, sealed_state, last_hash)"
        f" VALUES (1, '7K2F-9QXM', 1, 'trial', 1, 1, 'ended', 'done', '[]', 'GH-ONE', '{at}', '{at}',"
        " 0, 0, '', '', '')",
        "tasks": "(id, version, case_id, ident, step, kind, label, role, agency, status, is_open,"
        " overdue, claimed_by, opened_at) VALUES (1, 1, 1, 'talk.1', 'talk', 'work', 'Talk', '',"
        f" 'GH-TWO', 'done', false, false, '', '{at}')",
    }
    with store.write() as connection:
        for table, row in rows.items():
            connection.exec_driver_sql(f"INSERT INTO {table} {row}")
    migrate(store)
    with store.read() as connection:
        (kept,) = connection.exec_driver_sql("SELECT CAST(parties AS TEXT) FROM cases").one()
    assert "GH-ONE" in kept
    assert "GH-TWO" in kept
    store.close()
