"""Quiet ends: agencies that took part, except the responsible one, and anybody looking on from
outside learn only that the case is closed.

Source: how a case ended can give away where the person is, or that the person has died (D4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.visibility import sees_all

if TYPE_CHECKING:
    from engine.pathway import Pathway
    from engine.view import View


def is_quiet(pathway: Pathway, end: str) -> bool:
    known = pathway.definition.ends.get(end)
    return known is not None and known.quiet


def is_kept_from(view: View, agency: str) -> bool:
    """Whether an agency must not learn which end the case has, or is being closed with."""
    return is_quiet(view.pathway, view.state.ending) and not sees_all(view, agency)
