"""Proves within a minute that an environment works, and deletes afterwards what it made."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from io import BytesIO
from typing import Annotated, Any, TypeVar
from uuid import uuid4

import httpx
import typer
from pydantic_core import to_json

import entities
from entities.base import Entity
from infra.tools.deploy.environments import LOCAL
from infra.tools.errors import SetupError
from infra.tools.run import console, run_tool
from ingestion.cli.client import uploader
from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.event_client import Unreachable
from ingestion.cli.client.posting import new_client, post_json
from ingestion.cli.dlq import actions
from ingestion.cli.environment import Deployment
from ingestion.cli.tail import Feed, follow
from ingestion.files.bucket import Bucket
from ingestion.files.upload import UploadKeys
from ingestion.openapi.schemas import example

MAX_SECONDS = 60
POLL_SECONDS = 0.5
Found = TypeVar("Found")


@dataclass(frozen=True)
class Smoke:
    """A run in an environment, for one source with an API key, until `deadline` (monotonic)."""

    deployment: Deployment
    source: str
    name: str
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

    def wait_for(self, probe: Callable[[], Found | None], wanted: str, hint: str) -> Found:
        """Return what the probe finds. Raises SetupError after the deadline."""
        while not (found := probe()):
            if time.monotonic() > self.deadline:
                raise SetupError(f"There is no {wanted} after {MAX_SECONDS} s: see {hint}.")
            time.sleep(POLL_SECONDS)
        return found


def accept_event(run: Smoke) -> None:
    """Post an event. Raises SetupError unless it is accepted."""
    response = run.post(run.name, "upsert")
    if response.status_code != 202:
        raise SetupError(f"POST {run.url} got {response.status_code}: {response.text}")


def refuse_key(run: Smoke) -> None:
    """Post with a key that nobody has. Raises SetupError unless it is refused."""
    with new_client(partial(add_api_key, key=uuid4().hex)) as http:
        status = post_json(http, run.url, b"{}", retries=0).status_code
    if status != 403:
        raise SetupError(f"POST {run.url} with an unknown key got {status} instead of 403.")


def read_row(run: Smoke) -> None:
    """Wait until a reader gets the entity of the event."""
    row = f"row of {run.model.entity_name} {run.name}"
    run.wait_for(lambda: run.read(run.name) == 200, row, "`ingest dlq list`")


def receive_change(run: Smoke, feed: Feed) -> None:
    """Wait for the change of the entity."""
    run.wait_for(
        lambda: any(change.subject == run.name for change in feed.receive(1)),
        "change of the row",
        "`ingest dlq list --source changes`, and the log of the function of the changes",
    )


def dead_letter(run: Smoke) -> None:
    """Publish a text that is no event, wait for its dead letter, and drop it."""
    deployment = run.deployment
    deployment.client("sns").publish(
        TopicArn=deployment.topic_arn,
        Message=run.name,
        MessageGroupId=run.name,
        MessageDeduplicationId=run.name,
        MessageAttributes={"source": {"DataType": "String", "StringValue": run.source}},
    )
    queues = actions.dead_letter_queues(deployment, run.source)

    def drop() -> int:
        found = [each for each in actions.read_dead_letters(queues) if each.body == run.name]
        return actions.drop(queues, found) if found else 0

    run.wait_for(drop, f"dead letter of {run.source}", "the log of the worker")


def upload_file(run: Smoke, cleanup: ExitStack) -> None:
    """Upload one row, and wait for its report. Delete its objects at the end."""
    row = {
        "entity_name": run.model.entity_name,
        "body": example(run.model) | {run.model.id_field(): f"{run.name}-row"},
    }
    content = to_json(row)
    bucket = Bucket(run.deployment.client("s3"), run.deployment.bucket_name)
    keys = uploader.upload_file(
        run.http, run.url, f"{run.name}.jsonl", BytesIO(content), len(content), bucket.version_of
    )
    cleanup.callback(delete_objects, bucket, keys)
    cleanup.callback(run.post, f"{run.name}-row", "delete")

    def report() -> Any:
        found = bucket.read_report(keys)
        return found[0] if found and found[0].is_settled else None

    hint = "`ingest dlq list --source files`"
    settled = run.wait_for(report, f"report of the file {keys.upload_id}", hint)
    if settled.accepted != 1:
        raise SetupError(
            f"The row of the file was refused: see s3://{bucket.name}/{keys.report_key}."
        )


def delete_objects(bucket: Bucket, keys: UploadKeys) -> None:
    """Delete all versions of the file, its parts, its marks and its report."""
    found = bucket.read_report(keys)
    files = [found[0].key] if found else []
    for prefix in (*files, keys.prefix("extracted"), keys.prefix("inserted"), keys.report_key):
        listed = bucket.s3.list_object_versions(Bucket=bucket.name, Prefix=prefix)
        for version in listed.get("Versions", []):
            bucket.s3.delete_object(
                Bucket=bucket.name, Key=version["Key"], VersionId=version["VersionId"]
            )


def run_smoke(environment: str, source: str | None) -> None:
    """Run every step. Raises SetupError at the first that fails, after it has cleaned up."""
    deployment = Deployment.load(environment)
    run = Smoke(
        deployment,
        _source(deployment, source),
        f"smoke-{uuid4().hex[:12]}",
        time.monotonic() + MAX_SECONDS,
    )
    try:
        _run_steps(run)
    except httpx.RequestError as error:
        raise Unreachable(f"no response from {error.request.url.host}") from error
    console.print(f"{environment} works. Subscribers saw changes of {run.name}.")


def _run_steps(run: Smoke) -> None:
    wanted = {"entity_name": run.model.entity_name, "source": run.source}
    with ExitStack() as cleanup:
        cleanup.enter_context(run.http)
        feed = cleanup.enter_context(follow(run.deployment, wanted))
        cleanup.callback(run.post, run.name, "delete")
        for title, step in (
            ("one event in", partial(accept_event, run)),
            ("one refused key", partial(refuse_key, run)),
            ("one row out", partial(read_row, run)),
            ("one change", partial(receive_change, run, feed)),
            ("one dead letter", partial(dead_letter, run)),
            ("one upload", partial(upload_file, run, cleanup)),
        ):
            started = time.monotonic()
            step()
            console.print(f"ok  {title} ({time.monotonic() - started:.1f} s)")


def _source(deployment: Deployment, wanted: str | None) -> str:
    """Return the wanted source, or the first one with an API key. Raises SetupError."""
    sources = deployment.catalog.sources
    with_key = [name for name in sources if name in deployment.api_keys]
    if wanted not in (None, *with_key):
        raise SetupError(f"SOURCE must be one of those with auth api_key: {', '.join(with_key)}.")
    if not with_key:
        raise SetupError("No source has auth api_key, which this command uses.")
    return wanted or with_key[0]


def main(
    environment: Annotated[str, typer.Argument(metavar="ENVIRONMENT")] = LOCAL,
    source: Annotated[str | None, typer.Option(help="A source with auth api_key.")] = None,
) -> None:
    """Prove that an environment works: event, row, change, dead letter, upload, refused key."""
    run_tool(partial(run_smoke, environment, source))


if __name__ == "__main__":
    typer.run(main)
