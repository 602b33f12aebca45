"""Files of the index that were retired long ago."""

from datetime import timedelta

from ingestion.search.pointer import POINTER_KEY
from tests.integration.search.platform import INDEX, Platform


def make_older(platform: Platform, minutes: int) -> None:
    """Make the retired files as old as if these minutes had passed."""

    pointer = platform.pointer()
    older = [
        file.model_copy(update={"since": file.since - timedelta(minutes=minutes)})
        for file in pointer.retired
    ]
    body = pointer.model_copy(update={"retired": older}).model_dump_json()
    platform.s3.put_object(Bucket=INDEX, Key=POINTER_KEY, Body=body)
