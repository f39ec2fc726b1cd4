"""Puts periods and conditions, such as `2 working days after talk.done` and `risk = high`, into
words.

Messages hold them as they are written in the pathway. Here they are parsed again and turned into
messages, whose texts are in the catalogues.
"""

from __future__ import annotations

from datetime import date, datetime

from engine.message import Message, message
from engine.phrases.conditions import (
    And,
    Code,
    Compare,
    Condition,
    Literal,
    Name,
    Not,
    OneOf,
    Operand,
    Operator,
    Or,
)
from engine.phrases.expressions import parse_clock, parse_condition
from engine.phrases.syntax import CalendarDay, ClockExpression, Duration, Earliest, Latest, Moment

_TURNED = {
    Operator.EQUAL: Operator.DIFFERENT,
    Operator.DIFFERENT: Operator.EQUAL,
    Operator.LESS: Operator.AT_LEAST,
    Operator.AT_LEAST: Operator.LESS,
    Operator.MORE: Operator.AT_MOST,
    Operator.AT_MOST: Operator.MORE,
}
"""For each comparison, the one that holds if it does not."""
_WITH_A_VALUE = {"decision", "reason", "outcome", "country"}
"""Facts with a value other than yes or no, by the word that identifies them."""


def period(written: str) -> Message:
    """Puts a period or a moment, such as `15 working days after ask_home.offered`, into words. A
    `?` at the end, as within `latest of`, means that the moment need not come.

    Raises:
        CodedError: this version of Onward cannot read it.
    """
    if written.endswith("?"):
        return message("period.optional", moment=_clock(parse_clock(written[:-1])))
    return _clock(parse_clock(written))


def condition(written: str) -> Message:
    """Puts a condition, such as `risk < high and not step.talk.done`, into words.

    Raises:
        CodedError: this version of Onward cannot read it.
    """
    return _condition(parse_condition(written), holds=True)


def subject(name: str) -> Message:
    """Puts what a condition compares into words: a field, or a fact with a value, such as
    `decision.approve`.
    """
    head, *rest = name.split(".")
    word = rest[-1] if rest[1:] else head
    if rest and word in _WITH_A_VALUE:
        return message(f"subject.of.{word}", name=_named(head, rest[0]))
    return message("subject.field", field=name)


def _clock(expression: ClockExpression) -> Message:
    match expression:
        case Earliest(of):
            return message("period.earliest", parts=tuple(map(_clock, of)))
        case Latest(of):
            return message("period.latest", parts=tuple(map(_clock, of)))
        case Moment(optional=True):
            return message("period.optional", moment=_moment(expression))
    return _moment(expression)


def _moment(moment: Moment) -> Message:
    anchor = _anchor(moment)
    if moment.duration is None:
        return anchor or message("anchor.opening")
    length = _length(moment.duration)
    if anchor is None:
        return length
    if moment.before:
        return message("period.before", length=length, moment=anchor)
    return message("period.after", length=length, moment=anchor)


def _length(duration: Duration) -> Message:
    return message(f"length.{duration.unit.name.lower()}", n=duration.amount)


def _anchor(moment: Moment) -> Message | None:
    """What a moment is counted from. None if it is counted from the start of its clock."""
    named = _happening(moment.anchor) if moment.anchor else None
    if moment.birthday and moment.anchor:
        named = message("anchor.birthday", age=moment.birthday, field=moment.anchor)
    return _calendar_day(moment.on, named) if moment.on else named


def _calendar_day(on: CalendarDay, anchor: Message | None) -> Message:
    span = message(f"span.next.{on.span}") if on.after else message(f"span.this.{on.span}")
    day = message("day.end", span=span)
    if on.day:
        day = message("day.number", number=on.day, span=span)
    if anchor is None:
        return day
    if on.after:
        return message("day.counted", day=day, moment=anchor)
    return message("day.containing", day=day, moment=anchor)


def _happening(anchor: str) -> Message:
    """A moment of the case in words: something that happens, such as `talk.done`, a date given as
    an answer, or a named period.
    """
    head, *rest = anchor.split(".")
    match head, rest:
        case "case", [word]:
            return message(f"anchor.case.{word}")
        case "consent", [name, word]:
            return message(f"anchor.consent.{word}", name=_named(head, name))
        case "interrupt", [name, _]:
            return message("anchor.resolved", name=name)
        case "interrupt", [name]:
            return message("anchor.raised", name=name)
        case _, ["signed"]:
            return message("anchor.signed", field=head)
        case _, [word]:
            return message(f"anchor.part.{word}", name=head)
    return message("anchor.named", named=anchor)


def _condition(tree: Condition, *, holds: bool) -> Message:
    """A condition, or its opposite, in words; a `not` inverts what is below it."""
    match tree:
        case Not(part):
            return _condition(part, holds=not holds)
        case And(parts) | Or(parts):
            said = tuple(_condition(part, holds=holds) for part in parts)
            if isinstance(tree, And) is holds:
                return message("condition.all", parts=_apart(said, "condition.any"))
            return message("condition.any", parts=_apart(said, "condition.all"))
        case Name(text):
            return _fact(text, holds=holds)
        case OneOf(left, values):
            named = tuple(map(_value, values))
            if holds:
                return message("compare.one_of", left=_compared(left.text), right=named)
            return message("compare.none_of", left=_compared(left.text), right=named)
        case Compare():
            return _comparison(tree, holds=holds)


def _apart(parts: tuple[Message, ...], other: str) -> tuple[Message, ...]:
    """The parts of a condition, with brackets around those that are joined by the other word."""
    return tuple(
        message("condition.enclosed", condition=each) if each.code == other else each
        for each in parts
    )


def _compared(name: str) -> Message:
    """One side of a comparison, in words. The name of a field stands for the answer to it."""
    return subject(name) if "." in name else message("subject.answer", field=name)


def _comparison(tree: Compare, *, holds: bool) -> Message:
    operator = tree.operator if holds else _TURNED[tree.operator]
    right = str(tree.right)
    if right in ("yes", "no") and operator in (Operator.EQUAL, Operator.DIFFERENT):
        return _fact(tree.left.text, holds=(right == "yes") is (operator is Operator.EQUAL))
    left, value = _compared(tree.left.text), _value(tree.right)
    if isinstance(value, date):
        return message(f"compare.day.{operator.name.lower()}", left=left, right=value)
    return message(f"compare.{operator.name.lower()}", left=left, right=value)


def _fact(name: str, *, holds: bool) -> Message:
    """Says in words that a fact or yes-or-no answer holds; with `holds=False`, that it does not."""
    room, *rest = name.split(".")
    if not rest:
        what = _compared(name)
        return message("answer_is.yes", what=what) if holds else message("answer_is.no", what=what)
    if rest[-1] == "answered":
        what = _compared(name.removesuffix(".answered"))
        if holds:
            return message("answer_is.known", what=what)
        return message("answer_is.not_known", what=what)
    if holds:
        return message(f"holds.{room}.{rest[-1]}", name=_named(room, rest[0]))
    return message(f"holds_not.{room}.{rest[-1]}", name=_named(room, rest[0]))


def _named(room: str, name: str) -> Message | str:
    """A name. The name of a clock, consent, role or side comes with its kind, since a step may have
    the same name.
    """
    match room:
        case "clock":
            return message("subject.clock", clock=name)
        case "consent":
            return message("subject.consent", consent=name)
        case "role":
            return message("subject.role", role=name)
        case "side":
            return message("subject.side", side=name)
    return name


def _value(operand: Operand) -> Message | date | str:
    match operand:
        case Literal(datetime() | date() as day):
            return day
        case Literal() | Code():
            return str(operand)
    return message("subject.word", word=str(operand))
