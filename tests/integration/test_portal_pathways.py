"""A coordinator's pages: what is published, a new version until it is, and cases moved to it and back; both stores."""

from __future__ import annotations

import multiprocessing
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from casework import operators, pathway_drafts, published, queries, suspending
from casework.context import Onward
from casework.drafts import LASTS
from casework.kept_pathways import KeptPathway
from casework.registering import register
from casework.verifying import verify_all, verify_installation
from engine.errors import CodedError, Refusal
from portal import checking_apart
from portal.pages import pathways
from portal.uploads import MOST_FILES, MOST_OF_FILE, MOST_WITH_FILES
from tests.installations import AGENCIES, PATHWAY, opened
from tests.portals import Browser, RealTime, Sent, portal_of, read
from tests.principals import OPERATOR, TIME, coordinator, staff

COORDINATED = AGENCIES.replace("{ama: {}", "{ama: {coordinates: yes}")
TWO = PATHWAY.replace("version: 1", "version: 2").replace("due: 24 hours", "due: 48 hours")
TWO += "running_cases: ask\n"
LIBRARY = Path(__file__).parents[2] / "pathways"
AMA = coordinator("GH-ONE", "ama")


@pytest.fixture(name="agencies")
def _agencies() -> str:
    return COORDINATED


@pytest.fixture(name="ama")
def _ama(onward: Onward, time: RealTime) -> Browser:
    """She coordinates, and is signed in."""
    return Browser(portal_of(onward, time)).sign_in("GH-ONE", "ama")


def own(text: str, name: str = "trial.yaml") -> Sent:
    return Sent("file", name, text.encode())


def publish(ama: Browser, text: str = TWO) -> httpx.Response:
    """Send a version and publish it."""
    ama.send("/pathways/new", files=[own(text)])
    return ama.post("/pathways/draft/publish", confirmed(ama))


def confirmed(ama: Browser) -> dict[str, str]:
    """The form of the page that says what publishing does."""
    page = ama.get("/pathways/draft/publish").text
    return dict(re.findall(r'name="(mark|version)" value="([^"]+)"', page))


def version_of(onward: Onward, code: str) -> int:
    return queries.case(onward, code, OPERATOR).number


def test_the_list_says_what_is_published_when_by_whom_and_how_many_cases_are_on_it(
    onward: Onward, ama: Browser
) -> None:
    for _ in range(2):
        opened(onward)
    published = "A trial trial@1 Published Mon, 2 Mar 2026, 09:00 GMT by operator-1 In force from"
    assert f"{published} Thu, 1 Jan 2026 Open cases: 2" in read(ama.get("/pathways"))
    page = read(ama.get("/pathways/trial/1"))
    assert "Running cases stay on their version Open cases 2 Cases, open and ended 2" in page


def test_a_version_shows_its_text_its_picture_and_what_a_check_says(ama: Browser) -> None:
    assert "home_country: {country, binds: origin}" in ama.get("/pathways/trial/1/text").text
    assert "Nothing is wrong. Everything" in read(ama.get("/pathways/trial/1/check"))
    page = ama.get("/pathways/trial/1/picture").text
    addresses = re.findall(r'src="(/pathways/trial/1/picture/\w+\.svg)"', page)
    assert len(addresses) == 3, "the overview and two stages"
    for address in addresses:
        drawn = ama.get(address)
        assert drawn.headers["content-type"] == "image/svg+xml"
        assert not re.search(r"<script|<style|style=|href=.https?:", drawn.text)


def test_a_text_is_shown_as_text(onward: Onward, ama: Browser) -> None:
    ama.send("/pathways/new", files=[own(TWO.replace("A trial", "<script>alert(1)</script>"))])
    for path in ("/pathways/draft", "/pathways/new", "/pathways/draft/publish"):
        assert "<script>alert" not in ama.get(path).text


@pytest.mark.parametrize(
    "path", ["/pathways/trial/9", "/pathways/none/1", "/pathways/trial/1/aside",
             "/pathways/trial/1/picture/none.svg", "/pathways/trial/one", "/pathways/trial/\u00b2", "/pathways/trial/9/text",
             f"/pathways/trial/{'9' * 5_000}", f"/pathways/trial/{'9' * 20}/text", f"/proposed-versions/trial/{'9' * 20}/text"]
)  # fmt: skip
def test_what_is_not_there_is_said_not_to_be(ama: Browser, path: str) -> None:
    assert ama.get(path).status_code == httpx.codes.NOT_FOUND


def test_a_mistake_is_shown_at_its_line_and_mended_in_the_page(ama: Browser) -> None:
    wrong = TWO.replace("by: screener\n        form", "by: screner\n        form")
    page = read(ama.send("/pathways/new", files=[own(wrong)]))
    assert "trial.yaml:22:13: there is no role `screner` (did you mean `screener`?)" in page
    assert "Publish" not in page
    assert "by: screner" in ama.get("/pathways/new").text, "nothing is lost"
    mended = read(ama.send("/pathways/new", {"text": TWO.replace("\n", "\r\n")}))
    assert all(each in mended for each in ("Nothing is wrong.", "How it differs from trial@1"))
    assert "changed interview due: 24 hours → 48 hours" in mended


def test_a_draft_is_its_authors_alone_and_lasts_some_days(onward: Onward, time: RealTime) -> None:
    kept = KeptPathway(file="trial.yaml", files={"trial.yaml": TWO})
    pathway_drafts.keep(onward, kept, AMA, time.now())
    assert pathway_drafts.kept(onward, AMA, time.now()) == kept
    assert pathway_drafts.kept(onward, coordinator("GH-ONE", "ato"), time.now()) is None
    assert pathway_drafts.kept(onward, coordinator("GH-TWO", "ama"), time.now()) is None
    time.pass_by(LASTS)
    assert pathway_drafts.kept(onward, AMA, time.now()) is None
    pathway_drafts.end_old(onward, TIME, time.now())
    time.pass_by(-LASTS)
    assert pathway_drafts.kept(onward, AMA, time.now()) is None


def test_whoever_leaves_the_registry_leaves_no_draft(onward: Onward, ama: Browser) -> None:
    ama.send("/pathways/new", files=[own(TWO)])
    register(onward, AGENCIES.replace("ama: {}, ", ""), OPERATOR)
    register(onward, COORDINATED, OPERATOR)
    assert pathway_drafts.kept(onward, AMA, ama.time.now()) is None


def test_a_draft_is_thrown_away(ama: Browser) -> None:
    ama.send("/pathways/new", files=[own(TWO)])
    ama.post("/pathways/draft/discard")
    assert ama.get("/pathways/draft", follow=False).headers["location"] == "/pathways/new"


def test_a_pathway_with_parts_is_checked_with_those_that_come_with_it(ama: Browser) -> None:
    """By their names, wherever the pathway says that they are; and at their own lines."""
    folder = LIBRARY / "bulgaria"
    main = own((folder / "adult.yaml").read_text(), "adult.yaml")
    parts = [Sent("files", each.name, each.read_bytes()) for each in (folder / "parts").iterdir()]
    alone = read(ama.send("/pathways/new", files=[main]))
    assert "`parts/safety.yaml` is named, but no file safety.yaml was sent" in alone
    assert "Nothing is wrong." in read(ama.send("/pathways/new", files=[main, *parts]))
    broken = parts[0]._replace(body=b"nothing: here\n" + parts[0].body)
    assert f"{broken.name}:1:1:" in read(ama.send("/pathways/new", files=[main, broken]))


def test_files_beside_a_pathway_stay_with_its_draft(onward: Onward, ama: Browser) -> None:
    ama.send("/pathways/new", files=[own(TWO), Sent("files", "trial.fr.yaml", b"language: fr\n")])
    ama.send("/pathways/new", {"text": TWO})
    kept = pathway_drafts.kept(onward, AMA, ama.time.now())
    assert kept is not None
    assert kept.files.keys() == {"trial.yaml", "trial.fr.yaml"}
    assert kept.around("trial.yaml").keys() == {"fr"}
    assert kept.beside("trial.yaml", "../elsewhere/trial.fr.yaml").text == "language: fr\n"
    with pytest.raises(CodedError, match=r"file\.not_sent"):
        kept.beside("trial.yaml", "../../secret/master.key")


def test_scenarios_are_played_with_the_registry_that_comes_with_them(ama: Browser) -> None:
    folder = LIBRARY / "bulgaria"
    named = (
        "child.scenarios.yaml",
        "agencies.yaml",
        *(f"parts/{each.name}" for each in (folder / "parts").iterdir()),
    )
    beside = [Sent("files", Path(each).name, (folder / each).read_bytes()) for each in named]
    main = own((folder / "child.yaml").read_text(), "child.yaml")
    assert "Nothing is wrong." in read(ama.send("/pathways/new", files=[main, *beside]))
    missed = beside[0]._replace(body=beside[0].body.replace(b"end: ", b"end: no_", 1))
    assert "child.scenarios.yaml:" in read(ama.send("/pathways/new", files=[main, missed]))


def _zip() -> bytes:
    into = BytesIO()
    with ZipFile(into, "w") as made:
        made.writestr("trial.yaml", TWO)
    return into.getvalue()


_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(9 * [f'*{chr(97 + n)}'])}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("trial.yaml", b"\xff\xfe\x00a", "not UTF-8"),
        ("trial.yaml", b"a: b\0c", "trial.yaml is not text"),
        ("trial.yaml", _zip(), "not UTF-8"),
        ("trial.zip", _zip(), "rename the file"),
        ("../../trial.yaml", TWO.encode(), "rename the file"),
        ("/etc/passwd", TWO.encode(), "rename the file"),
        (f"{'t' * 90}.yaml", TWO.encode(), "rename the file"),
        ("trial.yaml", b"x" * (MOST_OF_FILE + 1), f"longer than {MOST_OF_FILE:,} bytes"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_a_pathway_is_refused_and_said_why(
    onward: Onward, ama: Browser, name: str, body: bytes, said: str
) -> None:
    for field in ("file", "files"):
        files = [Sent(field, name, body)] + [own(TWO)] * (field == "files")
        page = ama.send("/pathways/new", files=files)
        assert page.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert said in read(page)
    assert pathway_drafts.kept(onward, AMA, ama.time.now()) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_BOMB, "pathway.yaml:"),
        ("a: *none", "pathway.yaml:1:4"),
        ("- a\n- b", "pathway.yaml:1:1"),
        ("a: [1, 2", "pathway.yaml:"),
        ("[" * 5000, "pathway.yaml:1:"),
        ("pathway: 2026-99-99", "pathway.yaml:1:"),
        ("registry: trial", "pathway.yaml:1:1"),
        (PATHWAY.replace("version: 1", "version: 0"), "pathway.yaml:2:"),
    ],
)
def test_what_is_no_pathway_is_said_to_be_none_with_its_place(
    ama: Browser, text: str, said: str
) -> None:
    page = ama.send("/pathways/new", {"text": text})
    assert page.status_code == httpx.codes.OK
    assert said in read(page)


def test_a_check_that_takes_too_long_is_ended_and_said_to_be(
    ama: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent stays, to be checked where there is more time."""
    monkeypatch.setattr(checking_apart, "SECONDS", 0.0)
    page = ama.send("/pathways/new", {"text": TWO.replace("A trial", "A trial that is new")})
    assert page.status_code == httpx.codes.CONFLICT
    assert "it took longer than 0 seconds, or went wrong" in read(page)
    assert not multiprocessing.active_children()
    assert "A trial that is new" in ama.get("/pathways/new").text


def test_more_than_a_form_takes_is_refused_before_it_is_read(ama: Browser) -> None:
    large = own("x" * (10 * MOST_WITH_FILES))
    many = [Sent("files", f"part_{each}.yaml", b"a: b") for each in range(MOST_FILES + 1)]
    for files in ([large], many):
        page = ama.send("/pathways/new", files=files)
        assert page.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE


def test_nothing_sent_is_said_in_place(ama: Browser) -> None:
    page = ama.send("/pathways/new", {"text": "  "})
    assert page.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "end a file, or paste a text" in read(page)
    assert ama.post("/pathways/new", {"text": ""}).status_code == 422, "nor in a form without parts"


def test_what_cannot_be_the_next_version_is_said_before_it_is_published(ama: Browser) -> None:
    other = PATHWAY.replace("A trial", "Another")
    page = read(ama.send("/pathways/new", files=[own(other)]))
    assert "of trial has already been published with a different text" in page
    assert "/pathways/draft/publish" not in ama.get("/pathways/draft").text
    assert ama.get("/pathways/draft/publish", follow=False).headers["location"] == "/pathways/draft"


def test_the_impact_is_what_an_operator_is_told_and_no_more(onward: Onward, ama: Browser) -> None:
    code = opened(onward)
    ama.send("/pathways/new", files=[own(TWO)])
    page = read(ama.get("/pathways/draft/impact"))
    assert re.search(rf"can move 1 .* host GH-ONE .* {code} interview", page)
    assert ama.get(f"/cases/{code}/log").status_code == httpx.codes.NOT_FOUND
    for ask in (queries.case, queries.case_log):
        with pytest.raises(Refusal, match=r"not_authorised\.watch"):
            ask(onward, code, AMA)


def test_it_is_published_after_a_page_that_says_what_that_does_and_once(
    onward: Onward, ama: Browser
) -> None:
    opened(onward)
    ama.send("/pathways/new", files=[own(TWO)])
    page = read(ama.get("/pathways/draft/publish"))
    assert "on older versions: 1. They stay on their versions until a coordinator" in page
    form = confirmed(ama)
    for _ in range(2):
        done = ama.post("/pathways/draft/publish", form)
        assert done.url.path == "/pathways/trial/2"
    acts = [each for each in operators.acts(onward, OPERATOR) if each.act == "publish"]
    assert [(each.operator, each.about["version"]) for each in acts] == [
        ("operator-1", "1"),
        ("GH-ONE ama", "2"),
    ]
    assert [each.by for each in published.line(onward, "trial", AMA)] == [
        "GH-ONE ama",
        "operator-1",
    ]
    assert verify_installation(onward, OPERATOR) == []


def test_what_was_changed_elsewhere_meanwhile_is_not_published_unseen(
    onward: Onward, ama: Browser
) -> None:
    ama.send("/pathways/new", files=[own(TWO)])
    form = confirmed(ama)
    ama.send("/pathways/new", {"text": TWO.replace("48 hours", "72 hours")})
    assert ama.post("/pathways/draft/publish", form).url.path == "/pathways/draft/publish"
    assert [each.number for each in published.line(onward, "trial", AMA)] == [1]


def test_whoever_is_not_sure_to_be_there_shows_it_before_anything_changes(
    onward: Onward, ama: Browser, time: RealTime
) -> None:
    ama.send("/pathways/new", files=[own(TWO)])
    form = confirmed(ama)
    time.pass_by(timedelta(minutes=16))
    for path in ("/pathways/draft/publish", "/pathways/trial/1/forth", "/pathways/trial/1/back"):
        asked = ama.post(path, form, follow=False)
        assert asked.headers["location"].startswith("/again?to=")
    assert [each.number for each in published.line(onward, "trial", AMA)] == [1]
    assert "Nothing is wrong" in read(ama.get("/pathways/draft")), "it is still there"


def test_cases_are_moved_after_a_look_and_back_again(onward: Onward, ama: Browser) -> None:
    code, other = opened(onward), opened(onward)
    publish(ama)
    path = "/pathways/trial/2/forth"
    look = read(ama.get(f"{path}?codes={code.lower()}&responsible="))
    assert f"The case What becomes of the case {code} can move" in look
    assert version_of(onward, code) == 1, "looking changes nothing"
    done = read(ama.post(path, {"codes": code, "responsible": ""}))
    assert "Cases moved: 1" in done
    assert f"The case What becomes of the case {code} moved" in done
    assert [version_of(onward, each) for each in (code, other)] == [2, 1]
    again = read(ama.post(path, {"codes": code, "responsible": ""}))
    assert "Cases moved: 0" in again
    assert f"{code} there already" in again
    assert "Cases moved: 1" in read(ama.post(path, {"codes": "", "responsible": "gh-one"}))
    assert version_of(onward, other) == 2
    path = "/pathways/trial/2/back"
    assert f"{code} can move {other} can move" in read(ama.get(f"{path}?codes="))
    assert "Cases moved: 2" in read(ama.post(path, {"codes": "", "responsible": ""}))
    assert [version_of(onward, each) for each in (code, other)] == [1, 1]
    moves = [e for e in queries.case_log(onward, code, OPERATOR) if e.entry.command.act.__class__.__name__ in ("Migrate", "Revert")]  # fmt: skip
    assert {(e.entry.command.agency, e.entry.command.person) for e in moves} == {("", "GH-ONE ama")}
    assert {each.faults for each in verify_all(onward, OPERATOR)} == {()}


@pytest.mark.parametrize("is_named", [True, False])
def test_what_one_page_does_not_take_waits_for_the_next_one(
    onward: Onward, ama: Browser, monkeypatch: pytest.MonkeyPatch, *, is_named: bool
) -> None:
    """None is moved unsaid, none that was not meant, and one that cannot be moved keeps no other from it."""
    monkeypatch.setattr(pathways, "AT_ONCE", 1)
    codes = [opened(onward) for _ in range(4)]
    publish(ama)
    meant, moved = codes[:3] if is_named else codes, [1, 1, 1, 1]
    form = {"codes": " ".join(meant) if is_named else "", "responsible": "GH-ONE"}
    for way, now in (("forth", 2), ("back", 1)):
        after = ""
        for number, code in enumerate(meant):
            page = ama.post(f"/pathways/trial/2/{way}", form | {"after": after})
            moved[number], after = now, code
            assert f"What becomes of the case {code}" in read(page)
            assert [version_of(onward, each) for each in codes] == moved
            sent = dict(re.findall(r'name="(codes|after)" value="([^"]*)"', page.text))
            assert sent == ({} if code == meant[-1] else {"codes": form["codes"], "after": code})
            assert ("there may be more" in read(page)) is bool(sent)
        page = ama.post(f"/pathways/trial/2/{way}", form | {"after": after})
        assert "Cases moved: 0" in read(page)


def test_a_version_that_moves_cases_only_on_purpose_says_so(onward: Onward, ama: Browser) -> None:
    opened(onward)
    publish(ama)
    page = ama.get("/pathways/trial/2/forth?codes=")
    assert page.status_code == httpx.codes.CONFLICT
    nobody = read(ama.get("/pathways/trial/2/forth?codes=7K2F-9QXM"))
    assert "7K2F-9QXM cannot" in nobody


def test_nobody_else_has_these_pages(onward: Onward, ama: Browser) -> None:
    ama.send("/pathways/new", files=[own(TWO)])
    ato = Browser(portal_of(onward)).sign_in("GH-ONE", "ato")
    assert ["/coordinate" in who.get("/").text for who in (ama, ato)] == [True, False]
    for path in ("", "/new", "/draft", "/draft/impact", "/draft/picture", "/draft/publish", "/trial/1",
                 "/trial/1/text", "/trial/1/check", "/trial/1/picture", "/trial/1/forth?codes="):  # fmt: skip
        assert ato.get(f"/pathways{path}").status_code == httpx.codes.FORBIDDEN, path
    for path in ("/draft/publish", "/draft/discard", "/trial/1/forth", "/trial/1/back"):
        assert ato.post(f"/pathways{path}", {"codes": ""}).status_code == httpx.codes.FORBIDDEN
    assert ato.send("/pathways/new", files=[own(TWO)]).status_code == httpx.codes.FORBIDDEN
    suspending.suspend(onward, "GH-ONE", OPERATOR)
    assert ama.get("/pathways", follow=False).headers["location"] == "/sign-in"
    with pytest.raises(Refusal, match=r"not_authorised\.coordinate"):
        pathway_drafts.kept(onward, staff("GH-ONE", "ato"), ama.time.now())
