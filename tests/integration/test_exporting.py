"""Exports on both stores: what stands in a line, what is left out, what is on record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from casework import export_log
from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.exportable import ExportOrder
from casework.exporting import export
from casework.opening import open_case
from casework.principal import Principal
from casework.verifying import verify_installation
from engine import commands as c
from engine.errors import Refusal
from models.columns import table_of
from models.exports import Export
from tests.erased import erase_case
from tests.exported_cases import CODES, publish
from tests.installations import (
    CANARY,
    PATHWAY,
    SCREEN,
    START,
    move_clock,
    opened,
    ready,
)
from tests.principals import OPERATOR, staff
from tests.told import in_english

_EXPORTS = table_of(Export)


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """An installation with one pathway, whose cases have codes."""
    with closing(ready(url, tmp_path, pathways=(), then=_published)) as made:
        yield made


def _published(onward: Onward) -> None:
    publish(onward, PATHWAY)


def own(at_least: int, *, since: date | None = None, until: date | None = None) -> ExportOrder:
    """Of the agency's own cases alone, where fewer may be alike."""
    return ExportOrder(codes="htcds", own=True, at_least=at_least, since=since, until=until)


def talked(onward: Onward, country: str = "NG") -> str:
    """A case past its interview."""
    code = opened(onward)
    form = {"full_name": CANARY, "home_country": country}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=form)
    return code


def lines(
    onward: Onward, *, since: date | None = None, until: date | None = None
) -> list[dict[str, str]]:
    made = export(onward, own(1, since=since, until=until), SCREEN)
    return [dict(zip(made.columns, line, strict=True)) for line in made.lines]


def test_a_line_says_how_a_case_went_and_of_nobody_who_it_is(onward: Onward) -> None:
    """A year, a country, codes; no case code, no agency, no day, nothing protected."""
    code = talked(onward)
    assert lines(onward) == [
        {
            "pathway": "trial",
            "opened": "2026",
            "end_kind": "",
            "open_for": "",
            "Risk": "",
            "Home": "NG",
            "Reason": "",
        }
    ]
    said = repr(export(onward, own(1), SCREEN).lines)
    assert not [word for word in (code, CANARY, "GH-ONE", "2026-03") if word in said]


def test_an_ended_case_has_its_end_and_how_long_it_was_open_in_a_band(onward: Onward) -> None:
    """A number of days would tell more than anybody needs."""
    code = talked(onward)
    move_clock(onward, START + timedelta(days=40))
    do(onward, code, c.RecordConsent(task="agree.1", given=False), SCREEN)
    (line,) = lines(onward)
    assert (line["Reason"], line["end_kind"], line["open_for"]) == ("Stays", "neutral", "31-90")


def test_whoever_has_too_few_others_like_them_is_left_out(onward: Onward) -> None:
    """By all columns together; how many there were is told, and nothing else of them."""
    for country in ("NG", "NG", "NG", "GH"):
        talked(onward, country)
    made = export(onward, own(3), SCREEN)
    assert [line[made.columns.index("Home")] for line in made.lines] == ["NG"] * 3
    assert made.left_out == 1
    assert export(onward, ExportOrder(codes="htcds"), SCREEN).lines == ()
    with pytest.raises(Refusal, match="too_few"):
        export(onward, own(0), SCREEN)


def test_persons_are_counted_and_not_their_cases(onward: Onward) -> None:
    """Three cases of one person hide nobody."""
    talked(onward)
    with onward.store.read() as connection:
        person = connection.execute(select(CASES.c.person_id)).scalar_one()
    for _ in range(2):
        code = open_case(onward, "trial", "GH", SCREEN, person_id=person).code
        form = {"full_name": CANARY, "home_country": "NG"}
        do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=form)
    made = export(onward, own(2), SCREEN)
    assert (made.lines, made.left_out) == ((), 3)


def test_a_duplicate_is_counted_once_and_an_erased_case_not_at_all(onward: Onward) -> None:
    """Double counting is what such numbers are most often wrong by. Of an erased case nobody can say any
    more whom it was kept from, so nobody is told that there was one."""
    first, second, third = talked(onward), talked(onward), talked(onward)
    do(onward, first, c.Merge(case=first, into=second), SCREEN)
    do(onward, third, c.RecordConsent(task="agree.1", given=False), SCREEN)
    erase_case(onward, third)
    made = export(onward, own(1), SCREEN)
    assert (len(made.lines), made.left_out) == (1, 0)


def test_cases_are_chosen_by_when_they_were_opened(onward: Onward) -> None:
    """Both days are within."""
    talked(onward)
    day = START.date()
    assert len(lines(onward, since=day, until=day)) == 1
    assert lines(onward, since=day + timedelta(days=1)) == []
    assert lines(onward, until=day - timedelta(days=1)) == []


def test_a_version_without_the_list_is_left_out_with_a_word(onward: Onward) -> None:
    """Each case has the codes of its own version."""
    talked(onward)
    publish(onward, PATHWAY.replace("version: 1", "version: 2"), codes="")
    open_case(onward, "trial", "GH", SCREEN)
    made = export(onward, own(1), SCREEN)
    assert (len(made.lines), made.without_codes) == (1, 1)


def test_codes_are_mended_without_a_new_version(onward: Onward) -> None:
    """The cases that there are get them too."""
    talked(onward)
    publish(onward, PATHWAY, CODES.replace("Home:", "Country:"))
    assert lines(onward)[0]["Country"] == "NG"


@pytest.mark.parametrize(
    ("wanted", "by", "reason"),
    [
        (ExportOrder(codes="nothing"), SCREEN, "no_codes"),
        (ExportOrder(codes="htcds", pathways=("other",)), SCREEN, "unknown_pathway"),
        (ExportOrder(codes="htcds"), staff("GH-NOBODY", "ama"), "unknown_agency"),
        (ExportOrder(codes="htcds"), staff("GH-ONE"), "no_person"),
        (
            ExportOrder(codes="htcds", since=date(2026, 5, 1), until=date(2026, 1, 31)),
            SCREEN,
            "no_period",
        ),
    ],
)
def test_what_cannot_be_exported_is_refused_and_not_recorded(
    onward: Onward, wanted: ExportOrder, by: Principal, reason: str
) -> None:
    """In words, with the reason."""
    with pytest.raises(Refusal) as refused:
        export(onward, wanted, by)
    assert refused.value.reason == reason
    assert export_log.exports(onward, by=OPERATOR) == []


def test_each_export_is_on_record_and_nobody_can_take_it_out(onward: Onward) -> None:
    """Who, when, of what, how much; each chained to the one before."""
    talked(onward)
    for order in (own(1, since=date(2026, 1, 1)), *[ExportOrder(codes="htcds")] * 2):
        export(onward, order, SCREEN)
    first, second, _ = export_log.exports(onward, by=OPERATOR)
    assert (first.number, first.agency, first.person) == (1, "GH-ONE", "ama")
    assert (first.made_at, first.since, first.at_least) == (START, date(2026, 1, 1), 1)
    assert (first.cases, first.lines, second.lines) == (1, 1, 0)
    assert in_english(verify_installation(onward, by=OPERATOR)) == []
    with onward.store.write() as connection:
        connection.execute(update(_EXPORTS).where(_EXPORTS.c.number == 1).values(lines=0))
    assert in_english(verify_installation(onward, by=OPERATOR)) == [
        "export 1 was changed (table exports)"
    ]
    with onward.store.write() as connection:
        connection.execute(delete(_EXPORTS).where(_EXPORTS.c.number == 2))
    assert in_english(verify_installation(onward, by=OPERATOR)) == [
        "export 1 was changed (table exports)",
        "export 2 is missing (table exports)",
    ]
