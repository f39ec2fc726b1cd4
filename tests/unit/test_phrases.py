"""Clock expressions, durations, ladder rungs and reactions: read and shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.phrases.expressions import (
    ExpressionError,
    anchors_in,
    parse_after,
    parse_clock,
    parse_duration,
    parse_length,
    parse_reaction,
    parse_rung,
)
from engine.phrases.syntax import (
    Answered,
    CalendarDay,
    ClockExpression,
    Duration,
    Earliest,
    EndCase,
    GoOn,
    Latest,
    Length,
    Moment,
    NextReceiver,
    RaiseInterrupt,
    Reaction,
    Rung,
    SkipPart,
    Span,
    Tell,
    Unit,
)
from tests.told import advice, sentence

PARSERS: dict[str, Callable[[str], Any]] = {
    "clock": parse_clock,
    "duration": parse_duration,
    "length": parse_length,
    "after": parse_after,
    "rung": parse_rung,
    "reaction": parse_reaction,
}


# Durations and clocks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 hours", Duration(24, Unit.HOURS)),
        ("1 hour", Duration(1, Unit.HOURS)),
        ("1 hours", Duration(1, Unit.HOURS)),
        ("2 day", Duration(2, Unit.DAYS)),
        ("5 working days", Duration(5, Unit.WORKING_DAYS)),
        ("  1\n working   day ", Duration(1, Unit.WORKING_DAYS)),
        ("06 weeks", Duration(6, Unit.WEEKS)),
        ("1 month", Duration(1, Unit.MONTHS)),
        ("100 years", Duration(100, Unit.YEARS)),
    ],
)
def test_a_duration_is_a_whole_number_and_a_unit(text: str, expected: Duration) -> None:
    """Singular and plural both read."""
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 hours", Moment(Duration(24, Unit.HOURS))),
        (
            "15 working days after ask_home.offered",
            Moment(Duration(15, Unit.WORKING_DAYS), "ask_home.offered"),
        ),
        ("3 days before travel_date", Moment(Duration(3, Unit.DAYS), "travel_date", before=True)),
        ("travel_date", Moment(anchor="travel_date")),
        ("birthday 18 of born", Moment(anchor="born", birthday=18)),
        (
            "100 days before birthday  18 of born",
            Moment(Duration(100, Unit.DAYS), "born", before=True, birthday=18),
        ),
        ("end of the month of a.done", Moment(anchor="a.done", on=CalendarDay(Span.MONTH))),
        ("end of the quarter", Moment(on=CalendarDay(Span.QUARTER))),
        ("end  of the next year", Moment(on=CalendarDay(Span.YEAR, after=True))),
        (
            "day 15 of the month after a.done",
            Moment(anchor="a.done", on=CalendarDay(Span.MONTH, 15, after=True)),
        ),
        (
            "5 days after end of the year of birthday 18 of born",
            Moment(Duration(5, Unit.DAYS), "born", birthday=18, on=CalendarDay(Span.YEAR)),
        ),
        (
            "earliest of (90 days, decide.done)",
            Earliest((Moment(Duration(90, Unit.DAYS)), Moment(anchor="decide.done"))),
        ),
        (
            "latest of (30 days after a.done, earliest of (b.done, c.done))",
            Latest(
                (
                    Moment(Duration(30, Unit.DAYS), "a.done"),
                    Earliest((Moment(anchor="b.done"), Moment(anchor="c.done"))),
                )
            ),
        ),
        (
            "latest of (3 days after a.done, 3 days after b.done?, birthday 18 of born ?)",
            Latest(
                (
                    Moment(Duration(3, Unit.DAYS), "a.done"),
                    Moment(Duration(3, Unit.DAYS), "b.done", optional=True),
                    Moment(anchor="born", birthday=18, optional=True),
                )
            ),
        ),
    ],
)
def test_a_clock_counts_from_the_opening_from_an_anchor_or_is_the_anchor(
    text: str, expected: ClockExpression
) -> None:
    """`earliest of` and `latest of` take any of them (F13, F18)."""
    assert parse_clock(text) == expected


def test_words_of_the_language_may_be_names_of_steps() -> None:
    """The place decides what a word is."""
    assert parse_clock("3 days after after.done") == parse_clock("3 days after  after.done")
    assert parse_clock("earliest.done") == Moment(anchor="earliest.done")
    assert parse_clock("days") == Moment(anchor="days")
    assert parse_clock("3 days after birthday") == Moment(Duration(3, Unit.DAYS), "birthday")
    assert parse_clock("birthday 1 of birthday") == Moment(anchor="birthday", birthday=1)
    assert parse_clock("3 days after end") == Moment(Duration(3, Unit.DAYS), "end")
    assert parse_clock("day") == Moment(anchor="day")
    assert parse_clock("end of the month of next") == Moment(
        anchor="next", on=CalendarDay(Span.MONTH)
    )
    assert parse_reaction("end end") == EndCase("end")
    assert parse_rung("tell tell") == Rung("tell", "tell")


def test_anchors_are_given_with_their_columns() -> None:
    """So that an unknown one is reported where it stands."""
    text = "earliest of (30 days after a.done, latest of (b?, 2 weeks))"
    assert anchors_in(text) == (("a.done", 28), ("b", 47))
    assert anchors_in("1 day after birthday 18 of born") == (("born", 28),)
    assert anchors_in("day 15 of the month after a") == (("a", 27),)
    assert anchors_in("24 hours") == ()
    assert anchors_in("end of the month") == ()


# Rungs and reactions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("remind screener", Rung("remind", "screener")),
        (
            "after 1 working day tell manager",
            Rung("tell", "manager", Duration(1, Unit.WORKING_DAYS)),
        ),
        (
            "before 2 days remind screener",
            Rung("remind", "screener", Duration(2, Unit.DAYS), before=True),
        ),
        (
            "every 2 working days remind screener, at most 5",
            Rung("remind", "screener", Duration(2, Unit.WORKING_DAYS), at_most=5),
        ),
    ],
)
def test_a_rung_says_when_what_and_whom(text: str, expected: Rung) -> None:
    """Without a time it is the due moment itself."""
    assert parse_rung(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("end declined", EndCase("declined")),
        ("interrupt no_show", RaiseInterrupt("no_show")),
        ("tell manager", Tell("manager")),
        ("next receiver, at most 2", NextReceiver(2)),
        ("go on", GoOn()),
        ("skip", SkipPart()),
    ],
)
def test_a_reaction_says_what_follows(text: str, expected: Reaction) -> None:
    """There are six of them."""
    assert parse_reaction(text) == expected


# Errors


@pytest.mark.parametrize(
    ("kind", "text", "column", "message", "remedy"),
    [
        ("length", "granted days", 13, "`,` is missing", "`granted days, at most 60`"),
        ("length", "granted days, at most 0", 23, "out of bounds", "from 1 to"),
        ("length", "granted days, at most 99999", 23, "out of bounds", "36500"),
        ("length", "no days, at most 5", 1, "not a name", "after the name"),
        ("length", "granted dais, at most 5", 9, "`dais`", "did you mean `days`?"),
        ("length", "", 1, "this length is empty", "`30 days`"),
        ("after", "", 1, "this list of what comes first is empty", "`intake`"),
        ("duration", "5 work days", 3, "`work days` is not a unit", "did you mean `working days`?"),
        ("duration", "5 woking days", 3, "`woking days`", "did you mean `working days`?"),
        ("clock", "2 business days after x.done", 3, "`business days`", "`working days`?"),
        ("duration", "5 dais", 3, "`dais`", "did you mean `days`?"),
        ("duration", "5 minutes", 3, "`minutes`", "did you mean `hours`?"),
        ("duration", "5 xyz", 3, "`xyz`", "the units are hours, days"),
        ("rung", "after 1 wk tell manager", 9, "`wk`", "`week`"),
        ("duration", "3 Days", 3, "lower case", "`days`"),
        ("duration", "5", 2, "a unit of time is missing", "5 working days"),
        ("duration", "24h", 1, "a space", "24 hours"),
        ("duration", "1.5 days", 1, "whole number", "smaller unit"),
        ("duration", "0 days", 1, "`0 days` is out of bounds", "from 1 to"),
        ("duration", "101 years", 1, "out of bounds", "to 100"),
        ("duration", "9" * 1990 + " days", 1, "out of bounds", "from 1 to"),
        ("clock", "-3 days", 1, "cannot be negative", "before"),
        ("clock", "five days", 1, "in digits", "5 days"),
        ("clock", "", 1, "empty", "24 hours"),
        ("clock", "5 working days after", 21, "a name is missing", "ask_home.offered"),
        ("clock", "5 days past a.done", 8, "`after`, `before`, or the end", "24 hours"),
        ("clock", "5 days since a.done", 8, "`since` is written `after`", "5 days after NAME"),
        ("clock", "within 5 days of a.done", 1, "without `within`", "5 days after a.done"),
        ("clock", "earlier of (a, b)", 1, "written `earliest of`", "`earliest of (a, b)`"),
        ("clock", "last of (a, b)", 1, "written `latest of`", "`latest of (a, b)`"),
        ("clock", "5 days after latest of (a, b)", 8, "a single moment", "`latest of (5 days"),
        ("clock", "15th of the month after a", 1, "begins with `day`", "`day 15 of the month"),
        ("clock", "by the 15th of the month after a", 4, "begins with `day`", "`day 15 of the"),
        ("clock", "15th after each quarter", 1, "begins with `day`", "with `quarter` or `year`"),
        ("clock", "last day of the month", 6, "cannot be written", "`end of the month of NAME`"),
        ("clock", "the end of the month", 5, "may come before `end", "`end of the month of NAME`"),
        ("clock", "end of month", 8, "`the` is expected here", "`end of the month of NAME`"),
        (
            "clock",
            "end of the following month",
            12,
            "or `year` is expected",
            "`end of the next year`",
        ),
        ("clock", "start of the month", 1, "is written `day 1`", "`day 1 of the month after NAME`"),
        ("clock", "day 15 of the month of a", 5, "may have passed", "`day 15 of the next month`"),
        ("clock", "day 15 of the month", 5, "may have passed", "`day 15 of the month after NAME`"),
        ("clock", "day 32 of the next month", 5, "`32 days of a month` is out of", "from 1 to 31"),
        ("clock", "day 93 of the quarter after a", 5, "`93 days of a quarter` is", "from 1 to 92"),
        ("clock", "end of the month after now", 24, "`now` is not a moment", "interview.done"),
        ("clock", "latest of (end of the month?, a)", 28, "always known", "leave the `?` out"),
        ("clock", "2026-08-31", 1, "the same in every case", "`due: travel_date`"),
        ("clock", 'date("2026-08-31")', 1, "the same in every case", "`due: travel_date`"),
        ("clock", "a.done + 3 days", 8, "added", "3 days after NAME"),
        ("clock", "3 days after today", 14, "`today` is not a moment", "interview.done"),
        ("clock", "now", 1, "`now` is not a moment", "interview.done"),
        ("clock", "birthday 0 of born", 10, "`0 years of age` is out", "from 1 to 150"),
        ("clock", "birthday 18", 12, "`of` is missing", "earliest of"),
        ("clock", "birthday of born", 10, "`of` comes only after", "birthday 18 of birth_date"),
        ("clock", "18th birthday of born", 1, "only in digits", "birthday 18 of birth_date"),
        ("clock", "birthday 18 of today", 16, "`today` is not a moment", "interview.done"),
        ("clock", "earliest (a, b)", 1, "`of`", "`earliest of (a, b)`"),
        ("clock", "earliest of (a)", 15, "`,` is expected", "earliest of"),
        ("clock", "latest of (a, b", 16, "`)` or `,` is missing", "in quotes"),
        ("clock", "5 days after a.done?", 20, "single moment of `latest of`", "leave it out"),
        ("clock", "earliest of (a?, b)", 15, "single moment of `latest of`", "leave it out"),
        ("clock", "latest of (a, earliest of (b, c)?)", 33, "a single moment", "leave it out"),
        ("clock", "latest of (a, 3 days?)", 21, "always known", "leave the `?` out"),
        ("rung", "remind", 7, "a name is missing", "remind screener"),
        ("rung", "tell manager after 1 day", 14, "phrase is expected", "after 1 working day"),
        ("rung", "notify manager", 1, "`remind`, or `tell`", "remind screener"),
        ("reaction", "stop", 1, "not `stop`", "`go on`"),
        ("reaction", "end a.b", 5, "a name is expected", "`end NAME`"),
        ("reaction", "next receiver", 14, "`,` is missing", "at most N"),
        ("reaction", "next receiver, at most 0", 24, "out of bounds", "from 1 to 100"),
        ("reaction", "next receiver, at most two", 24, "whole number", "at most N"),
    ],
)
def test_what_cannot_be_read_is_refused_with_place_and_remedy(
    kind: str, text: str, column: int, message: str, remedy: str
) -> None:
    """The message says what is wrong, the remedy what to write."""
    with pytest.raises(ExpressionError) as caught:
        PARSERS[kind](text)
    assert caught.value.column == column
    assert message in sentence(caught.value)
    assert remedy in advice(caught.value)


# Properties

NAMES = st.sampled_from(["a", "a.done", "clock.reflection.reached", "travel_date", "after", "of"])
ROLES = st.sampled_from(["manager", "end", "skip", "next", "on", "tell"])
DURATIONS = st.builds(Duration, st.integers(1, 100), st.sampled_from(Unit))
LENGTHS: st.SearchStrategy[Length] = DURATIONS | st.builds(
    Answered, ROLES, st.sampled_from(Unit), st.integers(1, 100)
)
ON = st.builds(CalendarDay, st.sampled_from(Span), after=st.booleans()) | st.builds(
    CalendarDay, st.sampled_from(Span), st.integers(1, 31), st.just(True)
)
MOMENTS = (
    st.builds(Moment, DURATIONS)
    | st.builds(Moment, st.none() | DURATIONS, on=ON)
    | st.builds(Moment, st.none() | DURATIONS, NAMES, st.just(False), on=ON)
    | st.builds(Moment, DURATIONS, NAMES, st.booleans(), st.integers(1, 150), on=ON)
    | st.builds(Moment, DURATIONS, NAMES, st.booleans())
    | st.builds(Moment, st.none(), NAMES)
    | st.builds(Moment, st.none() | DURATIONS, NAMES, birthday=st.integers(1, 150))
)
PERHAPS = st.builds(Moment, st.none() | DURATIONS, NAMES, optional=st.just(True), on=st.none() | ON)
CLOCKS: st.SearchStrategy[ClockExpression] = st.recursive(
    MOMENTS,
    lambda inner: st.one_of(
        st.builds(lambda of: Earliest(tuple(of)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda of: Latest(tuple(of)), st.lists(inner | PERHAPS, min_size=2, max_size=3)),
    ),
    max_leaves=6,
)
VERBS = st.sampled_from(["remind", "tell"])
RUNGS = (
    st.builds(Rung, VERBS, ROLES)
    | st.builds(Rung, VERBS, ROLES, DURATIONS, st.booleans())
    | st.builds(Rung, VERBS, ROLES, DURATIONS, at_most=st.integers(2, 100))
)
REACTIONS: st.SearchStrategy[Reaction] = st.one_of(
    st.builds(EndCase, ROLES),
    st.builds(RaiseInterrupt, ROLES),
    st.builds(Tell, ROLES),
    st.builds(NextReceiver, st.integers(1, 100)),
    st.just(GoOn()),
    st.just(SkipPart()),
)


@given(DURATIONS, LENGTHS, CLOCKS, RUNGS, REACTIONS)
def test_what_is_shown_reads_back_as_the_same(
    duration: Duration, length: Length, clock: ClockExpression, rung: Rung, reaction: Reaction
) -> None:
    """Showing loses nothing."""
    assert parse_duration(str(duration)) == duration
    assert parse_length(str(length)) == length
    assert parse_clock(str(clock)) == clock
    assert parse_rung(str(rung)) == rung
    assert parse_reaction(str(reaction)) == reaction


PIECES = st.sampled_from(
    (
        *("5", "0", "-1", "1.5", "days", "day", "working", "hours", "after", "before", "of", "a"),
        *("earliest", "latest", "(", ")", ",", "remind", "tell", "end", "interrupt", "go", "on"),
        *(
            "birthday",
            "the",
            "month",
            "quarter",
            "skip",
            "next",
            "receiver",
            "at",
            "most",
            "a.b",
            "A",
            ".",
            "\n",
            "\0",
            "\ud800",
            "now",
        ),
    )
)


def refusal_of(kind: str, text: str) -> ExpressionError | None:
    try:
        PARSERS[kind](text)
    except ExpressionError as error:
        return error
    return None


@given(
    st.sampled_from(sorted(PARSERS)),
    st.text() | st.lists(PIECES).map(" ".join) | st.lists(PIECES).map("".join),
)
def test_no_text_makes_anything_but_a_clear_error(kind: str, text: str) -> None:
    """The parser's own words and exceptions stay inside."""
    if (error := refusal_of(kind, text)) is not None:
        assert 1 <= error.column <= len(text) + 1
        assert advice(error)
        said = re.sub("`([^`]*)`", lambda at: "" if at[1] in text else at[0], sentence(error))
        assert not re.search(r"AMOUNT|UNIT|ROLE|_[A-Z]|END\b|Unexpected", said)
