"""Stores requests that make no valid event, and writes the dead letters that point to them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

import boto3
from botocore.config import Config

from ingestion.aws.retry import FAILED_CALL
from ingestion.errors import FieldError, RejectedRecord, TransientFailure
from ingestion.event import REQUEST_ID
from ingestion.http.http_problem import HttpProblem
from ingestion.http.quarantine.dead_letter import (
    FOLDER,
    QUARANTINED,
    AppliedRules,
    QuarantineDeadLetter,
)
from ingestion.http.quarantine.kept_request import KeptRequest
from ingestion.http.quarantine.reason import Reason, digest_of
from ingestion.messaging.dead_letter import DeadLetterWriter
from ingestion.settings import CALL_SECONDS, CLIENT_CONFIG, QuarantineSettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

# For objects of 6 MB: a call takes at most 2 x (1 + 4) s and a pause of 1 s.
S3_SECONDS = 11
_S3_CONFIG = CLIENT_CONFIG.merge(Config(read_timeout=4))


@dataclass(frozen=True)
class Quarantine:
    """The folder of kept requests, and the dead-letter queues of sources."""

    s3: "S3Client"
    sqs: "SQSClient"
    bucket: str
    settings: QuarantineSettings

    @classmethod
    def build(cls, session: boto3.Session, bucket: str) -> Self:
        """Build the clients. Only the API of a catalog with quarantine has the settings."""
        s3 = session.client("s3", config=_S3_CONFIG)
        sqs = session.client("sqs", config=CLIENT_CONFIG)
        return cls(s3, sqs, bucket, QuarantineSettings())

    def store(self, kept: KeptRequest, deadline: float) -> str:
        """Store a request, and return its key.

        Raises HttpProblem if S3 does not accept the request before `deadline`, a time of
        `time.monotonic`.
        """
        key = f"{FOLDER}{kept.source}/{kept.received_at[:10]}/{kept.id}.json"
        body = kept.model_dump_json(exclude_none=True).encode()
        _require_time(deadline, S3_SECONDS)
        try:
            self.s3.put_object(
                Bucket=self.bucket, Key=key, Body=body, ContentType="application/json"
            )
        except FAILED_CALL as error:
            raise _unavailable() from error
        return key

    def write_dead_letter(
        self,
        kept: KeptRequest,
        key: str,
        reasons: Sequence[Reason],
        made: AppliedRules | None,
        deadline: float,
    ) -> None:
        """Write the dead letter of a stored request. `reasons` are all of them.

        Raises HttpProblem if SQS does not accept the dead letter before `deadline`.
        """
        _require_time(deadline, CALL_SECONDS)
        dead_letter = _dead_letter_of(kept, key, reasons, made)
        record = {
            "messageId": kept.id,
            "body": dead_letter.model_dump_json(exclude_none=True),
            "attributes": {},
            "messageAttributes": {REQUEST_ID: {"stringValue": kept.request_id}},
        }
        url = self.settings.queue_url.replace("{source}", kept.source)
        try:
            rejection = RejectedRecord(QUARANTINED, FieldError("", kept.reasons[0].text))
            DeadLetterWriter(self.sqs, url).write(record, rejection)
        except TransientFailure as error:
            raise _unavailable() from error


def _dead_letter_of(
    kept: KeptRequest, key: str, reasons: Sequence[Reason], made: AppliedRules | None
) -> QuarantineDeadLetter:
    return QuarantineDeadLetter(
        id=kept.id,
        source=kept.source,
        key=key,
        request_id=kept.request_id,
        received_at=kept.received_at,
        reasons=kept.reasons,
        reason_count=len(reasons),
        reasons_digest=digest_of(reasons),
        made=made,
    )


def _require_time(deadline: float, seconds: float) -> None:
    """Raise HttpProblem if a call of so many seconds could end after the deadline."""
    if time.monotonic() + seconds > deadline:
        raise _unavailable()


def _unavailable() -> HttpProblem:
    detail = "the request cannot be kept now: repeat it after Retry-After"
    return HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail)
