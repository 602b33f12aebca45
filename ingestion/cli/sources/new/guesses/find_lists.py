"""Finds the lists of a payload that hold items."""

from collections.abc import Collection, Sequence
from typing import Any

from ingestion.cli.sources.new.guesses.find_ids import find_ids
from ingestion.cli.sources.new.guesses.path_values import PathValues, paths_of


def find_lists(payloads: Sequence[Any], hints: Collection[str]) -> list[PathValues]:
    """Return the paths of lists whose elements are objects with an id, those near the top first."""
    lists = [path for path in paths_of("payload", payloads) if path.keys and _has_objects(path)]
    found = [path for path in lists if find_ids(paths_of("item", elements_of(path)), hints)]
    return sorted(found, key=lambda path: len(path.keys))


def main_list(
    lists: Sequence[PathValues], payloads: Sequence[Any], hints: Collection[str]
) -> PathValues | None:
    """Return which of the lists holds the items; None if the payload itself is the item.

    A payload with an id that is as near to the top as the first list is an item.
    """
    ids = find_ids(paths_of("payload", payloads), hints)
    if not lists or any(len(path.keys) <= len(lists[0].keys) for path in ids):
        return None
    return lists[0]


def elements_of(path: PathValues) -> list[Any]:
    """Return the elements of all lists at a path."""
    return [element for value in path.values for element in value]


def _has_objects(path: PathValues) -> bool:
    is_list = all(isinstance(value, list) for value in path.values)
    return is_list and all(isinstance(element, dict) for element in elements_of(path))
