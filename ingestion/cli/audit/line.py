"""A line of the audit log as a person reads it."""

from datetime import UTC, datetime

from ingestion.cli.audit.log import Line
from ingestion.syntax.times import timestamp

# What a line may name, from the general to the particular.
_SUBJECT = (
    "queue",
    "source",
    "entity_name",
    "entity_id",
    "event_id",
    "upload_id",
    "secret_id",
    "text",
)


def time_of(line: Line) -> str:
    """Return when the line was written."""
    return timestamp(datetime.fromtimestamp(line["time"] / 1000, UTC))


def actor_of(line: Line) -> str:
    """Return the last part of an ARN: `user/ana`, or the role and the name of its session."""
    _, _, principal = str(line["actor"]).rpartition(":")
    return principal.removeprefix("assumed-role/")


def subject_of(line: Line) -> str:
    """Return what the action was about."""
    return " ".join(str(line[name]) for name in _SUBJECT if line.get(name))
