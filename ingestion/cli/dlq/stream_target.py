"""Publishes the changes of records that the changes function could not publish.

Format: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingestion.cli import redact_output
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.names import CHANGE_FAILED
from ingestion.cli.dlq.target import RedriveAttempt, RedriveTarget
from ingestion.errors import FieldError, RejectedRecord
from ingestion.store.change import Change, change_of

MAX_EMPTY_PAGES = 10  # An open shard never ends and may have empty pages.
_EXPIRED = ("TrimmedDataAccessException", "ResourceNotFoundException", "ExpiredIteratorException")
_NO_PLACE = FieldError("DDBStreamBatchInfo", "must say where the records are")
_NUMBER = r"^[0-9]{1,40}$"  # DynamoDB: the longest sequence number.

Record = dict[str, Any]


class BatchInfo(BaseModel):
    """Where the records of a batch are in the table's stream, as Lambda reports it."""

    model_config = ConfigDict(frozen=True, strict=True)

    stream_arn: str = Field(alias="streamArn")
    shard_id: str = Field(alias="shardId")
    first: str = Field(alias="startSequenceNumber", pattern=_NUMBER)
    last: str = Field(alias="endSequenceNumber", pattern=_NUMBER)


class StreamTarget(RedriveTarget):
    """The change topic. The records are read from the table's stream again."""

    edit_error = "a failed change cannot be edited: send a new event, then drop this"
    redact = staticmethod(redact_output.lambda_record)

    def describe(self, dead_letter: DeadLetter) -> DeadLetter:
        """Return the dead letter with the place of its records."""
        detail = ""
        with suppress(RejectedRecord):
            condition = dead_letter.value("requestContext", "condition")
            info = _batch_info(dead_letter)
            detail = f"{condition}: {info.shard_id} from {info.first} to {info.last}"
        described = super().describe(dead_letter)
        return replace(described, reason=CHANGE_FAILED, detail=detail)

    def details(self, dead_letter: DeadLetter) -> dict[str, Any]:
        """Read the records as the operator may see them; none if one has expired."""
        try:
            records = self.records(dead_letter)
        except RejectedRecord:
            return {}
        if not self.show_personal:
            records = [*map(redact_output.stream_record, records)]
        return {"records": records} if records else {}

    def records(self, dead_letter: DeadLetter) -> list[Record]:
        """Read the records as Lambda passes them on. Raises RejectedRecord if one has expired."""
        info = _batch_info(dead_letter)
        try:
            records = list(self._read(info))
        except ParamValidationError as error:
            raise RejectedRecord("invalid_message", _NO_PLACE) from error
        except ClientError as error:
            if error.response["Error"]["Code"] not in _EXPIRED:
                raise
            records = []
        numbers = [_sequence_number(record) for record in records]
        if [*numbers[:1], *numbers[-1:]] != [info.first, info.last]:
            message = "the stream no longer has these records: it keeps them for 24 hours"
            raise RejectedRecord("expired", FieldError("", message))
        return records

    def check_dead_letter(self, dead_letter: DeadLetter) -> RedriveAttempt:
        """Return an attempt with the records' changes. A bad record does not stop the others."""
        changes: list[Change] = []
        faults: list[FieldError] = []
        for record in self.records(dead_letter):
            try:
                changes += filter(None, [change_of(record)])
            except RejectedRecord as rejection:
                number = _sequence_number(record)
                faults.append(FieldError("", f"record {number}: {rejection.detail}"))
        if not faults:
            return RedriveAttempt(dead_letter, changes)
        return RedriveAttempt(dead_letter, changes or None, RejectedRecord("invalid_item", *faults))

    def send_attempts(self, attempts: Sequence[RedriveAttempt]) -> None:
        """Publish the changes."""
        self.publish_messages(self.deployment.change_topic_arn, attempts)

    def _read(self, info: BatchInfo) -> Iterator[Record]:
        streams = self.deployment.client("dynamodbstreams")
        iterator = streams.get_shard_iterator(
            StreamArn=info.stream_arn,
            ShardId=info.shard_id,
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=info.first,
        )["ShardIterator"]
        empty_pages = 0
        while iterator and empty_pages < MAX_EMPTY_PAGES:
            page = streams.get_records(ShardIterator=iterator)
            empty_pages = 0 if page["Records"] else empty_pages + 1
            for record in page["Records"]:
                number = int(_sequence_number(record))
                if number <= int(info.last):
                    yield _as_passed_on(record, info.stream_arn)
                if number >= int(info.last):
                    return
            iterator = page.get("NextShardIterator")


def _batch_info(dead_letter: DeadLetter) -> BatchInfo:
    try:
        return BatchInfo.model_validate(dead_letter.value("DDBStreamBatchInfo"))
    except ValidationError as error:
        raise RejectedRecord("invalid_message", _NO_PLACE) from error


def _sequence_number(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def _as_passed_on(record: Record, stream_arn: str) -> Record:
    """Return the record as Lambda passes it: with its stream, and its time in seconds."""
    created = record["dynamodb"]["ApproximateCreationDateTime"].timestamp()
    images = record["dynamodb"] | {"ApproximateCreationDateTime": created}
    return record | {"eventSourceARN": stream_arn, "dynamodb": images}
