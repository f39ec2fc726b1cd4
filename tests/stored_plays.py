"""Cases played by chance in a store, among agencies that come and go."""

from __future__ import annotations

import json
from contextlib import suppress
from random import Random
from typing import Any

from msgspec.structs import replace

from casework.acting import do
from casework.context import Onward
from casework.opening import open_case
from casework.registering import register
from casework.turn import take
from engine import commands as c
from engine.acts.declared import WordKind
from engine.agencies.registry import Agency, Registry
from engine.errors import Refusal
from engine.numbering import shown
from engine.state import State
from tests.factories import AWAY, CARE, CARE2, DESK, HOME, HOME2
from tests.inside import whole_state
from tests.installations import move_clock
from tests.principals import OPERATOR, staff
from tests.random_documents import loaded
from tests.random_plays import Play

AGENCIES = (DESK, CARE, CARE2, HOME, HOME2, AWAY)


class StoredPlay(Play):
    """A case that is played by chance in the store, which gets the registry of its play."""

    said = "A. B."
    """What is answered to protected fields, and the words beside an act."""

    def __init__(self, onward: Onward, document: dict[str, Any], chance: Random) -> None:
        self.onward, self.code, self._name = onward, "", document["pathway"]
        self._registered: Registry | None = None
        super().__init__(loaded(document), chance)

    def _take(self, act: c.AnyAct, agency: str) -> None:
        if self.registry is not self._registered:
            register(self.onward, text_of(self.registry), by=OPERATOR)
            self._registered = self.registry
        if isinstance(act, c.OpenCase):
            agency = DESK  # in all registries, and for good
        by = staff(agency, f"staff-{len(self.log)}" if agency else "")
        move_clock(self.onward, max(self.now, self.onward.clock.now()))
        self.now = self.onward.clock.now()
        with suppress(Refusal):
            if isinstance(act, c.OpenCase):
                self.code = open_case(self.onward, self._name, "GH", by).code
            elif act.declared and act.declared.protected and not hasattr(act, "answers"):
                do(self.onward, self.code, as_known(act, self.state, agency), by, words=self.said)
            else:
                values = dict.fromkeys(getattr(act, "protected", ()), self.said)
                take(self.onward, self.code, act, by, values=values)
            self.log.append(f"{agency} {act}")
        self.state = whole_state(self.onward, self.code)


def as_known(act: c.AnyAct, state: State, agency: str) -> c.AnyAct:
    """The act with the numbers that its agency knows in place of ids."""
    words = act.declared.words if act.declared else ()
    ids = {
        word.field: shown(state, agency, getattr(act, word.field))
        for word in words
        if word.kind in (WordKind.TASK, WordKind.STOP, WordKind.REQUEST, WordKind.PERIOD)
    }
    return replace(act, **ids) if ids else act


def text_of(registry: Registry) -> str:
    """The file of a registry; each of its agencies has a mailbox."""
    zones = {"GH": "Africa/Accra", "NG": "Africa/Lagos", "TG": "Africa/Lome"}
    return json.dumps(
        {
            "registry": "trial",
            "countries": {country: {"zone": zone} for country, zone in zones.items()},
            "agencies": {each.code: _entry(each) for each in registry.agencies},
        }
    )


def _entry(agency: Agency) -> dict[str, Any]:
    said = {
        "name": agency.name,
        "country": agency.country,
        "roles": agency.roles,
        "areas": agency.areas,
        "for": agency.specialised,
        "capacity": agency.capacity,
        "leave": [
            {"from": f"{each.first}", "until": f"{each.last}", "alternate": each.alternate}
            for each in agency.leave
        ],
        "until": agency.valid_until and f"{agency.valid_until}",
        "channels": ["email"],
    }
    return {word: value for word, value in said.items() if value}
