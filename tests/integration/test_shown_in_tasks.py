"""What a step shows beside its form, wherever its task is looked at."""

from __future__ import annotations

from casework.acting import do
from casework.context import Onward
from casework.publishing import publish_pathway
from casework.queries import case_log, protected_values
from engine import commands as c
from engine.acts.looking import IdentitySeen
from tests.installations import CANARY, PATHWAY, SCREEN, opened
from tests.portals import Browser, portal_of, read
from tests.principals import OPERATOR
from tests.programs import Program

SHOWS = (
    PATHWAY.replace("version: 1", "version: 2")
    .replace("to: [manager]}", "to: [manager], shows: [full_name, home_country]}")
    .replace("form: [risk], due", "form: [risk], shows: [full_name, home_country], due")
)
BOTH = {"full_name": CANARY, "home_country": "NG"}


def at_work(onward: Onward) -> str:
    """A case in which the task that shows something is open."""
    publish_pathway(onward, SHOWS, by=OPERATOR)
    code = opened(onward)
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=BOTH)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    return code


def test_a_program_reads_it_with_the_task_and_the_look_is_recorded(onward: Onward) -> None:
    code, program = at_work(onward), Program(onward, "GH-ONE")
    assert program.get(f"/cases/{code}/tasks/assess.1").json()["known"] == BOTH
    (seen,) = (
        f for f in case_log(onward, code, OPERATOR)[-1].entry.facts if isinstance(f, IdentitySeen)
    )
    assert {*seen.fields} == {*BOTH}
    program.do(code, "complete", task="assess.1", answers={"risk": "low"})
    assert program.get(f"/cases/{code}/tasks/assess.1").json()["known"] == {}


def test_the_command_shows_it_whether_it_is_protected_or_not(onward: Onward) -> None:
    code = at_work(onward)
    assert protected_values(onward, code, SCREEN).items() >= BOTH.items()
    assert protected_values(onward, code, SCREEN, ["home_country"]) == {"home_country": "NG"}


def test_a_page_and_its_paper_name_it_and_say_where_it_is_read(onward: Onward) -> None:
    """The values are on a page of their own, and never on paper."""
    code, ama = at_work(onward), Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    for path in ("", "/print"):
        said = read(ama.get(f"/cases/{code}/tasks/assess.1{path}"))
        assert (
            "What is shown to you Full name, Home country: on the page “About the person”" in said
        )
        assert CANARY not in said
    ama.get(f"/cases/{code}/person")
    said = read(ama.post(f"/cases/{code}/person"))
    assert f"Full name {CANARY}" in said
    assert "Home country NG" in said
