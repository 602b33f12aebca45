"""Reads the rejected rows of an upload."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from pydantic_core import from_json

from ingestion.files.bucket import Bucket
from ingestion.files.upload import UploadKeys

Row = dict[str, Any]


class Place(NamedTuple):
    """A rejected row: the number of its object, and its number in the object, both from 0."""

    part: int = 0
    row: int = 0


def read_rejected_rows(bucket: Bucket, keys: UploadKeys) -> Iterator[Row]:
    """Yield each rejected row, in order, with its line and its errors."""
    return (row for _, row in rejected_rows_from(bucket, keys, Place()))


def rejected_rows_from(
    bucket: Bucket, keys: UploadKeys, first: Place
) -> Iterator[tuple[Place, Row]]:
    """Yield each rejected row from a place on, with its own place. Reads no object before."""
    # Older versions wrote one object, `<upload id>.jsonl`.
    objects = bucket.list_keys(keys.prefix("rejected").rstrip("/"))
    for part, key in islice(enumerate(objects), first.part, None):
        if found := bucket.get_object(key):
            start = first.row if part == first.part else 0
            for number, line in islice(enumerate(found[0].splitlines()), start, None):
                yield Place(part, number), from_json(line)
