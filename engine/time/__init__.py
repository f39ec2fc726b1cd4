"""Calendars and clocks: which days count, and what moment a period comes to."""
