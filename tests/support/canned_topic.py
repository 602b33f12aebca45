"""A topic that a test controls: a real SNS client whose calls never leave the process."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import boto3

from ingestion.event import Event
from ingestion.messaging.router import Router, UnpublishedEvent
from tests.support.canned import Canned, canned, intercept
from tests.support.factories import Json

Entries = list[Json]
POOL = ThreadPoolExecutor(4)


class Topic:
    """A topic that does as `respond` says; the entries of each call, and the ids it has taken."""

    def __init__(self, respond: Callable[[Entries], Canned], *, keeps_order: bool = True) -> None:
        self.calls: list[Entries] = []
        self.taken: list[str] = []
        self._respond = respond
        self._lock = Lock()
        sns = boto3.client("sns", region_name="eu-central-1")
        intercept(sns, "PublishBatch", self._answer)
        topic_arn = "arn:aws:sns:eu-central-1:123456789012:t.fifo"
        self.router = Router(sns, topic_arn, POOL, keeps_order)

    def publish(
        self, events: Sequence[Event], within_seconds: float = 30
    ) -> list[UnpublishedEvent]:
        """Return the ids that were not accepted in time."""
        return self.router.publish(events, time.monotonic() + within_seconds).unpublished

    def _answer(self, parameters: Json) -> Canned:
        entries: Entries = parameters["PublishBatchRequestEntries"]
        with self._lock:
            self.calls.append(entries)
            response, document = self._respond(entries)
            taken = {entry["Id"] for entry in document.get("Successful", [])}
            self.taken += (event_of(entry).id for entry in entries if entry["Id"] in taken)
        return response, document


def event_of(entry: Json) -> Event:
    """Return the event of an entry."""
    return Event.from_json(entry["Message"])


def takes(entries: Entries, refused: Sequence[Json] = (), *, sender_fault: bool = False) -> Canned:
    """Return a response that accepts all entries but those refused."""
    fault = {"Code": "InternalError", "SenderFault": sender_fault}
    failed = [{"Id": entry["Id"], **fault} for entry in refused]
    successful = [{"Id": entry["Id"]} for entry in entries if entry not in refused]
    return canned({"Successful": successful, "Failed": failed})


def takes_after(*answers: Canned | Exception) -> Callable[[Entries], Canned]:
    """Return one response for each of the first calls. Later calls accept everything."""
    script = iter(answers)

    def respond(entries: Entries) -> Canned:
        answer = next(script, None)
        if isinstance(answer, Exception):
            raise answer
        return answer or takes(entries)

    return respond
