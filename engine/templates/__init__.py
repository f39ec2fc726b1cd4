"""Pathways made from several files: a template and its patch, parts that are used again.

Everything else knows only the whole, which stands alone: `read_pathway` weaves it.
"""

from engine.templates.reading import (
    Around,
    Beside,
    Source,
    alone,
    nothing_around,
    read_pathway,
)

__all__ = ["Around", "Beside", "Source", "alone", "nothing_around", "read_pathway"]
