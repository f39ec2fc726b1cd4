"""Answers that accompany an act: those of its form, or how the person was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from engine.acts.act import Act
from engine.errors import Refusal
from engine.forms import as_answer, check_protected
from engine.pathway import Pathway


def answered(act: Act, answers: Mapping[str, Any], pathway: Pathway) -> Act:
    """The act with its answers filled in; unchanged if there are none.

    Raises:
        Refusal: `wrong_form`: the act takes no answers, or a protected answer does not fit its
            field; `not_understood`: an answer's name is none of the act's options.
    """
    declared = act.declared
    if not answers:
        return act
    if declared and declared.fill:
        return declared.fill(act, *split_form(answers, pathway))
    if declared and declared.told_how:
        return _told_how(act, answers, {word.field for word in declared.words if word.option})
    raise Refusal("wrong_form.none")


def _told_how(act: Act, how: Mapping[str, Any], known: set[str]) -> Act:
    """Fill in the fields of the act that say how the person was asked, and who answered."""
    read = {name: {"yes": True, "no": False}.get(str(value), value) for name, value in how.items()}
    for name in read:
        if name not in known:
            raise Refusal("not_understood.of_consent", word=name, known=tuple(sorted(known)))
    return replace(act, **read)


def split_form(
    answers: Mapping[str, Any], pathway: Pathway
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Split the answers of a form into the open ones and the names of the protected ones.

    The values of protected answers never reach a command, so they are checked here.

    Raises:
        Refusal: `wrong_form`, for a protected answer that does not fit its field.
    """
    fields = pathway.definition.data
    known = {
        name: as_answer(fields[name], value) if name in fields else value
        for name, value in answers.items()
        if name not in pathway.protected
    }
    protected = protected_in(answers, pathway)
    check_protected(pathway, {name: as_answer(fields[name], answers[name]) for name in protected})
    return known, protected


def protected_in(answers: Mapping[str, Any], pathway: Pathway) -> tuple[str, ...]:
    """The names of the protected fields among the answers."""
    return tuple([name for name in answers if name in pathway.protected])
