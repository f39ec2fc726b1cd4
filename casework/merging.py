"""Duplicates: two cases of one person, of which one is merged into the other."""

from __future__ import annotations

from casework.context import Actor, Onward
from casework.links import in_both
from casework.turn import Moved
from engine import commands as c


def merge(onward: Onward, code: str, into: str, by: Actor) -> Moved:
    """`code` closes with the code of the other case, which knows that it was taken in; nothing of
    either log or of what is known of the person moves.

    Raises:
        Refusal: `unknown_case`, `same_case`, `closed` where one of them is not open, `not_yours`
            for an agency that does not answer for the case that closes.
    """
    act = c.Merge(case=code, into=into)
    return in_both(onward, by, {code: act, into: act})


def unmerge(onward: Onward, code: str, into: str, by: Actor) -> Moved:
    """The merged case is open again, where it was. For who answers for one of the cases.

    Raises:
        Refusal: `unknown_case`, `not_merged`, or `not_allowed`.
    """
    act = c.Unmerge(case=code, into=into)
    return in_both(onward, by, {code: act, into: act})
