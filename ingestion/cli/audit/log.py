"""The audit log of an environment: who changed what, as JSON lines."""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from pydantic_core import from_json, to_json

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

Line = dict[str, Any]
Action = Literal[
    "edit",
    "redrive",
    "drop",
    "retry_file",
    "add_secret",
    "retire_secret",
    "put_entity",
    "delete_entity",
    "close_source",
    "open_source",
    "pause_source",
    "resume_source",
]

# The characters that a quoted filter pattern may contain.
_PLAIN = re.compile(r"[\w:./#-]+", re.ASCII)


@dataclass(frozen=True)
class Audit:
    """A CloudWatch log group, and the ARN of the actor who writes to it."""

    logs: "CloudWatchLogsClient"
    log_group: str
    actor: str

    def write(self, action: Action, subjects: Iterable[Line]) -> None:
        """Write one line for each of a few subjects. Call it before the action."""
        self.write_lines({"action": action, **subject} for subject in subjects)

    def write_lines(self, actions: Iterable[Line]) -> None:
        """Write one line for each action: its name, and the facts of its subject."""
        now = int(time.time() * 1000)
        lines = ({"actor": self.actor, **line} for line in actions)
        self.logs.put_log_events(
            logGroupName=self.log_group,
            logStreamName=self._stream,
            logEvents=[{"timestamp": now, "message": to_json(line).decode()} for line in lines],
        )

    def read(self, event_id: str, message_id: str) -> Iterator[Line]:
        """Yield the lines about an event or a message, oldest first, with their `time` in ms."""
        ids = {event_id, message_id}
        plain = all(map(_PLAIN.fullmatch, ids))
        pattern = " ".join(f'?"{subject_id}"' for subject_id in sorted(ids)) if plain else ""
        for line in self._filter(filterPattern=pattern):
            if ids & {line.get("event_id"), line.get("message_id")}:
                yield line

    def read_since(
        self, since: datetime, action: Action | None = None, before: datetime | None = None
    ) -> Iterator[Line]:
        """Yield the lines since a time and before another, oldest first, with their `time` in ms.

        CloudWatch filters by action. Emulators ignore its patterns for JSON.
        """
        pattern = f'{{ $.action = "{action}" }}' if action else ""
        start = int(since.timestamp() * 1000)
        end = {"endTime": int(before.timestamp() * 1000) - 1} if before else {}
        for line in self._filter(startTime=start, filterPattern=pattern, **end):
            if action in (None, line["action"]):
                yield line

    def _filter(self, **options: Any) -> Iterator[Line]:
        pages = self.logs.get_paginator("filter_log_events").paginate(
            logGroupName=self.log_group, **options
        )
        for page in pages:
            for logged in page["events"]:
                yield {"time": logged["timestamp"], **from_json(logged["message"])}

    @cached_property
    def _stream(self) -> str:
        """Create a log stream for this command, and return its name."""
        name = f"{time.strftime('%Y/%m/%d', time.gmtime())}/{uuid4()}"
        self.logs.create_log_stream(logGroupName=self.log_group, logStreamName=name)
        return name
