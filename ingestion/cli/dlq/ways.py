"""The ways on which dead letters go back, one for each kind of letter."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

from botocore.exceptions import ClientError
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from ingestion.aws.retry import NO_ANSWER
from ingestion.catalog import Catalog
from ingestion.cli import masking
from ingestion.cli.dlq.redrive import MAX_MESSAGES, Letter, NoSuchPlace, Redriven
from ingestion.cli.dlq.stream import Record, Stretch, read
from ingestion.cli.environment import Checkout, Deployment, load_catalog
from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import REDRIVE_COUNT
from ingestion.messaging.router import Router
from ingestion.store.change import UNSOUND, Change, change_of

PUBLISH_SECONDS = 30  # Of the time that a page of letters is held.
CHANGE_FAILED = "change_failed"
_LAMBDAS_OWN = {
    *("version", "timestamp", "requestContext", "responseContext", "DDBStreamBatchInfo"),
}


class Sent(NamedTuple):
    """The letters that were taken, and those that failed again; the others were not taken."""

    taken: list[Letter]
    failed: list[tuple[Letter, RejectedRecord]]


class Way(Protocol):
    """How the letters of a queue go back; `letter_type` reads them."""

    @property
    def letter_type(self) -> type[Letter]:
        """What the queue's messages are."""

    def check(self, letter: Letter) -> Any:
        """What goes back. Raises RejectedRecord with what would fail again."""

    def send(self, sound: Sequence[tuple[Letter, Any]]) -> Sent:
        """Send what `check` gave."""


@dataclass(frozen=True)
class ToRouter:
    """Events go to the router's topic again."""

    deployment: Deployment
    checkout: Checkout
    letter_type = Letter

    @cached_property
    def _catalog(self) -> Catalog:
        """Return the catalog of the checkout, which says what each source may send."""
        return load_catalog(self.checkout)

    @cached_property
    def _router(self) -> Router:
        sns = self.deployment.client("sns")
        return Router(sns, self.deployment.topic_arn, ThreadPoolExecutor(MAX_MESSAGES))

    def check(self, letter: Letter) -> Redriven:
        """The event as it goes back. Raises RejectedRecord with what would fail again."""
        return letter.redriven(self._catalog)

    def send(self, sound: Sequence[tuple[Letter, Redriven]]) -> Sent:
        """Publish the events."""
        events = [event for _, event in sound]
        published = self._router.publish(events, time.monotonic() + PUBLISH_SECONDS)
        not_taken = {id(event) for event, _ in published.left}
        return Sent([letter for letter, event in sound if id(event) not in not_taken], [])


class ChangeFailure(Letter):
    """What Lambda writes down where it gave up a stretch of the table's stream."""

    @property
    def reason(self) -> str:
        """Always the same: `detail` says which records."""
        return CHANGE_FAILED

    @property
    def detail(self) -> str:
        """Why Lambda gave up, and which records; nothing where the message does not say."""
        with suppress(RejectedRecord, KeyError, TypeError):
            return f"{self.document['requestContext']['condition']}: {_stretch(self).text}"
        return ""

    @property
    def masked(self) -> Any:
        """What is not Lambda's own may be anything."""
        return masking.only(_LAMBDAS_OWN, self.document) or masking.HIDDEN

    @property
    def masked_detail(self) -> str:
        """Nothing of it is personal: it says where the records are."""
        return self.detail

    def edited(self, *_: object) -> str:
        """Raise NoSuchPlace: a record of the stream is what it is."""
        raise NoSuchPlace(
            "a failed change cannot be edited: mend the entity by a new event, then drop this"
        )


def _stretch(letter: Letter) -> Stretch:
    try:
        return Stretch.model_validate(letter.document["DDBStreamBatchInfo"])
    except (ValidationError, KeyError, TypeError) as error:
        fault = FieldError("DDBStreamBatchInfo", "must say where the records are")
        raise RejectedRecord("invalid_message", fault) from error


@dataclass(frozen=True)
class ToChanges:
    """Records of the table's stream are read again and given to the function that tells them."""

    deployment: Deployment
    letter_type = ChangeFailure

    @cached_property
    def _streams(self) -> Any:
        return self.deployment.client("dynamodbstreams")

    @cached_property
    def _functions(self) -> Any:
        return self.deployment.client("lambda")

    def records(self, letter: Letter) -> list[Record]:
        """The records that the letter is about. Raises RejectedRecord if the stream forgot any."""
        return read(self._streams, _stretch(letter))

    def check(self, letter: Letter) -> list[Record]:
        """The records. Raises RejectedRecord where they are gone, or none can become a change."""
        records = self.records(letter)
        if len(records) == 1:
            change_of(records[0])
        return records

    def send(self, sound: Sequence[tuple[Letter, list[Record]]]) -> Sent:
        """Tell the changes, letter by letter, until one is not taken."""
        sent = Sent([], [])
        for letter, records in sound:
            try:
                if not self._tell(records):
                    break
                sent.taken.append(letter)
            except (ClientError, *NO_ANSWER):
                break
            except RejectedRecord as rejection:
                sent.failed.append((letter, rejection))
        return sent

    def _tell(self, records: list[Record]) -> bool:
        """Tell all changes but bad ones; whether the topic took them.

        Raises RejectedRecord with the bad ones, once the others are told.
        """
        bad: list[str] = []
        while records:
            answer = self._functions.invoke(
                FunctionName=self.deployment.function_names["changes"],
                Payload=to_json({"Records": records}, bytes_mode="base64"),
            )
            said = from_json(answer["Payload"].read())
            if "FunctionError" not in answer:
                records = _from_failed(records, said["batchItemFailures"])
            elif said.get("errorMessage") == UNSOUND:
                bad.append(records.pop(0)["dynamodb"]["SequenceNumber"])
            else:
                return False
        if bad:
            raise RejectedRecord("invalid_item", FieldError("", f"records {', '.join(bad)}"))
        return True


def _from_failed(records: list[Record], failures: list[dict[str, str]]) -> list[Record]:
    """The records from the failed one on; none where none failed."""
    numbers = {failure["itemIdentifier"] for failure in failures}
    places = (n for n, it in enumerate(records) if it["dynamodb"]["SequenceNumber"] in numbers)
    return records[next(places, len(records)) :]


class Undelivered(Letter):
    """A change that a subscriber did not take."""

    @property
    def masked(self) -> Any:
        """The change without what may be personal."""
        return masking.change(self.document)

    def edited(self, *_: object) -> str:
        """Raise NoSuchPlace: a change is what happened."""
        raise NoSuchPlace("a change cannot be edited: it is what happened")


@dataclass(frozen=True)
class ToSubscriber:
    """Changes go to the subscriber's own queue again."""

    deployment: Deployment
    queue_arn: str
    letter_type = Undelivered

    @cached_property
    def _sqs(self) -> Any:
        return self.deployment.client("sqs")

    @cached_property
    def _queue_url(self) -> str:
        *_, account, name = self.queue_arn.split(":")
        found = self._sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)
        return str(found["QueueUrl"])

    def check(self, letter: Letter) -> Change:
        """The change. Raises RejectedRecord where it is none."""
        try:
            return Change.model_validate_json(letter.body)
        except ValidationError as error:
            raise RejectedRecord.from_validation("invalid_event", error) from error

    def send(self, sound: Sequence[tuple[Letter, Change]]) -> Sent:
        """Send the changes in order, until one is not taken."""
        sent = Sent([], [])
        for letter, change in sound:
            try:
                self._send(letter, change)
            except (ClientError, *NO_ANSWER):
                break
            sent.taken.append(letter)
        return sent

    def _send(self, letter: Letter, change: Change) -> None:
        """Under an id of its own: the queue swallows one that it has seen within five minutes."""
        count = str(letter.redrive_count + 1)
        attributes = change.attributes | {REDRIVE_COUNT: count}
        self._sqs.send_message(
            QueueUrl=self._queue_url,
            MessageBody=letter.body,
            MessageGroupId=change.group_id,
            MessageDeduplicationId=sha256(f"{letter.message_id}:r{count}".encode()).hexdigest(),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in attributes.items()
            },
        )
