"""Finds the lists of a payload that hold items."""

from collections.abc import Collection, Sequence
from typing import Any

from ingestion.cli.sources.new.guesses.find_ids import find_ids
from ingestion.cli.sources.new.guesses.items import WHOLE_PAYLOAD
from ingestion.cli.sources.new.guesses.names import snake_case
from ingestion.cli.sources.new.guesses.path_values import PathValues, paths_of


def find_lists(payloads: Sequence[Any], hints: Collection[str]) -> list[PathValues]:
    """Return the paths of lists whose elements are objects with an id, those near the top first."""
    lists = [path for path in paths_of("payload", payloads) if path.keys and _has_objects(path)]
    found = [path for path in lists if find_ids(paths_of("item", elements_of(path)), hints)]
    return sorted(found, key=lambda path: len(path.keys))


def likely_items(
    lists: Sequence[PathValues], payloads: Sequence[Any], hints: Collection[str]
) -> list[str]:
    """Return the lists that may hold the items, or `payload`. They are equally good.

    A payload with an id that is as near to the top as the first list is an item.
    """
    ids = find_ids(paths_of("payload", payloads), hints)
    depth = len(lists[0].keys) if lists else 0
    if not lists or any(len(path.keys) <= depth for path in ids):
        return [WHOLE_PAYLOAD]
    hinted = [each.expression for each in lists if snake_case(each.keys[-1]) in hints]
    if hinted:
        return hinted[:1]
    nearest = [each.expression for each in lists if len(each.keys) == depth]
    is_near = any(len(path.keys) == depth + 1 and path.keys[-1] == "id" for path in ids)
    return [WHOLE_PAYLOAD, *nearest] if is_near else nearest


def elements_of(path: PathValues) -> list[Any]:
    """Return the elements of all lists at a path."""
    return [element for value in path.values for element in value]


def _has_objects(path: PathValues) -> bool:
    is_list = all(isinstance(value, list) for value in path.values)
    return is_list and all(isinstance(element, dict) for element in elements_of(path))
