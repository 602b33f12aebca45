"""The audit log of an environment: who changed which dead letter or secret, as JSON lines."""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pydantic_core import from_json, to_json

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

Line = dict[str, Any]

# The characters that a quoted filter pattern may contain.
_PLAIN = re.compile(r"[\w:./#-]+", re.ASCII)


@dataclass(frozen=True)
class Audit:
    """A CloudWatch log group, and the ARN of the actor who writes to it."""

    logs: "CloudWatchLogsClient"
    log_group: str
    actor: str

    def write(self, action: str, subjects: Iterable[Line]) -> None:
        """Write one line for each of a few subjects. Call it before the action."""
        now = int(time.time() * 1000)
        lines = ({"action": action, "actor": self.actor, **subject} for subject in subjects)
        self.logs.put_log_events(
            logGroupName=self.log_group,
            logStreamName=self._stream,
            logEvents=[{"timestamp": now, "message": to_json(line).decode()} for line in lines],
        )

    def read(self, event_id: str, message_id: str) -> Iterator[Line]:
        """Yield the lines about an event or a message, oldest first, with their `time` in ms."""
        ids = {event_id, message_id}
        plain = all(map(_PLAIN.fullmatch, ids))
        pages = self.logs.get_paginator("filter_log_events").paginate(
            logGroupName=self.log_group,
            filterPattern=" ".join(f'?"{subject_id}"' for subject_id in sorted(ids))
            if plain
            else "",
        )
        for page in pages:
            for logged in page["events"]:
                line = from_json(logged["message"])
                if ids & {line.get("event_id"), line.get("message_id")}:
                    yield {"time": logged["timestamp"], **line}

    @cached_property
    def _stream(self) -> str:
        """Create a log stream for this command, and return its name."""
        name = f"{time.strftime('%Y/%m/%d', time.gmtime())}/{uuid4()}"
        self.logs.create_log_stream(logGroupName=self.log_group, logStreamName=name)
        return name
