"""What the platform is told from outside: environment variables, the catalog, client tuning."""

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from botocore.config import Config
from pydantic_core import from_json

from ingestion.catalog import Catalog

POOL_SIZE = 8

# The worst case of one call, 2 x (1 + 2) s and a pause, fits a worker's 10 s.
CLIENT_CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=POOL_SIZE,
)

# The package build writes it from config/sources.yaml.
_CATALOG_FILE = Path(__file__).parent.parent / "config" / "sources.json"


def running_in_lambda() -> bool:
    """Whether a handler module may make its clients now: Lambda initialises on a full CPU."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ


def _required(name: str) -> str:
    return field(default_factory=lambda: os.environ[name])


@dataclass(frozen=True)
class ApiSettings:
    """`api_key_digests` holds the SHA-256 (hex) of every key a source may use."""

    topic_arn: str = _required("TOPIC_ARN")
    api_key_digests: dict[str, list[str]] = field(
        default_factory=lambda: from_json(os.environ["API_KEY_DIGESTS"])
    )


@dataclass(frozen=True)
class WorkerSettings:
    """One worker serves one source."""

    source: str = _required("SOURCE")
    table_name: str = _required("TABLE_NAME")
    dead_letter_queue_url: str = _required("DEAD_LETTER_QUEUE_URL")
    tombstone_days: int = field(default_factory=lambda: int(os.environ["TOMBSTONE_DAYS"]))


@dataclass(frozen=True)
class ChangesSettings:
    """Where changes go."""

    change_topic_arn: str = _required("CHANGE_TOPIC_ARN")


@dataclass(frozen=True)
class DeliverySettings:
    """One delivery function serves one subscriber."""

    subscriber: str = _required("SUBSCRIBER")
    subscriber_url: str = _required("SUBSCRIBER_URL")


api_settings = cache(ApiSettings)
worker_settings = cache(WorkerSettings)
changes_settings = cache(ChangesSettings)
delivery_settings = cache(DeliverySettings)


@cache
def catalog() -> Catalog:
    """The catalog that was packaged with the function."""
    path = Path(os.environ.get("CATALOG_FILE", _CATALOG_FILE))
    return Catalog.model_validate_json(path.read_bytes())
