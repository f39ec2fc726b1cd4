"""What an operator is shown of cases, by every command that shows any of them: no answer; both stores."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from casework.context import Onward
from casework.picture import status_of
from casework.publishing import publish_pathway
from engine.definition import DataField
from engine.projection import Seen
from engine.state import Answer, HandOver, Task
from tests.desk import Desk
from tests.factories import MONDAY
from tests.installations import CANARY, MASTER_KEY, installation
from tests.principals import OPERATOR
from tests.random_pathways import documents
from tests.stored_plays import StoredPlay
from wording.sentences import in_words

EXAMPLES = {"sqlite": 6, "postgr": 1}
MOVES = 20
CHOICES = {each: f"{each}plainsong" for each in ("low", "medium", "high")}
"""What the choices of a random pathway are called here, so that they can be told from all else."""
NUMBER, TONGUES = 918273, ("antiphon", "responsory")
BORN = ("2008-03-09", "2008-08-09", "1990-12-31")
CANARIES = (CANARY, "plainsong", str(NUMBER), *TONGUES, *BORN)


class CanaryPlay(StoredPlay):
    """A case in which every answer, and all words beside them, are found again wherever they go."""

    said = CANARY

    def _fill(self, about: Task | HandOver, name: str, field: DataField) -> Answer | None:
        if name == "steps_counted":
            return NUMBER
        if name == "tongues":
            return TONGUES
        found = super()._fill(about, name, field)
        return CANARY if found == "A. B." else found


def with_canaries(document: dict[str, Any], number: int) -> dict[str, Any]:
    """The same pathway; its choices have other names, and a number and a list are asked for first."""
    text = json.dumps(document)
    for word, canary in CHOICES.items():
        text = re.sub(rf"\b{word}\b", canary, text)
    made: dict[str, Any] = json.loads(text) | {"pathway": f"trial_{number}"}
    made["data"] |= {
        "steps_counted": {"number": True},
        "tongues": {"choice": list(TONGUES), "many": True},
    }
    first = made["stages"]["stage0"]["steps"]["s0"]
    first["form"] += ["steps_counted", "tongues"]
    return made


def next_versions(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One that moves only the cases of which an answer says so, and one without what was answered."""
    for rule in ({"rule": "migrate", "when": f"risk = {CHOICES['high']}"}, {"rule": "migrate"}):
        made: dict[str, Any] = json.loads(json.dumps(document))
        yield made | {"version": 2, "running_cases": rule}
    made["data"]["tongues"]["choice"] = ["psalm"]
    yield made | {"version": 2, "running_cases": {"rule": "migrate"}}


def look_at(desk: Desk, *words: str) -> None:
    """A command, whatever comes of it, says no answer."""
    done = desk.run(*words)
    said = done.stdout + done.stderr
    assert not [each for each in CANARIES if each in said], (words, said)


def look_at_case(desk: Desk, play: CanaryPlay) -> None:
    """Everything that an operator may look at in a case."""
    code, clocks = play.code, play.trial.definition.clocks
    parts = (*play.state.tasks, *play.state.hand_overs, *play.state.stages, *play.trial.steps)
    for command in ("log", "case", "explain", "verify"):
        look_at(desk, command, code, "--json")
    for command in ("log", "case", "explain", "verify"):
        look_at(desk, command, code)
    for form in ("mermaid", "html"):
        look_at(desk, "draw", "--case", code, "--as", form)
    for part in dict.fromkeys((*parts, *clocks)):
        look_at(desk, "explain", code, part, "--json")


def look_at_moves(onward: Onward, desk: Desk, play: CanaryPlay, document: dict[str, Any]) -> None:
    """What a new version would mean, before anybody moves the case and once that was tried."""
    name, file = document["pathway"], desk.folder / f"{document['pathway']}.yaml"
    for draft in next_versions(document):
        file.write_text(json.dumps(draft))
        look_at(desk, "impact", str(file))
        look_at(desk, "impact", str(file), "--json")
    publish_pathway(onward, json.dumps(draft), by=OPERATOR)
    look_at(desk, "migrate", f"{name}@2", "--preview")
    look_at(desk, "migrate", f"{name}@2", "--preview", "--json")
    look_at(desk, "migrate", f"{name}@2", "--json")
    look_at(desk, "log", play.code)
    look_at(desk, "log", play.code, "--json")


def desk_of(url: str, home: Path) -> Desk:
    desk = Desk(home, url)
    desk.environment |= {
        "ONWARD_HOME": str(home),
        "ONWARD_MASTER_KEY": MASTER_KEY,
        "ONWARD_CLOCK": "stored",
    }
    return desk


def test_no_answer_reaches_an_operator(url: str, tmp_path: Path) -> None:
    """Whatever was answered in cases of random pathways, and wherever the operator looks: neither a value
    that is protected nor an open one, no words, and no condition on an answer."""
    numbers = count()
    with closing(installation(url, tmp_path, at=MONDAY)) as onward:
        desk = desk_of(url, tmp_path)

        @settings(
            max_examples=EXAMPLES[url[:6]],
            phases=[Phase.generate],
        )
        @given(documents(), st.integers(0, 2**32))
        def look(document: dict[str, Any], seed: int) -> None:
            made = with_canaries(document, next(numbers))
            publish_pathway(onward, json.dumps(made), by=OPERATOR)
            play = CanaryPlay(onward, made, Random(seed))
            for _ in range(MOVES):
                if play.state.status == "open":
                    play.move()
            look_at_case(desk, play)
            status = repr(status_of(play.trial, Seen(play.state), play.now, in_words))
            assert not [each for each in CANARIES if each in status], status
            look_at_moves(onward, desk, play, made)

        look()
