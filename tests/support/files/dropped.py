"""A table of contracts that a test uploads, and what the platform makes of an upload."""

import json
from collections.abc import Callable

from ingestion.files.upload import Upload, UploadKeys
from tests.integration.cloud import Cloud
from tests.support.factories import Json

HEADER = "contract_id,contract_name,contract_type,contract_status"


def table(rows: int, bad: Callable[[int], bool] = lambda _: False) -> str:
    """Return a CSV file. `bad` says whether the row of this number is invalid."""
    lines = (f"c-{n},Turbines,{'gifts' if bad(n) else 'goods'},active" for n in range(1, rows + 1))
    return "\n".join([HEADER, *lines, ""])


def keys_of(record: Json) -> UploadKeys:
    """Return the keys of what is made of the upload in the record of an S3 event."""
    return Upload.from_record(record).keys


def report_on(cloud: Cloud, record: Json) -> Json:
    """Return the report of an upload."""
    found: Json = json.loads(cloud.content(keys_of(record).report_key))
    return found


def write(cloud: Cloud, key: str, content: bytes = b"") -> None:
    """Replace an object."""
    cloud.s3.put_object(Bucket=cloud.bucket, Key=key, Body=content)


def shorten(cloud: Cloud, key: str) -> None:
    """Remove the last line of an object."""
    write(cloud, key, b"".join(cloud.content(key).splitlines(keepends=True)[:-1]))
