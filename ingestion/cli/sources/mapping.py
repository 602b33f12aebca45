"""The event source mapping of a source: Lambda's link from its queue to its worker."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from ingestion.cli.environment import Deployment
from ingestion.cli.start.failures import describe_failure
from ingestion.errors import IngestionError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

CHANGE_SECONDS = 180  # AWS takes up to about a minute.
POLL_SECONDS = 1
ENABLED, DISABLED = "Enabled", "Disabled"
ENABLING, DISABLING = "Enabling", "Disabling"


class MappingError(IngestionError):
    """A worker has no mapping of its queue, or AWS does not complete a change."""


def read_mapping_states(deployment: Deployment) -> dict[str, str]:
    """Return the state of each mapping of a queue in the account and region, by the queue's name.

    One call lists 100 mappings. Lambda allows about 15 such calls a second.
    """
    pages = deployment.client("lambda").get_paginator("list_event_source_mappings").paginate()
    return {
        mapping["EventSourceArn"].rpartition(":")[2]: mapping["State"]
        for page in pages
        for mapping in page["EventSourceMappings"]
        if ":sqs:" in mapping.get("EventSourceArn", "")
    }


@dataclass(frozen=True)
class Mapping:
    """The mapping with this id, the worker that it invokes, and its state when it was found."""

    functions: "LambdaClient"
    worker: str
    uuid: str
    state: str

    @classmethod
    def find(cls, deployment: Deployment, source: str) -> "Mapping":
        """Return the mapping of a source's queue. Raises MappingError."""
        functions: LambdaClient = deployment.client("lambda")
        worker = deployment.function_names["workers"][source]
        queue = deployment.queue_urls[source].rpartition("/")[2]
        pages = functions.get_paginator("list_event_source_mappings").paginate(FunctionName=worker)
        found = [
            cls(functions, worker, mapping["UUID"], mapping["State"])
            for page in pages
            for mapping in page["EventSourceMappings"]
            if mapping["EventSourceArn"].rpartition(":")[2] == queue
        ]
        if not found:
            raise MappingError(
                f"{worker} has no event source mapping of queue {queue}:"
                f" run `make plan ENV={deployment.environment}`"
            )
        return found[0]

    def set_state(self, state: str, seconds: float = CHANGE_SECONDS) -> None:
        """Enable or disable the mapping, and wait until AWS has done so. Raises MappingError."""
        self.functions.update_event_source_mapping(UUID=self.uuid, Enabled=state == ENABLED)
        deadline = time.monotonic() + seconds
        while (current := self._state_after(state)) != state:
            if time.monotonic() > deadline:
                raise MappingError(
                    f"the mapping of {self.worker} is {current} after {seconds:.0f} s, not {state}:"
                    " AWS may complete the change later; repeat the command to wait again"
                )
            time.sleep(POLL_SECONDS)

    def _state_after(self, state: str) -> str:
        """Return the current state, after Lambda accepted the change to `state`."""
        try:
            return self.functions.get_event_source_mapping(UUID=self.uuid)["State"]
        except (BotoCoreError, ClientError) as error:
            raise MappingError(
                f"Lambda accepted the change: the mapping of {self.worker} will be {state}."
                f" Its state now is unknown: {describe_failure(error)}"
            ) from error
