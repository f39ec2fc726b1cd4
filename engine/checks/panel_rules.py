"""Panels: who votes, what is required, and that every possible result leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from engine.checks.cover_rules import check_shown
from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Panel, Step
from engine.message import finding

MOST_MEMBERS = 12
"""The most members of a panel; limited, because every way in which the votes may fall is examined."""
MOST_LETTERS = 110
"""How many characters the names of step, field and member may have together. A member's answer is
stored under these names, a number and separators, in a column of 120 characters.
"""
NOT_WITH = ("by", "consent", "hand_over", "series", "arrival", "shows")
"""Words of a step that have no meaning beside `panel`."""
NEEDED = ("tied", "no_quorum")
"""Words that say what is decided when the vote itself is not conclusive."""


def check_panel(names: Names, step: Step, panel: Panel, path: Path) -> Iterator[Fault]:
    """Check a panel; `path` leads to its step."""
    for word in NOT_WITH:
        if getattr(step, word) not in (None, ()):
            yield Fault((*path, word), finding(f"panel.beside_{word}"))
    where: Path = (*path, "panel")
    yield from _members(names, panel, where)
    yield from _numbers(panel, where)
    yield from _shown(names, step, panel, where)
    yield from _asked(names, step, panel, path)
    if not step.decide:
        yield Fault(where, finding("panel.decides_nothing"))
        return
    for word in NEEDED:
        outcome = getattr(panel, word)
        if outcome is None:
            yield Fault(where, finding(f"panel.lacks_{word}"))
        elif outcome not in step.decide:
            yield unknown("outcome", outcome, step.decide, (*where, word))
    yield from _closing(step, path)


def _members(names: Names, panel: Panel, where: Path) -> Iterator[Fault]:
    if not 2 <= len(panel.members) <= MOST_MEMBERS:
        yield Fault((*where, "members"), finding("panel.members", most=MOST_MEMBERS))
    for number, role in enumerate(panel.members):
        yield from names.holder(role, (*where, "members", number))
        if role in panel.members[:number]:
            yield Fault((*where, "members", number), finding("panel.member_twice", role=role))
    if panel.chair and panel.chair not in panel.members:
        yield unknown("member", panel.chair, panel.members, (*where, "chair"))
    if panel.chair and panel.agree != "majority":
        yield Fault((*where, "chair"), finding("panel.chair_of_agreement"))


def _shown(names: Names, step: Step, panel: Panel, where: Path) -> Iterator[Fault]:
    """Check that each member may read every field that the panel shows it (D1)."""
    for number, shown in enumerate(panel.shows):
        yield from check_shown(names, step, shown, panel.members, (*where, "shows", number))
    for role, fields in panel.shows_to.items():
        path: Path = (*where, "shows_to", role)
        if role not in panel.members:
            yield replace(unknown("member", role, panel.members, path), name=True)
        for number, shown in enumerate(fields):
            readers = (role,) if role in panel.members else ()
            yield from check_shown(names, step, shown, readers, (*path, number))
            if shown in panel.shows:
                yield Fault((*path, number), finding("panel.shown_to_all", field=shown))


def _asked(names: Names, step: Step, panel: Panel, path: Path) -> Iterator[Fault]:
    """Check that members are asked only for protected fields, because each member's answer is
    stored separately, and that the names under which the answers are stored are short enough.
    """
    longest = max(map(len, panel.members), default=0)
    for number, item in enumerate(step.form):
        field, where = names.d.data.get(item.name), (*path, "form", number)
        if field is None:  # reported for the form
            continue
        if not field.is_protected:
            yield Fault(where, finding("panel.whose_answer", field=item.name))
        letters = len(str(path[-1])) + len(item.name) + longest
        if letters > MOST_LETTERS:
            yield Fault(where, finding("panel.letters", letters=letters, most=MOST_LETTERS))


def _numbers(panel: Panel, where: Path) -> Iterator[Fault]:
    there = len(panel.members)
    if there < 2:  # reported already
        return
    if panel.quorum > there:
        yield Fault((*where, "quorum"), finding("panel.quorum", members=there))
    if isinstance(panel.agree, int) and not there < 2 * panel.agree <= 2 * there:
        what = finding(
            "panel.agree" if panel.agree <= there else "panel.agree_of_more",
            members=there,
            least=there // 2 + 1,
        )
        yield Fault((*where, "agree"), what)


def _closing(step: Step, path: Path) -> Iterator[Fault]:
    """Check that a vote has a due moment, which ends the vote; that this moment does not close the step,
    as a limitation would; and that nobody is reminded or told after it.
    """
    if step.due is None:
        yield Fault(path, finding("panel.no_due"))
        return
    if step.due.closes:
        yield Fault((*path, "due", "kind"), finding("panel.kind_of_due"))
        return
    for number, rung in enumerate(step.late):
        if not rung.before:
            yield Fault((*path, "late", number), finding("panel.late"))
