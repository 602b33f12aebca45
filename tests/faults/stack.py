"""The stack of the soak: a local stack of its own, whose functions call through the proxy."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from io import StringIO
from typing import Any

from botocore.exceptions import EndpointConnectionError

from infra.tools.stack.local_environment import LocalEnvironment
from ingestion.cli import secrets
from ingestion.cli.environment import Deployment
from ingestion.cli.output import console
from tests.faults.injection.faults import Function

SUBSCRIBER = "soak"
RECORD_AGE_SECONDS = 3600  # The default of infra/variables-changes.tf.
SEARCH_VISIBILITY_SECONDS = 30  # As ingestion/messaging/redelivery.py after a first failure.


class SoakStack(LocalEnvironment):
    """A local stack for the soak only, so that its events stay apart from the user's.

    It has one subscriber with an endpoint. Each run has an endpoint of its own.
    """

    folder = "soak"
    default_port = 4576
    to_reset = "delete .stack/soak"

    def variables(self) -> dict[str, str]:
        """Return the environment variables of Terraform's process."""
        subscribers = {SUBSCRIBER: {"url": "http://127.0.0.1:9/changes"}}
        return super().variables() | {"TF_VAR_subscribers": json.dumps(subscribers)}


def subscriber_queue_name(deployment: Deployment) -> str:
    """Return the name of the subscriber's queue."""
    return deployment.subscriber_queue_arns[SUBSCRIBER].rpartition(":")[2]


def functions_by_name(deployment: Deployment) -> dict[str, Function]:
    """Return the functions that a fault can meet, by their names in Lambda."""
    names = deployment.function_names
    return {
        names["api"]: "api",
        **dict.fromkeys(names["workers"].values(), "worker"),
        names["extractor"]: "extractor",
        names["inserter"]: "inserter",
        names["changes"]: "changes",
        names["indexer"]: "indexer",
        subscriber_queue_name(deployment).removesuffix(".fifo"): "delivery",
    }


def add_delivery_secret(deployment: Deployment) -> None:
    """Add the secret that signs the changes for the subscriber, if it has none."""
    owner = f"subscriber {SUBSCRIBER}"
    if not secrets.read_secrets(deployment, owner)[1]:
        with console.capture(), redirect_stdout(StringIO()):  # The command prints the secret.
            secrets.add(deployment, owner)


@contextmanager
def rerouted(
    deployment: Deployment, urls: dict[Function, str], endpoint_url: str
) -> Iterator[None]:
    """Make the functions call AWS at these addresses, and deliver changes to the endpoint.

    Their settings are restored at the end.
    """
    functions = deployment.client("lambda")
    _keep_stream_records(deployment)
    _redeliver_to_indexer_soon(deployment)
    before: dict[str, dict[str, Any]] = {
        name: functions.get_function_configuration(FunctionName=name)["Environment"]
        for name in functions_by_name(deployment)
    }
    try:
        for name, function in functions_by_name(deployment).items():
            variables = before[name]["Variables"] | {"AWS_ENDPOINT_URL": urls[function]}
            if function == "delivery":
                variables["SUBSCRIBER_URL"] = endpoint_url
            functions.update_function_configuration(
                FunctionName=name, Environment={"Variables": variables}
            )
        yield
    finally:
        # An emulator that did not start again has raised the error that says why.
        with suppress(EndpointConnectionError):
            for name, environment in before.items():
                functions.update_function_configuration(FunctionName=name, Environment=environment)


def _keep_stream_records(deployment: Deployment) -> None:
    """Retry changes for as long as in AWS. The local stack gives a batch up after a minute."""
    functions = deployment.client("lambda")
    name = deployment.function_names["changes"]
    [mapping] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    functions.update_event_source_mapping(
        UUID=mapping["UUID"], MaximumRecordAgeInSeconds=RECORD_AGE_SECONDS
    )


def _redeliver_to_indexer_soon(deployment: Deployment) -> None:
    """Redeliver the changes of a killed indexer soon, for which the queue waits 90 minutes.

    Only a failure that the indexer itself notices is redelivered after 30 s. The function keeps its
    timeout, because it decides by the time that is left.
    """
    deployment.client("sqs").set_queue_attributes(
        QueueUrl=deployment.search_queue_url,
        Attributes={"VisibilityTimeout": str(SEARCH_VISIBILITY_SECONDS)},
    )
