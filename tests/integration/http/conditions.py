"""Contract c-1 at a later time, and the corrections that name its version."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ingestion.event import Event
from ingestion.syntax.times import timestamp
from tests.integration.cloud import Cloud
from tests.support.factories import Json, event

Counts = Callable[[], dict[str, int]]
PATH = "CONTRACT/c-1"


def store_ahead(cloud: Cloud, made: Callable[..., Event] = event) -> Event:
    """Store an event of contract c-1 whose time is later than that of every correction."""
    now = datetime.now(UTC)
    ahead = made(time=timestamp(now + timedelta(minutes=4)), receivedat=timestamp(now))
    cloud.store(ahead)
    return ahead


def etag(cloud: Cloud) -> str:
    return cloud.read(PATH).headers["ETag"]


def published(cloud: Cloud) -> Event:
    """Return the correction that the API published."""
    [record] = cloud.queued("operator")
    return Event.from_json(record["body"])


def row(cloud: Cloud) -> Json:
    return cloud.rows()["CONTRACT#c-1"]


def version_of(made: Event) -> Json:
    return {"time": made.time, "id": made.id, "source": made.source}
