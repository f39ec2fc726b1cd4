"""A count in words: one line per step, with the days that counted and those that did not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.explaining.counts import Count, Counting
from engine.explaining.days import Run, runs_of
from engine.message import Message, message
from engine.phrases.syntax import MEASURES, Roll
from engine.time.reckoning import (
    Begun,
    Chosen,
    Kept,
    Paused,
    Ran,
    ReckoningStep,
    Rolled,
    Shortened,
    Stood,
)
from engine.translation import OWN, Translation
from wording.sentences import in_words, spoken_here


def told(count: Count, language: str = OWN, names: Translation | None = None) -> Iterator[str]:
    """The lines of a count; days are indented under their step.

    Args:
        names: the texts for the names of the pathway's parts.
    """
    return _Counted(count, language, names).lines()


def moment(at: date, zone: ZoneInfo, language: str = OWN) -> str:
    """A moment in the zone, as `Mon 2026-03-02 09:00 GMT`; a day as `Mon 2026-03-02`."""
    day = f"{_weekday(at, zone, language)} {at:%Y-%m-%d}"
    if not isinstance(at, datetime):
        return day
    here = at.astimezone(zone)
    return f"{_weekday(here, zone, language)} {here:%Y-%m-%d %H:%M %Z}"


def _weekday(at: date, zone: ZoneInfo, language: str) -> str:
    here = at.astimezone(zone) if isinstance(at, datetime) else at
    if spoken_here(language) == OWN:
        return f"{here:%a}"
    from babel.dates import format_date  # needed only to put counts into words

    return format_date(here, "EEE", locale=spoken_here(language))


class _Counted:
    """A count as text in a language, with moments in the zone in which its days were counted, or
    in UTC if it has none.
    """

    def __init__(self, count: Count, language: str, names: Translation | None) -> None:
        self.count, self.language, self.names = count, language, names
        self.zone = ZoneInfo(count.zone or "UTC")

    def lines(self) -> Iterator[str]:
        count = self.count
        source = f" [{count.source}]" if count.source else ""
        source = f" [{self.say(message('count.assumed'))}]" if count.assumed else source
        phrase = self.say(message("count.not_shown"))
        if count.phrase:
            phrase = self.say(message("count.phrase", phrase=count.phrase))
        counted = f"{phrase}{source} -> {self.at(count.at)}"
        yield self.say(message("told.line", name=self.kind(), value=counted))
        if count.editions:
            whose = self.say(count.whose) if count.whose else ""
            yield f"  {self.say(message('count.calendar', names=count.editions, zone=count.zone, whose=whose))}"
        for each in count.steps:
            yield f"  {self.say(self.step(each))} -> {self.at(each.step.at)}{self.clamped(each.step)}"
            for run in runs_of(each.days):
                yield f"    {self.run(run)}"
        if count.phrase and not count.steps:
            yield f"  {self.say(message('count.gone'))}"
        if count.paused_at:
            since = self.at(count.paused_at)
            yield f"  {self.say(message('count.stands_still', since=since))}"

    def say(self, what: Message) -> str:
        return in_words(what, self.language, self.names)

    def at(self, when: date) -> str:
        return moment(when, self.zone, self.language)

    def kind(self) -> Message:
        if self.count.kind == "named":
            return message("count.named", name=self.count.key.partition(".")[2])
        return message(f"count.kind.{self.count.kind}")

    def step(self, each: Counting) -> Message:
        step = each.step
        return self.counted(step) if isinstance(step, Ran | Stood) else self.moved(step)

    def counted(self, step: Ran | Stood) -> Message:
        start = self.at(step.start)
        if isinstance(step, Stood):
            if step.birthday:
                return message("count.born", phrase=step.phrase, day=start)
            return message("count.stood", phrase=step.phrase, at=start)
        if step.phrase:
            return message("count.ran", phrase=step.phrase, start=start)
        return message("count.extended", by=str(step.by), start=start)

    def moved(self, step: Rolled | Paused | Kept | Begun | Shortened | Chosen) -> Message:
        match step:
            case Rolled():
                was = self.at(step.was)
                if step.rule is Roll.NEXT:
                    return message("count.rolled_on", was=was)
                return message("count.rolled_back", was=was)
            case Paused():
                return self.paused(step)
            case Kept():
                return message("count.kept")
            case Begun():
                return message("count.begun_anew", n=self.count.restarts)
            case Shortened():
                on, before = self.at(step.on), self.at(step.was)
                if step.to:
                    return message("count.shortened_to", on=on, to=str(step.to), was=before)
                return message("count.shortened", on=on, was=before)
            case Chosen():
                parts = tuple(self.part(name, at, step.word) for name, at in step.among)
                if step.word == "earliest":
                    return message("count.earliest", parts=parts)
                return message("count.latest", parts=parts)

    def paused(self, step: Paused) -> Message:
        since, until = self.at(step.since), self.at(step.until)
        if step.left:
            return message("count.paused_with", since=since, until=until, left=str(step.left))
        return message("count.paused", since=since, until=until)

    def part(self, name: str, at: date | None, word: str) -> str:
        if at is not None:
            return self.say(message("count.part", phrase=name, said=self.at(at)))
        unknown = message("count.not_known")
        if word != "earliest":
            unknown = message("count.not_awaited")
        return self.say(message("count.part", phrase=name, said=unknown))

    def clamped(self, step: ReckoningStep) -> str:
        """The note that a month was too short, so that its last day was used; empty if that did not
        happen.
        """
        lacks = _lacks(step, self.zone)
        return f" ({self.say(message('count.short_month', day=lacks))})" if lacks else ""

    def run(self, run: Run) -> str:
        first, last = run.first, run.last
        days = self.at(first.day)
        if first != last:
            days = self.say(message("count.days", first=days, last=self.at(last.day)))
        if not first.number:
            said: Message | str = ", ".join(map(self.say, first.why))
        elif first == last:
            said = message("count.day", number=first.number)
        else:
            said = message("count.numbers", first=first.number, last=last.number)
        return self.say(message("told.line", name=days, value=said))


def _lacks(step: ReckoningStep, zone: ZoneInfo) -> int:
    """The day of the month on which a step would have ended, such as 31, if the month was too short
    to have it; otherwise 0.
    """
    if isinstance(step, Stood):
        return step.lacks or 0
    if not isinstance(step, Ran) or not MEASURES[step.by.unit].months:
        return 0
    start = step.start.astimezone(zone) if isinstance(step.start, datetime) else step.start
    return 0 if step.at.astimezone(zone).day == start.day else start.day
