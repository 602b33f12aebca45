"""Concurrent senders, which repeat each event with the same id until the API answers."""

import json
import random
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic_core import to_json
from urllib3 import PoolManager, Retry
from urllib3.exceptions import HTTPError

from ingestion.cli.environment import Deployment, load_catalog
from ingestion.event import Event
from tests.faults.history.events import ENTITY, Planned

SENDERS_A_SOURCE = 2
LARGEST_BATCH = 10
PAUSE_SECONDS = 0.5
MAX_PAUSE_SECONDS = 2  # The longest Retry-After that the senders obey.

CLOSED = "the operator closed this source"  # How the 503 of a closed source begins.

Schedule = list[tuple[float, Planned]]  # When to send each event (`time.monotonic`), and the event.


@dataclass
class Answers:
    """The times of each event's acknowledgements, one for each send, and the refused events.

    The keys are the events' labels. `closed` counts the 503 of closed sources, by source.
    """

    acknowledged: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: set[str] = field(default_factory=set)
    closed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Senders:
    """Send a history evenly over `seconds`, and retry for up to `patience_seconds` more."""

    deployment: Deployment
    seconds: float
    patience_seconds: float
    answers: Answers = field(default_factory=Answers)

    def start(self, history: list[Planned]) -> list[threading.Thread]:
        """Send in threads: two for each source, and one that publishes without the API."""
        pace = self.seconds / len(history)
        started = time.monotonic()
        due = [(started + place * pace, event) for place, event in enumerate(history)]
        schedules: dict[tuple[str, int], Schedule] = {
            (source, n): [] for source in ENTITY for n in range(SENDERS_A_SOURCE)
        }
        rogue: Schedule = []
        for place, (moment, event) in enumerate(due):
            if not event.is_posted:
                rogue.append((moment, event))
            else:
                schedules[event.source, place % SENDERS_A_SOURCE].append((moment, event))
        deadline = started + self.seconds + self.patience_seconds
        threads = [
            threading.Thread(target=self._send, args=(source, schedule, deadline), daemon=True)
            for (source, _), schedule in schedules.items()
        ]
        threads.append(threading.Thread(target=self._publish, args=(rogue, deadline), daemon=True))
        for thread in threads:
            thread.start()
        return threads

    def _send(self, source: str, schedule: Schedule, deadline: float) -> None:
        http = PoolManager()
        while schedule:
            size = random.randint(1, LARGEST_BATCH)
            batch, schedule = [event for _, event in schedule[:size]], schedule[size:]
            if schedule:
                time.sleep(max(0.0, schedule[0][0] - time.monotonic()))
            statuses: list[str] = []
            while not statuses and time.monotonic() < deadline:
                statuses, pause_seconds = self._post(http, source, batch)
                time.sleep(pause_seconds)
            for event, status in zip(batch, statuses, strict=False):
                if status == "accepted":
                    self.answers.acknowledged[event.label].append(time.time())
                else:
                    self.answers.refused.add(event.label)

    def _post(
        self, http: PoolManager, source: str, batch: list[Planned]
    ) -> tuple[list[str], float]:
        """Post a batch. Return the status of each event, or none and after how long to repeat."""
        pause_seconds = PAUSE_SECONDS * random.uniform(0.5, 1)
        try:
            answer = http.request(
                "POST",
                f"{self.deployment.api_url}/{load_catalog().sources[source].path}",
                body=to_json([event.content for event in batch]),
                headers={
                    "Content-Type": "application/json",
                    "x-api-key": self.deployment.api_keys[source],
                },
                retries=Retry(0),
                timeout=35,
            )
            document = json.loads(answer.data)
        except (HTTPError, ValueError):
            return [], pause_seconds
        if answer.status not in (202, 207, 422):
            self.answers.closed[source] += str(document.get("detail")).startswith(CLOSED)
            retry_after = float(answer.headers.get("Retry-After", pause_seconds))
            return [], min(retry_after, MAX_PAUSE_SECONDS)
        return [event["status"] for event in document["events"]], 0

    def _publish(self, rogue: Schedule, deadline: float) -> None:
        sns = self.deployment.client("sns")
        for moment, event in rogue:
            time.sleep(max(0.0, moment - time.monotonic()))
            while time.monotonic() < deadline:
                try:
                    sns.publish(TopicArn=self.deployment.topic_arn, **_message(event))
                except (BotoCoreError, ClientError):
                    time.sleep(PAUSE_SECONDS)
                    continue
                self.answers.acknowledged[event.label].append(time.time())
                break


def _message(planned: Planned) -> dict[str, Any]:
    """Return a message that does not come from the API, so that it may be invalid."""
    content = planned.content
    name = content["entity_name"]
    event = Event(
        id=planned.id,
        source=planned.source,
        type=f"{name.lower()}.upsert",
        subject=planned.key.partition("#")[2],
        time=content["time"],
        receivedat=content["time"],
        data=content["body"],
    )
    return {
        "Message": planned.text or event.json_bytes.decode(),
        "MessageGroupId": event.group_id,
        "MessageDeduplicationId": event.deduplication_id,
        "MessageAttributes": {
            "source": {"DataType": "String", "StringValue": planned.source},
            "entity_name": {"DataType": "String", "StringValue": name},
        },
    }
