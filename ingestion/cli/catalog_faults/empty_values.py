"""Finds keys of the catalog that have no value. The models would take them as absent."""

from collections.abc import Iterator
from typing import Any

from ingestion.cli.catalog_faults.places import Place

_EMPTY = (
    "is empty: give it a value, or remove it; put an expression that begins with & or ! in quotes"
)
_KEYS_OF_NULLS = "translate"  # Its values may be null, which leaves a field out.


def empty_values(document: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield the place of each key and each entry of a list without a value, and what is wrong."""
    if isinstance(document, dict):
        entries = list(document.items())
    elif isinstance(document, list):
        entries = list(enumerate(document))
    else:
        return
    for key, value in entries:
        if value is None and place[-1:] != (_KEYS_OF_NULLS,):
            yield (*place, key), _EMPTY
        elif key == "map" and len(place) == 2 and value == []:
            yield (*place, key), "must hold at least one rule: add one, or remove map"
        else:
            yield from empty_values(value, (*place, key))
