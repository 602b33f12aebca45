import re

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError

from ingestion.errors import FieldError, RejectedRecord, TransientFailure
from ingestion.messaging.dead_letter import Queue
from tests.support.factories import (
    SQS_TEXT,
    Canned,
    Json,
    aws_error,
    canned,
    intercept,
    name_of,
    record,
)

LETTER = record("no event", group_id="CONTRACT#c-1", MessageDeduplicationId="d-1")


class Letterbox:
    """A dead-letter queue that gives one answer, and what was put into it."""

    def __init__(self, answer: Canned | Exception) -> None:
        self.answer = answer
        self.sent: list[Json] = []
        sqs = boto3.client("sqs", region_name="eu-central-1")
        intercept(sqs, "SendMessage", self._respond)
        self.queue = Queue(sqs, "https://sqs.example.com/dlq.fifo")

    def _respond(self, parameters: Json) -> Canned:
        self.sent.append(parameters)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_a_record_is_put_aside_as_it_came_with_the_reason() -> None:
    letterbox = Letterbox(canned({}))

    letterbox.queue.put(LETTER, RejectedRecord("invalid_event", FieldError("id", "is empty")))

    assert letterbox.sent == [
        {
            "QueueUrl": "https://sqs.example.com/dlq.fifo",
            "MessageBody": "no event",
            "MessageGroupId": "d-1",
            "MessageDeduplicationId": "d-1",
            "MessageAttributes": {
                "reason": {"DataType": "String", "StringValue": "invalid_event"},
                "detail": {"DataType": "String", "StringValue": "id: is empty"},
            },
        }
    ]


def test_how_often_it_was_brought_back_goes_with_it() -> None:
    letterbox = Letterbox(canned({}))
    count = {
        "stringValue": "2",
        "binaryListValues": [],
        "stringListValues": [],
        "dataType": "Number",
    }
    again = record("no event") | {"messageAttributes": {"redrive_count": count}}

    letterbox.queue.put(again, RejectedRecord("invalid_event"))

    attributes = letterbox.sent[0]["MessageAttributes"]
    assert attributes["redrive_count"] == {"DataType": "String", "StringValue": "2"}


@pytest.mark.parametrize(
    "errors",
    [
        pytest.param([], id="no fault"),
        pytest.param([FieldError("", "")], id="empty fault"),
        pytest.param([FieldError("x" * 10_000, "is unknown")], id="long field name"),
        pytest.param([FieldError("a\x00\x01\x1f\ufffe\uffffz", "is unknown")], id="control"),
    ],
)
def test_the_detail_is_what_a_queue_takes(errors: list[FieldError]) -> None:
    letterbox = Letterbox(canned({}))

    letterbox.queue.put(LETTER, RejectedRecord("invalid_event", *errors))

    detail = letterbox.sent[0]["MessageAttributes"]["detail"]["StringValue"]
    assert 1 <= len(detail) <= 1_000
    assert re.fullmatch(SQS_TEXT, detail)


@pytest.mark.parametrize(
    "answer",
    [
        aws_error("AWS.SimpleQueueService.NonExistentQueue"),
        aws_error("ThrottlingException"),
        aws_error("InternalError", 500),
        ConnectTimeoutError(endpoint_url="https://canned.example.com"),
    ],
    ids=name_of,
)
def test_a_queue_that_is_away_is_transient(answer: Canned | Exception) -> None:
    letterbox = Letterbox(answer)

    with pytest.raises(TransientFailure):
        letterbox.queue.put(LETTER, RejectedRecord("invalid_event"))
