"""How a test closes sources, moves the clock of the API's cache and watches its reads."""

from collections.abc import Callable

import boto3

from ingestion.store.closed_sources import CACHE_SECONDS, ClosedSources
from tests.integration.cloud import Cloud
from tests.integration.response import Response
from tests.support.canned import Canned, intercept
from tests.support.factories import Json


class Clock:
    """The clock of the API's cache, which a test moves."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def expire_cache(self) -> None:
        self.seconds += CACHE_SECONDS


def note_reads(cloud: Cloud, respond: Callable[[], Canned | None]) -> list[Json]:
    """Return the list of the reads. `respond` may answer them instead of the table."""
    calls: list[Json] = []

    def note(params: Json) -> Canned | None:
        calls.append(params)
        return respond()

    client = boto3.client("dynamodb")
    intercept(client, "GetItem", note)
    cloud.api_runtime.callers.closed.item = ClosedSources(client, cloud.table_name)
    return calls


def assert_closed(response: Response, retry_after: int) -> None:
    assert response.status == 503
    assert response.headers["Retry-After"] == str(retry_after)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.document["detail"] == (
        "the operator closed this source: repeat the request after Retry-After"
    )
