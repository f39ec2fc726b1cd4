"""All tables, for whoever needs the whole schema."""

from __future__ import annotations

from models import agencies, cases, commencements, definitions, exports, intakes, notices, people
from models.columns import METADATA

MODULES = (agencies, cases, commencements, definitions, exports, intakes, notices, people)
"""Importing them puts their tables into `METADATA`."""

__all__ = ["METADATA", "MODULES"]
