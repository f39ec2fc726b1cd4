"""Pathways made from several files: a template and its patch, parts that are used again.

Everything else knows only the whole, which stands alone: `read_pathway` weaves it.
"""

from engine.templates.reading import Beside, Source, alone, read_pathway

__all__ = ["Beside", "Source", "alone", "read_pathway"]
