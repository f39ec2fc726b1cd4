"""Answers that only notify somebody although the case ends anyway: a note, not a fault.

`decide: {yes: go on, no: tell manager}` in the last step of a stage with `then: end decided` ends
the case with `decided` after a no as well, and nobody is asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.answered_somewhere import conditions_in
from engine.checks.names import Fault, Names, Path
from engine.definition import Definition, Stage, Step, moments_of
from engine.message import finding
from engine.phrases.syntax import EndCase, Reaction, Tell
from engine.phrases.vocabulary import names_in


def silent_ends(definition: Definition) -> list[Fault]:
    """A note for each answer in a checked definition that only notifies somebody although the case
    ends anyway.

    Answers after which somebody still has a say are left out: those with a later step, a period
    counted from the step, a condition on the answer, a repetition, or a closing task for the end.
    Answers in optional and manual steps are left out too.
    """
    names = Names(definition)
    followed = _followed(names)
    return [
        note
        for stage_name, stage in definition.stages.items()
        if isinstance(stage.then, EndCase) and not definition.ends[stage.then.name].takes_closing
        for name, step in stage.steps.items()
        if not (_is_done_again(step) or step.may_lack or followed & _names_of(name, step))
        for note in _notes(("stages", stage_name, "steps", name), stage, step)
    ]


def _notes(path: Path, stage: Stage, step: Step) -> Iterator[Fault]:
    for where, reaction in _answers(step):
        if isinstance(reaction, Tell) and isinstance(stage.then, EndCase):
            yield Fault(
                (*path, *where),
                finding(
                    "reaction.only_tells", where=where[-1], role=reaction.role, end=stage.then.name
                ),
            )


def _answers(step: Step) -> Iterator[tuple[tuple[str, ...], Reaction]]:
    """The place of each answer in the step, and the reaction to the answer."""
    for outcome, reaction in (step.decide or {}).items():
        yield ("decide", outcome), reaction
    if step.refused:
        yield ("refused",), step.refused
    for reason, reaction in step.declined.written() if step.declined else ():
        yield ("declined",) if reason == "otherwise" else ("declined", reason), reaction


def _is_done_again(step: Step) -> bool:
    return bool(step.repeat or step.series)


def _names_of(name: str, step: Step) -> set[str]:
    """Names by which other parts of the definition may refer to this step or its answer."""
    found = {name, f"step.{name}", f"decision.{name}", f"hand_over.{name}"}
    return found | {f"consent.{step.consent}"} if step.consent else found


def _followed(names: Names) -> set[str]:
    """Steps and stages that something follows or counts from, and answers that something depends
    on.
    """
    definition = names.d
    read = {
        name
        for _, condition in conditions_in(definition)
        for name, _ in names_in(condition, names.vocabulary)
    }
    found = {".".join(name.split(".")[:2]) for name in read}
    found |= {(moment.anchor or "").partition(".")[0] for _, moment in moments_of(definition)}
    for _, step in names.steps.values():
        found |= {*step.after.names, *step.needs}
    for stage in definition.stages.values():
        found |= {*stage.after.names}
    return found
