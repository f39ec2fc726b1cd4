"""Links with other cases: whom they ask, for how long, and what comes along."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path, unknown
from engine.checks.needs import check_consents
from engine.checks.time_rules import check_plain_days
from engine.message import finding
from engine.phrases.syntax import Moment

_PATH: Path = ("links",)
_MOVES = ("paused_while", "restarted_by", "extend", "shorten")


def check_links(names: Names) -> Iterator[Fault]:
    yield from _answer(names)
    for word, needs in names.d.links.needs.items():
        yield from check_consents(names, needs, (*_PATH, "needs", word))
    yield from _brings(names)


def _answer(names: Names) -> Iterator[Fault]:
    """A period from the proposal, which nothing in the case moves: the other case is told it."""
    answer, path = names.d.links.answer, (*_PATH, "answer")
    if answer.time != Moment(duration=getattr(answer.time, "duration", None)):
        yield Fault(path, finding("links.no_period"))
    yield from check_plain_days(names, answer, path)
    for word in _MOVES:
        if getattr(answer, word):
            yield Fault((*path, word), finding("links.moves", word=word))


def _brings(names: Names) -> Iterator[Fault]:
    """What comes along is shown to another agency, so the person is asked before."""
    links = names.d.links
    for number, name in enumerate(links.brings):
        path = (*_PATH, "brings", number)
        field = names.d.data.get(name)
        if field is None:
            yield unknown("field", name, names.d.data, path)
        elif not field.is_protected:
            yield Fault(path, finding("links.brings_open", field=name))
    if links.brings and not links.needs.get("same_person"):
        yield Fault((*_PATH, "brings"), finding("links.brings_unasked"))
