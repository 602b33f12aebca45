"""Builds the events with which AWS invokes the functions, and the context."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic_core import to_json

from ingestion.event import Event
from ingestion.files.upload import Upload
from tests.support.factories import NOON, Json, api_key

REQUEST_ID = "QcFXFHVsDoEEFcQ="  # The id that the gateway gives each request.


def request(
    path: str,
    body: Any,
    *,
    source: str | None = None,
    headers: Mapping[str, str] | None = None,
    method: str = "POST",
    query: Mapping[str, list[str]] | None = None,
) -> Json:
    """Return a POST to `/path` with the key of `source`, as API Gateway's proxy sends it.

    Text is sent unchanged, bytes in base64, other values as JSON.
    """
    text = body if isinstance(body, str | bytes) else to_json(body).decode()
    sent = {"Accept": "*/*", "Content-Type": "application/json", "Host": "api.example.com"}
    sent |= {"X-Api-Key": api_key(source)} if source else {}
    sent |= headers or {}
    return {
        "resource": f"/{path}",
        "path": f"/{path}",
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()}
        if query
        else None,
        "multiValueQueryStringParameters": {**query} if query else None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123",
            "extendedRequestId": REQUEST_ID,
            "httpMethod": method,
            "identity": {"apiKey": sent.get("X-Api-Key"), "sourceIp": "192.0.2.1"},
            "path": f"/v1/{path}",
            "protocol": "HTTP/1.1",
            "requestId": "request-1",
            "requestTimeEpoch": 1_769_860_800_000,
            "resourcePath": f"/{path}",
            "stage": "v1",
        },
        "body": base64.b64encode(text).decode() if isinstance(text, bytes) else text,
        "isBase64Encoded": isinstance(text, bytes),
    }


def upload(name: str = "contracts.csv", source: str = "sourceB", **changes: Any) -> Upload:
    """Return the upload of a file of sourceB, at noon."""
    fields = {"version_id": "version-1", "sequencer": "0055AED6DCD90281E5", "size_bytes": 1_000}
    return Upload(
        **{"key": f"uploads/{source}/{name}", "uploaded_at": NOON} | fields | changes  # type: ignore[arg-type]
    )


def as_lambda_event(document: Any) -> Json:
    """Return what boto3 returned as Lambda passes it: in JSON, with binary values in base64."""

    def to_plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.timestamp()
        return base64.b64encode(value).decode()

    found: Json = json.loads(json.dumps(document, default=to_plain))
    return found


def s3_record(upload: Upload) -> Json:
    """Return the S3 notification of the upload."""
    version = {"versionId": upload.version_id} if upload.version_id else {}
    return {
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "eventTime": upload.uploaded_at,
        "s3": {
            "bucket": {"name": "drop"},
            "object": {
                "key": quote_plus(upload.key, safe="/"),
                "size": upload.size_bytes,
                "sequencer": upload.sequencer,
                **version,
            },
        },
    }


def record(content: Event | str, *, group_id: str = "group", **attributes: str) -> Json:
    """Return a queued event, or any text, as the event source mapping sends it to a worker."""
    fifo_attributes = {"MessageGroupId": group_id, "MessageDeduplicationId": uuid4().hex}
    if isinstance(content, Event):
        fifo_attributes = {
            "MessageGroupId": content.group_id,
            "MessageDeduplicationId": content.deduplication_id,
        }
        content = content.json_bytes.decode()
    return {
        "messageId": str(uuid4()),
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": content,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1769860800000",
            "SequenceNumber": "18849496460467696128",
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1769860800001",
            **fifo_attributes,
            **attributes,
        },
        "messageAttributes": {},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:sourceB.fifo",
        "awsRegion": "eu-central-1",
    }


def batch(*contents: Event | Json | str) -> Json:
    """Return a worker's invocation: records, or events to make records of."""
    return {"Records": [c if isinstance(c, dict) else record(c) for c in contents]}


def context(seconds: float = 10, request_id: str = "invocation-1") -> LambdaContext:
    """Return the context of an invocation with this remaining time."""
    context = LambdaContext()
    context._aws_request_id = request_id
    context._function_name = "function-1"
    context.get_remaining_time_in_millis = lambda: int(seconds * 1000)  # type: ignore[method-assign]
    return context
