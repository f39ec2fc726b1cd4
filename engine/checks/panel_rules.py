"""Panels: who votes, what is needed, and that each way in which a vote can end leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Panel, Step

MOST_MEMBERS = 12
"""Every way in which their votes may fall is looked at."""
MOST_LETTERS = 110
"""Of the names by which an answer of a member is kept; the store has room for 120 and a number."""
_NOT_WITH = {
    "by": ("either a role does it or a panel decides it", "leave `by` or `panel` out"),
    "consent": ("a person agrees, a panel decides", "make two steps of it"),
    "hand_over": ("a panel decides, it does not hand over", "make two steps of it"),
    "series": ("a panel decides once", "write `repeat`, or make several steps of it"),
    "arrival": ("a panel decides, nobody travels", "make two steps of it"),
}
"""Words of a step that have no meaning beside `panel`, and why."""


def check_panel(names: Names, step: Step, panel: Panel, path: Path) -> Iterator[Fault]:
    """`path` is that of the step."""
    for word, (why, remedy) in _NOT_WITH.items():
        if getattr(step, word) not in (None, ()):
            yield Fault((*path, word), why, remedy)
    where: Path = (*path, "panel")
    yield from _members(names, panel, where)
    yield from _numbers(panel, where)
    yield from _shown(names, step, panel, where)
    yield from _asked(names, step, panel, path)
    if not step.decide:
        yield Fault(where, "what does the panel decide?", "add `decide:` and outcomes")
        return
    for word, meaning in (
        ("tied", "what is decided where those who voted do not agree?"),
        ("no_quorum", "what is decided where too few can vote?"),
    ):
        outcome = getattr(panel, word)
        if outcome is None:
            yield Fault(where, meaning, f"add `{word}:` and an outcome")
        elif outcome not in step.decide:
            yield unknown("outcome", outcome, step.decide, (*where, word))
    yield from _closing(step, path)


def _members(names: Names, panel: Panel, where: Path) -> Iterator[Fault]:
    if not 2 <= len(panel.members) <= MOST_MEMBERS:
        what = f"a panel has 2 to {MOST_MEMBERS} members"
        remedy = "add or drop some; where one decides alone, write `by:`"
        yield Fault((*where, "members"), what, remedy)
    for number, role in enumerate(panel.members):
        yield from names.holder(role, (*where, "members", number))
        if role in panel.members[:number]:
            what = f"`{role}` is a member already"
            remedy = "give each member a role of its own; one agency may hold several"
            yield Fault((*where, "members", number), what, remedy)
    if panel.chair and panel.chair not in panel.members:
        yield unknown("member", panel.chair, panel.members, (*where, "chair"))
    if panel.chair and panel.agree != "majority":
        what = "the vote of one cannot stand for an agreement of so many"
        yield Fault((*where, "chair"), what, "write `agree: majority`, or leave `chair` out")


def _shown(names: Names, step: Step, panel: Panel, where: Path) -> Iterator[Fault]:
    """Nothing is shown over a border but what a consent shows to that role (D1)."""
    for number, shown in enumerate(panel.shows):
        yield from _readable(names, step, shown, panel.members, (*where, "shows", number))
    for role, fields in panel.shows_to.items():
        path: Path = (*where, "shows_to", role)
        if role not in panel.members:
            yield replace(unknown("member", role, panel.members, path), name=True)
        for number, shown in enumerate(fields):
            yield from _readable(names, step, shown, (role,), (*path, number))
            if shown in panel.shows:
                what = f"every member reads `{shown}`"
                yield Fault((*path, number), what, "leave it out in one of the two")


def _asked(names: Names, step: Step, panel: Panel, path: Path) -> Iterator[Fault]:
    """Of each member only what nothing goes by: it is kept for each, and counts for none."""
    longest = max(map(len, panel.members), default=0)
    for number, item in enumerate(step.form):
        field, where = names.d.data.get(item.name), (*path, "form", number)
        if field is None:  # said of the form
            continue
        if not field.is_protected:
            what = f"each member answers `{item.name}`, and whose answer would count?"
            yield Fault(where, what, "ask for it in a step before, or let it be `protected`")
        letters = len(str(path[-1])) + len(item.name) + longest
        if letters > MOST_LETTERS:
            what = f"an answer is kept by its field, step and member, {letters} letters together"
            yield Fault(where, what, f"shorten one of them: {MOST_LETTERS} are the most")


def _readable(
    names: Names, step: Step, shown: str, members: tuple[str, ...], path: Path
) -> Iterator[Fault]:
    if shown not in names.d.data:
        yield unknown("field", shown, names.d.data, path)
        return
    needed = [names.d.consents.get(each.removeprefix("consent.")) for each in step.needs]
    for role in members:
        side = names.role_types.get(role, ["", names.d.sides[0]])[1]
        consents = [each for each in needed if each and role in each.to]
        if side == names.d.sides[0] or any(shown in each.shows for each in consents):
            continue
        what = f"no consent that this step needs shows `{shown}` to `{role}`"
        remedy = f"add `needs: consent.<name>` with `to: {role}` and `shows: [{shown}]`"
        if len(members) > 1:
            remedy += ", or show it to the others alone, under `shows_to`"
        yield Fault(path, what, remedy)


def _numbers(panel: Panel, where: Path) -> Iterator[Fault]:
    there = len(panel.members)
    if there < 2:  # said already
        return
    if panel.quorum > there:
        what = f"the panel has {there} members only"
        yield Fault((*where, "quorum"), what, f"write a number up to {there}")
    if isinstance(panel.agree, int) and not there < 2 * panel.agree <= 2 * there:
        yield Fault(
            (*where, "agree"),
            f"so many of {there} cannot agree on one outcome alone",
            f"write a number from {there // 2 + 1} to {there}",
        )


def _closing(step: Step, path: Path) -> Iterator[Fault]:
    """Nobody waits for ever for a vote."""
    if step.due is None:
        yield Fault(path, "by when must the members have voted?", "add `due:`")
        return
    if step.due.closes:
        what = "a vote closes when it is due, whatever its kind"
        remedy = "leave `kind` out: `tied` and `no_quorum` say what follows"
        yield Fault((*path, "due", "kind"), what, remedy)
        return
    for number, rung in enumerate(step.late):
        if not rung.before:
            what = "a vote that is not cast when it is due is not awaited any more"
            yield Fault((*path, "late", number), what, "write `before`")
