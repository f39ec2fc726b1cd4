"""Charts of a simulation as SVG, drawn with pygal, which no other module uses.

The charts need no network: they have no scripts, fonts or styles from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from statistics import median

import pygal
from pygal.style import Style

from engine.simulation.results import Results, WaitRow
from onward.simulation.report import busiest, latest, slowest
from onward.spoken import say

_STYLE = Style(
    background="white",
    plot_background="white",
    font_family="sans-serif",
    title_font_size=18,
    label_font_size=12,
    major_label_font_size=12,
    legend_font_size=12,
    value_font_size=11,
    guide_stroke_color="#cbd5e1",
    major_guide_stroke_color="#94a3b8",
    colors=("#2f6f9f", "#d98b2b", "#7a7a7a"),
)
_BAR_PIXELS, _BETWEEN_PIXELS, _REST_PIXELS = 14, 12, 170
"""The height of one bar; the space between the bars of one row of the results and those of the
next; the space above and below all bars.
"""
_NUMBERS_BEHIND_BARS = "inline:text.value{text-anchor:start}"
_MUCH_LONGER = 50
"""If the longest bar is more than this many times the median, the scale is in powers of ten, since
most other bars would be too short otherwise.
"""
_SUBJECTS = {"step": "steps", "agency": "agencies", "side": "sides"}


def draw(results: Results) -> dict[str, bytes]:
    """The charts as SVG by name: `waits_by_step`, `late_by_step` (and both by `agency` and `side`),
    `people`, `lines`, `ends`.
    """
    found: dict[str, bytes] = {}
    for word, attribute in _SUBJECTS.items():
        rows: Sequence[WaitRow] = getattr(results, attribute)
        longest = slowest(rows)
        found[f"waits_by_{word}"] = _chart(
            results,
            say("chart.waits", by=word),
            [row.name for row in longest],
            {
                say("chart.median"): [row.days_median for row in longest],
                say("chart.p90"): [row.days_p90 for row in longest],
                say("chart.line_p90"): [row.line_days_p90 for row in longest],
            },
        )
        late = latest(rows)
        shares = [_percent(row.late_share) for row in late]
        title = say("chart.late", by=word)
        found[f"late_by_{word}"] = _chart(results, title, [row.name for row in late], {"": shares})
    busy = busiest(results.agencies)
    names = [row.name for row in busy]
    used = [_percent(row.used_share) for row in busy]
    found["people"] = _chart(results, say("chart.used"), names, {"": used})
    lines = {
        say("chart.mean"): [row.line_mean for row in busy],
        say("chart.longest"): [float(row.line_longest) for row in busy],
    }
    found["lines"] = _chart(results, say("chart.lines"), names, lines)
    ends = sorted(results.ends, key=lambda row: row.share)
    found["ends"] = _chart(
        results,
        say("chart.ends"),
        [row.name or say("simulation.none_yet") for row in ends],
        {"": [_percent(row.share) for row in ends]},
    )
    return found


def _tens(written: Sequence[float]) -> list[float]:
    """The marks of a logarithmic scale for the numbers; empty if a linear scale shows them well."""
    if not written or max(written) <= _MUCH_LONGER * median(written):
        return []
    # Half the smallest, since a bar that began at its own value would have no length.
    first, last = floor(log10(min(written) / 2)), ceil(log10(max(written)))
    return [10.0**each for each in range(first, last + 1)]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _chart(
    results: Results, title: str, names: Sequence[str], series: Mapping[str, Sequence[float | None]]
) -> bytes:
    tens = _tens([each for values in series.values() for each in values if each])
    if tens:
        title = say("chart.in_tens", title=title)
    chart = pygal.HorizontalBar(
        js=(),
        css=("file://style.css", "file://graph.css", _NUMBERS_BEHIND_BARS),
        explicit_size=True,
        logarithmic=bool(tens),
        margin_right=50,
        style=_STYLE,
        width=1000,
        height=_REST_PIXELS + (_BAR_PIXELS * len(series) + _BETWEEN_PIXELS) * max(3, len(names)),
        title=say("chart.of", pathway=results.pathway, version=results.version, title=title),
        x_title=_beneath(results),
        show_legend=len(series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=len(series),
        truncate_label=-1,
        truncate_legend=-1,
        print_values=True,
        print_values_position="top",
        value_formatter=lambda value: "" if value is None else f"{value:,.1f}",
        no_data_text=say("chart.nothing"),
    )
    chart.x_labels = list(names)
    if tens:
        chart.y_labels = tens
        chart.range, chart.zero = (tens[0], tens[-1]), tens[0]
    for name, values in series.items():
        chart.add(name, values)
    drawn: bytes = chart.render()
    return drawn


def _beneath(results: Results) -> str:
    a_week = f"{results.cases_a_week:g}"
    return say("chart.beneath", n=results.cases, a_week=a_week, seed=results.seed)
