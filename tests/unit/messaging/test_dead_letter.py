import re

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError

from ingestion.errors import FieldError, RejectedRecord, TransientFailure
from ingestion.messaging.dead_letter import DeadLetterWriter
from tests.support.canned import Canned, aws_error, canned, intercept, name_of
from tests.support.factories import SQS_TEXT, Json
from tests.support.invocations import record

RECORD = record("no event", group_id="CONTRACT#c-1", MessageDeduplicationId="d-1")


class CannedQueue:
    """A dead-letter queue that gives one response and keeps the messages that were sent to it."""

    def __init__(self, response: Canned | Exception) -> None:
        self.response = response
        self.sent: list[Json] = []
        sqs = boto3.client("sqs", region_name="eu-central-1")
        intercept(sqs, "SendMessage", self._respond)
        self.queue = DeadLetterWriter(sqs, "https://sqs.example.com/dlq.fifo")

    def _respond(self, parameters: Json) -> Canned:
        self.sent.append(parameters)
        if isinstance(self.response, Exception):
            raise self.response
        return self.response


def test_a_dead_letter_holds_the_unchanged_record_and_the_reason() -> None:
    dlq = CannedQueue(canned({}))

    dlq.queue.write(RECORD, RejectedRecord("invalid_event", FieldError("id", "is empty")))

    assert dlq.sent == [
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


def test_a_dead_letter_keeps_the_redrive_count_of_its_record() -> None:
    dlq = CannedQueue(canned({}))
    count = {
        "stringValue": "2",
        "binaryListValues": [],
        "stringListValues": [],
        "dataType": "Number",
    }
    redriven = record("no event") | {"messageAttributes": {"redrive_count": count}}

    dlq.queue.write(redriven, RejectedRecord("invalid_event"))

    attributes = dlq.sent[0]["MessageAttributes"]
    assert attributes["redrive_count"] == {"DataType": "String", "StringValue": "2"}


@pytest.mark.parametrize(
    "errors",
    [
        pytest.param([], id="no error"),
        pytest.param([FieldError("", "")], id="empty error"),
        pytest.param([FieldError("x" * 10_000, "is unknown")], id="long field name"),
        pytest.param(
            [FieldError("a\x00\x01\x1f\ufffe\uffffz", "is unknown")], id="control characters"
        ),
    ],
)
def test_the_detail_fits_an_attribute_of_a_queue(errors: list[FieldError]) -> None:
    dlq = CannedQueue(canned({}))

    dlq.queue.write(RECORD, RejectedRecord("invalid_event", *errors))

    detail = dlq.sent[0]["MessageAttributes"]["detail"]["StringValue"]
    assert 1 <= len(detail) <= 1_000
    assert re.fullmatch(SQS_TEXT, detail)


@pytest.mark.parametrize(
    "response",
    [
        aws_error("AWS.SimpleQueueService.NonExistentQueue"),
        aws_error("ThrottlingException"),
        aws_error("InternalError", 500),
        ConnectTimeoutError(endpoint_url="https://canned.example.com"),
    ],
    ids=name_of,
)
def test_a_failed_call_to_the_queue_is_a_transient_failure(response: Canned | Exception) -> None:
    dlq = CannedQueue(response)

    with pytest.raises(TransientFailure):
        dlq.queue.write(RECORD, RejectedRecord("invalid_event"))
