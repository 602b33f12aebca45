"""An environment as the commands know it: its catalog, its names and URLs, and its keys."""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

import entities
from entities.base import Entity
from ingestion.catalog import Catalog, Source
from ingestion.cli.audit.log import Audit
from ingestion.cli.catalog_file import BadCatalog, read_catalog
from ingestion.cli.checkout import THIS_CHECKOUT, Checkout, FileStamp
from ingestion.cli.login.known import (
    LOGIN_COMMAND,
    how_to_know,
    login_file,
    next_command,
    outputs_command,
)
from ingestion.errors import IngestionError

if TYPE_CHECKING:
    from ingestion.store.reader import TableReader

_CREATING = Lock()  # boto3's default session must not create two clients at once.


def load_models() -> Mapping[str, type[Entity]]:
    """Return the model of each entity. Raises BadCatalog."""
    try:
        return entities.models()
    except entities.InvalidEntity as error:
        raise BadCatalog(str(error)) from error


def load_catalog(checkout: Checkout = THIS_CHECKOUT) -> Catalog:
    """Return the checkout's catalog. Raises BadCatalog."""
    load_models()
    file = checkout.catalog_file
    return read_catalog(file, str(file.relative_to(checkout.root)))


class UnknownEnvironment(IngestionError):
    """No outputs, login, or URL and key of the environment are known here."""


class Deployment(BaseModel):
    """The outputs of an environment: from `.stack/<environment>/outputs.json`, or from a login.

    A login has no keys, but their ids and the sources. `endpoint_url` is the emulator's address. In
    AWS there is none. Older outputs have no search.
    """

    model_config = ConfigDict(frozen=True)

    api_url: str
    api_keys: dict[str, str] = {}
    api_key_ids: dict[str, str] = {}
    reader_api_key: str = ""
    webhook_secret_names: dict[str, str]
    table_name: str
    topic_arn: str
    queue_urls: dict[str, str]
    dead_letter_queue_urls: dict[str, str]
    unrouted_queue_url: str
    bucket_name: str
    login_bucket_name: str | None = None
    files_failures_queue_url: str
    change_topic_arn: str
    change_failures_queue_url: str
    search_queue_url: str = ""
    search_failures_queue_url: str = ""
    search_undelivered_queue_url: str = ""
    search_index_bucket: str = ""
    subscriber_queue_arns: dict[str, str]
    subscriber_dead_letter_queue_urls: dict[str, str]
    subscriber_secret_names: dict[str, str]
    function_names: dict[str, Any]
    files_retention_days: int | None = None
    audit_log_group: str
    region: str
    endpoint_url: str | None = None
    environment: str = "local"
    sources: dict[str, Source] | None = None
    checkout: Checkout = THIS_CHECKOUT

    @classmethod
    def load(cls, environment: str, checkout: Checkout = THIS_CHECKOUT) -> Self:
        """Return an environment of the checkout or of a login. Raises UnknownEnvironment."""
        files = {
            checkout.outputs_file(environment): outputs_command(environment),
            login_file(environment): LOGIN_COMMAND,
        }
        file = next(filter(Path.is_file, files), None)
        if file is None:
            raise UnknownEnvironment(how_to_know(environment, checkout))
        try:
            outputs = cls.model_validate_json(file.read_bytes())
        except ValidationError as error:
            raise UnknownEnvironment(
                f"{file} is not valid JSON with all outputs: run `{files[file]}` again"
            ) from error
        return outputs.model_copy(update={"environment": environment, "checkout": checkout})

    @property
    def catalog(self) -> Catalog:
        """Return the catalog of the login, or the checkout's current one. Raises BadCatalog.

        It is read again only if its file changed: the console runs for hours.
        """
        stamp = None if self.sources else FileStamp.of(self.checkout.catalog_file)
        found = self._catalogs.get(stamp)
        if found is None:
            new = Catalog(sources=self.sources) if self.sources else load_catalog(self.checkout)
            self._catalogs.clear()
            found = self._catalogs.setdefault(stamp, new)
        return found

    @cached_property
    def _catalogs(self) -> dict[FileStamp | None, Catalog]:
        return {}

    @property
    def delivery_functions(self) -> dict[str, str]:
        """Return the delivery functions by subscriber. Older outputs name only their queues."""
        queues = {name: self.subscriber_queue_arns[name] for name in self.subscriber_secret_names}
        derived = {n: q.rpartition(":")[2].removesuffix(".fifo") for n, q in queues.items()}
        return {**derived, **self.function_names.get("deliveries", {})}

    def command(self, *words: str) -> str:
        """Return the `ingest` command of these words for a message about this environment."""
        return next_command(words, self.environment, self.checkout)

    def find_api_key(self, caller: str) -> str | None:
        """Return a caller's API key: from INGEST_KEY, the outputs or API Gateway; None without."""
        if key := os.environ.get("INGEST_KEY"):
            return key
        if caller in self.api_keys:
            return self.api_keys[caller]
        if caller not in self.api_key_ids:
            return None
        found = self.client("apigateway").get_api_key(
            apiKey=self.api_key_ids[caller], includeValue=True
        )
        return str(found["value"])

    def origin_of_key(self, caller: str) -> str:
        """Return where a caller's API key comes from, and how to get the current one."""
        if os.environ.get("INGEST_KEY"):
            return f"which is from INGEST_KEY: set it to the key of {caller}, or unset it"
        if caller in self.api_keys:
            return f"which is from the outputs: run `{outputs_command(self.environment)}`"
        return f"which is from API Gateway: run `{LOGIN_COMMAND}` again"

    def reader(self) -> "TableReader":
        """Return a reader of the environment's table."""
        from ingestion.store.reader import TableReader

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
        with _CREATING:
            if service not in self._clients:
                self._clients[service] = new_client(service, self.region, self.endpoint_url)
            return self._clients[service]


def new_client(service: str, region: str | None, endpoint_url: str | None) -> Any:
    """Return a boto3 client. The emulator accepts any credentials."""
    import boto3  # Takes longer to import than completing a word may take.

    local = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(  # type: ignore[call-overload]
        service,
        region_name=region,
        endpoint_url=endpoint_url,
        **(local if endpoint_url else {}),
    )
