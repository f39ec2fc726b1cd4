"""Figures over many cases, for managers and for oversight: charts, tables, files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

import msgspec
from babel.dates import format_skeleton
from starlette.responses import Response

from casework.figures.behind import undelivered_of_own
from casework.figures.counting import Figure, Figures, Whose, figures, may_count
from casework.figures.measures import MEASURES
from casework.figures.told import as_csv, cell
from casework.figures.years_and_quarters import Period, newest, period_of
from engine.errors import Refusal
from engine.locales import locale_of
from portal.asked import Asked
from portal.charts import Chart, chart_of
from portal.fields import Field, Option, Widget
from portal.routes import Route

TOPICS: dict[str, tuple[str, ...]] = {
    "silence": ("silence", "answers"),
    "cases": ("stages", "ends", "countries"),
    "work": ("tasks", "steps", "stage_times"),
    "oversight": ("undelivered", "looks"),
}
"""The measures of each topic, in the order of their tables. Each topic has a page; `/figures` shows
the first.
"""
_FIRST = next(iter(TOPICS))
UNDELIVERED = "/figures/lists/undelivered"
_AT_ONCE = 50
_QUARTERS = 8
"""How many quarters are offered."""


class ShownTable(msgspec.Struct, frozen=True, kw_only=True):
    """One table of figures, as its reader sees it."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    hrefs: Sequence[str]
    """For each row, the address of the page that lists individually what the row counts; empty if
    there is no such page for the reader.
    """
    numeric: Sequence[int]
    """The positions of the numeric columns, counted from 0."""
    chart: Chart | None
    caption: str
    step: int
    file: str
    """The address of the table as a file."""


def topic(asked: Asked) -> Response:
    """The tables of a topic, each below its chart, if it has one."""
    name = asked.request.path_params.get("topic", _FIRST)
    if name not in TOPICS:
        raise Refusal("not_found.figure", name=name, known=tuple(TOPICS))
    may, now = may_count(asked.onward, asked.by)
    measures = [each for each in TOPICS[name] if each in may]
    whose = _whose(asked, [w for each in measures for w in may[each]])
    period = asked.query("period")
    shown = [
        _shown(asked, _counted(asked, each, whose if whose in may[each] else may[each][0], period))
        for each in measures
    ]
    return asked.page(
        "figures.html",
        topic=name,
        topics=[each for each, of in TOPICS.items() if any(one in may for one in of)],
        shown=shown,
        choices=_choice_of_cases(asked, [w for each in measures for w in may[each]], whose),
        period=_choice_of_period(asked, now, measures, whose),
    )


def _whose(asked: Asked, may: Sequence[Whose]) -> Whose:
    wanted = asked.query("whose")
    return Whose(wanted) if wanted in may else next(iter(may), Whose.OWN)


def _counted(asked: Asked, name: str, whose: Whose, period: str) -> Figures:
    return figures(
        asked.onward,
        name,
        asked.by,
        whose=whose,
        period=period_of(period) if period else None,
        language=asked.language,
    )


def _choice_of_cases(asked: Asked, may: Sequence[Whose], whose: Whose) -> Field | None:
    """The choice of whose cases are counted; None if there is no choice."""
    offered = [each for each in Whose if each in may]
    if len(offered) <= 1:
        return None
    return Field(
        name="whose",
        title=asked.say("page.whose"),
        widget=Widget.RADIOS,
        options=[Option(each, asked.say(f"figure.whose.{each}")) for each in offered],
        sent={"whose": [whose]},
    )


def _choice_of_period(
    asked: Asked, now: datetime, measures: Sequence[str], whose: Whose
) -> Field | None:
    """The choice of a quarter; None if everything is counted as of now."""
    if all(MEASURES[each].at is None for each in measures):
        return None
    found = newest(now, _QUARTERS, is_over=whose is Whose.ALL)
    over = next(each for each in found if each.is_over(now))
    return Field(
        name="period",
        title=asked.say("figure.period"),
        widget=Widget.SELECT,
        options=[Option(str(each), _named(asked, each)) for each in found],
        sent={"period": [asked.query("period") or str(over)]},
    )


def _named(asked: Asked, period: Period) -> str:
    """The name of a period: `Q1 2026`, or `T1 2026` in French."""
    written = "yQQQ" if period.quarter else "y"
    return format_skeleton(written, period.first, locale=locale_of(asked.language))


def _shown(asked: Asked, found: Figures) -> ShownTable:
    def text(row: Figure, column: str) -> str:
        said = cell(found, row, column)
        return asked.line(said) if said else ""

    width, name = len(found.by), asked.say(f"figure.name.{found.measure}")
    if found.period:
        when = asked.say("figure.in_period", period=_named(asked, found.period))
    else:
        when = asked.say("figure.as_of", at=asked.moment(found.at))
    period = f"&period={found.period}" if found.period else ""
    return ShownTable(
        name=found.measure,
        head=[
            *(asked.say(f"figure.kind.{each}") for each in found.by),
            *(asked.say(f"figure.column.{each}") for each in found.columns),
        ],
        rows=[[*row.named, *(text(row, each) for each in found.columns)] for row in found.rows],
        hrefs=[_behind(asked, found, row) for row in found.rows],
        numeric=range(width, width + len(found.columns)),
        chart=chart_of(found, text),
        caption=asked.say("figure.caption", name=name, when=when),
        step=found.step,
        file=f"/figures/files/{found.measure}?whose={found.whose}{period}",
    )


_BEHIND: dict[str, tuple[str, str]] = {
    "tasks": ("/?show=overdue", ""),
    "silence": ("/requests?show=waiting", "/requests/sent?show=waiting&agency={of}"),
    "undelivered": (UNDELIVERED + "?to={of}", UNDELIVERED + "?to={of}"),
}
"""By measure, the address of the list behind a row about the reader's own agency, and of the list
behind a row about another agency; empty if there is no such list.
"""


def _behind(asked: Asked, found: Figures, row: Figure) -> str:
    """The address of the list behind a row; empty if the measure has no list, or if other agencies'
    cases are counted. Figures on those are given in large steps, or not at all.
    """
    if found.whose is not Whose.OWN or found.measure not in _BEHIND:
        return ""
    own, of_other = _BEHIND[found.measure]
    (agency,) = row.of
    return (own if agency == asked.by.agency else of_other).format(of=quote(agency))


def undelivered(asked: Asked) -> Response:
    """The undelivered notices behind a figure, and who has to deal with each."""
    to = asked.query("to")
    found = undelivered_of_own(asked.onward, asked.by, to=to, limit=_AT_ONCE)
    return asked.page("undelivered.html", lines=found, to=to, at_once=_AT_ONCE)


def file(asked: Asked) -> Response:
    """One table as a file for a spreadsheet."""
    name, whose = asked.part("figure"), asked.query("whose")
    wanted = Whose(whose) if whose in {*Whose} else Whose.OWN
    found = _counted(asked, name, wanted, asked.query("period"))
    when = str(found.period or found.at.date())
    return Response(
        as_csv(found),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}-{when}.csv"'},
    )


ROUTES = (
    Route(path="/figures", answer=topic),
    Route(path="/figures/files/{figure}", answer=file),
    Route(path=UNDELIVERED, answer=undelivered),
    Route(path="/figures/{topic}", answer=topic),
)
