"""Documents made by chance are read as their text is: what all tests with such pathways rely on."""

from __future__ import annotations

import json
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.definition import Definition
from engine.errors import DefinitionError
from engine.loader import load_pathway
from tests.random_documents import Document, definition_of
from tests.random_pathways import documents
from tests.random_short_pathways import short_document
from tests.random_versions import changed


def of_text(document: Document) -> Definition | None:
    """As the loader reads the text; None where it refuses it."""
    try:
        return load_pathway(json.dumps(document)).definition
    except DefinitionError:
        return None


@settings(max_examples=10, phases=[Phase.generate])
@given(documents(), st.integers(0, 2**32))
def test_a_pathway_made_by_chance_and_a_change_of_it_are_those_that_their_texts_say(
    document: Document, seed: int
) -> None:
    """Both are valid."""
    for each in (document, changed(document, Random(seed), ())):
        definition = definition_of(each)
        assert definition is not None
        assert definition == of_text(each)


def test_a_short_pathway_is_refused_where_its_text_is() -> None:
    """Some are, and some are not."""
    found = [definition_of(short_document(number)) for number in range(20, 40)]
    assert found == [of_text(short_document(number)) for number in range(20, 40)]
    assert 0 < sum(each is None for each in found) < len(found)
