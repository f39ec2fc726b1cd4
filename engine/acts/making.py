"""Makes an act from its declaration and from what was entered: at a terminal, on a page, through a
notice or by a program.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.acts.act import Act
from engine.acts.declared import Declared, Way
from engine.errors import Refusal


def made(act: type[Act], way: Way, code: str, words: Mapping[str, object]) -> Act:
    """Make the act that is asked for.

    Args:
        code: the code of the case.
        words: the values by field, with a flag as True or False. Fields that the act does not
            declare are ignored.

    Raises:
        Refusal: `wrong_request`: a required field is missing, or a value is of the wrong type.
    """
    declared = act.declared or Declared(ways=(way,))
    said = {
        word.field: word.sets or words[word.field]
        for word in declared.words
        if word.field in words and (words[word.field] or not word.sets)
    }
    case = {declared.case_in: code} if declared.case_in else {}
    try:
        return msgspec.convert({**way.fixed, **case, **said}, act)
    except msgspec.ValidationError:
        raise Refusal("wrong_request") from None
