"""The language of a page's reader."""

from __future__ import annotations

from starlette.requests import Request

from engine.locales import base_of
from engine.translation import OWN
from wording.catalogues import LANGUAGES


def language_of(request: Request, by_agency: str, chosen: str = "") -> str:
    """The first of these languages that has a catalogue: the one named in the address, the one chosen
    on this device, those of the browser, the agency's first language. English if none has.

    Args:
        by_agency: the agency's first language; empty if nobody is signed in.
        chosen: the language chosen on this device; empty for none.
    """
    wanted = (
        request.query_params.get("language", ""),
        chosen,
        *_of_browser(request),
        by_agency,
    )
    return next((base_of(each) for each in wanted if each and base_of(each) in LANGUAGES), OWN)


def _of_browser(request: Request) -> list[str]:
    """The browser's languages, the most preferred first."""
    offered = request.headers.get("accept-language", "").split(",")
    weighed = [(_weight(rest), tag.strip()) for tag, _, rest in (o.partition(";") for o in offered)]
    return [tag for weight, tag in sorted(weighed, key=lambda each: -each[0]) if weight]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
