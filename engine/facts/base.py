"""The base class of all facts."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from engine.message import Message
from engine.state import State


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="is"):
    """Something that has become true, and how it changes the state; each subclass is one kind of fact.
    Its fields are what is stored.
    """

    for_person: ClassVar[bool] = True
    """Whether the person may be told of facts of this kind. False, among others, for facts about other
    people and about agencies that the case is kept from.
    """

    def change(self, state: State) -> State:
        """The state after this fact. It depends only on the fact and the previous state, not on the
        registry, calendars or decisions.
        """
        raise NotImplementedError(type(self).__name__)

    def story(self) -> Message | None:
        """A line for managers that uses none of the pathway's texts; None if the fact has no such
        line.
        """
        return None
