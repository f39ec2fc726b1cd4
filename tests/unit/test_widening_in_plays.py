"""Whatever a version lets an agency read in some play, and the version before did not, is said of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import covering, visibility
from engine.numbering import Work
from engine.pathway import Pathway
from engine.state import State
from engine.versions.renames import Renames, renames
from engine.versions.widening import widened
from engine.view import View
from tests.factories import AWAY, CALENDARS, CARE, CARE2, DESK, HOME, HOME2
from tests.random_documents import definition_of, loaded
from tests.random_pathways import documents
from tests.random_plays import Play
from tests.random_versions import changed

AGENCIES = (DESK, CARE, CARE2, HOME, HOME2, AWAY)
_Change = Callable[[dict[str, Any], Random], None]


def _add(document: dict[str, Any], chance: Random, section: str, word: str, among: str) -> None:
    entry = chance.choice(list(document[section].values()))
    there = entry.get(word, [])
    there = [there] if isinstance(there, str) else there
    entry[word] = [*dict.fromkeys([*there, chance.choice(list(document[among]))])]


def _shown_by_a_basis(document: dict[str, Any], chance: Random) -> None:
    _add(document, chance, "bases", "shows", "data")


def _to_of_a_basis(document: dict[str, Any], chance: Random) -> None:
    _add(document, chance, "bases", "to", "roles")


def _shown_by_a_consent(document: dict[str, Any], chance: Random) -> None:
    _add(document, chance, "consents", "shows", "data")


def _to_of_a_consent(document: dict[str, Any], chance: Random) -> None:
    _add(document, chance, "consents", "to", "roles")


def _without_a_bound(document: dict[str, Any], chance: Random) -> None:
    basis = chance.choice(list(document["bases"].values()))
    basis.pop(chance.choice(["when", "until"]), None)


def _in_a_form(document: dict[str, Any], chance: Random) -> None:
    steps = [step for stage in document["stages"].values() for step in stage["steps"].values()]
    step = chance.choice(steps)
    name = chance.choice(list(document["data"]))
    kept = [each for each in step.get("form", []) if each.rstrip("?") != name]
    step["form"] = [*kept, f"{name}?"]


def _unprotected(document: dict[str, Any], chance: Random) -> None:
    chance.choice(list(document["data"].values())).pop("protected", None)


def _not_the_first(document: dict[str, Any], chance: Random) -> None:
    """All options of a choice, in place of the first."""
    steps = [step for stage in document["stages"].values() for step in stage["steps"].values()]
    for step in steps:
        step.pop("one_of", None)
    chance.choice(steps).pop("other_agency_than", None)


def _goes_on(document: dict[str, Any], chance: Random) -> None:
    chance.choice(list(document["stages"].values()))["outlives_end"] = "yes"


def _not_barred(document: dict[str, Any], chance: Random) -> None:
    chance.choice(list(document["interrupts"].values())).pop("bars", None)


_CHANGES: list[_Change] = [
    _shown_by_a_basis, _to_of_a_basis, _shown_by_a_consent, _to_of_a_consent, _without_a_bound,
    _in_a_form, _unprotected, _not_barred, _not_the_first, _goes_on,
]  # fmt: skip


def _next(document: dict[str, Any], chance: Random) -> dict[str, Any]:
    """A version in which agencies are shown more, or as a law changes it."""
    if chance.random() < 0.3:
        return changed(document, chance, ())
    newest: dict[str, Any] = json.loads(json.dumps(document)) | {"version": 2}
    for _ in range(chance.randint(1, 3)):
        tried = json.loads(json.dumps(newest))
        chance.choice(_CHANGES)(tried, chance)
        if definition_of(tried):
            newest = tried
    return newest


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
@given(documents(), st.integers(0, 2**32))
def test_whatever_lets_an_agency_read_more_in_some_play_is_said_to(
    document: dict[str, Any], seed: int
) -> None:
    """The same case is looked at under both versions, wherever a play of either comes to."""
    chance = Random(seed)
    old, new = loaded(document), loaded(_next(document, chance))
    if renames(old.definition, new.definition) != Renames():
        return
    if widened(old.definition, new.definition):
        return
    for trial in (old, new):
        play = Play(trial, Random(seed))
        for _ in range(25):
            play.move()
            more = _read_of(new, old, play) - _read_of(old, new, play)
            assert not more, f"{sorted(more)} after {play.log}"


def _read_of(pathway: Pathway, other: Pathway, play: Play) -> set[tuple[str, str]]:
    """Who knows of the case, and who reads what of it, had it come as far with this version."""
    view = _as_under(pathway, other, play)
    names = [*pathway.definition.data]
    found = set[tuple[str, str]]()
    for agency in AGENCIES:
        if not visibility.may_know(view, agency):
            continue
        found.add((agency, ""))
        found |= {(agency, name) for name in visibility.readable(view, names, agency)}
        works: list[Work] = [*view.state.tasks.values(), *view.state.hand_overs.values()]
        own = [each for each in works if visibility.has(view, agency, each)]
        found |= {
            (agency, name) for each in own for name in visibility.may_read(view, agency, each)
        }
    return found


def _as_under(pathway: Pathway, other: Pathway, play: Play) -> View:
    """The case as it would stand, had the person been asked with this version: with what both versions have."""
    state, head = play.state, pathway.definition
    both = pathway.steps.keys() & other.steps.keys()
    consents = {
        name: replace(
            given,
            shows=head.consents[name].shows,
            recipients=tuple(
                state.roles[role] for role in head.consents[name].to if role in state.roles
            ),
            role_type="",
            classes=(),
        )
        for name, given in state.consents.items()
        if name in head.consents and name in other.definition.consents
    }
    state = replace(
        state,
        consents=consents,
        tasks={each.id: each for each in state.tasks.values() if each.step in both},
        hand_overs={each.id: each for each in state.hand_overs.values() if each.step in both},
    )
    view = _view(pathway, state, play)
    asked = {
        each.id: replace(each, shows=covering.shown_to(view, pathway.steps[each.step], each.role))
        for each in state.hand_overs.values()
    }
    return _view(pathway, replace(state, hand_overs=asked), play)


def _view(pathway: Pathway, state: State, play: Play) -> View:
    return View(pathway, state, play.now, play.registry, CALENDARS)
