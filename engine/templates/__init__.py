"""Pathways made from several files: a template and its patch, and reusable parts.

All other code sees only the complete pathway, which `read_pathway` assembles.
"""

from engine.templates.reading import (
    Around,
    ReadBeside,
    Source,
    alone,
    nothing_around,
    read_pathway,
)

__all__ = ["Around", "ReadBeside", "Source", "alone", "nothing_around", "read_pathway"]
