"""Reads the rejected rows of an upload."""

from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from ingestion.files.bucket import Bucket
from ingestion.files.upload import UploadKeys


def read_rejected_rows(bucket: Bucket, keys: UploadKeys) -> Iterator[dict[str, Any]]:
    """Yield each rejected row, in order, with its line and its errors."""
    # Older versions wrote one object, `<upload id>.jsonl`.
    for key in bucket.list_keys(keys.prefix("rejected")):
        if found := bucket.get_object(key):
            yield from map(from_json, found[0].splitlines())
