"""An environment as the commands know it: the catalog of its checkout, and its outputs."""

from functools import cached_property
from typing import Any, Self

import boto3
from pydantic import BaseModel, ConfigDict, ValidationError

import entities
from ingestion.catalog import Catalog
from ingestion.cli.audit_log import Audit
from ingestion.cli.checkout import THIS_CHECKOUT, Checkout
from ingestion.cli.yaml_file import BadYaml, read_yaml
from ingestion.errors import IngestionError
from ingestion.store.reader import TableReader


class BadCatalog(IngestionError):
    """The catalog is invalid. The message names the keys."""


def load_catalog(checkout: Checkout = THIS_CHECKOUT) -> Catalog:
    """Return the checkout's catalog. Raises BadCatalog."""
    file = checkout.catalog_file
    try:
        entities.models()
    except (SyntaxError, ImportError, NameError, AttributeError, TypeError) as error:
        raise BadCatalog(f"entities: {type(error).__name__}: {error}") from error
    try:
        return Catalog.model_validate(read_yaml(file))
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BadCatalog(f"{file.name}: {'; '.join(faults)}") from error
    except (OSError, UnicodeDecodeError, BadYaml) as error:
        raise BadCatalog(f"{file.name}: {error}") from error


class NotDeployed(IngestionError):
    """The checkout has no outputs of the environment."""


class Deployment(BaseModel):
    """The outputs that `make up` and `make deploy` write to `.stack/<environment>/outputs.json`.

    `endpoint_url` is the emulator's address. In AWS there is none.
    """

    model_config = ConfigDict(frozen=True)

    api_url: str
    api_keys: dict[str, str]
    reader_api_key: str
    webhook_secret_names: dict[str, str]
    table_name: str
    topic_arn: str
    queue_urls: dict[str, str]
    dead_letter_queue_urls: dict[str, str]
    unrouted_queue_url: str
    bucket_name: str
    files_failures_queue_url: str
    change_topic_arn: str
    change_failures_queue_url: str
    subscriber_queue_arns: dict[str, str]
    subscriber_dead_letter_queue_urls: dict[str, str]
    subscriber_secret_names: dict[str, str]
    function_names: dict[str, Any]
    audit_log_group: str
    region: str
    endpoint_url: str | None = None
    environment: str = "local"
    checkout: Checkout = THIS_CHECKOUT

    @classmethod
    def load(cls, environment: str, checkout: Checkout = THIS_CHECKOUT) -> Self:
        """Return the environment's outputs. Raises NotDeployed, with the command to run."""
        file = checkout.outputs_file(environment)
        command = "make up" if environment == "local" else f"make outputs ENV={environment}"
        if not file.is_file():
            raise NotDeployed(f"{environment!r} has no outputs.json in .stack/: run `{command}`")
        try:
            outputs = cls.model_validate_json(file.read_bytes())
            return outputs.model_copy(update={"environment": environment, "checkout": checkout})
        except ValidationError as error:
            raise NotDeployed(
                f"{file} is not valid JSON with all outputs: run `{command}` again"
            ) from error

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog of the checkout. Raises BadCatalog."""
        return load_catalog(self.checkout)

    def reader(self) -> TableReader:
        """Return a reader of the environment's table."""
        return TableReader(self.client("dynamodb"), self.table_name)

    @cached_property
    def audit_log(self) -> Audit:
        """The audit log, for the identity that runs the command."""
        actor = self.client("sts").get_caller_identity()["Arn"]
        return Audit(self.client("logs"), self.audit_log_group, actor)

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}

    def client(self, service: str) -> Any:
        """Return a cached boto3 client. The emulator accepts any credentials."""
        if service not in self._clients:
            local = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
            self._clients[service] = boto3.client(  # type: ignore[call-overload]
                service,
                region_name=self.region,
                endpoint_url=self.endpoint_url,
                **(local if self.endpoint_url else {}),
            )
        return self._clients[service]
