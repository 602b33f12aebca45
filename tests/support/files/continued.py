"""Runs an extraction to its end, although each run stops after one part."""

import json
from collections.abc import Iterator

from tests.integration.cloud import Cloud
from tests.support.canned import Canned, canned, intercept
from tests.support.factories import Json


def extract_in_runs(cloud: Cloud, record: Json) -> Iterator[Json | None]:
    """Extract a file in runs of one part. Yield the call for the next run before that run.

    The last run has no next one: it yields None.
    """
    calls: list[Json] = []

    def note(call: Json) -> Canned:
        calls.append(call)
        return canned({"StatusCode": 202}, 202)

    intercept(cloud.extractor_runtime.lambda_client, "Invoke", note)
    cloud.extract(record, seconds=50)
    while calls:
        call = calls.pop()
        yield call
        cloud.extract(*json.loads(call["Payload"])["Records"], seconds=50)
    yield None
