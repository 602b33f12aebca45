"""Settings: environment variables, the packaged files, and the configuration of clients."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore
from botocore.config import Config
from pydantic_core import from_json

from ingestion.catalog import Catalog

POOL_SIZE = 10  # SQS: the most messages of a FIFO queue's batch.

# A call takes 2 x (1 + 2) s and a pause of 1 s at most, which fits a worker's 10 s.
CALL_SECONDS = 7
# How long the API works on a request. The gateway and the function stop after 29 s: a cold start
# takes up to 2 s of these, and the release of a claim CALL_SECONDS at most.
WORK_SECONDS = 20
# Typed code builds the parameters, so botocore need not check them. botocore would build a longer
# user agent twice a call.
CLIENT_CONFIG = Config(
    parameter_validation=False,
    user_agent=f"Botocore/{botocore.__version__}",
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=POOL_SIZE,
)

# For a read without which a request can be answered: one call, which takes 2 x 0.25 s at most.
SHORT_READ_CONFIG = CLIENT_CONFIG.merge(
    Config(
        connect_timeout=0.25,
        read_timeout=0.25,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=1,
    )
)

# For whole files and parts, in functions that run for minutes.
BULK_CLIENT_CONFIG = Config(
    connect_timeout=2,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 5},
)

# Signature version 4 signs only the headers that are passed as parameters. Without the settings in
# `s3`, botocore presigns S3's global address. New buckets, and regions since March 2019, do not
# answer there:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
PRESIGNING_CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
)

# The package build writes its files from config/sources.yaml and the entities.
_CONFIG = Path(__file__).parent.parent / "config"


def _required(name: str, convert: Callable[[str], Any] = str) -> Any:
    return field(default_factory=lambda: convert(os.environ[name]))


@dataclass(frozen=True)
class ApiSettings:
    """`api_key_digests` holds the digests of every key that a source or the operator may use.

    `api_url` is set if callers reach the API by another name than the gateway's own.
    """

    topic_arn: str = _required("TOPIC_ARN")
    table_name: str = _required("TABLE_NAME")
    bucket: str = _required("BUCKET")
    max_upload_bytes: int = _required("MAX_UPLOAD_BYTES", int)
    api_key_digests: str = _required("API_KEY_DIGESTS")
    open_docs: bool = _required("OPEN_DOCS", from_json)
    api_url: str | None = field(default_factory=lambda: os.environ.get("API_URL"))


@dataclass(frozen=True)
class WebhookSettings:
    """Further settings of the API if a source signs its requests."""

    secret_prefix: str = _required("WEBHOOK_SECRET_PREFIX")
    claims_table_name: str = _required("CLAIMS_TABLE_NAME")
    claim_days: int = _required("CLAIM_DAYS", int)


@dataclass(frozen=True)
class QuarantineSettings:
    """Further settings of the API if a source has quarantine.

    `queue_url` is the URL of a source's dead-letter queue, with `{source}` for its name.
    """

    queue_url: str = _required("QUARANTINE_QUEUE_URL")


@dataclass(frozen=True)
class WorkerSettings:
    """The settings of a worker, which stores the events of one source."""

    source: str = _required("SOURCE")
    table_name: str = _required("TABLE_NAME")
    dead_letter_queue_url: str = _required("DEAD_LETTER_QUEUE_URL")
    tombstone_days: int = _required("TOMBSTONE_DAYS", int)
    max_receive_count: int = _required("MAX_RECEIVE_COUNT", int)


@dataclass(frozen=True)
class ExtractorSettings:
    """`max_upload_bytes` is the space for one upload on the function's disk.

    Lambda itself sets the variable with the function's memory.
    """

    table_name: str = _required("TABLE_NAME")
    bucket: str = _required("BUCKET")
    max_upload_bytes: int = _required("MAX_UPLOAD_BYTES", int)
    memory_mb: int = _required("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", int)


@dataclass(frozen=True)
class InserterSettings:
    """The bucket of the parts, and the topic of their events."""

    bucket: str = _required("BUCKET")
    topic_arn: str = _required("TOPIC_ARN")


@dataclass(frozen=True)
class QuerySettings:
    """`reader_key_digests` holds the digests of all keys that may read."""

    table_name: str = _required("TABLE_NAME")
    reader_key_digests: str = _required("READER_KEY_DIGESTS")


@dataclass(frozen=True)
class ChangesSettings:
    """The topic of the changes."""

    change_topic_arn: str = _required("CHANGE_TOPIC_ARN")


@dataclass(frozen=True)
class DeliverySettings:
    """One delivery function serves one subscriber."""

    subscriber: str = _required("SUBSCRIBER")
    subscriber_url: str = _required("SUBSCRIBER_URL")
    secret_prefix: str = _required("DELIVERY_SECRET_PREFIX")


@dataclass(frozen=True)
class IndexerSettings:
    """`queue_url` is the queue of changes. Those that cannot be indexed go to the failures queue.

    `bucket` holds the texts of documents.
    """

    table_name: str = _required("TABLE_NAME")
    bucket: str = _required("BUCKET")
    index_bucket: str = _required("INDEX_BUCKET")
    queue_url: str = _required("QUEUE_URL")
    failures_queue_url: str = _required("FAILURES_QUEUE_URL")


@dataclass(frozen=True)
class SearchSettings:
    """`reader_key_digests` holds the digests of all keys that may search."""

    table_name: str = _required("TABLE_NAME")
    index_bucket: str = _required("INDEX_BUCKET")
    reader_key_digests: str = _required("READER_KEY_DIGESTS")


def packaged_catalog() -> Catalog:
    """Read the catalog that was packaged with the function."""
    path = Path(os.environ.get("CATALOG_FILE", _CONFIG / "sources.json"))
    return Catalog.model_validate_json(path.read_bytes())


def packaged_openapi() -> dict[str, Any]:
    """Read the OpenAPI document that was packaged with the function."""
    path = Path(os.environ.get("OPENAPI_FILE", _CONFIG / "openapi.json"))
    document: dict[str, Any] = from_json(path.read_bytes())
    return document
