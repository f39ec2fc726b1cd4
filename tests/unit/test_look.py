"""What pages are drawn with: the templates, the files beside them, and what a page weighs."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from jinja2 import TemplateError, nodes

from portal.look import COMPONENTS, Frame, draw, environment, static_url
from tests.gallery import COLD_BYTES, WARM_BYTES, gallery

TEMPLATES = Path(__file__).parents[2] / "portal" / "templates"
STATIC = TEMPLATES.parent / "static"
ASSETS = TEMPLATES.parent / "assets"
PARTS = {"charts.html", "page.html", "parts.html", "work.html"}
"""What no page is made of alone."""
BUILT = ("onward.css", "onward.js", "passkeys.js")


def pages() -> list[str]:
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


def parsed(name: str) -> nodes.Template:
    return environment().parse((TEMPLATES / name).read_text(encoding="utf-8"), name)


def compressed(content: bytes) -> int:
    return len(gzip.compress(content))


@pytest.mark.parametrize("name", pages())
def test_every_template_is_understood(name: str) -> None:
    environment().get_template(name)


def test_every_page_has_a_title_and_stands_in_the_frame() -> None:
    for name in {*pages()} - PARTS:
        assert is_a_page(parsed(name)), name
    assert is_a_page(parsed("../../tests/pages/gallery.html"))
    assert not is_a_page(parsed("parts.html"))


def is_a_page(template: nodes.Template) -> bool:
    extended = [each.template for each in template.find_all(nodes.Extends)]
    blocks = {each.name for each in template.find_all(nodes.Block)}
    return extended == [nodes.Const("page.html")] and blocks >= {"title", "content"}


def unescaped(page: nodes.Template) -> Iterator[str]:
    """Where a template would write something into a page as it is."""
    for marked in page.find_all(nodes.Filter):
        if marked.name in ("safe", "forceescape"):
            yield f"line {marked.lineno}: |{marked.name}"
    for pair in page.find_all(nodes.Pair):
        if isinstance(pair.key, nodes.Const) and _is_raw(str(pair.key.value)):
            yield f"line {pair.lineno}: {pair.key.value}"
    for given in page.find_all(nodes.Keyword):
        if _is_raw(given.key):
            yield f"line {given.lineno}: {given.key}"
    for scope in page.find_all(nodes.ScopedEvalContextModifier):
        yield f"line {scope.lineno}: autoescape is changed"


def _is_raw(parameter: str) -> bool:
    """The macros put these into the page unescaped: `html`, `titleHtml`."""
    return parameter.lower().endswith("html")


def inline(source: str) -> list[str]:
    """What the policy that pages are served with forbids."""
    return re.findall(r"<style\b|<script(?![^>]*\ssrc=)|\s(?:style|on\w+)\s*=|javascript:", source)


@pytest.mark.parametrize("name", pages())
def test_nothing_reaches_a_page_unescaped_and_nothing_stands_in_it_but_text(name: str) -> None:
    assert [*unescaped(parsed(name))] == []
    assert inline((TEMPLATES / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "bad",
    [
        "{{ text | safe }}",
        "{{ govukTag({'html': text}) }}",
        "{{ govukPanel(dict(titleHtml=text)) }}",
        "{% autoescape false %}{{ text }}{% endautoescape %}",
    ],
)
def test_what_would_be_unescaped_is_seen(bad: str) -> None:
    assert [*unescaped(environment().parse(bad))] != []


@pytest.mark.parametrize(
    "bad", ["<style>", "<script>", '<p style="">', '<p onclick="">', "javascript:0"]
)
def test_what_stands_within_a_page_is_seen(bad: str) -> None:
    assert inline(bad) != []
    assert inline('<script type="module" src="x"></script> <p class="style">on = 1</p>') == []


def test_what_somebody_typed_stays_text() -> None:
    """In our own parts and in the macros of the design system."""
    frame = Frame(language="en", here="/", agency="<b>GH</b>")
    page = environment().from_string(
        "{% import 'parts.html' as parts with context %}"
        "{{ parts.heading(text) }}{{ parts.summary([(text, text)]) }}{{ parts.status(text) }}"
        "{{ govukInsetText({'text': text}) }}{{ govukInput({'name': 'x', 'value': text, 'label': {'text': text}}) }}"
    )
    drawn = page.render(frame=frame, say=frame.say, language="en", text="<i onload=x>'\"")
    assert "<i " not in drawn
    assert drawn.count("&lt;i onload=x&gt;") == 7


def test_a_value_that_a_page_was_not_given_is_missed() -> None:
    """By our templates; a macro of the design system has parameters that may be left out."""
    with pytest.raises(TemplateError, match="undefined"):
        environment().from_string("{{ who }}").render()
    assert "govuk-tag" in environment().from_string("{{ govukTag({'text': 'x'}) }}").render()


def test_a_page_that_gives_no_title_or_no_content_is_refused() -> None:
    with pytest.raises(TemplateError, match="title"):
        draw("page.html", Frame(language="en", here="/"))


def test_a_page_is_light_enough_for_a_poor_link() -> None:
    """With every part on it, in the first visit and the next."""
    page = compressed(gallery().encode())
    files = sum(compressed((STATIC / name).read_bytes()) for name in BUILT)
    assert page < WARM_BYTES
    assert page + files + (STATIC / "icon.svg").stat().st_size < COLD_BYTES


def test_an_address_of_a_file_changes_with_its_content() -> None:
    assert re.fullmatch(r"/static/onward\.css\?v=[0-9a-f]{12}", static_url("onward.css"))
    assert static_url("onward.css") != static_url("onward.js").replace(".js", ".css")


def test_the_style_sheet_has_the_components_that_templates_may_use() -> None:
    styled = set(re.findall(r"components/([a-z-]+)", (ASSETS / "onward.scss").read_text()))
    callable_ = {re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower() for name in COMPONENTS}
    assert callable_ <= styled
    assert styled - callable_ == {"table"}  # which our own macro draws
    called = {
        each.name.removeprefix("govuk")
        for name in pages()
        for each in parsed(name).find_all(nodes.Name)
        if each.name.startswith("govuk")
    }
    assert called <= {*COMPONENTS}


def test_what_is_built_bears_no_marks_of_the_service_that_it_comes_from() -> None:
    """Neither its typeface, crest and name, nor anything from another place."""
    for name in BUILT:
        built = (STATIC / name).read_text(encoding="utf-8")
        assert not re.search(
            r"GDS Transport|@font-face|crest|crown|GOV\.UK(?! Frontend)|url\(|@import", built
        )
        assert not re.search(r"\beval\(|new Function|innerHTML", built)
    assert "MIT License" in (STATIC / "LICENSE-govuk-frontend.txt").read_text(encoding="utf-8")


def test_what_is_built_was_built_from_what_stands_beside_it() -> None:
    """Else: `npm run build`, as portal/assets/README.md says. Nobody writes in the built files."""
    sources = [*ASSETS.glob("*.scss"), *ASSETS.glob("*.js"), ASSETS / "package.json"]
    built = [STATIC / name for name in BUILT]
    read = [path.read_bytes() for path in (*sorted(sources, key=lambda each: each.name), *built)]
    assert len(read) > 7
    stamped = (ASSETS / "built.sha256").read_text(encoding="utf-8").strip()
    assert sha256(b"".join(read)).hexdigest() == stamped


def test_a_change_of_language_leads_back_to_the_page_and_nowhere_else() -> None:
    frame = Frame(language="en", here="//elsewhere.test/work?stage=a&language=en")
    assert frame.languages() == [
        ("en", "English", "?stage=a&language=en"),
        ("fr", "Français", "?stage=a&language=fr"),
        ("pt", "Português", "?stage=a&language=pt"),
    ]


def test_a_stranger_sees_no_menu_and_no_way_out() -> None:
    """And the languages at the top, as a stranger may not read the one that was guessed."""
    drawn = gallery(agency="")
    assert "sign-out" not in drawn
    assert "exit-this-page" not in drawn
    assert drawn.index("Português") < drawn.index("<main")
    assert gallery().index("Português") > gallery().index("<main")
