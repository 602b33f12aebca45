"""Changes that could not be told: which records they are of, and how these are told again.

Format: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

from contextlib import suppress
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from ingestion.cli import masking
from ingestion.cli.dlq.destinations import Destinations
from ingestion.cli.dlq.letter import Letter, Sent, Sound, send_in_order
from ingestion.cli.dlq.stream import Record, Stretch, read
from ingestion.errors import FieldError, RejectedRecord
from ingestion.store.change import UNSOUND, change_of

CHANGE_FAILED = "change_failed"
_LAMBDAS_OWN = {"version", "timestamp", "requestContext", "responseContext", "DDBStreamBatchInfo"}


class ChangeFailure(Letter):
    """What Lambda writes down where it gave up a stretch of the table's stream."""

    fixed = "a failed change cannot be edited: mend the entity by a new event, then drop this"

    @property
    def reason(self) -> str:
        """Always the same: `detail` says which records."""
        return CHANGE_FAILED

    @property
    def detail(self) -> str:
        """Why Lambda gave up, and which records; nothing where the message does not say."""
        with suppress(RejectedRecord, KeyError, TypeError):
            return f"{self.document['requestContext']['condition']}: {self.stretch.text}"
        return ""

    @property
    def masked(self) -> Any:
        """What is not Lambda's own may be anything."""
        return masking.only(_LAMBDAS_OWN, self.document) or masking.HIDDEN

    @property
    def masked_detail(self) -> str:
        """Nothing of it is personal: it says where the records are."""
        return self.detail

    @property
    def stretch(self) -> Stretch:
        """Where the records are. Raises RejectedRecord where the message does not say."""
        try:
            return Stretch.model_validate(self.document["DDBStreamBatchInfo"])
        except (ValidationError, KeyError, TypeError) as error:
            fault = FieldError("DDBStreamBatchInfo", "must say where the records are")
            raise RejectedRecord("invalid_message", fault) from error

    def records(self, to: Destinations) -> list[Record]:
        """The records that it is about. Raises RejectedRecord if the stream forgot any."""
        return read(to.deployment.client("dynamodbstreams"), self.stretch)

    def check(self, to: Destinations) -> list[Record]:
        """The records. Raises RejectedRecord where they are gone, or none can become a change."""
        records = self.records(to)
        if len(records) == 1:
            change_of(records[0])
        return records

    @classmethod
    def send(cls, sound: Sound, to: Destinations) -> Sent:
        """Tell the changes, letter by letter, until one is not taken."""
        return send_in_order(sound, lambda _, records: _tell(to, records))


def _tell(to: Destinations, records: list[Record]) -> bool:
    """Tell all changes but bad ones; whether the topic took them.

    Raises RejectedRecord with the bad ones, once the others are told.
    """
    bad: list[str] = []
    while records:
        answer = to.deployment.client("lambda").invoke(
            FunctionName=to.deployment.function_names["changes"],
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
