"""How long a stored event was under way, as far as that says something of the platform."""

from datetime import datetime, timedelta

from ingestion.event import Event
from ingestion.telemetry.metrics import LAG_FROM_EVENT, LAG_FROM_RECEIPT

# An event that was older when it was received is history: last year's file, a replay.
MAX_AGE = timedelta(days=1)
# A sender's clock may be so much ahead of ours; a time beyond is none of now.
MAX_SKEW = timedelta(minutes=1)


def lags(event: Event, stored_at: datetime) -> dict[str, int]:
    """The lags in milliseconds by metric, without that from the event where it says nothing.

    Clocks differ a little: what then seems stored before it happened has a lag of 0.
    """
    received_at = datetime.fromisoformat(event.receivedat)
    happened_at = datetime.fromisoformat(event.time)
    found = {LAG_FROM_RECEIPT: _milliseconds(stored_at - received_at)}
    if -MAX_SKEW <= received_at - happened_at <= MAX_AGE:
        found[LAG_FROM_EVENT] = _milliseconds(stored_at - happened_at)
    return found


def _milliseconds(duration: timedelta) -> int:
    return max(0, duration // timedelta(milliseconds=1))
