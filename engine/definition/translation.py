"""A translation of a pathway, patch or part, as written in a file beside it: `home.fr.yaml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from engine.definition.entries import Entry, Title

LANGUAGE = r"[a-z]{2,3}"
"""The pattern of a language's ISO 639 code, without a country."""


class Shown(Entry):
    """What people read of a stage, a step or an interrupt."""

    title: Title
    """The title, shown to people who are signed in; without a `label`, in notices as well."""
    label: Title | None = None
    """Neutral words; needed if the title is not neutral, and wherever the pathway has a label."""


def _shown(value: object) -> object:
    """A bare text is short for the title."""
    return {"title": value} if isinstance(value, str) else value


ShownText = Annotated[Shown, BeforeValidator(_shown, json_schema_input_type=Title | Shown)]
Texts = dict[str, Title]
"""Texts, each under a name from the pathway; a name that the pathway does not have is a fault."""


class TranslationFile(Entry):
    """The texts of a pathway, a patch or a part in one language."""

    language: Annotated[str, StringConstraints(pattern=f"^{LANGUAGE}$")]
    """The code of the language, as in the name of the file."""
    title: Title | None = None
    """The title of the pathway."""
    roles: Texts = Field(default_factory=dict)
    """What the roles are called. In a question to the person, this also stands for an agency that
    is not known yet.
    """
    data: Texts = Field(default_factory=dict)
    """What the forms ask, by the name of the field."""
    words: Texts = Field(default_factory=dict)
    """Everything that can be chosen: the choices of all fields, and the outcomes of steps and
    interrupts.
    """
    consents: dict[str, str] = Field(default_factory=dict)
    """The questions put to the person, with the same placeholders as in the pathway."""
    stages: dict[str, ShownText] = Field(default_factory=dict)
    """The titles of the stages."""
    steps: dict[str, ShownText] = Field(default_factory=dict)
    """The titles of the steps."""
    interrupts: dict[str, ShownText] = Field(default_factory=dict)
    """The titles of the interrupts."""
    ends: Texts = Field(default_factory=dict)
    """What the ends are called."""
    consent_titles: Texts = Field(default_factory=dict)
    """What each consent is called; `consents` has what is read out."""
    clocks: Texts = Field(default_factory=dict)
    """What the named periods are called."""
    sides: Texts = Field(default_factory=dict)
    """What the sides are called."""
    role_types: Texts = Field(default_factory=dict)
    """What the types of role are called."""
    bases: Texts = Field(default_factory=dict)
    """What the legal bases (`bases`) are called."""
    choices: Texts = Field(default_factory=dict)
    """What the choices (`one_of`) are called: groups of steps or stages of which one is taken."""
