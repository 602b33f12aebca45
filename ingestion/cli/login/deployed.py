"""Reads environment.json, where Terraform writes what it deployed: names, URLs, the catalog."""

from typing import Any

from pydantic_core import from_json

from ingestion.cli.environment import Deployment
from ingestion.cli.start.failures import describe_failure
from ingestion.errors import IngestionError

KEY = "environment.json"  # As in infra/main.tf.


class NotLoggedIn(IngestionError):
    """The bucket does not describe an environment, or this user may not read it."""


def read_environment(s3: Any, bucket: str) -> dict[str, Any]:
    """Return the environment's names, URLs and catalog. Raises NotLoggedIn."""
    try:
        text = s3.get_object(Bucket=bucket, Key=KEY)["Body"].read()
    except s3.exceptions.ClientError as error:
        problem = _PROBLEMS.get(error.response["Error"]["Code"])
        known = problem and problem.format(bucket=bucket)
        raise NotLoggedIn(known or describe_failure(error)) from error
    try:
        document: dict[str, Any] = from_json(text)
        Deployment.model_validate(document)
    except ValueError as error:
        raise NotLoggedIn(
            f"s3://{bucket}/{KEY} is of another version than this command: install the version that"
            " was deployed, or deploy again"
        ) from error
    return document


_PROBLEMS = {
    "NoSuchBucket": "there is no bucket {bucket!r}: use the output login_bucket_name",
    "NoSuchKey": "bucket {bucket!r} has no environment.json: use the output login_bucket_name,"
    " and deploy the environment again if it has no such output",
    "AccessDenied": "you may not read s3://{bucket}/environment.json: s3:GetObject on it is needed,"
    " and s3:ListBucket shows whether it exists",
}
