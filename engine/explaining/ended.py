"""How a case has come to its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel

from engine import facts as f
from engine.definition import Stage
from engine.explaining.asked import in_words
from engine.explaining.history import Then
from engine.explaining.reasons import Known, Reason
from engine.phrases.syntax import End
from engine.versions.renames import NOUNS


def is_now(known: Known) -> str:
    """How the case stands, in words; of which case it is one now, to who answers for it alone."""
    state = known.state
    if state.status == "open":
        return f"open, {state.responsible} answers for it"
    if state.merged_into:
        return f"merged into {state.merged_into if known.sees_all else 'another case'}"
    return f"ended: {state.end}" if state.end else state.status


def of_case(known: Known) -> Iterator[Reason]:
    """When it came to its end, and from what; nothing of a case that has none."""
    ending = known.state.end
    if not ending:
        return
    kind, at = known.view.pathway.ends[ending].kind, known.state.moments.get("case.ended")
    yield Reason(about="end", text=f"it came to its end {ending} ({kind})", at=at)
    history = known.history()
    came = next((then for then in history if _gives(then, ending)), None)
    for then in history if came else ():
        if text := _from(then, then.name_of("ends", ending) or ""):
            yield Reason(about="end", text=f"that followed from this: {text}")
            yield from known.moved_since(then)
            return


def _gives(then: Then, ending: str) -> bool:
    """The fact that gives the case its end. A later one closes it, if something has outlived the end."""
    end = then.name_of("ends", ending)
    return isinstance(then.fact, f.EndKnown | f.CaseEnded) and then.state.end != end


def _from(then: Then, end: str) -> str:
    """What has happened, where the pathway says that the end may follow from it; empty otherwise."""
    pathway, section, said = then.pathway, "", ""
    part: object = None
    match then.fact:
        case f.StepMoved(step=name, status=status) if status != "closed":
            section, part, said = "steps", pathway.steps[name].step, _of_step(then, name, status)
        case f.StageMoved(stage=name, status=status) if status != "closed":
            word = "done" if status == "ended" else _WORDS.get(status, status)
            section, part, said = "stages", pathway.stages[name].stage, word
        case f.InterruptRaised(name=name) | f.InterruptResolved(name=name):
            word = "raised" if isinstance(then.fact, f.InterruptRaised) else "resolved"
            section, part, said = "interrupts", pathway.interrupt(name), word
        case f.ConsentChanged(name=name, consent=consent):
            section, part, said = "consents", pathway.consent(name), consent.status
        case _:
            return ""
    return f"{NOUNS[section]} {then.name_now(section, name)} was {said}" if _says(part, end) else ""


def _of_step(then: Then, name: str, status: str) -> str:
    """What has become of it, with what was said in it."""
    step, state = then.pathway.steps[name].step, then.state
    consent = state.consents.get(step.consent or "")
    word = _WORDS.get(status, status)
    if status == "done" and consent:
        return f"{word}: the consent was {consent.status}"
    if status == "done" and (asked := in_words(state, name)):
        return f"{word}: {asked}"
    outcome = state.decisions.get(name) if status == "done" else None
    return f"{word}: {outcome}" if outcome else word


_WORDS = {"skipped": "passed over"}


def _says(part: object, end: str) -> bool:
    """Whether an entry of the pathway leads to that end anywhere."""
    if isinstance(part, End):
        return part.name == end
    if isinstance(part, Mapping):
        return any(_says(each, end) for each in part.values())
    if isinstance(part, list | tuple):
        return any(_says(each, end) for each in part)
    if isinstance(part, Stage):
        return _says(part.then, end) or _says(part.otherwise, end)
    names: Iterable[str] = getattr(part, "__struct_fields__", ()) or _fields(part)
    return any(_says(getattr(part, each), end) for each in names)


def _fields(part: object) -> Iterable[str]:
    return type(part).model_fields if isinstance(part, BaseModel) else ()
