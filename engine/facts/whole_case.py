"""Facts about a case as a whole: its opening, its version and its end."""

from __future__ import annotations

from msgspec.structs import replace

from engine.facts.base import Fact
from engine.message import Message, message
from engine.numbering import all_numbered
from engine.state import State
from engine.statuses import CasePhase
from engine.versions.renames import Renames
from engine.versions.renaming import renamed
from engine.withheld import OfPerson

__all__ = [
    "CaseEnded",
    "CaseMigrated",
    "CaseNotMoved",
    "CaseOpened",
    "CaseReverted",
    "ClosingBegun",
    "EndKnown",
]


class CaseOpened(Fact, frozen=True, tag="case_opened"):
    code: str
    pathway: str
    version: int
    agency: str

    def change(self, state: State) -> State:
        return replace(
            state,
            code=self.code,
            pathway=self.pathway,
            version=self.version,
            status=CasePhase.OPEN,
            opened_by=self.agency,
            responsible=self.agency,
        )

    def story(self) -> Message:
        return message("log.case.opened", agency=self.agency)


class CaseMigrated(Fact, frozen=True, tag="case_migrated"):
    """The case moved to another version; later facts use the names of that version."""

    before: int
    version: int
    names: Renames
    by: str = ""
    in_full: bool = False
    """Whether stages in notices, and moments that were reported late, are renamed too; they were
    not in older records.
    """

    def change(self, state: State) -> State:
        after = renamed(state, self.names, in_full=self.in_full)
        return replace(after, version=self.version)

    def story(self) -> Message:
        return message("log.case.moved", before=self.before, version=self.version)


class CaseReverted(Fact, frozen=True, tag="case_reverted"):
    """The move to another version was undone. Nothing had happened since, so the case is where it
    was before.
    """

    before: int
    version: int
    state: State
    by: str = ""

    def change(self, state: State) -> State:
        """Restore the earlier state, but never reuse the number of a notice, because people refer
        to notices by their numbers.
        """
        # Records from before each agency had its own numbering have no numbers.
        return all_numbered(replace(self.state, notices=state.notices))

    def story(self) -> Message:
        return message("log.case.moved_back", before=self.before, version=self.version)


class CaseNotMoved(Fact, frozen=True, tag="case_not_moved"):
    """A new version came into force, and the case stays on the one it has."""

    version: int
    word: str
    """`cannot`: the case cannot move; `stays`: the rule for running cases leaves it where it is."""
    reasons: OfPerson[tuple[Message | str, ...]]
    """Why the case cannot move, or stays. Plain texts come from an older Onward, which had no codes for
    reasons.
    """

    def change(self, state: State) -> State:
        return state

    def story(self) -> Message:
        if self.word == "cannot":
            return message("log.case.cannot_move", version=self.version)
        return message("log.case.stays", version=self.version)


class EndKnown(Fact, frozen=True, tag="end_known"):
    """The case has its end but stays open for a stage that outlives it."""

    end: str
    kind: str

    def change(self, state: State) -> State:
        return replace(state, end=self.end, closing="")


class ClosingBegun(Fact, frozen=True, tag="closing_begun"):
    """The case is being closed: it gets the end `end` once its closing task is done and, if need
    be, approved.
    """

    end: str

    def change(self, state: State) -> State:
        return replace(state, closing=self.end)


class CaseEnded(Fact, frozen=True, tag="case_ended"):
    end: str
    kind: str
    kept: tuple[str, ...] = ()
    """Keys of the named clocks that had not ended, which go on if the case is reopened."""
    running: tuple[str, ...] = ()
    """Keys of the clocks that run on: those of the kinds in `AFTER_THE_END`. Empty in older records.
    """

    def change(self, state: State) -> State:
        """Close the case. Its clocks stop, except those in `running`."""
        return replace(
            state,
            status=CasePhase.ENDED,
            end=self.end,
            closing="",
            clocks={key: state.clocks[key] for key in self.running},
            kept_clocks={key: state.clocks[key] for key in self.kept},
        )
