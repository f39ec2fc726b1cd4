"""Charts of figures: what is drawn, how long, and in how few letters a line."""

from __future__ import annotations

from datetime import UTC, datetime

from casework.figures.counting import Figure, Figures, Whose
from casework.figures.measures import Kind
from portal.charts import MOST, OPACITIES, chart_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def table(*rows: tuple[str, int, int]) -> Figures:
    return Figures(
        measure="silence",
        by=(Kind.AGENCY,),
        columns=("waiting", "overdue"),
        counted=frozenset({"waiting", "overdue"}),
        whose=Whose.ALL,
        period=None,
        at=NOW,
        rows=tuple(
            Figure(of=(name,), named=(name,), values={"waiting": waiting, "overdue": overdue})
            for name, waiting, overdue in rows
        ),
        step=1,
    )


def number(row: Figure, column: str) -> str:
    return str(row.values[column])


def test_the_longest_bar_leaves_room_for_its_number() -> None:
    chart = chart_of(table(("NG-A", 8, 2), ("NG-B", 4, 0)), number)
    assert chart is not None
    assert [(bar.width, bar.text) for bar in chart.bars] == [
        (70.0, "8"),
        (17.5, "2"),
        (35.0, "4"),
        (0.0, "0"),
    ]
    assert chart.columns == (("waiting", OPACITIES[0]), ("overdue", OPACITIES[1]))
    assert chart.is_whole


def test_nothing_lies_above_another() -> None:
    chart = chart_of(
        table(("A name that takes more than one line of a phone", 8, 2), ("B", 1, 1)), number
    )
    assert chart is not None
    assert len(chart.lines) == 3
    places = sorted([*(line.y for line in chart.lines), *(bar.y for bar in chart.bars)])
    assert len({*places}) == len(places)
    assert all(bar.y + chart.bar_height <= chart.height for bar in chart.bars)


def test_the_first_rows_are_drawn_and_the_table_has_the_others() -> None:
    chart = chart_of(table(*((f"NG-{n}", MOST + 9 - n, 0) for n in range(MOST + 1))), number)
    assert chart is not None
    assert (len(chart.lines), chart.is_whole) == (MOST, False)


def test_there_is_no_chart_of_nothing() -> None:
    assert chart_of(table(), number) is None
    assert chart_of(table(("NG-A", 0, 0)), number) is None
