"""Concurrent senders: each event is sent until it is answered, with the same id every time."""

import json
import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic_core import to_json
from urllib3 import PoolManager, Retry
from urllib3.exceptions import HTTPError

from ingestion.cli.environment import Deployment, load_catalog
from ingestion.event import Event
from tests.faults.workload import ENTITY, Kind, Planned

SENDERS_A_SOURCE = 2
LARGEST_BATCH = 10
PAUSE_SECONDS = 0.5

Lane = list[tuple[float, Planned]]  # When each event is due (of `time.monotonic`), and the event.


@dataclass
class Answers:
    """When each event was acknowledged, once for every time that it was sent; and the refusals."""

    acknowledged: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Senders:
    """Sends a history evenly over `seconds`, and tries for `patience_seconds` more."""

    deployment: Deployment
    seconds: float
    patience_seconds: float
    answers: Answers = field(default_factory=Answers)

    def start(self, history: list[Planned]) -> list[threading.Thread]:
        """Send in the background: two senders a source, and one for what passes no door."""
        pace = self.seconds / len(history)
        started = time.monotonic()
        due = [(started + place * pace, event) for place, event in enumerate(history)]
        lanes: dict[tuple[str, int], Lane] = {
            (source, n): [] for source in ENTITY for n in range(SENDERS_A_SOURCE)
        }
        rogue: Lane = []
        for place, (moment, event) in enumerate(due):
            if event.kind in (Kind.POISON, Kind.STRAY):
                rogue.append((moment, event))
            else:
                lanes[event.source, place % SENDERS_A_SOURCE].append((moment, event))
        deadline = started + self.seconds + self.patience_seconds
        threads = [
            threading.Thread(target=self._send, args=(source, lane, deadline), daemon=True)
            for (source, _), lane in lanes.items()
        ]
        threads.append(threading.Thread(target=self._publish, args=(rogue, deadline), daemon=True))
        for thread in threads:
            thread.start()
        return threads

    def _send(self, source: str, lane: Lane, deadline: float) -> None:
        http = PoolManager()
        while lane:
            size = random.randint(1, LARGEST_BATCH)
            batch, lane = [event for _, event in lane[:size]], lane[size:]
            if lane:
                time.sleep(max(0.0, lane[0][0] - time.monotonic()))
            answer = None
            while answer is None and time.monotonic() < deadline:
                answer = self._post(http, source, batch)
                if answer is None:
                    time.sleep(PAUSE_SECONDS * random.uniform(0.5, 1))
            for event, status in zip(batch, answer or [], strict=False):
                if status == "accepted":
                    self.answers.acknowledged[event.id].append(time.time())
                else:
                    self.answers.refused.add(event.id)

    def _post(self, http: PoolManager, source: str, batch: list[Planned]) -> list[str] | None:
        """What became of each event; None where the post must be repeated."""
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
            return None
        if answer.status not in (202, 207, 422):
            return None
        return [event["status"] for event in document["events"]]

    def _publish(self, rogue: Lane, deadline: float) -> None:
        sns = self.deployment.client("sns")
        for moment, event in rogue:
            time.sleep(max(0.0, moment - time.monotonic()))
            while time.monotonic() < deadline:
                try:
                    sns.publish(TopicArn=self.deployment.topic_arn, **_message(event))
                except (BotoCoreError, ClientError):
                    time.sleep(PAUSE_SECONDS)
                    continue
                self.answers.acknowledged[event.id].append(time.time())
                break


def _message(planned: Planned) -> dict[str, Any]:
    """A message that the API would never publish: unsound content, or a source nobody knows."""
    content = planned.content
    name = content["entity_name"]
    event = Event(
        id=planned.id,
        source=planned.source,
        type=f"{name.lower()}.upsert",
        subject=planned.key.partition("#")[2],
        time=content["time"],
        receivedat=content["time"],
        data=content["body"] | {"colour": "no such field"},
    )
    raw = planned.kind is Kind.POISON and planned.id.endswith(("0", "1", "2"))
    text = f"no event: {planned.id}" if raw else event.json_bytes.decode()
    return {
        "Message": text,
        "MessageGroupId": event.group_id,
        "MessageDeduplicationId": event.deduplication_id,
        "MessageAttributes": {
            "source": {"DataType": "String", "StringValue": planned.source},
            "entity_name": {"DataType": "String", "StringValue": name},
        },
    }
