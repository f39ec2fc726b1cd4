"""What a record consists of is worked out before threads read one."""

from __future__ import annotations

import msgspec

from engine.resolved import resolved

WORKED_OUT: list[str] = []


def noted() -> type:
    """The type of a field, which says when it was asked for."""
    WORKED_OUT.append("field")
    return int


class Part(msgspec.Struct, frozen=True):
    """A record within another one."""

    number: noted()  # type: ignore[valid-type] # asked for when it is worked out


def test_what_a_record_consists_of_is_worked_out_where_its_class_is_made() -> None:
    """A second thread that reads the first record never meets what is half worked out."""

    class Whole(msgspec.Struct, frozen=True):
        part: Part

    assert WORKED_OUT == []
    assert resolved(Whole) is Whole
    assert WORKED_OUT == ["field"]
    assert msgspec.json.decode(b'{"part": {"number": 1}}', type=Whole).part.number == 1
    assert WORKED_OUT == ["field"]
