"""Calendars and clocks: which days count, and when a period ends."""
