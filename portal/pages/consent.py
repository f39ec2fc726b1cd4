"""A question to the person that they and the reader read together, in large type and with little
else on the screen. It is in the person's language if the pathway has it in that language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from babel import Locale
from starlette.responses import Response

from casework.acting import words_to_read_out
from casework.case_part import case_part
from casework.settling import come_into_force
from engine.errors import Refusal
from engine.locales import locale_of
from engine.message import message
from engine.offering import Offered
from engine.reading_out import ReadOut
from portal.asked import WORD, Asked
from portal.case_addresses import READ, act_address, task_address
from portal.routes import Route
from wording.catalogues import LANGUAGES
from wording.sentences import as_line

_IN = "in"


class AnswerLink(NamedTuple):
    """One of the possible answers, none of which is easier to give than another."""

    text: str
    href: str


def read_together(asked: Asked) -> Response:
    """The page with what the person is asked, to be read out or shown to them. Their answer is
    recorded on the next page.
    """
    code, number = asked.part("code"), asked.part("number")
    come_into_force(asked.onward, code, asked.by)  # the answer refers to the text that is read
    part = case_part(asked.onward, code, asked.by, asked.language)
    answers = [each for each in part.about(number) if reads_out(each)]
    if not answers:
        raise Refusal("not_possible_now.act")
    said = words_to_read_out(
        asked.onward, code, number, asked.by, asked.query(_IN) or None, reader=asked.language
    )
    return asked.page(
        "consent.html",
        is_bare=True,
        said=said,
        to_say_in=_named(said.wanted, asked) if said.wanted != said.language else "",
        answers=[*_answers(asked, code, said, answers)],
        answered_in=_answered_in(asked, said),
        others=[
            (each, _named(each, asked), f"?{urlencode({_IN: each})}")
            for each in said.written_in
            if each != said.language
        ],
        back=task_address(code, number),
    )


def reads_out(offer: Offered) -> bool:
    """Whether an act answers the question that is read out."""
    return bool(offer.act.declared and offer.act.declared.read_out)


def _answered_in(asked: Asked, said: ReadOut) -> str:
    """The language of the answers: the question's if there is a catalogue for it; otherwise the
    reader's, since the reader says the answers aloud.
    """
    return said.language if said.language in LANGUAGES else asked.language


def _answers(
    asked: Asked, code: str, said: ReadOut, answers: list[Offered]
) -> Iterator[AnswerLink]:
    language = _answered_in(asked, said)
    known = {f"{WORD}language": said.wanted}
    known |= {f"{WORD}giver": "yes"} if said.giver == "guardian" else {}
    so_far = urlencode(known)
    for each in answers:
        is_yes = bool(each.way.fixed.get("given"))
        text = as_line(message("shown.yes" if is_yes else "shown.no"), language)
        yield AnswerLink(text, f"{act_address(code, each.way.name, each.about)}&{so_far}")


def _named(language: str, asked: Asked) -> str:
    """The name of a language, in the reader's language."""
    return str(Locale.parse(locale_of(asked.language)).languages.get(language, language))


ROUTES = (Route(path=READ, answer=read_together),)
