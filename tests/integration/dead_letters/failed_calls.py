"""Calls for uploaded files that failed after every retry, and a stand-in for Lambda."""

import json
from typing import Any

from tests.integration.cloud import Cloud
from tests.support.canned import Canned, canned
from tests.support.factories import Json
from tests.support.invocations import s3_record, upload

KEY = "uploads/sourceB/Verträge 1.csv"
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:ingestion-test-{}:$LATEST"


class Functions:
    """Stand in for Lambda, which needs Docker on moto: record calls, return given responses."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.responses: list[Canned] = []
        self.refusal: Canned | None = None

    def invoke(self, params: Json, **_: Any) -> Canned:
        if self.refusal:
            return self.refusal
        if params["headers"]["X-Amz-Invocation-Type"] == "DryRun":
            return canned({"StatusCode": 204}, 204)
        assert params["headers"]["X-Amz-Invocation-Type"] == "Event"
        if self.responses:
            return self.responses.pop(0)
        self.calls.append((params["url_path"].split("/")[-2], json.loads(params["body"])))
        return canned({"StatusCode": 202}, 202)


def give_up(
    cloud: Cloud, function: str = "extractor", record: Json | None = None, **changes: Any
) -> Json:
    """Send the record of a failed call as Lambda does, and return the input."""
    payload = {"Records": [record or s3_record(upload(key=KEY))]}
    message = {
        "version": "1.0",
        "timestamp": "2026-01-31T12:00:00.000Z",
        "requestContext": {
            "requestId": "request-1",
            "functionArn": ARN.format(function),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": payload,
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "responsePayload": {"errorType": "TransientFailure", "errorMessage": "9 of 9 events"},
    } | changes
    cloud.sqs.send_message(QueueUrl=cloud.files_failures_queue_url, MessageBody=json.dumps(message))
    return payload
