"""Parses phrases with `grammar.lark`. The only module that uses lark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, TypeVar

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.lexer import PatternRE, TerminalDef
from msgspec.structs import replace

from engine.errors import ExpressionError
from engine.message import Message, finding
from engine.phrases.conditions import (
    And,
    Code,
    Compare,
    Literal,
    Name,
    Not,
    OneOf,
    Operator,
    Or,
    Word,
)
from engine.phrases.misreadings import RESERVED, UNIT, explain, noun, unit_named
from engine.phrases.moments import read_day, read_moment
from engine.phrases.syntax import (
    MEASURES,
    After,
    Answered,
    BackTo,
    CalendarDay,
    ClockExpression,
    Duration,
    Earliest,
    EndCase,
    GoOn,
    Latest,
    Moment,
    NextReceiver,
    RaiseInterrupt,
    Reaction,
    Rung,
    SkipPart,
    Span,
    Tell,
)

MOST_CHARACTERS = 2000
MOST_NESTING = 20
MOST_DIGITS = 15
MOST_YEARS_OF_AGE = 150
_PHRASES_KEPT = 4_000
"""How many parsed phrases a process keeps at most."""
FIRST_YEAR, LAST_YEAR = 1900, 2199
MOST_DAYS_OF = {Span.MONTH: 31, Span.QUARTER: 92, Span.YEAR: 366}

Anchors = tuple[tuple[str, int], ...]
Dated = TypeVar("Dated", date, datetime)
Located = tuple[ClockExpression, Anchors]
"""A clock expression, with the anchors it names and their columns."""


KINDS = ("condition", "clock", "duration", "length", "after", "rung", "reaction")
"""The kinds of phrases: the start rules of the grammar."""


@lru_cache(maxsize=_PHRASES_KEPT)
def read(kind: str, text: str) -> Any:
    """Parse a text as a phrase of a kind, which is one of `KINDS`.

    Results are cached: they are immutable, and the versions of a pathway mostly have the same
    phrases.

    Raises:
        ExpressionError: the text cannot be parsed.
    """
    _refuse_excess(kind, text)
    try:
        return _parser().parse(text, start=kind)
    except UnexpectedInput as error:
        expected = error.interactive_parser.accepts()  # type: ignore[no-untyped-call]
        token = getattr(error, "token", None)
        at_end = token is not None and token.type == "$END"
        position = len(text.rstrip()) if at_end else error.pos_in_stream or 0
        raise explain(kind, text, position, expected) from None


def _refuse_excess(kind: str, text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(finding("phrase.too_long", kind=noun(kind), most=MOST_CHARACTERS))
    depth = 0
    for place, character in enumerate(text, 1):
        depth += (character == "(") - (character == ")")
        if depth > MOST_NESTING:
            raise ExpressionError(finding("phrase.too_deep", most=MOST_NESTING), column=place)


@cache
def _parser() -> Lark:
    return Lark.open(
        "grammar.lark",
        rel_to=__file__,
        parser="lalr",
        lexer="contextual",
        start=[*KINDS],
        transformer=_Reader(),
        edit_terminals=_with_units,
    )


def _with_units(terminal: TerminalDef) -> None:
    """Let the terminal `UNIT` match every unit; the grammar itself spells out only one."""
    if terminal.name == "UNIT":
        terminal.pattern = PatternRE(rf"{UNIT}(?![\w.])")


def _column(token: Token) -> int:
    return (token.start_pos or 0) + 1


def _name(token: Token) -> str:
    if token in RESERVED:
        raise ExpressionError(RESERVED[token], column=_column(token))
    return str(token)


def _anchor(token: Token) -> str:
    if token in RESERVED:
        raise ExpressionError(finding("phrase.no_moment", word=str(token)), column=_column(token))
    return str(token)


@v_args(inline=True)
class _Reader(Transformer[Token, Any]):
    """Turns the parse tree into the values of `conditions` and `syntax`."""

    def any_of(self, *parts: Any) -> Or:
        return Or(parts)

    def all_of(self, *parts: Any) -> And:
        return And(parts)

    def negate(self, token: Token, part: Any) -> Not:
        return Not(part, _column(token))

    def name(self, token: Token) -> Name:
        return Name(_name(token), _column(token))

    def compare(self, token: Token, operator: Token, right: Any) -> Compare:
        return Compare(self.name(token), Operator(operator), right)

    def one_of(self, token: Token, *values: Any) -> OneOf:
        return OneOf(self.name(token), values)

    def word(self, token: Token) -> Word:
        text = str(token) if token in ("yes", "no") else _name(token)
        return Word(text, _column(token))

    def country(self, token: Token) -> Code:
        return Code(str(token), _column(token))

    def number(self, token: Token) -> Literal:
        if len(token) > MOST_DIGITS:
            raise ExpressionError(
                finding("phrase.too_many_digits", most=MOST_DIGITS), column=_column(token)
            )
        return Literal(Decimal(token) if "." in token else int(token), _column(token))

    def day(self, token: Token) -> Literal:
        return Literal(_dated(token, read_day, "2026-01-31"), _column(token))

    def date_time(self, token: Token) -> Literal:
        moment = _dated(token, read_moment, "2026-01-31T10:00:00Z")
        if moment.tzinfo is None:
            raise ExpressionError(finding("phrase.no_zone"), column=_column(token))
        return Literal(moment.astimezone(UTC), _column(token))

    def earliest(self, *members: Located) -> Located:
        return Earliest(tuple(member for member, _ in members)), _together(members)

    def latest(self, *members: Located) -> Located:
        return Latest(tuple(member for member, _ in members)), _together(members)

    def perhaps(self, member: Located, token: Token) -> Located:
        moment, place = member
        if not place:
            raise ExpressionError(
                finding("phrase.always_known", moment=str(moment)), column=_column(token)
            )
        return replace(moment, optional=True), place

    def from_opening(self, duration: Duration) -> Located:
        return Moment(duration), ()

    def from_anchor(self, duration: Duration, direction: Token, anchor: Located) -> Located:
        moment, place = anchor
        return replace(moment, duration=duration, before=direction.type == "BEFORE"), place

    def anchor(self, name: Token) -> Located:
        return Moment(anchor=_anchor(name)), ((str(name), _column(name)),)

    def birthday(self, age: Token, name: Token) -> Located:
        years = _within(age, MOST_YEARS_OF_AGE, finding("counted.years_of_age"))
        return Moment(anchor=_anchor(name), birthday=years), ((str(name), _column(name)),)

    def end_of(self) -> None:
        """Reads `end of`, which stands in place of a day's number, as None."""

    def numbered(self, _: Token, number: Token) -> Token:
        return number

    def day_of(self, number: Token | None, span: Token, named: Located | None = None) -> Located:
        if number is not None:
            raise ExpressionError(
                finding("phrase.day_has_passed", number=str(number), span=str(span)),
                column=_column(number),
            )
        return _on(CalendarDay(Span(span)), named)

    def day_of_next(self, number: Token | None, _: Token, span: Token) -> Located:
        return self.day_after(number, span, None)

    def day_after(self, number: Token | None, span: Token, *named: Any) -> Located:
        of = Span(span)
        day = (
            0
            if number is None
            else _within(number, MOST_DAYS_OF[of], finding("counted.days_of", span=str(of)))
        )
        return _on(CalendarDay(of, day, after=True), named[-1])

    def duration(self, amount: Token, unit: Token) -> Duration:
        counted = unit_named(unit)
        return Duration(_within(amount, MEASURES[counted].most, counted.value), counted)

    def answered(self, name: Token, unit: Token, most: Token) -> Answered:
        counted = unit_named(unit)
        at_most = _within(most, MEASURES[counted].most, counted.value)
        return Answered(_name(name), counted, at_most)

    def alone(self, name: Token) -> After:
        return After((str(name),))

    def any_after(self, *names: Token) -> After:
        return After(_once_each(names), 1)

    def some_after(self, amount: Token, *names: Token) -> After:
        return After(_once_each(names), _within(amount, len(names), finding("counted.of_them")))

    def rung(self, *said: Any) -> Rung:
        *when, verb, role = said
        direction, offset = when or (None, None)
        before = direction is not None and direction.type == "BEFORE"
        return Rung(str(verb), str(role), offset, before)

    def rung_again(
        self, _: Token, offset: Duration, verb: Token, role: Token, amount: Token
    ) -> Rung:
        return Rung(
            str(verb), str(role), offset, at_most=_within(amount, 100, finding("counted.times"))
        )

    def end(self, name: Token) -> EndCase:
        return EndCase(str(name))

    def interrupt(self, name: Token) -> RaiseInterrupt:
        return RaiseInterrupt(str(name))

    def tell(self, _: Token, role: Token) -> Tell:
        return Tell(str(role))

    def next_receiver(self, amount: Token) -> NextReceiver:
        return NextReceiver(_within(amount, 100, finding("counted.receivers")))

    def back_to(self, stage: Token, amount: Token, then: Reaction) -> BackTo:
        return BackTo(str(stage), _within(amount, 100, finding("counted.times")), then)

    def go_on(self) -> GoOn:
        return GoOn()

    def skip(self) -> SkipPart:
        return SkipPart()


def _on(day: CalendarDay, named: Located | None) -> Located:
    moment, place = named or (Moment(), ())
    return replace(moment, on=day), place


def _together(members: tuple[Located, ...]) -> Anchors:
    return tuple(anchor for _, anchors in members for anchor in anchors)


def _once_each(names: tuple[Token, ...]) -> tuple[str, ...]:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ExpressionError(
                finding("list.name_twice_here", name=str(name)), column=_column(name)
            )
    return tuple(map(str, names))


def _within(amount: Token, most: int, of: str | Message) -> int:
    digits = amount.lstrip("0") or "0"
    if len(digits) <= MOST_DIGITS and 1 <= int(digits) <= most:
        return int(digits)
    raise ExpressionError(
        finding("phrase.out_of_bounds", amount=amount[:20], of=of, most=most),
        column=_column(amount),
    )


def _dated(token: Token, parse: Callable[[str], Dated], example: str) -> Dated:
    _, text, _ = token.split('"')
    try:
        moment = parse(text.strip())
    except ValueError:
        raise ExpressionError(
            finding("phrase.not_in_the_calendar", text=text, example=example), column=_column(token)
        ) from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ExpressionError(
            finding("year.out_of_bounds", year=moment.year, first=FIRST_YEAR, last=LAST_YEAR),
            column=_column(token),
        )
    return moment
