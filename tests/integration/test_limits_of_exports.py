"""What nobody learns of others by exports, alone or by comparing two of them, on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from casework import export_log, queries
from casework.acting import do
from casework.context import Onward
from casework.exportable import ExportOrder
from casework.exporting import Exported, export
from casework.opening import open_case
from casework.principal import Principal
from casework.registering import register
from casework.turn import take
from casework.verifying import verify_installation
from engine import commands as c
from engine.errors import Refusal
from models.columns import table_of
from models.exports import Export
from tests.exported_cases import publish
from tests.installations import (
    AGENCIES,
    CANARY,
    HOME,
    HOME_TWO,
    PATHWAY,
    SCREEN,
    START,
    move_clock,
    ready,
)
from tests.principals import OPERATOR, TIME, staff
from tests.told import in_english

ELEVEN = 11
LATER = START + timedelta(days=40)
ALL = ExportOrder(codes="htcds")
OTHER = staff("GH-TWO", "kofi")
_EXPORTS = table_of(Export)


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """An installation with one pathway, whose cases have codes."""
    with closing(ready(url, tmp_path, pathways=(), then=_published)) as made:
        yield made


def _published(onward: Onward) -> None:
    publish(onward, TRIAL)


TAKEN_OVER = """\
        hand_over: home
        responsibility: on_acceptance
"""
BARRING = """\
interrupts:
  seeks: {raised_by: screener, bars: origin}
"""
TRIAL = PATHWAY.replace("        hand_over: home\n", TAKEN_OVER).replace(
    "then: end done", "then: go on"
)
TRIAL += BARRING


def cases(onward: Onward, number: int, country: str = "NG", by: Principal = SCREEN) -> list[str]:
    """Cases that are alike, past their interviews."""
    codes = []
    for _ in range(number):
        code = open_case(onward, "trial", "GH", by).code
        task = {"full_name": CANARY, "home_country": country}
        do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=task)
        codes.append(code)
    return codes


def refused(onward: Onward, wanted: ExportOrder, by: Principal = SCREEN) -> Refusal:
    before = len(export_log.exports(onward, by=OPERATOR))
    with pytest.raises(Refusal) as found:
        export(onward, wanted, by)
    assert len(export_log.exports(onward, by=OPERATOR)) == before
    return found.value


def homes(made: Exported) -> list[str]:
    return [line[made.columns.index("Home")] for line in made.lines]


@pytest.mark.parametrize("least", [1, 10])
def test_fewer_than_eleven_are_exported_only_of_an_agencys_own_cases(
    onward: Onward, least: int
) -> None:
    """Whoever asks and however: the rule is that of the export, not of the command."""
    cases(onward, 1)
    wanted = ExportOrder(codes="htcds", at_least=least)
    assert refused(onward, wanted).message.code == "refused.too_few.others"
    assert refused(onward, wanted, HOME).message.code == "refused.too_few.others"


def test_an_agencys_own_cases_are_those_it_answers_or_has_answered_for(onward: Onward) -> None:
    """One that others have taken over since, too; one in which it was asked only is not its own."""
    wanted = ExportOrder(codes="htcds", own=True, at_least=1)
    (code,) = cases(onward, 1)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    do(onward, code, c.Complete(task="assess.1"), SCREEN, answers={"risk": "low"})
    assert export(onward, wanted, HOME).lines == ()
    do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    leaves = "{name: Home, until: 2026-03-31,"
    register(onward, AGENCIES.replace("{name: Home,", leaves), by=OPERATOR)
    move_clock(onward, LATER)
    take(onward, code, c.Refresh(), TIME)
    assert queries.case(onward, code, by=OPERATOR).state.responsible == HOME_TWO.agency
    shown = {SCREEN: ("NG", "Low"), HOME: ("", "Low"), HOME_TWO: ("", "")}
    for agency, answers in shown.items():  # a few lines show no answer without cover
        made = export(onward, wanted, agency)
        (line,) = (dict(zip(made.columns, each, strict=True)) for each in made.lines)
        assert (line["Home"], line["Risk"]) == answers, agency
    assert export(onward, wanted, OTHER).lines == ()


def test_a_case_in_which_an_agency_has_no_part_is_only_counted_among_eleven(
    onward: Onward,
) -> None:
    """Nor is it counted among what was left out."""
    cases(onward, ELEVEN)
    cases(onward, 3, "TG")
    made = export(onward, ALL, OTHER)
    assert (homes(made), made.left_out) == (["NG"] * ELEVEN, 0)
    assert export(onward, ALL, SCREEN).left_out == 3


def test_a_case_that_is_kept_from_a_side_does_not_exist_for_its_agencies(onward: Onward) -> None:
    """Its line, its cover for others, and any number that it would change are missing."""
    codes = cases(onward, ELEVEN)
    assert len(export(onward, ALL, HOME).lines) == ELEVEN
    do(onward, codes[0], c.Raise(interrupt="seeks"), SCREEN)
    move_clock(onward, LATER)
    made = export(onward, ALL, HOME_TWO)
    assert (made.lines, made.left_out, made.without_codes) == ((), 0, 0)
    assert len(export(onward, ALL, SCREEN).lines) == ELEVEN


def test_an_agency_that_was_told_to_have_nothing_has_no_line_of_the_case(onward: Onward) -> None:
    codes = cases(onward, ELEVEN)
    do(onward, codes[0], c.Prohibit(agency="GH-TWO"), SCREEN)
    assert export(onward, ALL, OTHER).lines == ()


@pytest.mark.parametrize("more", [1, 10])
def test_an_export_that_differs_by_a_few_cases_from_an_earlier_one_is_refused(
    onward: Onward, more: int
) -> None:
    """What one has and the other lacks would be the lines of these few; another agency has not compared."""
    cases(onward, ELEVEN)
    export(onward, ALL, SCREEN)
    move_clock(onward, LATER)
    cases(onward, more)
    found = refused(onward, ALL)
    assert found.message.code == "refused.too_near.export"
    assert found.message.values == {"export": 1, "day": START.date()}
    assert len(export(onward, ALL, OTHER).lines) == ELEVEN + more


def test_an_export_may_be_made_again_or_once_enough_has_come(onward: Onward) -> None:
    """The same cases as they were, or eleven more; and what is compared is the nearest, not the last."""
    cases(onward, ELEVEN)
    assert export(onward, ALL, SCREEN).lines == export(onward, ALL, SCREEN).lines
    move_clock(onward, LATER)
    cases(onward, ELEVEN)
    assert len(export(onward, ALL, SCREEN).lines) == 2 * ELEVEN
    narrow = ExportOrder(codes="htcds", until=START.date())
    assert len(export(onward, narrow, SCREEN).lines) == ELEVEN
    cases(onward, 1)
    assert refused(onward, ALL).message.values["export"] == 3


def test_a_few_cases_that_have_gone_on_are_told_by_no_second_export(onward: Onward) -> None:
    """The cases are the same, and a line has moved: whoever knows which case went on would read it."""
    codes = cases(onward, 2 * ELEVEN + 1)
    for code in codes[:ELEVEN]:
        do(onward, code, c.RecordConsent(task="agree.1", given=False), SCREEN)
    export(onward, ALL, SCREEN)
    do(onward, codes[-1], c.RecordConsent(task="agree.1", given=False), SCREEN)
    assert refused(onward, ALL).message.code == "refused.too_near.export"


def test_a_case_that_fills_up_a_line_is_told_by_no_second_export(onward: Onward) -> None:
    """Eleven lines come at once, of which ten were there before and could not be seen."""
    cases(onward, ELEVEN)
    cases(onward, ELEVEN - 1, "TG")
    export(onward, ALL, SCREEN)
    cases(onward, 1, "TG")
    assert refused(onward, ALL).message.code == "refused.too_near.export"


def test_of_what_says_nothing_nothing_is_learnt_by_comparing(onward: Onward) -> None:
    """A young installation may try every month."""
    cases(onward, 3)
    assert export(onward, ALL, SCREEN).lines == ()
    cases(onward, 1)
    assert export(onward, ALL, SCREEN).lines == ()


def test_an_agency_has_so_many_exports_a_month_as_the_registry_says(onward: Onward) -> None:
    """Of its own cases, too; the next month begins at midnight, and others have their own."""
    register(onward, AGENCIES + "exports_a_month: 2\n", by=OPERATOR)
    own = ExportOrder(codes="htcds", own=True, at_least=1)
    for wanted in (ALL, own):
        export(onward, wanted, SCREEN)
    assert refused(onward, own).message.code == "refused.too_many.exports"
    assert refused(onward, ALL).message.values == {"n": 2, "agency": "GH-ONE"}
    export(onward, ALL, OTHER)
    move_clock(onward, datetime(2026, 4, 1, tzinfo=UTC))
    export(onward, ALL, SCREEN)


def test_what_is_compared_is_kept_without_a_code_or_an_answer_and_cannot_be_changed(
    onward: Onward,
) -> None:
    """Nobody who has the store alone can tell which case stands behind a mark, nor which line it has."""
    codes = cases(onward, ELEVEN)
    export(onward, ALL, SCREEN)
    with onward.store.read() as connection:
        marks = connection.execute(select(_EXPORTS.c.marks)).scalar_one()
    assert len(marks) == 16 * ELEVEN
    assert not [each for each in (*codes, CANARY) if each.encode() in marks]
    assert len({marks[at : at + 8] for at in range(0, len(marks), 8)}) == 2 * ELEVEN
    assert in_english(verify_installation(onward, by=OPERATOR)) == []
    for changed in (marks[16:], None):
        with onward.store.write() as connection:
            connection.execute(update(_EXPORTS).values(marks=changed))
        assert in_english(verify_installation(onward, by=OPERATOR)) == [
            "export 1 was changed (table exports)"
        ]
