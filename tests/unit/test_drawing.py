"""Pathways as pictures: everything has a place on a sheet, and where a case is can be seen."""

from __future__ import annotations

import re
from base64 import b64decode
from functools import cache
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from casework.picture import status_of
from engine import commands as c
from engine.drawing.columns import columns_of
from engine.drawing.mermaid import mermaid
from engine.drawing.overview import overview, pages_of
from engine.drawing.pages import Box, Lane, Mark, Page
from engine.drawing.placing import HEADS, Placed, sheets, unfolded
from engine.drawing.routes import routes
from engine.drawing.stages import page_of
from engine.drawing.svg import html, svg
from engine.drawing.wording import of_clock
from engine.loader import checked
from engine.pathway import Pathway
from engine.projection import Seen
from engine.state import State
from engine.statuses import StageStatus
from onward.authoring.pathway_files import pathway_files, whole
from tests.factories import CARE, HEAD, MONDAY, Case, lawful
from wording.sentences import in_words

BODY = """
stages:
  start:
    steps:
      talk: {by: screener, title: "Say <hello> & \\"listen\\"", form: [home_country, risk], due: 1 day}
      agree: {by: screener, consent: tell_home, refused: end stays, after: talk}
      ask:
        hand_over: home
        after: agree
        needs: consent.tell_home
        when: risk < high
        otherwise: end stays
        answer: 5 working days
        declined: end stays
        silent: tell manager
      close: {by: manager, after: ask}
    then: end done
clocks: {unsafe_time: 1 week after talk.done}
interrupts:
  leaves: {raised_by: screener, then: end gone}
"""


@cache
def library(root: Path) -> list[Pathway]:
    return [checked(whole(file)) for file in pathway_files([root / "pathways"])]


def apart(one: Placed, other: Placed) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def test_each_page_of_the_library_fits_on_sheets_of_a4_and_can_be_read(project_root: Path) -> None:
    """No box lies upon another or off the paper, and letters have 7.7 of 1/96 inch at least, 6 on an overview."""
    for pathway in library(project_root):
        for page in pages_of(pathway, in_words):
            drawn: list[Box] = []
            for sheet in sheets(page):
                assert sheet.scale * 9 >= (6 if page.is_overview else 7.7), (
                    pathway.name,
                    sheet.page.name,
                )
                assert {sheet.width, sheet.height} == {1123, 794}
                boxes = list(sheet.boxes.values())
                drawn += [each.box for each in boxes]
                for each in boxes:
                    assert (each.x + each.width) * sheet.scale <= sheet.width
                    assert (each.y + each.height) * sheet.scale <= sheet.height
                assert all(apart(*two) for two in combinations(boxes, 2))
            assert {box.key for box in drawn} == {box.key for box in page.boxes}


def test_no_arrow_crosses_a_box_or_lies_upon_an_arrow_from_elsewhere(project_root: Path) -> None:
    """Whatever goes up or down does so between columns, each line at a place of its own."""
    for pathway in library(project_root):
        for sheet in (sheet for page in pages_of(pathway, in_words) for sheet in sheets(page)):
            lines: dict[float, tuple[str, bool]] = {}
            for arrow, route in routes(sheet):
                for across, _ in route.turns:
                    line = (arrow.start, arrow.is_hand_over)
                    assert lines.setdefault(round(across, 2), line) == line
                    for box in sheet.boxes.values():
                        assert not box.x - HEADS < across < box.x + box.width
                for across, down in route.turns[:-1]:
                    passed = [box for box in sheet.boxes.values() if across < box.x < route.end_x]
                    assert all(not box.y <= down <= box.y + box.height for box in passed)


def test_a_name_that_is_too_long_for_a_line_is_broken_behind_one_of_its_marks() -> None:
    """Not in the middle of a word."""
    long = Box(key="a", lane=0, column=0, title="A", lines=("end moved_to_another_route_home",))
    (placed,) = unfolded(
        Page(name="p", title="P", lanes=(Lane("x"),), boxes=(long,))
    ).boxes.values()
    assert placed.lines == ("end moved_to_", "  another_route_", "  home")


def test_each_member_of_a_panel_has_a_box_in_its_lane(project_root: Path) -> None:
    """Nobody who decides is missing from the page."""
    child = next(each for each in library(project_root) if each.name == "bulgaria_young_person")
    page = page_of(child, "team", in_words)
    members = tuple(child.steps["agree_plan"].step.panel.members)  # type: ignore[union-attr]
    lanes = {page.lanes[each.lane].name for each in page.boxes if "agree_plan" in each.key}
    assert lanes == set(members)
    assert len(members) == 5


def test_every_step_stage_and_interrupt_is_drawn(project_root: Path) -> None:
    """Nothing is left out, and each arrow has both ends on its page."""
    for pathway in library(project_root):
        pages = pages_of(pathway, in_words)
        keys = {box.key for page in pages for box in page.boxes}
        assert keys >= {*pathway.steps, *pathway.stages}
        assert keys >= {f"interrupt.{name}" for name in pathway.definition.interrupts}
        for page in pages:
            inside = {box.key for box in page.boxes}
            assert all({each.start, each.end} <= inside for each in page.arrows)


def box(page: Page, key: str) -> Box:
    return next(each for each in page.boxes if each.key == key)


def test_a_request_is_a_thick_arrow_from_lane_to_lane_and_what_follows_comes_after_the_answer() -> (
    None
):
    """The receiver's box has its periods and what follows its no."""
    page = page_of(Case(BODY).pathway, "start", in_words)
    assert [lane.name for lane in page.lanes] == ["responsible", "screener", "manager", "home"]
    asked, answer = box(page, "ask"), box(page, "ask.answer")
    assert (asked.lane, answer.lane) == (0, 3)
    assert asked.lines == ("(request)", "if risk < high", "else end stays", "needs tell_home")
    assert answer.lines == ("answer: 5 working days", "no: end stays", "silent: tell manager")
    assert box(page, "close").column > answer.column > asked.column
    (thick,) = [each for each in page.arrows if each.is_hand_over]
    assert (thick.start, thick.end) == ("ask", "ask.answer")


CIRCLE = """
stages:
  start:
    steps:
      talk: {by: screener, form: [home_country]}
      call: {by: screener, after: "any of (talk, visit)"}
      visit: {by: screener, after: "any of (call, visit)"}
    then: end done
"""


def test_steps_that_come_after_one_another_are_drawn_one_of_them_first() -> None:
    page = page_of(Case(CIRCLE).pathway, "start", in_words)
    assert box(page, "call").column != box(page, "visit").column
    assert all("visit" in svg(sheet) for sheet in sheets(page))


def test_the_length_of_a_stage_is_no_limit_to_its_picture() -> None:
    before = {str(number): [str(number + 1)] for number in range(5_000)} | {"5000": []}
    assert columns_of(before, frozenset())["0"] == 5_000


def test_a_case_shows_what_is_done_open_and_late() -> None:
    """With whom, since when, and until when."""
    case = Case(BODY)
    case.wait(days=3)
    late = box(page_of(case.pathway, "start", in_words, case.state), "talk")
    assert late.mark is Mark.LATE
    assert late.said == ("open 2026-03-02", "with GH-DESK, due 2026-03-03 23:59 UTC")
    case.complete("talk.1", risk="low", home_country="NG")
    page = page_of(case.pathway, "start", in_words, case.state)
    lanes = [lane.name for lane in page.lanes]
    assert lanes == ["Responsible agency", "Screener", "Manager", "Home"]
    assert box(page, "talk").mark is Mark.DONE
    assert box(page, "agree").mark is Mark.OPEN
    assert box(page, "close").mark is Mark.NONE
    assert box(overview(case.pathway, in_words, case.state), "start").mark is Mark.OPEN


def test_a_step_that_is_open_again_is_open_since_then() -> None:
    """Not since it was done, nor since it first opened."""
    case = Case(
        "stages: {start: {steps: {talk: {by: screener}, again: {by: screener, manual: yes,"
        " repeat: {at_most: 3}}}, then: end done}}"
    )
    case.do(c.Start(step="again"))
    case.complete("again.1")
    said = box(page_of(case.pathway, "start", in_words, case.state), "again").said
    assert said == ("done 2026-03-02",)
    case.do(c.Start(step="again"), days=5)
    said = box(page_of(case.pathway, "start", in_words, case.state), "again").said
    assert said == ("open 2026-03-07", "with GH-DESK")


AGAIN = """
stages:
  start:
    steps:
      talk: {by: screener, form: [home_country]}
      tell: {hand_over: manager, after: talk, answer: 5 days, feedback: 1 month, declined: end stays, silent: go on}
      plan: {by: screener, after: tell}
    then: back to start, at most 1, then go on
"""


def test_what_is_still_owed_from_before_a_way_back_is_drawn_at_its_step() -> None:
    """Though the step itself has not opened again."""
    case = Case(AGAIN)
    case.complete("talk.1", home_country="NG")
    case.do(c.AcceptHandOver(hand_over="tell.1"), CARE)
    case.complete("plan.1")
    assert case.state.steps == {"talk": "open"}
    tell = box(page_of(case.pathway, "start", in_words, case.state), "tell")
    assert (tell.mark, tell.said) == (Mark.NONE, ("with GH-CARE, due 2026-04-02 23:59 UTC",))


def test_what_is_written_in_a_title_does_not_break_a_drawing() -> None:
    """Letters that mean something to XML or to Mermaid stand as themselves."""
    pages = pages_of(Case(BODY).pathway, in_words)
    found = [sheet for page in pages for sheet in sheets(page)]
    texts = [
        "".join(each.itertext())
        for sheet in found
        for each in ElementTree.fromstring(svg(sheet)).iter()
    ]
    assert any("<hello>" in text for text in texts)
    assert '"Say' not in mermaid(pages[1])
    assert "#60;hello#62;" in mermaid(pages[1])
    assert html("Trial", found).count("<svg") == len(found)


SHARED = """
stages:
  start:
    steps:
      talk: {by: [screener, manager], due: 1 day, decide: {fit: go on, unfit: end stays}}
      note: {by: screener, after: talk}
    then: end done
"""


def test_a_step_for_either_of_two_roles_stands_in_both_lanes() -> None:
    """Whoever looks for its own work finds it in its own lane, and the case with both."""
    case = Case(SHARED)
    page = page_of(case.pathway, "start", in_words, case.state)
    assert [lane.name for lane in page.lanes] == ["Screener", "Manager"]
    first, other = box(page, "talk"), box(page, "talk.manager")
    assert (first.title, other.title) == ("Talk", "Or: Talk")
    assert (first.lane, other.lane, first.column) == (0, 1, other.column)
    assert first.mark is other.mark is Mark.OPEN
    assert first.said[1] == "with GH-DESK or GH-CARE, due 2026-03-03 23:59 UTC"
    case.do(c.Claim(task="talk.1"), CARE)
    page = page_of(case.pathway, "start", in_words, case.state)
    assert box(page, "talk").said[1].startswith("with GH-CARE, due")


def test_a_bystander_sees_both_who_may_do_a_step_and_not_when_it_comes() -> None:
    """Both lanes and both agencies; nothing of what the pathway asks."""
    case = Case(SHARED)
    (_, stage) = images_of(status_of(case.pathway, Seen(case.state), case.now, in_words).picture)
    words = " ".join(stage.split())
    assert "Or: Talk" in words
    assert "with GH-DESK or GH-CARE" in words
    assert "unfit" not in words


def images_of(text: str) -> list[str]:
    """The drawings in a page of Markdown, by all their words."""
    found = re.findall(r"!\[[\w ]+\]\(data:image/svg\+xml;base64,([\w+/=]+)\)", text)
    return ["\n".join(ElementTree.fromstring(b64decode(each)).itertext()) for each in found]


def test_the_page_of_a_case_in_prefect_has_the_same_picture_and_a_table() -> None:
    """The overview and what is under way, by labels; a condition, or the name of a consent or of a period,
    would tell a bystander more.
    """
    case = Case(BODY)
    case.wait(days=3)
    picture = status_of(case.pathway, Seen(case.state), case.now, in_words).picture
    whole_case, stage = images_of(picture)
    assert {"Stages", "Interrupts", "Ends", "Start", "Stays"} <= set(whole_case.split("\n"))
    assert "Periods" in {lane.name for lane in overview(case.pathway, in_words).lanes}
    assert "Periods" not in whole_case
    assert "with GH-DESK, due" in stage
    assert "Answers: Ask" in stage
    table = picture.rpartition(")\n\n")[2]
    assert table.startswith("| Stage | Step | Status |")
    assert "**open**" in table
    for text in (whole_case, stage, table):
        assert not [word for word in ("risk", "tell_home", "unsafe") if word in text.lower()]


def test_the_page_of_a_case_in_prefect_stays_small(project_root: Path) -> None:
    """Each page is kept twice by Prefect, and sent whole: 100 KiB even with every stage under way."""
    for pathway in library(project_root):
        state = State(code="7K2F-9QXM", stages=dict.fromkeys(pathway.stages, StageStatus.OPEN))
        picture = status_of(pathway, Seen(state), MONDAY, in_words).picture
        assert len(images_of(picture)) == len(pathway.stages) + 1
        assert len(picture) < 100 * 1024, pathway.name


def test_a_box_says_who_may_move_a_period_and_how_often() -> None:
    """By somebody's act or by itself, and who may end it."""
    due = "{time: 9 days, extend: {by: 3 days, role: [manager, home], at_most: 2}, shorten: {role: screener}}"
    clock = "{time: 9 days after talk.done, extend: {by: 1 day, when: risk = high}}"
    body = BODY.replace("due: 1 day}", f"due: {due}}}").replace("1 week after talk.done", clock)
    pathway = Case(body).pathway
    times = (pathway.steps["talk"].step.due, pathway.definition.clocks["unsafe_time"])
    assert [next(iter(of_clock(each, in_words))) for each in times if each] == [
        "9 days (manager or home may add 3 days, 2 times at most; screener may end it early or shorten it)",
        "9 days after talk.done (longer by 1 day if risk = high)",
    ]


def test_a_box_says_what_restarts_a_period_and_what_pauses_it() -> None:
    """With the moments that are named, in their own names."""
    clock = "{time: 9 days after talk.done, restarted_by: [ask.offered, close.done], paused_while: risk = high}"
    pathway = Case(BODY.replace("1 week after talk.done", clock)).pathway
    assert [*of_clock(pathway.definition.clocks["unsafe_time"], in_words)] == [
        "9 days after talk.done (paused while risk = high; restarted by ask.offered or close.done)"
    ]


REPEATED = """
stages:
  start:
    repeat: %s
    steps:
      talk: {by: screener, form: [risk]}
      note: {by: screener, after: talk, repeat: %s}
      visit: {by: screener, manual: yes, after: talk, repeat: {at_most: 9}}
    then: end done
interrupts:
  ill: {raised_by: screener, suspends: start, review: 3 days}
  moved: {raised_by: screener, suspends: start, review: 3 days}
"""


@pytest.mark.parametrize(
    ("repeat", "drawn"),
    [
        (
            "{at_most: 3, until: risk = low, then: end stays}",
            "again until risk = low, at most 3 times in all, then end stays",
        ),
        (
            "{at_most: 5, on: [interrupt.ill, interrupt.moved]}",
            "again whenever interrupt.ill or interrupt.moved, at most 5 times in all",
        ),
    ],
)
def test_a_step_and_a_stage_say_when_they_are_repeated_how_often_and_what_follows(
    repeat: str, drawn: str
) -> None:
    """In the same words, on the page of the stage and on the overview; what somebody begins, only how often."""
    pathway = Case(REPEATED % (repeat, repeat)).pathway
    page = page_of(pathway, "start", in_words)
    assert drawn in box(page, "note").lines
    assert drawn in page.notes[0]
    assert drawn in box(overview(pathway, in_words), "start").lines
    assert "again, at most 9 times in all" in box(page, "visit").lines


def test_the_overview_says_who_may_reopen_a_case_and_what_an_interrupt_suspends() -> None:
    """Where it goes on, and after which ends; where none is named, after a success."""
    head = HEAD.replace("roles:", "reopen: {by: [manager, responsible], at: start}\nroles:")
    asks = "consents: {tell_home: {to: home, ask: May we?}}"
    body = asks + BODY.replace("then: end gone", "suspends: start, review: 3 days")
    page = mermaid(overview(lawful(head + body), in_words))
    assert "may be reopened by manager or responsible" in page.replace("<br/>", " ")
    assert "after done" in page.replace("<br/>", " ")
    assert "suspends start" in page
    assert "reopened" not in mermaid(overview(lawful(HEAD + body), in_words))


def test_the_overview_says_nothing_of_a_reopening_that_no_end_allows() -> None:
    """Where no end is named, a success is meant, and there is none."""
    head = HEAD.replace("roles:", "reopen: {by: manager, at: start}\nroles:")
    head = head.replace("done: success", "done: neutral")
    body = "stages: {start: {steps: {talk: {by: screener}}, then: end done}}\n"
    assert box(overview(lawful(head + body), in_words), "start").lines == ("then end done",)
