"""The operator's corrections: one request for an entity, sent until the API answers it."""

import random
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx

from entities.base import id_field
from ingestion.catalog import OPERATOR
from ingestion.cli.environment import Deployment
from ingestion.syntax.times import timestamp
from tests.faults.history.events import ENTITY, Kind, Planned, Workload, fields_of
from tests.faults.injection.puts import Fields

EVENTS_A_CORRECTION = 25
DELETES, REPEATS, CONDITIONAL = 0.2, 0.2, 0.3
ABOUT_AHEAD = 0.3  # Of the corrections, about an entity with an event whose time is ahead.
AFTER_AHEAD_SECONDS = 6
PAUSE_SECONDS = 0.5
TIMEOUT_SECONDS = 35
# A busy emulator runs a function also after it has answered the request with an error.
MAX_LATENESS = timedelta(seconds=60)
ACCEPTED, OLDER, NOT_THERE = 202, 409, 412


@dataclass(frozen=True)
class Correction:
    """A PUT or DELETE of an entity `at` some seconds after the first event, sent `times` times.

    A conditional one applies only to an entity that exists, exactly to its stored version.
    """

    at: float
    entity_name: str
    entity_id: str
    request_key: str  # The Idempotency-Key. The event's id begins with it.
    fields: Fields
    times: int = 1
    is_conditional: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of the request."""
        condition = {"If-Match": "*"} if self.is_conditional else {}
        return {"Idempotency-Key": self.request_key} | condition

    @property
    def key(self) -> str:
        """Return the entity's key in the table."""
        return f"{self.entity_name}#{self.entity_id}"

    @property
    def name(self) -> str:
        """Return the name of the correction for a reader."""
        return f"{self.request_key} of {self.key}"


@dataclass
class SentCorrection:
    """A correction with its answers, and when each attempt began and ended (UTC, fixed width).

    An attempt without an answer ends when the API cannot act on it any more. `statuses` has one
    answer for each time that the correction was sent. `stored_time` is what the last 409 names.
    """

    correction: Correction
    attempts: list[tuple[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    stored_time: str = ""


def plan_corrections(workload: Workload, history: list[Planned], seed: int) -> list[Correction]:
    """Return the corrections of a run, ordered by time."""
    draw = random.Random(seed)
    now = timestamp(workload.started)
    ahead = [event for event in history if event.kind is Kind.GOOD and event.version.time > now]
    corrections: list[Correction] = []
    for number in range(max(10, workload.events // EVENTS_A_CORRECTION)):
        at, name = draw.uniform(0, workload.seconds), draw.choice(list(ENTITY.values()))
        entity_id = workload.entity_id()
        if ahead and draw.random() < ABOUT_AHEAD:
            event = draw.choice(ahead)
            name, _, entity_id = event.key.partition("#")
            sent_at = workload.seconds * history.index(event) / len(history)
            at = min(workload.seconds, sent_at + AFTER_AHEAD_SECONDS)
        request_key = f"{workload.run}:k{number}"
        fields = {id_field(name): entity_id, **fields_of(name, 10**6 + number)}
        corrections.append(_correction(draw, Correction(at, name, entity_id, request_key, fields)))
    return sorted(corrections, key=lambda correction: correction.at)


def _correction(draw: random.Random, plain: Correction) -> Correction:
    """Return the correction, sometimes as a delete, repeated, or with a condition."""
    fields = None if draw.random() < DELETES else plain.fields
    # A repeat of a conditional one would be another correction: it names another version.
    is_conditional = draw.random() < CONDITIONAL
    times = 2 if not is_conditional and draw.random() < REPEATS else 1
    return replace(plain, fields=fields, times=times, is_conditional=is_conditional)


@dataclass(frozen=True)
class Corrector:
    """Sends corrections on time, and keeps the answers in `sent`."""

    deployment: Deployment
    deadline: float
    sent: list[SentCorrection] = field(default_factory=list)

    def start(self, corrections: list[Correction]) -> threading.Thread:
        """Send in a thread of its own."""
        thread = threading.Thread(target=self._send_all, args=(corrections,), daemon=True)
        thread.start()
        return thread

    def _send_all(self, corrections: list[Correction]) -> None:
        started = time.monotonic()
        headers = {"x-api-key": self.deployment.api_keys[OPERATOR]}
        with httpx.Client(headers=headers, timeout=TIMEOUT_SECONDS) as http:
            for correction in corrections:
                time.sleep(max(0.0, started + correction.at - time.monotonic()))
                sent = SentCorrection(correction)
                self.sent.append(sent)
                for _ in range(correction.times):
                    self._send_until_answered(http, sent)

    def _send_until_answered(self, http: httpx.Client, sent: SentCorrection) -> None:
        while time.monotonic() < self.deadline:
            began = datetime.now(UTC)
            status, stored_time = self._send(http, sent.correction)
            is_answered = status in (ACCEPTED, OLDER, NOT_THERE)
            ended = datetime.now(UTC) + (timedelta() if is_answered else MAX_LATENESS)
            sent.attempts.append((timestamp(began), timestamp(ended)))
            if is_answered:
                sent.statuses.append(status)
                sent.stored_time = stored_time
                return
            time.sleep(PAUSE_SECONDS)

    def _send(self, http: httpx.Client, correction: Correction) -> tuple[int, str]:
        """Return the status, 0 if there is no answer, and the time that a 409 names."""
        try:
            answer = http.request(
                "DELETE" if correction.fields is None else "PUT",
                f"{self.deployment.api_url}/entities/{correction.entity_name}/{correction.entity_id}",
                json=correction.fields,
                headers=correction.headers,
            )
            return answer.status_code, answer.json().get("stored_time", "")
        except (httpx.RequestError, ValueError):
            return 0, ""
