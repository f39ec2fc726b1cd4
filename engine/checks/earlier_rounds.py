"""Periods of a new round that count only from before it: notes, not faults, since a limit of the
law may be meant to go on through all rounds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.checks.faults import Fault, Path
from engine.definition import Definition, Time, walked
from engine.message import finding
from engine.phrases.syntax import BackTo, is_period, moments_in
from engine.sequence import following


def counted_from_before(definition: Definition) -> list[Fault]:
    """A note for each period in what begins again that counts only from parts that do not: in the
    new round it may be over before anybody can act.
    """
    found: dict[Path, Fault] = {}
    for moment, again in _rounds(definition):
        for path, anchor in _from_before(definition, again):
            what = finding(
                "period.from_before_the_round",
                anchor=anchor,
                moment=moment,
                stage=moment.partition(".")[0],
            )
            found.setdefault(path, Fault((*path, "time"), what))
    return list(found.values())


def _rounds(definition: Definition) -> Iterator[tuple[str, frozenset[str]]]:
    """Each way in which parts begin again: the moment at which they do, as a period names it, and
    the names of the parts.
    """
    for name, stage in definition.stages.items():
        if stage.repeat:
            yield f"{name}.entered", frozenset({name, *stage.steps})
    back = (node.stage for _, node in walked(definition) if isinstance(node, BackTo))
    for name in dict.fromkeys(back):
        follows = following(definition, name)
        yield f"{name}.returned?", frozenset({*follows.stages, *follows.steps})


def _from_before(definition: Definition, again: Collection[str]) -> Iterator[tuple[Path, str]]:
    """The periods of these parts that count only from what stays as it was, each with its place and
    one of the moments. Consents, answers and interrupts may come anew in any round, and `renewing`
    looks after named clocks.
    """
    parts = {*definition.stages, *(s for each in definition.stages.values() for s in each.steps)}
    stays = parts.difference(again) | {"case"}
    for path, time in walked(definition):
        if not isinstance(time, Time) or not {*path[1:2], *path[3:4]} & {*again}:
            continue
        leaves = [leaf for leaf in moments_in(time.time) if is_period(leaf)]
        anchors = [leaf.anchor or "" for leaf in leaves]
        if anchors and all(each.rpartition(".")[0] in stays for each in anchors):
            yield path, anchors[0]
