"""One run of `make smoke` in an environment: its requests, its deadline, and hints for errors."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar

import httpx
from pydantic_core import to_json

import entities
from entities.base import Entity
from infra.tools.errors import SetupError
from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.posting import new_client, post_json
from ingestion.cli.environment import Deployment
from ingestion.openapi.schemas import example

MAX_SECONDS = 60
POLL_SECONDS = 0.5
Found = TypeVar("Found")


@dataclass(frozen=True)
class SmokeRun:
    """A run in an environment, for one source with an API key, until `deadline` (monotonic)."""

    deployment: Deployment
    source: str
    run_id: str
    deadline: float

    @cached_property
    def model(self) -> type[Entity]:
        """The first entity of the source."""
        return entities.models()[self.deployment.catalog.sources[self.source].entities[0]]

    @cached_property
    def url(self) -> str:
        """The address to which the source posts."""
        return f"{self.deployment.api_url}/{self.deployment.catalog.sources[self.source].path}"

    @cached_property
    def http(self) -> httpx.Client:
        """The client of the source."""
        return new_client(partial(add_api_key, key=self.deployment.api_keys[self.source]))

    def post(self, entity_id: str, operation: str) -> httpx.Response:
        """Post an event about an entity of this run."""
        body = {self.model.id_field(): entity_id}
        if operation == "upsert":
            body = example(self.model) | body
        event = {"entity_name": self.model.entity_name, "operation": operation, "body": body}
        return post_json(self.http, self.url, to_json(event), retries=2)

    def read(self, entity_id: str) -> int:
        """Return the status of reading an entity as a reader."""
        with new_client(partial(add_api_key, key=self.deployment.reader_api_key)) as http:
            address = f"entities/{self.model.entity_name}/{entity_id}"
            return http.get(f"{self.deployment.api_url}/{address}").status_code

    def dlq_hint(self, source: str) -> str:
        """Return the command that lists the dead letters of a source, or of another queue."""
        return f"`ingest dlq list --source {source} --env {self.deployment.environment}`"

    def log_hint(self, function: str) -> str:
        """Return the command that prints the last lines of a function's log."""
        command = f"ingest logs --function {function} --since 10m"
        return f"`{command} --env {self.deployment.environment}`"

    def wait_for(self, probe: Callable[[], Found | None], wanted: str, hint: str) -> Found:
        """Return what the probe finds. Raises SetupError after the deadline."""
        while not (found := probe()):
            if time.monotonic() > self.deadline:
                raise SetupError(
                    f"{wanted} did not appear within {MAX_SECONDS} s of the start of this run."
                    f" Run: {hint}"
                )
            time.sleep(POLL_SECONDS)
        return found
