"""What programs are told of a request that does not fit."""

from __future__ import annotations

from casework.context import Onward
from engine.message import message
from tests.installations import CANARY, opened
from tests.programs import Program, reason
from wording.sentences import in_words

FORM = {"full_name": CANARY, "home_country": "NG"}


def test_one_of_several_tags_is_enough_and_one_that_got_lost_is_none(onward: Onward) -> None:
    screen, code = Program(onward, "GH-ONE"), opened(onward)
    seen = screen.get(f"/cases/{code}").headers["etag"]
    path, sent = f"/cases/{code}/acts/complete", {"task": "interview.1", "answers": FORM}
    assert reason(screen.post(path, sent, If_Match="")) == "changed_since"
    assert screen.post(path, sent, If_Match=f'"older", {seen}').is_success


def test_what_does_not_fit_in_a_form_is_pointed_to_in_the_language_of_the_request(
    onward: Onward,
) -> None:
    """A text in which nothing can be seen is no answer."""
    screen, code = Program(onward, "GH-ONE"), opened(onward)
    path = f"/cases/{code}/acts/complete"
    for answers, field, said in (
        (FORM | {"full_name": " \u200b"}, "full_name", "répon"),
        (FORM | {"home_country": "??"}, "home_country", "pays"),
    ):
        sent = {"task": "interview.1", "answers": answers}
        refused = screen.post(path, sent, Accept_Language="fr")
        assert (refused.status_code, reason(refused)) == (422, "wrong_form")
        (fault,) = refused.json()["errors"]
        assert fault["pointer"] == f"/body/answers/{field}"
        assert said in fault["detail"]


def test_a_moment_is_a_day_and_time_with_a_zone_and_readers_are_told_so_in_their_language(
    onward: Onward,
) -> None:
    """A number would count as seconds since 1970."""
    screen, code = Program(onward, "GH-ONE"), opened(onward)
    for moment, language in (
        (1803000000, "en"),
        ("1803000000", "fr"),
        ("2026-03-02T09:30", "pt"),
        ("2026-02-30T09:30Z", "fr"),
    ):
        sent = {"task": "interview.1", "answers": FORM, "occurred_at": moment}
        refused = screen.post(f"/cases/{code}/acts/complete", sent, Accept_Language=language)
        (fault,) = refused.json()["errors"]
        said = in_words(message("moment.without_zone"), language)
        assert fault == {"pointer": "/body/occurred_at", "detail": said}


def test_a_body_is_json(onward: Onward) -> None:
    screen, code = Program(onward, "GH-ONE"), opened(onward)
    path, named = (
        f"/cases/{code}/acts/complete",
        {"Idempotency-Key": "k", "Content-Type": "text/plain"},
    )
    (fault,) = screen.ask("POST", path, headers=named, content=b"{}").json()["errors"]
    assert fault == {"pointer": "/header/content-type", "detail": "Send application/json"}
