"""Finds the last events of a source: the requests that brought them, and what the table holds."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import Selection, log_groups
from ingestion.cli.logs.line import LogLine
from ingestion.cli.logs.read import read_lines
from ingestion.cli.sources.check.counts import ACCEPTED
from ingestion.cli.status.metrics.read import read_points
from ingestion.cli.status.metrics.series import LAST_HOUR, Series, Window, metric_namespace
from ingestion.cli.status.parts import parts_of
from ingestion.event import REQUEST_ID
from ingestion.store.reader import Filter
from ingestion.store.time_index import TimeIndex
from ingestion.syntax.times import timestamp

MAX_SHOWN = 3
MAX_ROWS = 100  # Of the index by time, for each entity of the source.
_MAX_LINES = 10_000  # Of three minutes.
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_RECEIVERS = ("api", "inserter")


class Receipt(NamedTuple):
    """A request or an upload that brought events: its time, its id, and how many were accepted."""

    time: str
    kind: str
    id: str
    accepted: int


class StoredEvent(NamedTuple):
    """An entity whose current version is from an event of the source."""

    stored_at: str
    entity_name: str
    id: str
    event_id: str


def read_receipts(deployment: Deployment, source: str, last_at: datetime) -> list[Receipt]:
    """Return the last requests and uploads, the newest last.

    `last_at` is when the last event was accepted, or the start of the hour of it.
    """
    start = last_at if _is_exact(last_at) else _minute_of(deployment, source, last_at)
    lines = (line for name in _RECEIVERS for line in _lines(deployment, name, source, start))
    found = filter(None, (_receipt_of(line, source) for line in lines))
    return _merge(islice(found, _MAX_LINES))[-MAX_SHOWN:]


def _lines(deployment: Deployment, name: str, source: str, start: datetime) -> Iterator[LogLine]:
    """Yield the lines of a function around a minute. A line is printed after its metrics' time."""
    selected = Selection(name, log_groups(deployment)[name])
    start_ms, end_ms = (int((start + m * _MINUTE).timestamp() * 1000) for m in (-1, 2))
    pattern = f'{{ $.source = "{source}" && $.{ACCEPTED}[0] > 0 }}'
    return read_lines(deployment.client("logs"), selected, start_ms, pattern, end_ms)


def _is_exact(last_at: datetime) -> bool:
    return datetime.now(UTC) - last_at < LAST_HOUR.length


def _minute_of(deployment: Deployment, source: str, hour: datetime) -> datetime:
    """Return the last minute of this hour in which an event was accepted."""
    namespace = metric_namespace(deployment)
    wanted = Series(namespace, ACCEPTED, "source", source, window=Window(_HOUR, 60))
    with ThreadPoolExecutor() as pool:
        parts = parts_of(deployment, [source])
        points = read_points(deployment, parts, [wanted], hour + _HOUR, pool)
    return max((point.time for point in points.get(wanted, ()) if point.value), default=hour)


def _receipt_of(line: LogLine, source: str) -> Receipt | None:
    keys, accepted = line.document, line.counts.get(ACCEPTED, 0)
    if not accepted or keys.get("source") != source:
        return None
    kind = "request" if REQUEST_ID in keys else "upload"
    found = str(keys.get(REQUEST_ID) or keys.get("upload_id", ""))
    return Receipt(keys.get("received_at", line.time), kind, found, accepted)


def _merge(receipts: Iterable[Receipt]) -> list[Receipt]:
    """Return one receipt for each request or upload, which has a line for each of its entities."""
    merged: dict[str, Receipt] = {}
    for each in sorted(receipts):
        before = merged.get(each.id)
        merged[each.id] = (
            before._replace(accepted=before.accepted + each.accepted) if before else each
        )
    return list(merged.values())


def read_stored(
    deployment: Deployment, source: str, entities: list[str], since: str
) -> list[StoredEvent]:
    """Return the last entities that were stored since a time, as far as few rows show them.

    Reads at most `MAX_ROWS` rows of the index by time for each entity, and no other row.
    """
    found = sorted(_stored(deployment, source, entities, since))
    return found[-MAX_SHOWN:]


def _stored(
    deployment: Deployment, source: str, entities: list[str], since: str
) -> Iterator[StoredEvent]:
    index = TimeIndex(deployment.reader())
    for entity in entities:
        selected = Filter(source, since)
        steps = index.indexed_entities(entity, selected, page_size=MAX_ROWS)
        for step in islice(steps, MAX_ROWS):
            if found := step.found:
                event: dict[str, Any] = found["event"]
                yield StoredEvent(event["stored_at"], entity, found["id"], event["id"])


def before_receipt(receipts: list[Receipt], last_at: datetime) -> str:
    """Return a time before the events of these receipts were stored."""
    first = receipts[0].time if receipts else timestamp(last_at)
    is_upload = bool(receipts) and receipts[0].kind == "upload"
    # The line of an upload is printed after its events were published.
    earlier = datetime.fromisoformat(first) - (_MINUTE if is_upload else timedelta())
    return timestamp(earlier)
