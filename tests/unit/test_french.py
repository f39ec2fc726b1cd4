"""How French is written, in our catalogue and in the words of our pathways."""

from __future__ import annotations

import re
from pathlib import Path

from wording import catalogues


def test_no_line_of_french_begins_with_a_sign_that_belongs_to_the_word_before(
    project_root: Path,
) -> None:
    """French writes a blank before some signs, at which no line may end; so do the words of our own pathways."""
    texts = catalogues.catalogue("fr").texts
    broken = [code for code, text in texts.items() if _MAY_BREAK.search(" ".join(text))]
    assert broken == []
    library = sorted((project_root / "pathways").glob("*/*.fr.yaml"))
    assert library
    lines = [line for file in library for line in file.read_text(encoding="utf-8").splitlines()]
    broken = [each for each in lines if _MAY_BREAK.search(each) and not each.startswith("#")]
    assert broken == []


_MAY_BREAK = re.compile(r" [:;?!»]|« ")
