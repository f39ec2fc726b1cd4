"""How a case may end, and what is done before it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator

from engine.definition.entries import Entry, EntryName, EntryNames, Flag
from engine.definition.forms import Form

EndKind = Literal["success", "neutral", "failure", "withdrawn"]


class End(Entry):
    """An end. If `form`, `by` or `approved_by` is given, closing the case is a task. The case then
    gets this end only once the task is done and, if an approver is named, approved.
    """

    kind: EndKind
    """What the end counts as in the figures."""
    was: EntryName | None = None
    """The end's name in the previous version, if it was renamed."""
    quiet: Flag = False
    """Prefect, and all agencies but the responsible one, are told only that the case is closed."""
    form: Form = ()
    """What is asked when the case is closed, written like the form of a step."""
    by: EntryName | None = None
    """The role that closes the case; the responsible agency if none is named."""
    approved_by: EntryName | None = None
    """The role that approves the end, or returns it to whoever closed the case."""

    @property
    def takes_closing(self) -> bool:
        return bool(self.form or self.by or self.approved_by)

    @property
    def is_untold(self) -> bool:
        """Whether the end's name is shown to nobody outside. The notice of a closing task has it."""
        return self.quiet and not self.takes_closing


def _kind(value: object) -> object:
    """`success` is short for `{kind: success}`."""
    return {"kind": value} if isinstance(value, str) else value


WrittenEnd = Annotated[End, BeforeValidator(_kind, json_schema_input_type=EndKind | End)]


class Reopening(Entry):
    """Who may reopen a case that has ended, and where it then continues."""

    by: EntryNames
    """The roles that may reopen the case."""
    at: EntryName
    """The stage that restarts, with everything that comes after it. If it waits for an unfinished
    stage, that stage restarts first.
    """
    ends: EntryNames = ()
    """The ends after which a case may be reopened. If none is named: those of the kind `success`."""


def reopens_from(reopen: Reopening | None, ends: Mapping[str, End]) -> frozenset[str]:
    """The ends from which a case may be reopened; none if `reopen` is None."""
    if reopen is None:
        return frozenset()
    return frozenset(reopen.ends or (name for name, end in ends.items() if end.kind == "success"))
