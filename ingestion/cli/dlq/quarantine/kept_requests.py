"""Reads, redrives and deletes the requests that dead letters with the reason `quarantined` name."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError
from pydantic import ValidationError

from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.cli import redact_output
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.environment import Deployment
from ingestion.errors import FieldError, IngestionError, RejectedRecord
from ingestion.http.headers import joined_headers
from ingestion.http.quarantine.dead_letter import FOLDER, QUARANTINED, QuarantineDeadLetter
from ingestion.http.quarantine.kept_request import KeptRequest
from ingestion.http.quarantine.redrive import RedriveCall, RedriveOutcome

GONE, ALTERED = "request_gone", "request_altered"
_GONE = FieldError(
    "", "the request is not kept any more (expired, redriven or dropped): run `ingest dlq drop ID`"
)


class FailedRedrive(IngestionError):
    """A redrive that was not done: the same redrive may succeed later."""


@dataclass(frozen=True)
class KeptRequests:
    """The kept requests of an environment. Commands alone read and delete them."""

    deployment: Deployment

    def read(self, pointer: QuarantineDeadLetter) -> KeptRequest:
        """Return the request. Raises FailedRedrive, and RejectedRecord if it is not there."""
        try:
            found = self._s3.get_object(Bucket=self.deployment.bucket_name, Key=pointer.key)
            content = found["Body"].read()
        except FAILED_CALL as error:
            if failure_code(error) == "NoSuchKey":
                raise RejectedRecord(GONE, _GONE) from error
            raise FailedRedrive(
                f"S3 did not return {pointer.key}: {failure_code(error)}"
            ) from error
        try:
            kept = KeptRequest.model_validate_json(content)
        except ValidationError:  # It quotes the request.
            raise _altered(pointer) from None
        if kept.source != pointer.source or not pointer.key.endswith(f"/{kept.id}.json"):
            raise _altered(pointer)
        return kept

    def redrive(self, call: RedriveCall) -> RedriveOutcome:
        """Invoke the API function, which maps the request again. Raises FailedRedrive."""
        try:
            response = self.deployment.client("lambda").invoke(
                FunctionName=self.deployment.function_names["api"],
                Payload=json.dumps({"redrive": call.model_dump(mode="json")}),
            )
            payload = response["Payload"].read()
        except FAILED_CALL as error:
            raise FailedRedrive(
                f"the API function was not invoked: {failure_code(error)}"
            ) from error
        if "FunctionError" in response:
            raise FailedRedrive(f"the API function failed: {response['FunctionError']}")
        try:
            return RedriveOutcome.model_validate_json(payload)
        except ValidationError:
            text = "the API function does not know redrives: deploy this version first"
            raise FailedRedrive(text) from None

    def finish(self, call: RedriveCall) -> RedriveOutcome:
        """Redrive a request, in as many calls as its events need. Raises FailedRedrive."""
        outcome = self.redrive(call)
        while outcome.next_start is not None:
            if outcome.next_start <= call.start:
                raise FailedRedrive("the topic, or S3, did not accept all")
            call = call.model_copy(update={"start": outcome.next_start, "made": outcome.made})
            outcome = self.redrive(call)
        return outcome

    def delete(self, pointer: QuarantineDeadLetter) -> None:
        """Delete all versions of the object, so that nothing of the request is left."""
        bucket = self.deployment.bucket_name
        pages = self._s3.get_paginator("list_object_versions").paginate(
            Bucket=bucket, Prefix=pointer.key
        )
        for page in pages:
            versions = [
                {"Key": version["Key"], "VersionId": version["VersionId"]}
                for version in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
            ]
            if versions:
                deleted = self._s3.delete_objects(Bucket=bucket, Delete={"Objects": versions})
                _require_deleted(deleted)

    @cached_property
    def _s3(self) -> Any:
        return self.deployment.client("s3")


def _require_deleted(response: Mapping[str, Any]) -> None:
    """Raise ClientError if S3 did not delete a version. S3 answers 200 then."""
    for error in response.get("Errors", []):
        raise ClientError({"Error": error}, "DeleteObjects")


def _altered(pointer: QuarantineDeadLetter) -> RejectedRecord:
    fault = (
        f"the object {pointer.key} is not the request that was kept: restore its first version, or"
        " run `ingest dlq drop ID`"
    )
    return RejectedRecord(ALTERED, FieldError("", fault))


def shown_request(kept: KeptRequest, *, show_personal: bool) -> dict[str, Any]:
    """Return what an operator may see. Hides the values of the body and the query by default."""
    body, query = b64decode(kept.body), kept.query
    if not show_personal:
        query = {name: [redact_output.HIDDEN] for name in query}
    return {
        "received_at": kept.received_at,
        "headers": joined_headers(kept.as_gateway_request(), separator=", "),
        "query": query,
        "body_bytes": len(body),
        "body": _text_of(body) if show_personal else redact_output.payload(body),
    }


def _text_of(body: bytes) -> str | dict[str, str]:
    """Return the body as text, or in base64 if it is not UTF-8."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(body).decode()}


def pointer_of(dead_letter: DeadLetter) -> QuarantineDeadLetter | None:
    """Return where the request of a dead letter is, or None if it is no request of its queue."""
    if dead_letter.attributes.get("reason") != QUARANTINED:
        return None
    try:
        pointer = QuarantineDeadLetter.model_validate_json(dead_letter.body)
    except ValidationError:
        return None
    is_of_queue = pointer.key.startswith(f"{FOLDER}{dead_letter.queue}/")
    return pointer if is_of_queue and pointer.source == dead_letter.queue else None
