"""Groups of the kinds of notices: those that ask for work, and those that close a matter."""

from __future__ import annotations

ASKING = frozenset({"task_assigned", "reminder", "overdue", "request_received"})
"""Kinds of notices that ask for work. When the case ends or is merged, only these are cancelled: those
of other kinds report an event, or tell an agency that something is over.
"""
FAREWELL = frozenset({"stop_and_confirm", "no_longer_needed"})
"""Kinds of notice that close a matter: agencies that knew of the case get them, whatever became of
the consent.
"""
