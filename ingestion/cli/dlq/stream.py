"""Reads records of a table's stream again, while the stream still has them."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict, Field

from ingestion.errors import FieldError, RejectedRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

_GONE = ("TrimmedDataAccessException", "ResourceNotFoundException", "ExpiredIteratorException")

MAX_EMPTY_PAGES = 10  # An open shard has a next page for ever, and may have empty ones between.

Record = dict[str, Any]


class Stretch(BaseModel):
    """Where a batch of records is, as Lambda tells an on-failure queue (`DDBStreamBatchInfo`)."""

    model_config = ConfigDict(frozen=True, strict=True)

    stream_arn: str = Field(alias="streamArn")
    shard_id: str = Field(alias="shardId")
    start: str = Field(alias="startSequenceNumber", pattern=r"^\d+$")
    end: str = Field(alias="endSequenceNumber", pattern=r"^\d+$")

    @property
    def text(self) -> str:
        """The place on one line."""
        return f"{self.shard_id} from {self.start} to {self.end}"


def read(streams: "DynamoDBStreamsClient", stretch: Stretch) -> list[Record]:
    """The records of the stretch as Lambda hands them on. Raises RejectedRecord if any is gone."""
    try:
        records = list(_records(streams, stretch))
    except ClientError as error:
        if error.response["Error"]["Code"] in _GONE:
            raise _gone() from error
        raise
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    if [*numbers[:1], *numbers[-1:]] != [stretch.start, stretch.end]:
        raise _gone()
    return records


def _gone() -> RejectedRecord:
    return RejectedRecord(
        "expired", FieldError("", "the stream forgot these records: it keeps them for 24 hours")
    )


def _records(streams: "DynamoDBStreamsClient", stretch: Stretch) -> Iterator[Record]:
    iterator: str | None = streams.get_shard_iterator(
        StreamArn=stretch.stream_arn,
        ShardId=stretch.shard_id,
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=stretch.start,
    )["ShardIterator"]
    empty_pages = 0
    while iterator and empty_pages < MAX_EMPTY_PAGES:
        page = streams.get_records(ShardIterator=iterator)
        empty_pages = 0 if page["Records"] else empty_pages + 1
        for record in page["Records"]:
            if int(record["dynamodb"]["SequenceNumber"]) > int(stretch.end):
                return
            yield _as_lambda_has_it(record, stretch.stream_arn)
            if record["dynamodb"]["SequenceNumber"] == stretch.end:
                return
        iterator = page.get("NextShardIterator")


def _as_lambda_has_it(record: Any, stream_arn: str) -> Record:
    created: datetime = record["dynamodb"]["ApproximateCreationDateTime"]
    moment = {"ApproximateCreationDateTime": created.timestamp()}
    return {**record, "eventSourceARN": stream_arn, "dynamodb": {**record["dynamodb"], **moment}}
