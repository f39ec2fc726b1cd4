"""What somebody may ask of one case, tried in earnest as everybody in every relation to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from casework import (
    case_list,
    groups,
    links_shown,
    picture,
    queries,
    request_lists,
    settling,
    verifying,
    worklists,
)
from casework.acting import words_to_read_out
from casework.authenticating import entering
from casework.case_part import answers_read, case_part
from casework.context import Onward
from casework.disclosures import disclosures
from casework.dossier import DossierOrder, dossier
from casework.explaining import explain
from casework.exportable import ExportOrder
from casework.exporting import export
from casework.figures.counting import figures, may_count
from casework.figures.years_and_quarters import Period
from casework.filling_in import form_of
from casework.opening import open_case
from casework.picture import pages_for
from casework.principal import Because, Principal, PrincipalKind
from casework.request_view import request
from casework.timeline import timeline
from engine.agencies.duties import Duty
from tests.acts_of_relations import ACTS, Ask, number_of, outcome
from tests.case_of_all_relations import RELATIONS, Codes, nothing_kept
from tests.installations import START
from tests.principals import OPERATOR, TIME, staff
from wording.sentences import in_words


class Tried(NamedTuple):
    """Something that is asked of a case."""

    row: str
    """The row of the page's table in which it stands."""
    command: str
    """As what it is asked for, without `onward`."""
    use_case: str
    """`module.function` of casework."""
    ask: Ask


class Difference(NamedTuple):
    """Where what happens is not what the page says."""

    row: str
    command: str
    by: str
    said: str
    happened: str


def _listed(
    lines: Sequence[worklists.TaskLine | request_lists.RequestLine | links_shown.ProposalLine],
    codes: Codes,
) -> str:
    return "shown" if any(each.code == codes.main for each in lines) else "not shown"


def _together(onward: Onward, codes: Codes, by: Principal) -> object:
    (made,) = groups.together(onward, [codes.main], "claim visit", by)
    return made.reason


def _form(onward: Onward, codes: Codes, by: Principal) -> str:
    return "shown" if form_of(onward, codes.main, "write.1", by).asked else "not shown"


def _exported(onward: Onward, codes: Codes, by: Principal) -> str:
    made = export(onward, ExportOrder(codes="htcds", own=True, at_least=1), by)
    return "shown" if made.lines else "not shown"


def _counted(onward: Onward, by: Principal) -> str:
    """For its manager, in any figure: what it may count is its own, as stages are, or at either end of which it is, as requests."""
    if by.kind is PrincipalKind.STAFF:
        by = replace(by, duties=frozenset({Duty.MANAGES}))
    quarter = Period(year=START.year, quarter=(START.month + 2) // 3)
    each = (figures(onward, name, by, period=quarter) for name in may_count(onward, by)[0])
    return "shown" if any(found.rows for found in each) else "not shown"


def _linked(onward: Onward, codes: Codes, by: Principal) -> str:
    found = links_shown.links(onward, codes.main, by)
    return "shown" if codes.linked in [each.code for each in found] else "not shown"


def _waiting(onward: Onward, codes: Codes, by: Principal) -> str:
    found = links_shown.links(onward, codes.main, by)
    return "shown" if codes.proposing in [each.code for each in found] else "not shown"


def _person(case: str, field: str) -> Ask:
    def ask(onward: Onward, codes: Codes, by: Principal) -> object:
        seen = queries.protected_values(onward, getattr(codes, case), by)
        return "shown" if field in seen else "not shown"

    return ask


FROM_OUTSIDE = "sees from outside how it stands"
DUE, RECORD = "lets happen what is due", "keeps its record"
REQUESTS = {
    "that waits": "ask_other.1",
    "that was accepted": "ask_friend.1",
    "that was declined": "ask_third.1",
    "of the barred agency": "ask_fourth.1",
}


def _request(ident: str) -> Ask:
    return lambda onward, codes, by: request(
        onward, codes.main, number_of(codes, by.agency, ident), by
    )


_HANDED_OUT = DossierOrder(to="person", reason="asked", languages=("en",))
OTHERS: tuple[Tried, ...] = (
    Tried("acts on such a task in several cases", "together", "groups.together", _together),
    Tried(
        "reads out what a consent is asked with",
        "consent words",
        "acting.words_to_read_out",
        lambda onward, codes, by: words_to_read_out(onward, codes.main, "agree_more.1", by),
    ),
    Tried(
        "opens a later case of the person",
        "open --after",
        "opening.open_case",
        lambda onward, codes, by: open_case(
            onward, "trial", by.agency[:2] or "GH", by, after=codes.main
        ),
    ),
    *(
        Tried(
            f"looks at what the {whose} agency has collected{when}",
            "person",
            "queries.protected_values",
            _person(case, field),
        )
        for whose, field in (("responsible", "full_name"), ("former", "injuries"))
        for when, case in (
            ("", "main"),
            (", once it has ended", "ended"),
            (", once the consent is withdrawn", "without_consent"),
        )
    ),
    *(
        Tried(f"reads the request {which}", "request", "request_view.request", _request(ident))
        for which, ident in REQUESTS.items()
    ),
    Tried(
        "has it explained",
        "explain",
        "explaining.explain",
        lambda onward, codes, by: explain(onward, codes.main, "", by),
    ),
    Tried(
        "has a task of the responsible agency explained",
        "explain",
        "explaining.explain",
        lambda onward, codes, by: explain(onward, codes.main, "visit.1", by),
    ),
    Tried(
        "hands out what is held about the person",
        "dossier",
        "dossier.dossier",
        lambda onward, codes, by: dossier(onward, codes.main, _HANDED_OUT, by),
    ),
    Tried(
        "reads to whom what was disclosed",
        "disclosures",
        "disclosures.disclosures",
        lambda onward, codes, by: disclosures(onward, codes.main, by),
    ),
    Tried(
        "reads the texts of its pathway",
        "",
        "queries.spoken",
        lambda onward, codes, by: queries.spoken(onward, codes.main, by, "en"),
    ),
    Tried(
        "is asked the form of a task of the responsible agency",
        "",
        "filling_in.form_of",
        lambda onward, codes, by: _form(onward, codes, by),
    ),
    Tried("sees the linked case", "links", "links_shown.links", _linked),
    Tried("sees what another case proposes", "links", "links_shown.links", _waiting),
    Tried(
        "sees its part of it, and what it may do there",
        "",
        "case_part.case_part",
        lambda onward, codes, by: case_part(onward, codes.main, by),
    ),
    Tried(
        "reads what has happened in it",
        "",
        "timeline.timeline",
        lambda onward, codes, by: timeline(onward, codes.main, by),
    ),
    Tried(
        "sees where it is in the picture",
        "",
        "picture.pages_for",
        lambda onward, codes, by: pages_for(onward, codes.main, by, in_words),
    ),
    Tried(
        "reads the open answers in it",
        "",
        "case_part.answers_read",
        lambda onward, codes, by: answers_read(onward, codes.main, by, "en", lambda part: True),
    ),
    Tried(
        "finds what waits for its answer",
        "proposals",
        "links_shown.proposals",
        lambda onward, codes, by: _listed(links_shown.proposals(onward, by), codes),
    ),
    Tried(
        "finds it among its tasks",
        "tasks",
        "worklists.tasks",
        lambda onward, codes, by: _listed(worklists.tasks(onward, by), codes),
    ),
    Tried(
        "finds it among the requests to it",
        "requests",
        "request_lists.requests",
        lambda onward, codes, by: _listed(request_lists.requests(onward, by), codes),
    ),
    Tried(
        "finds it among the requests it sent",
        "requests --sent",
        "request_lists.sent_requests",
        lambda onward, codes, by: _listed(request_lists.sent_requests(onward, by), codes),
    ),
    Tried("exports it as its own", "export", "exporting.export", _exported),
    Tried(
        "counts it among what it may count",
        "figures",
        "figures.counting.figures",
        lambda onward, codes, by: _counted(onward, by),
    ),
    Tried(
        FROM_OUTSIDE,
        "case",
        "queries.case",
        lambda onward, codes, by: queries.case(onward, codes.main, by),
    ),
    Tried(
        FROM_OUTSIDE,
        "cases",
        "case_list.cases",
        lambda onward, codes, by: case_list.cases(onward, by),
    ),
    Tried(
        FROM_OUTSIDE,
        "log",
        "queries.case_log",
        lambda onward, codes, by: queries.case_log(onward, codes.main, by),
    ),
    Tried(
        FROM_OUTSIDE,
        "log",
        "queries.log_in_words",
        lambda onward, codes, by: queries.log_in_words(onward, codes.main, by, [], "en"),
    ),
    Tried(
        FROM_OUTSIDE,
        "draw --case",
        "picture.pages_of_case",
        lambda onward, codes, by: picture.pages_of_case(onward, codes.main, by, in_words),
    ),
    Tried(
        DUE,
        "",
        "settling.settle_due",
        lambda onward, codes, by: settling.settle_due(onward, codes.main, by),
    ),
    Tried(
        "has what came into force apply first",
        "",
        "settling.come_into_force",
        lambda onward, codes, by: settling.come_into_force(onward, codes.main, by),
    ),
    Tried(
        RECORD,
        "verify",
        "verifying.verify",
        lambda onward, codes, by: verifying.verify(onward, codes.main, by),
    ),
)
TRIED = (
    *(Tried(row, " ".join(way), "acting.do", ask) for way, (row, ask) in ACTS.items()),
    *OTHERS,
)


def everybody(onward: Onward) -> Iterator[tuple[str, Principal]]:
    """Each column of the table with somebody who stands in it."""
    yield "operator", OPERATOR
    yield "time", TIME
    for relation, agencies in RELATIONS.items():
        for agency in agencies:
            yield relation, staff(agency, "ama")
            yield relation, entering(onward, OPERATOR, agency, "ama", Because.PAPER)


def happens(
    onward: Onward, codes: Codes, tried: Sequence[Tried] = TRIED
) -> Iterator[tuple[Tried, str, Principal, str]]:
    """Everything as everybody: the column, who it was, and what came of it. Nothing is kept."""
    who = [*everybody(onward)]
    with nothing_kept(onward):
        for each in tried:
            for column, by in who:
                yield each, column, by, outcome(partial(each.ask, onward, codes, by))


def differences(
    page: Mapping[str, Mapping[str, str]],
    onward: Onward,
    codes: Codes,
    tried: Sequence[Tried] = TRIED,
) -> Iterator[Difference]:
    """Where that is not what the page says."""
    for each, column, by, happened in happens(onward, codes, tried):
        said = page[each.row][column]
        if said != happened:
            name = f"{by.kind} {by.agency}"
            yield Difference(each.row, each.command, name, said, happened)


ONE_OF_EACH = tuple({each.row: each for each in reversed(TRIED)}.values())
"""The first that stands in each row."""
