"""The top level of a definition: version, sides, roles, overrides, data, consents, stop, named
clocks, review, retention and links; and names that are reserved or not neutral.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine import neutral
from engine.checks.consent_rules import check_consent
from engine.checks.contact_rules import check_ways
from engine.checks.data_rules import check_data
from engine.checks.names import Fault, Names, Path, unknown
from engine.checks.needs import check_consents
from engine.checks.retention_rules import check_retention
from engine.checks.time_rules import check_named, check_plain_days, check_review
from engine.definition import ALL, Role
from engine.message import finding
from engine.phrases.expressions import RESERVED
from engine.phrases.grammar import FIRST_YEAR, LAST_YEAR
from engine.phrases.syntax import Moment
from engine.state import RESPONSIBLE
from engine.translation import words
from engine.words_beside import WordsBeside


def check_heads(names: Names) -> Iterator[Fault]:
    yield from _version(names)
    for name, role in names.d.roles.items():
        yield from check_role(names, name, role)
    for number, name in enumerate(names.d.overrides):
        yield from names.holder(name, ("overrides", number))
    yield from check_data(names)
    yield from check_ways(names)
    for name, consent in names.d.consents.items():
        yield from check_consent(names, name, consent)
    if names.d.stop.tell:
        yield from names.holder(names.d.stop.tell, ("stop", "tell"))
    yield from check_named(names)
    yield from check_review(names, ("review",))
    if names.d.retention:
        yield from check_retention(names.d.retention, ("retention",))
    yield from check_links(names)
    yield from _bound_sides(names)
    yield from _reserved(names)
    rooms: dict[str, Iterable[str]] = {
        "stages": names.d.stages,
        "ends": [name for name, end in names.d.ends.items() if not end.is_untold],
        "roles": names.d.roles,
    }
    outside: list[Path] = [("pathway",), *((room, n) for room, ns in rooms.items() for n in ns)]
    yield from _neutral(names, outside)


_LAST_VERSION = 999_999


def _version(names: Names) -> Iterator[Fault]:
    """Faults for versions and years that can only be typing errors."""
    if names.d.version > _LAST_VERSION:
        yield Fault(("version",), finding("version.too_large", most=_LAST_VERSION))
    if not FIRST_YEAR <= names.d.effective.year <= LAST_YEAR:
        yield Fault(
            ("effective",),
            finding(
                "year.out_of_bounds", year=names.d.effective.year, first=FIRST_YEAR, last=LAST_YEAR
            ),
        )


_OURS = frozenset({"case", "clock", "consent", "interrupt", "review"})
"""Words the engine uses for moments and tasks of its own."""
_NO_FIELDS = frozenset({"decision", str(WordsBeside.REOPENED)})
"""Words that name no field: `decision.answered` is what a step `answered` has decided, and
`reopened` is the name under which the words are stored with which a case is reopened.
"""


def _reserved(names: Names) -> Iterator[Fault]:
    """Faults for names and choices that are words of the expression language, and for names of fields,
    steps, stages and interrupts that the engine itself uses.
    """
    places: list[tuple[str, Path]] = [(name, ("data", name)) for name in names.d.data]
    places += [(name, ("stages", stage, "steps", name)) for name, (stage, _) in names.steps.items()]
    for field, kind in names.d.data.items():
        choices = kind.choice or ()
        places += [
            (value, ("data", field, "choice", number))
            for number, value in enumerate(choices)
            if value not in ("yes", "no")
        ]
    rooms: dict[str, Iterable[str]] = {
        "stages": names.d.stages,
        "interrupts": names.d.interrupts,
    }
    ours = [(name, path) for name, path in places if path[0] == "stages"]
    ours += [(name, (room, name)) for room, entries in rooms.items() for name in entries]
    if ALL in names.d.stages:
        yield Fault(("stages", ALL), finding("name.meaning_of_its_own", name=ALL))
    for name, path in ours:
        if name in _OURS:
            yield Fault(path, finding("name.meaning_of_its_own", name=name))
    for name in _NO_FIELDS & {*names.d.data}:
        yield Fault(("data", name), finding("name.meaning_of_its_own", name=name))
    for name, path in places:
        if name in RESERVED:
            yield Fault(path, finding("name.word_of_the_language", name=name))


def _bound_sides(names: Names) -> Iterator[Fault]:
    bound = {field.binds for field in names.d.data.values()}
    for number, side in enumerate(names.d.sides):
        if number and side not in bound and side not in names.d.sides[:number]:
            yield Fault(("sides", number), finding("side.never_bound", side=side), absent=True)


def _neutral(names: Names, outside: list[Path]) -> Iterator[Fault]:
    """Check that names that outsiders see exactly as written are neutral."""
    for path in outside:
        name = names.d.pathway if path == ("pathway",) else str(path[-1])
        for word in neutral.forbidden_words(words(name))[:1]:
            yield Fault(path, finding("name.not_neutral", word=word), name=len(path) > 1)


def check_role(names: Names, name: str, role: Role) -> Iterator[Fault]:
    path: Path = ("roles", name)
    if name == RESPONSIBLE:
        yield Fault(path, finding("role.responsible", role=name), name=True)
    if role.side not in names.d.sides:
        yield unknown("side", role.side, names.d.sides, (*path, "side"))
    for word, types in TYPES.items():
        yield from _matched(names, getattr(role, word), types, (*path, word))


TYPES: Mapping[str, tuple[str, ...]] = {"area": ("choice", "country"), "language": ("choice",)}
"""For each word of a role that names a field, the types that this field may have."""


def _matched(
    names: Names, field: str | None, types: tuple[str, ...], path: Path
) -> Iterator[Fault]:
    """Check that a field by which agencies are matched has one of `types` and is not protected."""
    if field is None:
        return
    known = names.d.data.get(field)
    if known is None:
        yield unknown("field", field, names.d.data, path)
    elif known.type not in types:
        yield Fault(path, finding(f"role.by_{path[-1]}", field=field))
    elif known.is_protected:
        yield Fault(path, finding("role.protected", field=field))


_LINKS: Path = ("links",)
_MOVES = ("paused_while", "restarted_by", "extend", "shorten")


def check_links(names: Names) -> Iterator[Fault]:
    yield from _answer(names)
    for word, needs in names.d.links.needs.items():
        yield from check_consents(names, needs, (*_LINKS, "needs", word))
    yield from _brings(names)


def _answer(names: Names) -> Iterator[Fault]:
    """Check that the period for an answer counts from the proposal, and that nothing in the case
    moves its end, since the other case's responsible agency is told the end at once.
    """
    answer, path = names.d.links.answer, (*_LINKS, "answer")
    if answer.time != Moment(duration=getattr(answer.time, "duration", None)):
        yield Fault(path, finding("links.no_period"))
    yield from check_plain_days(names, answer, path)
    for word in _MOVES:
        if getattr(answer, word):
            yield Fault((*path, word), finding("links.moves", word=word))


def _brings(names: Names) -> Iterator[Fault]:
    """Check that only protected fields may come along from another case, and that the person is asked
    first, since the answers in these fields are shown to the agency of this case.
    """
    links = names.d.links
    for number, name in enumerate(links.brings):
        path = (*_LINKS, "brings", number)
        field = names.d.data.get(name)
        if field is None:
            yield unknown("field", name, names.d.data, path)
        elif not field.is_protected:
            yield Fault(path, finding("links.brings_open", field=name))
    if links.brings and not links.needs.get("same_person"):
        yield Fault((*_LINKS, "brings"), finding("links.brings_unasked"))
