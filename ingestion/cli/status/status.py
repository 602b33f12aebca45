"""The status of one part: its messages, its metrics and its state."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ingestion.catalog import OPERATOR
from ingestion.cli.sources.actions import SourceState
from ingestion.cli.sources.mapping import DISABLED, DISABLING
from ingestion.cli.status.metrics.measured import Measured
from ingestion.cli.status.metrics.refusals import Refusals
from ingestion.cli.status.metrics.series import RECENT, REFUSED_FILES
from ingestion.cli.status.parts import CONSUMED, SOURCE, Kind, Part
from ingestion.cli.status.queues import QueueState
from ingestion.cli.status.silence import Silence, find_silence
from ingestion.store.closed_sources import Closing

_WORKING_STATES = ("Enabled", "Enabling", "Creating", "Updating")


@dataclass(frozen=True)
class Status:
    """What is known about a part. None: it has no such thing, or the environment does not know.

    `lag_seconds` is the longest time from receipt to the table. It, `retried`, `failed_calls`,
    `throttled_calls`, `new_dead_letters`, `new_quarantined` and `refused_requests` count the last
    15 minutes, and `refused_files` the last day.
    """

    name: str
    kind: Kind
    depth: int | None = None
    in_flight: int | None = None
    retention_days: float | None = None
    oldest_age_seconds: int | None = None
    oldest_expires_at: datetime | None = None
    last_event_at: datetime | None = None
    lag_seconds: float | None = None
    dead_letters: int | None = None
    new_dead_letters: int | None = None
    new_quarantined: int | None = None
    refused_files: int | None = None
    retried: int | None = None
    failed_calls: int | None = None
    last_failure_at: datetime | None = None
    throttled_calls: int | None = None
    mapping_state: str | None = None
    closing: Closing | None = None
    refused_requests: Refusals | None = None
    silence: Silence | None = None
    error: str | None = None
    error_at: datetime | None = None

    @property
    def waiting(self) -> int:
        """Return the messages of its queue, visible or in flight."""
        return (self.depth or 0) + (self.in_flight or 0)

    @property
    def is_paused(self) -> bool:
        """Return whether its worker stores nothing, or soon will store nothing."""
        return self.mapping_state in (DISABLED, DISABLING)

    @property
    def lacks_mapping(self) -> bool:
        """Return whether no function takes messages from its queue, though nobody paused it."""
        is_consumed = self.kind in CONSUMED and self.depth is not None
        is_paused = self.kind == SOURCE and self.is_paused
        return is_consumed and not is_paused and self.mapping_state not in _WORKING_STATES

    @property
    def is_failing(self) -> bool:
        """Return whether its function failed in the last 15 minutes."""
        return bool(self.retried or self.failed_calls)


def status_of(
    part: Part,
    queues: Mapping[str, QueueState],
    measured: Measured,
    state: SourceState,
    now: datetime,
) -> Status:
    """Return the status of a part."""
    dead = queues[part.dead_letter_queue_url] if part.dead_letter_queue_url else None
    status = Status(
        name=part.name,
        kind=part.kind,
        dead_letters=dead.depth + dead.in_flight if dead else None,
        mapping_state=state.mapping_state,
        closing=state.closing,
    )
    if part.queue_url:
        status = _with_queue(status, queues[part.queue_url], measured, now)
    status = _with_metrics(status, measured, now)
    if part.kind != SOURCE or part.name == OPERATOR:
        return status  # People make corrections, and at no fixed times.
    before = measured.points.get("accepted_before", ())
    silence = find_silence(part.expect_every, status.last_event_at, before, now)
    return replace(status, silence=silence)


def _with_queue(status: Status, queue: QueueState, measured: Measured, now: datetime) -> Status:
    newest = measured.newest("age") if queue.depth + queue.in_flight else None
    age = timedelta(seconds=newest.value) if newest else None
    return replace(
        status,
        depth=queue.depth,
        in_flight=queue.in_flight,
        retention_days=queue.retention / timedelta(days=1),
        oldest_age_seconds=None if age is None else int(age.total_seconds()),
        oldest_expires_at=None if age is None else now + queue.retention - age,
    )


def _with_metrics(status: Status, measured: Measured, now: datetime) -> Status:
    accepted = measured.newest("accepted", "accepted_before")
    failed = measured.newest("retried", "failed_calls")
    lag_ms, recently = measured.most("lag"), now - RECENT.length
    return replace(
        status,
        last_event_at=accepted.time if accepted else None,
        lag_seconds=None if lag_ms is None else lag_ms / 1000,
        new_dead_letters=measured.total("dead_lettered", recently),
        new_quarantined=measured.total("quarantined", recently),
        refused_files=measured.total("refused", now - REFUSED_FILES),
        retried=measured.total("retried"),
        failed_calls=measured.total("failed_calls"),
        last_failure_at=failed.time if failed else None,
        throttled_calls=measured.total("throttled_calls"),
    )
