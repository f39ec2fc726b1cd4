"""Files that come with a form: how many, and how much of them; both stores."""

from __future__ import annotations

from casework.context import Onward
from casework.registering import register
from portal.uploads import MOST_FILES, MOST_OF_FILE, MOST_WITH_FILES
from tests.installations import AGENCIES, PATHWAY
from tests.portals import Browser, Sent, portal_of, read
from tests.principals import OPERATOR


def test_what_is_sent_bit_by_bit_or_pasted_is_no_more_than_what_is_sent_at_once(
    onward: Onward,
) -> None:
    """Else a draft would grow for as long as somebody sends more."""
    register(onward, AGENCIES.replace("{ama: {}", "{ama: {coordinates: yes}"), OPERATOR)
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    for number in range(1, MOST_FILES + 1):
        beside = Sent("files", f"part_{number}.yaml", b"a: b")
        page = ama.send("/pathways/new", {"text": PATHWAY}, [beside])
        assert page.status_code == (200 if number < MOST_FILES else 422)
    assert f"at most {MOST_FILES}, with {MOST_WITH_FILES} bytes together" in read(page)
    pasted = ama.send("/pathways/new", {"text": "x" * (MOST_OF_FILE + 1)})
    assert f"longer than {MOST_OF_FILE} bytes" in read(pasted)
