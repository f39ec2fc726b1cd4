"""The words that accompany acts, such as why something was declined: stored beside the answers."""

from __future__ import annotations

from enum import StrEnum


class WordsBeside(StrEnum):
    """The names under which words that accompany an act are stored: one of these and the subject of
    the act, as in `conditions ask_home.1`. A field may have one of these names too, except
    `reopened`.

    The words of a request belong to the two agencies of the request; all others are addressed to
    the responsible agency.
    """

    ASKED = "asked"
    CONDITIONS = "conditions"
    DECLINED = "declined"
    FEEDBACK = "feedback"
    OPENED = "opened"
    RAISED = "raised"
    """Also read by the agencies that must confirm or end the basis that the raised interrupt has
    put in force.
    """
    REOPENED = "reopened"
    """Of the whole case, so it has no subject. `onward check` refuses a field of this name."""
    SKIPPED = "skipped"


_OF_A_SUBJECT = frozenset(WordsBeside) - {WordsBeside.REOPENED}


def are_beside(name: str) -> bool:
    """Whether a name has the form of a name under which words beside the answers are stored.

    The name of a panel member's answer also ends in a subject, as in `reasons approve.1.lead`. If
    its field has one of these words as its name, only `four_eyes.field_of` tells the two apart.
    """
    word, space, _ = name.rpartition(" ")
    return word in _OF_A_SUBJECT if space else name == WordsBeside.REOPENED
