"""What a link or a merge with another case needs, and what may come along from the other case."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from engine.definition.entries import ConsentNames, Entry, EntryNames
from engine.definition.times import Time, Timing
from engine.links import LINK_WORDS, LinkWord


def _for_each(value: object) -> object:
    """`consent.family` is short for the same need for every kind of link, and for a merge."""
    return dict.fromkeys(LINK_WORDS, value) if isinstance(value, str | list | tuple) else value


class Links(Entry):
    """What is needed before this case is linked or merged with another one, and what may then come
    along.

    Source: nothing crosses to another agency before consent (D1); siblings, mother and child:
    separate codes, shared safety (F60).
    """

    answer: Timing = Field(
        default_factory=lambda: Time.model_validate({"time": "10 working days", "assumed": True})
    )
    """How long the agency of the other case has to answer; after that, it counts as silent."""
    needs: Annotated[
        dict[LinkWord, ConsentNames],
        BeforeValidator(
            _for_each, json_schema_input_type=ConsentNames | dict[LinkWord, ConsentNames]
        ),
    ] = Field(default_factory=dict)
    """The consents that must be in force: the same for every link and merge, or for each kind by
    its word, such as `sibling` or `merge`.
    """
    brings: EntryNames = ()
    """Protected fields that may come along from another case of the same person. `needs` must then
    have a consent for `same_person`.
    """
