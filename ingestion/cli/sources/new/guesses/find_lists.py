"""Finds the lists of a payload that hold records."""

from collections.abc import Collection, Sequence
from typing import Any

from ingestion.cli.sources.new.guesses.find_ids import find_ids
from ingestion.cli.sources.new.guesses.leaves import Leaf, leaves_of


def find_lists(payloads: Sequence[Any], hints: Collection[str]) -> list[Leaf]:
    """Return the paths of lists whose elements are objects with an id, those near the top first."""
    lists = [leaf for leaf in leaves_of("payload", payloads) if leaf.keys and _has_objects(leaf)]
    found = [leaf for leaf in lists if find_ids(leaves_of("item", elements_of(leaf)), hints)]
    return sorted(found, key=lambda leaf: len(leaf.keys))


def main_list(payloads: Sequence[Any], hints: Collection[str]) -> Leaf | None:
    """Return the list that holds the records; None if the payload itself is the record.

    A payload with an id that is as near to the top as the list is a record.
    """
    lists = find_lists(payloads, hints)
    ids = find_ids(leaves_of("payload", payloads), hints)
    if not lists or any(len(leaf.keys) <= len(lists[0].keys) for leaf in ids):
        return None
    return lists[0]


def elements_of(leaf: Leaf) -> list[Any]:
    """Return the elements of all lists at a path."""
    return [element for value in leaf.values for element in value]


def _has_objects(leaf: Leaf) -> bool:
    is_list = all(isinstance(value, list) for value in leaf.values)
    return is_list and all(isinstance(element, dict) for element in elements_of(leaf))
