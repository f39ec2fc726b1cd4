"""What the holder of a notice may do by its link or on the telephone: the questions of each act,
and how it is done.
"""

from __future__ import annotations

from casework.by_notice import HeldNotice, NoticeReceipt, act, void
from casework.principal import Principal
from engine.message import message
from engine.offering import Offered
from portal.asked import Asked, Inputs
from portal.questions import Questions, of_form, options_of_words, words_in


def way_of(by: Principal, notice: HeldNotice, way: str) -> Offered:
    """The act that a notice offers under a name such as `answer.accept`. Raises Refusal
    `void_notice` if the notice does not offer this act, or no longer does.
    """
    if way not in notice.offered:
        raise void(by)
    return notice.offered[way]


def questions(
    asked: Asked, by: Principal, notice: HeldNotice, way: str, sent: Inputs | None = None
) -> Questions:
    """The questions of the act: those of its form, and one for each word that is chosen from
    options. Protected words and the moment of the act are not asked for. Raises as `way_of` does.
    """
    offer = way_of(by, notice, way)
    own = of_form(asked, notice.forms[way], sent) if way in notice.forms else Questions(())
    words = options_of_words(asked, offer, notice.spoken, sent)
    return Questions((*own.fields, *words), own.answers)


def done(
    asked: Asked, by: Principal, notice: HeldNotice, way: str, given: Questions
) -> NoticeReceipt:
    """Do the act, with the given answers.

    Raises:
        Refusal: `void_notice`, or `wrong_form`.
    """
    offer = way_of(by, notice, way)
    return act(asked.onward, by, way, words_in(offer, asked.form), given.answers)


def label_is_in(asked: Asked, notice: HeldNotice) -> str:
    """The language in which `label_of` gives the labels."""
    return notice.spoken.language if notice.labels else asked.language


def label_of(asked: Asked, notice: HeldNotice) -> str:
    """The labels of what a notice is about, separated by commas; a generic word if it has none."""
    return ", ".join(notice.labels) or asked.line(message("page.notice"))
