"""Fields that must be answered for each person separately, never once for a group.

Source: a group travels together, but consent and risk are individual (BJ-BULK, D1).
"""

from __future__ import annotations

from engine.message import Message, message
from engine.pathway import Pathway
from engine.phrases.vocabulary import ANSWERED, names_in
from engine.questions import vocabulary_of


def own_fields(pathway: Pathway) -> dict[str, Message]:
    """The fields of a pathway that must be answered individually, each with the reason."""
    return {**_of_decisions(pathway), **_of_consents(pathway), **_by_themselves(pathway)}


def _of_decisions(pathway: Pathway) -> dict[str, Message]:
    """The fields in the forms of steps in which an agency or a panel decides, each with the reason."""
    deciding = [plan for plan in pathway.steps.values() if plan.step.decide]
    return {
        asked.name: message("own.decision", field=asked.name, step=plan.name)
        for plan in deciding
        for asked in plan.form
    }


def _of_consents(pathway: Pathway) -> dict[str, Message]:
    definition, own = pathway.definition, dict[str, Message]()
    for name, consent in definition.consents.items():
        if consent.guardian:
            read = names_in(consent.guardian, vocabulary_of(definition))
            fields = (field.removesuffix(ANSWERED) for field, _ in read)
            own |= {each: message("own.guardian", field=each, consent=name) for each in fields}
        if field := consent.language:
            own[field] = message("own.language", field=field, consent=name)
    return own


def _by_themselves(pathway: Pathway) -> dict[str, Message]:
    fields = pathway.definition.data.items()
    own = {name: message("own.signature", field=name) for name, field in fields if field.signature}
    return own | {
        name: message("own.declared", field=name) for name, field in fields if field.each_their_own
    }
