"""Fields that are derived from others and never answered."""

from __future__ import annotations

from engine import facts as f
from engine.turns.turn import Turn


def derive(turn: Turn) -> None:
    """Update the derived fields.

    Each gets the highest value of the fields it is derived from, once all of them are known.

    Source: the risk in both countries counts, and the higher one decides (F41).
    """
    for name, of in turn.pathway.derived.items():
        rising = turn.pathway.definition.data[name].choice or ()
        known = [turn.state.data[each] for each in of if each in turn.state.data]
        if len(known) < len(of):
            continue
        highest = max((str(each) for each in known), key=rising.index)
        if turn.state.data.get(name) != highest:
            turn.say(f.DataSet(field=name, value=highest))
