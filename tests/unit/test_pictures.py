"""The pictures of README.md are there, are shown with words for who does not see them, and are small."""

from __future__ import annotations

import re
from pathlib import Path

MOST_BYTES = 100_000


def test_each_picture_is_shown_in_words_too_and_is_small(project_root: Path) -> None:
    readme = (project_root / "README.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r'<img src="([^"]+)"[^>]* alt="([^"]+)"', readme))
    made = [*(project_root / "docs" / "pictures").iterdir()]
    assert sorted(shown) == sorted(str(each.relative_to(project_root)) for each in made)
    assert all(len(text) > len("a picture") for text in shown.values())
    assert {each.name: size for each in made if (size := each.stat().st_size) > MOST_BYTES} == {}
