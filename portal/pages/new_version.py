"""Takes a new version of a pathway through its stages: sent, checked, compared, weighed against
running cases, and published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from starlette.responses import RedirectResponse, Response

from casework import pathway_drafts, proposed_versions, published, publishing
from casework.impact import by_agency, impact
from casework.kept_pathways import YAML, KeptPathway
from casework.published import VersionListed
from casework.publishing import Ready
from engine.checking import Checkup
from engine.errors import CodedError, Refusal
from engine.message import message
from engine.migrating import MoveWord
from engine.versions.differences import Difference, differences
from engine.versions.widening import Sight
from portal.asked import Asked
from portal.checking_apart import checkup_of
from portal.foreseen import mark_of
from portal.look import InvalidInput
from portal.pages.pathways import (
    AT_ONCE,
    deadlines,
    draw_picture,
    draw_sheet,
    key_of,
    reasons,
    version_address,
)
from portal.pages.waiting_versions import by_section, waiting_address
from portal.routes import Needs, Route
from portal.threads_apart import MANY_CASES
from portal.uploads import require_few, require_short, with_our_lines
from wording import sentences

_NEW, _DRAFT = "/pathways/new", "/pathways/draft"
_PUBLISH = f"{_DRAFT}/publish"
_PASTED = f"pathway{YAML}"
_MARK = "mark"


class TriedVersion(NamedTuple):
    """A draft, what a check says about it, and its place among the versions."""

    draft: KeptPathway
    checkup: Checkup
    ready: Ready | None
    """The draft, read and compiled; None if a check has found faults."""
    refused: str
    """Why the draft cannot be the next version; empty if it can, or if a check has found faults
    already.
    """
    line: Sequence[VersionListed]
    widens: Sequence[Sight] = ()
    """What somebody else has to agree to: what the draft would additionally show to agencies, and
    consents whose wording it would change. Empty if nobody has to agree.
    """

    @property
    def older(self) -> int:
        """How many open cases are on older versions; 0 if a check has found faults in the draft."""
        number = self.ready.pathway.version if self.ready else 0
        return sum(each.open_cases for each in self.line if each.number < number)


def ask(asked: Asked) -> Response:
    return _form(asked, pathway_drafts.kept(asked.onward, asked.by, asked.now))


def send(asked: Asked) -> Response:
    """Keep what was sent as the reader's draft. The other files of an earlier draft stay if its pathway
    file had the same name.
    """
    kept = pathway_drafts.kept(asked.onward, asked.by, asked.now)
    try:
        draft = _sent(asked, kept)
    except CodedError as error:
        return _form(asked, kept, sentences.told(error, asked.language))
    pathway_drafts.keep(asked.onward, draft, asked.by, asked.now)
    return asked.to(_DRAFT)


def _sent(asked: Asked, kept: KeptPathway | None) -> KeptPathway:
    """The files of the draft. Raises CodedError if nothing was sent, if there are too many files or
    they are too large, or if one of them is not text or does not have the name of a pathway's file.
    """
    own = [each for each in asked.files if each.field == "file"]
    others = {each.name: each.text() for each in asked.files if each.field == "files"}
    text = with_our_lines(asked.secret("text"))
    if own:
        named, text = own[0].name, own[0].text()
    elif text.strip():
        named = kept.file if kept else _PASTED
        require_short(named, text)
    else:
        raise CodedError(message("pathways.upload.none"))
    before = kept.files if kept and kept.file == named else {}
    files = {**before, **others, named: text}
    require_few(files)
    return KeptPathway(file=named, files=files)


def _form(asked: Asked, kept: KeptPathway | None, fault: str = "") -> Response:
    typed = asked.secret("text") if asked.route.method == "POST" else ""
    return asked.page(
        "pathway_new.html",
        422 if fault else 200,
        [InvalidInput(fault, "#file")] if fault else [],
        kept=kept,
        text=typed or (kept.text if kept else ""),
    )


def draft(asked: Asked) -> Response:
    """The page with what a check says and, if nothing is wrong, how the draft differs from the
    newest version.
    """
    found = _tried(asked)
    if found is None:
        return asked.to(_NEW)
    return asked.page(
        "pathway_draft.html",
        tried=found,
        checkup=found.checkup,
        placed=sentences.placed,
        sections=by_section(_differences(asked, found)),
        newest=found.line[0] if found.line else None,
    )


def _differences(asked: Asked, found: TriedVersion) -> Sequence[Difference]:
    if not (found.ready and found.line):
        return ()
    newest = found.line[0]
    before = publishing.published_version(asked.onward, newest.name, newest.number, asked.by)
    return differences(before.definition, found.ready.pathway.definition)


def _tried(asked: Asked) -> TriedVersion | None:
    """The reader's draft; None if there is none."""
    kept = pathway_drafts.kept(asked.onward, asked.by, asked.now)
    if kept is None:
        return None
    checkup = checkup_of(kept)
    if checkup.problems:
        return TriedVersion(kept, checkup, None, "", ())
    ready = publishing.ready(kept.text, kept.file, kept.beside, kept.around)
    line, refused = published.line(asked.onward, ready.pathway.name, asked.by), ""
    try:
        publishing.require_fit(asked.onward, ready.pathway, ready.text)
    except Refusal as error:
        refused = asked.told(error)
    widens = () if refused else proposed_versions.foreseen(asked.onward, ready.spoken, asked.by)
    return TriedVersion(kept, checkup, ready, refused, line, widens)


def _ready(asked: Asked) -> tuple[TriedVersion, Ready] | None:
    """The reader's draft, and the same draft ready to be published; None if there is no draft or it
    cannot be published.
    """
    found = _tried(asked)
    if found is None or found.ready is None or found.refused:
        return None
    return found, found.ready


def weigh(asked: Asked) -> Response:
    """The page on what the draft would mean for running cases. It says the same as `onward impact`,
    but only for as many cases as one page takes.
    """
    known = _ready(asked)
    if known is None:
        return asked.to(_DRAFT)
    tried, ready = known
    on_its_day = bool(asked.query("on_its_day"))
    found = (
        [*impact(asked.onward, ready.pathway, asked.by, on_its_day=on_its_day, most=AT_ONCE)]
        if tried.line
        else []
    )
    counts = Counter(each.word for each in found)
    return asked.page(
        "pathway_impact.html",
        ready=ready,
        move_rows=[
            (asked.say(f"pathways.move.{key_of(word)}"), str(counts[word])) for word in MoveWord
        ],
        head=[
            asked.say("pathways.side"),
            asked.say("pathways.agency"),
            *(asked.say(f"pathways.move.{key_of(word)}") for word in MoveWord),
        ],
        at_once=AT_ONCE,
        is_more=tried.older > AT_ONCE,
        is_now=ready.pathway.definition.effective <= asked.onward.clock.now().date(),
        agencies=[
            [each.side, each.agency, *(str(each.counts[word]) for word in MoveWord)]
            for each in by_agency(found)
        ],
        cases=[(each.code, asked.say(f"pathways.move.{key_of(each.word)}")) for each in found],
        reasons=reasons(asked, found),
        deadlines=deadlines(asked, found),
    )


def picture(asked: Asked) -> Response:
    known = _ready(asked)
    if known is None:
        return asked.to(_DRAFT)
    pathway = known[1].pathway
    return draw_picture(asked, pathway, f"{pathway.name}@{pathway.version}", _DRAFT)


def sheet(asked: Asked) -> Response:
    known = _ready(asked)
    if known is None:
        raise Refusal("not_found.page", name=asked.part("sheet"))
    return draw_sheet(asked, known[1].pathway)


def ask_publish(asked: Asked) -> Response:
    """A page that says what publishing will do, shown before anything is published."""
    known = _ready(asked)
    if known is None:
        return asked.to(_DRAFT)
    tried, ready = known
    return asked.page(
        "pathway_publish.html",
        tried=tried,
        ready=ready,
        mark=_mark(tried),
    )


def publish(asked: Asked) -> Response:
    """Publish what was shown, or propose it if somebody else has to agree. If the draft, or what
    somebody else has to agree to in it, has changed since, the page is shown again. If the form is
    sent twice, it leads to the same version.
    """
    if there := _published_before(asked):
        return RedirectResponse(there, 303)
    known = _ready(asked)
    if known is None or asked.field(_MARK) != _mark(known[0]):
        return asked.to(_PUBLISH)
    made = publishing.publish(asked.onward, known[1], asked.by)
    pathway_drafts.discard(asked.onward, asked.by)
    if made.widens:
        told = message("pathways.told.proposed", pathway=made.name, version=made.number)
        return asked.to(waiting_address(made.name, made.number), told)
    told = message("pathways.told.published", pathway=made.name, version=made.number)
    return asked.to(version_address(made.name, made.number), told)


def _published_before(asked: Asked) -> str:
    """The address of the version that the form names, if it was already published or proposed and
    the draft is gone; otherwise empty.
    """
    name, _, number = asked.field("version").partition("@")
    if pathway_drafts.kept(asked.onward, asked.by, asked.now):
        return ""
    line = published.line(asked.onward, name, asked.by)
    found = next((each for each in line if str(each.number) == number), None)
    if found:
        return version_address(found.name, found.number)
    waits = proposed_versions.waiting(asked.onward, asked.by)
    own = next((each for each in waits if f"{each.name}@{each.number}" == f"{name}@{number}"), None)
    return waiting_address(own.name, own.number) if own else ""


def _mark(tried: TriedVersion) -> str:
    """A mark that changes with the draft, and with what somebody else has to agree to in it."""
    return mark_of((tried.draft.file, sorted(tried.draft.files.items()), tried.widens))


def discard(asked: Asked) -> Response:
    pathway_drafts.discard(asked.onward, asked.by)
    return asked.to("/pathways", message("page.told.discarded"))


ROUTES = (
    Route(path=_NEW, answer=ask),
    Route(path=_NEW, answer=send, method="POST", takes_files=True),
    Route(path=_DRAFT, answer=draft, apart=MANY_CASES),
    Route(path=f"{_DRAFT}/impact", answer=weigh, apart=MANY_CASES),
    Route(path=f"{_DRAFT}/picture", answer=picture, apart=MANY_CASES),
    Route(path=_DRAFT + "/picture/{sheet}.svg", answer=sheet, apart=MANY_CASES),
    Route(path=f"{_DRAFT}/discard", answer=discard, method="POST"),
    Route(path=_PUBLISH, answer=ask_publish, needs=Needs.RECENT, apart=MANY_CASES),
    Route(path=_PUBLISH, answer=publish, needs=Needs.RECENT, method="POST", apart=MANY_CASES),
)
