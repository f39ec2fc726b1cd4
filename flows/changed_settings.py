"""Contexts in which one of Prefect's settings is changed, and all others stay as they are.

Prefect's own `temporary_settings` would validate all settings again, which takes longer than a call
to Prefect's API.
"""

from __future__ import annotations

from typing import Any

from prefect.context import SettingsContext, get_settings_context


def without_retries() -> SettingsContext:
    """In this context, a call that fails is not repeated."""
    return _changed("client", max_retries=0)


def without_heartbeats() -> SettingsContext:
    """In this context, a flow sends no heartbeats: their thread can outlive the flow by a second.

    They are not needed, since the patrol notices a run whose process has died.
    """
    return _changed("flows", heartbeat_frequency=None)


def _changed(group: str, **values: Any) -> SettingsContext:
    context = get_settings_context()
    made = getattr(context.settings, group).model_copy(update=values)
    settings = context.settings.model_copy(update={group: made})
    return SettingsContext(profile=context.profile, settings=settings)
