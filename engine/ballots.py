"""Counts a panel's votes: what has been decided, and whether the decision can still change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations_with_replacement, product
from typing import Literal, NamedTuple

from engine.definition import Panel

NOT_CAST = ""


class VoteResult(NamedTuple):
    """An outcome, and how it was reached."""

    outcome: str
    because: Literal["agreed", "chair", "tied", "no_quorum"]


def certain(
    panel: Panel, outcomes: Collection[str], votes: Mapping[str, str], awaited: Collection[str]
) -> VoteResult | None:
    """The result, once no outstanding vote can change the outcome; None until then.

    Args:
        votes: by role, the outcome that it voted for; only roles that have voted.
        awaited: the roles that have not voted yet, but still may.
    """
    now = _verdict(panel, votes.values(), votes.get(panel.chair or "", NOT_CAST))
    ways = _ways(panel, outcomes, votes, awaited)
    return now if all(each.outcome == now.outcome for each in ways) else None


def _ways(
    panel: Panel, outcomes: Collection[str], votes: Mapping[str, str], awaited: Collection[str]
) -> Iterator[VoteResult]:
    """The result for each way in which the outstanding votes may fall. The chair's vote is kept
    apart from the others, since it may break a tie.
    """
    choices = (*outcomes, NOT_CAST)
    others = len([role for role in awaited if role != panel.chair])
    of_chair = choices if panel.chair in awaited else (votes.get(panel.chair or "", NOT_CAST),)
    for more, chair in product(combinations_with_replacement(choices, others), of_chair):
        last = (chair,) if panel.chair in awaited else ()
        yield _verdict(panel, (*votes.values(), *more, *last), chair)


def _verdict(panel: Panel, votes: Iterable[str], chair: str) -> VoteResult:
    """The result if nobody else votes."""
    cast = [outcome for outcome in votes if outcome != NOT_CAST]
    if len(cast) < panel.quorum:
        return VoteResult(panel.no_quorum or "", "no_quorum")
    count = Counter(cast)
    most = max(count.values())
    leading = [outcome for outcome, n in count.items() if n == most]
    if most >= _needed(panel, len(cast)):
        return VoteResult(leading[0], "agreed")
    if len(leading) > 1 and chair in leading:
        return VoteResult(chair, "chair")
    return VoteResult(panel.tied or "", "tied")


def _needed(panel: Panel, cast: int) -> int:
    """How many votes an outcome needs to win: always more than half, so only one can win."""
    if isinstance(panel.agree, int):
        return panel.agree
    return cast if panel.agree == "all" else cast // 2 + 1
