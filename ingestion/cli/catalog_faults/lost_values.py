"""Finds what is written in the catalog, but lost in its models.

A key without a value would count as absent. Of two entries with the same text, one would remain.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from entities.values import to_text
from ingestion.cli.catalog_faults.places import Place

_EMPTY = (
    "is empty: give it a value, or remove it; put an expression that begins with & or ! in quotes"
)
_TRANSLATE = "translate"  # Its values may be null, which leaves a field out.


def lost_values(document: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield the place of each value that is lost in the models, and what would be right."""
    if place[-1:] == (_TRANSLATE,) and isinstance(document, dict):
        yield from _equal_entries(document, place)
        return
    if isinstance(document, dict):
        entries = list(document.items())
    else:
        entries = list(enumerate(document)) if isinstance(document, list) else []
    for key, value in entries:
        if value is None:
            yield (*place, key), _EMPTY
        elif key == "map" and len(place) == 2 and value == []:
            yield (*place, key), "must hold at least one rule: add one, or remove map"
        else:
            yield from lost_values(value, (*place, key))


def _equal_entries(entries: dict[Any, Any], place: Place) -> Iterator[tuple[Place, str]]:
    if None in entries:
        yield place, "has an entry for null, which is not translated: use default"
    for text, count in Counter(map(to_text, entries)).items():
        if count > 1:
            yield place, f"has {count} entries for {text!r}: keys are compared as text"
