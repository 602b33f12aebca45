"""Builds valid requests, events and records, with the changes that a test needs."""

import base64
import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from pydantic_core import to_json

from entities.base import id_field
from ingestion.catalog import Catalog
from ingestion.cli.yaml_file import read_yaml
from ingestion.event import Event
from ingestion.files.upload import Upload

CATALOG_YAML = Path(__file__).parents[2] / "config" / "sources.yaml"
CANARY = "canary-4711"  # A value in test data. If it is found anywhere else, the data leaked.
REQUEST_ID = "QcFXFHVsDoEEFcQ="  # The id that the gateway gives each request.
NOON = "2026-01-31T12:00:00.000000Z"

# The characters that SQS accepts in a body or an attribute. Others are lost or refused.
SQS_TEXT = r"[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*"

NOT_JSON = {
    "nothing": b"",
    "text": b"hello",
    "canary in the open": f'{{"entity_name": {CANARY}'.encode(),
    "unfinished": b'{"entity_name": "CONTRACT"',
    "more after the end": b"{} {}",
    "100,000 levels": b"[" * 100_000,
    "5,000 digits": b"9" * 5_000,
    "NaN": b'{"body": NaN}',
    "Infinity": b'{"body": Infinity}',
    "minus Infinity": b'{"body": -Infinity}',
    "invalid UTF-8": b'{"id": "\xff"}',
    "overlong UTF-8": b'{"id": "\xc0\xaf"}',
    "encoded surrogate": b'{"id": "\xed\xa0\x80"}',
    "escaped lone surrogate": b'{"id": "\\ud800"}',
    "raw control character": b'{"id": "\x01"}',
    "UTF-16": '{"id": "1"}'.encode("utf-16"),
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
}

Json = dict[str, Any]
Canned = tuple[AWSResponse, Json]


def contract(contract_id: Any = "c-1", **changes: Any) -> Json:
    """Return a valid contract."""
    fields = {"contract_name": "Turbines", "contract_type": "goods", "contract_status": "active"}
    return {"contract_id": contract_id} | fields | changes


def milestone(milestone_id: Any = "m-1", **changes: Any) -> Json:
    """Return a valid milestone. Its contract need not exist."""
    return {"milestone_id": milestone_id, "contract_id": "c-1"} | changes


def equipment(equipment_id: Any = "e-1", **changes: Any) -> Json:
    """Return a valid piece of equipment."""
    return {"equipment_id": equipment_id} | changes


def submission(body: Any = None, **changes: Any) -> Json:
    """Return a contract as sourceB posts it."""
    return {"entity_name": "CONTRACT", "body": contract() if body is None else body} | changes


def deletion(contract_id: str = "c-1", **changes: Any) -> Json:
    """Return the deletion of a contract as sourceB posts it."""
    return submission({"contract_id": contract_id}, operation="delete", **changes)


def cloudevent(data: Any = None, **changes: Any) -> Json:
    """Return a contract as sourceB posts it as a CloudEvent."""
    return {
        "specversion": "1.0",
        "id": "event-1",
        "source": "sourceB",
        "type": "contract.upsert",
        "data": contract() if data is None else data,
    } | changes


def event_fields(data: Json | None = None, **changes: Any) -> Json:
    """Return the attributes of an event of sourceB. `entity_name` and `operation` form its type."""
    data = contract() if data is None else data
    entity_name = changes.pop("entity_name", "CONTRACT")
    operation = changes.pop("operation", "upsert")
    return {
        "specversion": "1.0",
        "id": "event-1",
        "source": "sourceB",
        "type": f"{entity_name.lower()}.{operation}",
        "subject": data.get(id_field(entity_name), "c-1"),
        "time": NOON,
        "receivedat": NOON,
        "data": data,
    } | changes


def event(data: Json | None = None, **changes: Any) -> Event:
    """Return an event of sourceB (default: about contract c-1)."""
    return Event.model_validate(event_fields(data, **changes))


def delete_event(contract_id: str = "c-1", **changes: Any) -> Event:
    """Return an event that deletes a contract."""
    return event({"contract_id": contract_id}, operation="delete", **changes)


def event_of_bytes(size: int, **changes: Any) -> Event:
    """Return an event whose JSON has exactly so many bytes."""
    empty = len(event(contract(contract_name=""), **changes).json_bytes)
    return event(contract(contract_name="x" * (size - empty)), **changes)


def catalog_document() -> Any:
    """Return the content of the repository's catalog file."""
    return deepcopy(_shipped_catalog())


@cache
def _shipped_catalog() -> Any:
    return read_yaml(CATALOG_YAML)


def catalog() -> Catalog:
    """Return the repository's own catalog."""
    return Catalog.model_validate(catalog_document())


def api_key(source: str) -> str:
    """Return the API key that a source uses in the tests."""
    return f"{source}-{CANARY}-key"


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


def context(seconds: float = 10) -> LambdaContext:
    """Return the context of an invocation with this remaining time."""
    context = LambdaContext()
    context._aws_request_id = "invocation-1"
    context._function_name = "function-1"
    context.get_remaining_time_in_millis = lambda: int(seconds * 1000)  # type: ignore[method-assign]
    return context


def canned(document: Json, status: int = 200) -> Canned:
    """Return the value of a `before-call` hook that botocore uses as the service's response."""
    metadata = {"HTTPStatusCode": status, "RequestId": "canned"}
    response = AWSResponse("https://canned.example.com", status, {}, None)  # type: ignore[arg-type]
    return response, {"ResponseMetadata": metadata} | document


def aws_error(code: str, status: int = 400, message: str = "as the test wants") -> Canned:
    """Return the error response of a service."""
    return canned({"Error": {"Code": code, "Message": message}}, status)


def name_of(failure: Canned | Exception) -> str:
    """Return the name of a failure for a test's parameters."""
    if isinstance(failure, Exception):
        return type(failure).__name__
    return str(failure[1]["Error"]["Code"])


def intercept(client: BaseClient, operation: str, respond: Callable[[Json], Canned | None]) -> None:
    """Call `respond` with the parameters of each call. Its result is the response, unless None."""

    def note(params: Json, context: Json, **_: Any) -> None:
        context["parameters"] = params

    def answer(context: Json, **_: Any) -> Canned | None:
        return respond(context["parameters"])

    service: Any = client.meta.service_model.service_id
    events: Any = client.meta.events
    events.register(f"provide-client-params.{service.hyphenize()}.{operation}", note)
    events.register(f"before-call.{service.hyphenize()}.{operation}", answer)


def lines(text: str) -> list[Any]:
    """Return the JSON lines of a log."""
    return [json.loads(line) for line in text.splitlines()]
