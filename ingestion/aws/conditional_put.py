"""Writes an S3 object on a condition, and retries what S3 answers with a conflict."""

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ingestion.aws.retry import attempts

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def put_conditionally(s3: "S3Client", conflict_seconds: float, **call: Any) -> str:
    """Write an object and return its ETag. Raises ClientError, with 412 if the condition fails.

    Status 409: another call is writing the object and may still fail, so the write is retried:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-error-response.html
    """
    for _ in attempts(time.monotonic() + conflict_seconds):
        try:
            return s3.put_object(**call)["ETag"]
        except ClientError as error:
            if status_of(error) != HTTPStatus.CONFLICT:
                raise
            conflict = error
    raise conflict


def status_of(error: ClientError) -> int:
    """Return the HTTP status of AWS's response."""
    return error.response["ResponseMetadata"]["HTTPStatusCode"]
