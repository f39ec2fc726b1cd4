"""What a part of a pathway depends on: everything it can read of a case."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import NamedTuple

import msgspec

from engine.pathway import Pathway


class Comparison(NamedTuple):
    """A comparison in a condition, with one of the names that it contains."""

    name: str
    text: str
    beside: frozenset[str]
    """Steps that the same condition requires to be done; until they are, the comparison has no
    effect.
    """


class Read(msgspec.Struct, frozen=True):
    """What a part of a pathway depends on: comparisons in conditions, moments that clocks are
    counted from, consents that must be in force, and steps or stages for which it matters whether
    they are done or only settled, as in `2 of (a, b, c)`.
    """

    asked: frozenset[Comparison] = frozenset()
    anchors: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(each.name for each in self.asked)

    @property
    def answered(self) -> frozenset[str]:
        """The fields and consents that this depends on. May also contain other words, such as
        `step`.
        """
        asked = (_answered_in(each.name) for each in self.asked)
        return frozenset().union(asked, self.anchors, self.consents)

    def __or__(self, other: Read) -> Read:
        return Read(
            self.asked | other.asked,
            self.anchors | other.anchors,
            self.consents | other.consents,
            self.counted | other.counted,
        )

    def less(self, fields: Container[str], consents: Container[str]) -> Read:
        """A copy without fields and consents that are answered again before they are read."""
        return Read(
            frozenset(each for each in self.asked if not _is_in(each.name, fields, consents)),
            frozenset(name for name in self.anchors if name not in fields),
            frozenset(name for name in self.consents if name not in consents),
            self.counted,
        )

    def without(self, steps: frozenset[str]) -> Read:
        """A copy without what is forgotten when certain steps or stages start again."""
        return Read(
            frozenset(each for each in self.asked if subject_of(each.name) not in steps),
            frozenset(name for name in self.anchors if subject_of(name) not in steps),
            self.consents,
            self.counted - steps,
        )


NOTHING = Read()


def _is_in(name: str, fields: Container[str], consents: Container[str]) -> bool:
    return _answered_in(name) in (consents if name.startswith("consent.") else fields)


def _answered_in(name: str) -> str:
    """The field or consent in a name of a condition: `going` for `consent.going.given`."""
    head, _, rest = name.partition(".")
    return rest.partition(".")[0] if head == "consent" else head


def only_answered(name: str, fields: Container[str]) -> str | None:
    """For `channel.answered`, the field `channel`; None for any other name. Of a field that is
    protected or has several values, a condition may ask only whether it is answered.
    """
    field, _, word = name.partition(".")
    return field if word == "answered" and field in fields else None


def subject_of(name: str) -> str:
    """The step or stage that a name in a condition or moment refers to; for any other name, the
    part before its first dot.
    """
    head, _, rest = name.partition(".")
    if not rest:
        return name
    return rest.partition(".")[0] if head in _ABOUT_STEPS else head


_ABOUT_STEPS = frozenset({"step", "stage", "decision", "hand_over", "arrival"})


def joined(reads: Iterable[Read]) -> Read:
    """Everything that several parts read."""
    found = [each for each in reads if each is not NOTHING]
    return Read(
        asked=frozenset().union(*[each.asked for each in found]),
        anchors=frozenset().union(*[each.anchors for each in found]),
        consents=frozenset().union(*[each.consents for each in found]),
        counted=frozenset().union(*[each.counted for each in found]),
    )


class Live:
    """What is still read in a situation, computed once for all situations where it is the same."""

    def __init__(self, pathway: Pathway, read: Read) -> None:
        derived = pathway.derived
        self.anchors, self.counted = read.anchors, read.counted
        self.consents = tuple(sorted(read.consents))
        self.texts = tuple(sorted({each.text for each in read.asked}))
        """The comparisons as text."""
        self.parts = [
            part for name in sorted(derived.keys() & read.names) for part in derived[name]
        ]
        """Fields from which something that is read is derived."""
        self.themselves = read.anchors.union(self.parts)
        """Fields whose value itself matters, not just the result of a comparison; moments that clocks
        are counted from are among them.
        """
        self.names = read.names | self.themselves
        self.asks_who = any(name.endswith(".responsible") for name in read.names)
        """Whether something reads who is responsible."""
        self.roles = sorted(
            name.split(".")[1]
            for name in read.names
            if name.startswith("role.") and name.endswith(".responsible")
        )
        """Roles that are compared with the responsible agency."""
