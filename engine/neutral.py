"""Words that may not leave: a notice, a label or a name in Prefect tells a bystander nothing.

Source: notices carry neutral words only (domain rule D4; Primero's mailers do the same).
"""

from __future__ import annotations

import re
import unicodedata

_STEMS = {
    "en": "traffick victim shelter refuge safehouse exploit abus rape sexual prostitut slave "
    "slavery survivor police prosecut asylum repatriat deport hiv pregnan",
    "fr": "traite trafic victime foyer abri hebergement exploit viol sexuel prostitu esclav "
    "survivant policier gendarm procureur asile rapatri expuls vih enceinte",
    "pt": "trafico trafic vitima abrigo refugio explora estupro sexual prostitu escrav "
    "sobrevivente policia procurador asilo repatri deport hiv gravida",
}
_WHOLE = {"viol", "abri", "traite", "rape", "asile", "asilo", "slave", "hiv", "vih", "foyer"}
"""Stems that are whole words, since other words begin with them (`violet`, `abricot`)."""

_PATTERN = re.compile(
    r"\b(?:"
    + "|".join(
        rf"{stem}s?\b" if stem in _WHOLE else rf"{stem}\w*"
        for stem in sorted({word for text in _STEMS.values() for word in text.split()})
    )
    + ")"
)


def forbidden_words(text: str) -> tuple[str, ...]:
    """The words in a text that may not leave, in English, French and Portuguese."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(each for each in plain if not unicodedata.combining(each)).replace("_", " ")
    return tuple(dict.fromkeys(_PATTERN.findall(plain)))
