"""The pages, and the acts done on them. Each module lists its routes."""

from __future__ import annotations

from dataclasses import replace

from portal.pages import (
    act,
    adding_an_app,
    again,
    consent,
    coordinate,
    draft,
    figures,
    health,
    holidays,
    new_version,
    notice,
    one_case,
    opening,
    paper,
    passkeys,
    past,
    pathways,
    person,
    proposals,
    registry_pages,
    request,
    setting_up,
    signing,
    staff,
    suspending,
    task,
    telephone,
    waiting_versions,
    worklist,
)
from portal.routes import Route

_FOR_COORDINATORS = (
    *coordinate.ROUTES,
    *suspending.ROUTES,
    *holidays.ROUTES,
    *registry_pages.ROUTES,
    *new_version.ROUTES,
    *waiting_versions.ROUTES,
    *pathways.ROUTES,
)
"""The routes of coordinators' pages. The first route that matches an address answers, so their order
matters: `/registry/calendars/holiday` is not the calendar of a place.
"""

ROUTES: tuple[Route, ...] = (
    *health.ROUTES,
    *signing.ROUTES,
    *notice.ROUTES,
    *telephone.ROUTES,
    *setting_up.ROUTES,
    *passkeys.ROUTES,
    *adding_an_app.ROUTES,
    *again.ROUTES,
    *worklist.ROUTES,
    *task.ROUTES,
    *request.ROUTES,
    *consent.ROUTES,
    *act.ROUTES,
    *draft.ROUTES,
    *person.ROUTES,
    *proposals.ROUTES,
    *opening.ROUTES,
    *figures.ROUTES,
    *staff.ROUTES,
    *(replace(each, in_english=True) for each in _FOR_COORDINATORS),
    *paper.ROUTES,
    *past.ROUTES,
    *one_case.ROUTES,
)
