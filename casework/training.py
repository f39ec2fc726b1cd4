"""Shows what may be seen only in a training installation, in which nobody is real."""

from __future__ import annotations

from casework import authority
from casework.authenticating import require_training
from casework.authority import Right
from casework.context import Onward
from casework.held_case import hold
from casework.principal import Principal
from engine.state import State


def whole_case(onward: Onward, code: str, by: Principal) -> State:
    """The whole state of a case, with all answers that are not protected, for somebody who plays
    all its agencies.

    Raises:
        Refusal: `not_for_training`, or `unknown_case`.
    """
    authority.require(by, Right.OPERATE)
    require_training(onward)
    with onward.store.read() as connection:
        return hold(onward, connection, code, lock=False).state
