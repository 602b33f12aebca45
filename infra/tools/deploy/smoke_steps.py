"""The steps of `make smoke`. Each waits for its result, and raises SetupError without one."""

from contextlib import ExitStack
from functools import partial
from io import BytesIO
from types import TracebackType
from typing import Any, get_args
from uuid import uuid4

import httpx
from pydantic_core import to_json

from infra.tools.deploy.smoke_run import SmokeRun
from infra.tools.errors import SetupError
from ingestion.cli.client import uploader
from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.posting import new_client, post_json
from ingestion.cli.dlq import actions
from ingestion.cli.dlq.names import CHANGES, FILES
from ingestion.cli.dlq.queue import backlog
from ingestion.cli.tail import Feed
from ingestion.files.bucket import Bucket
from ingestion.files.upload import Folder, UploadKeys
from ingestion.openapi.schemas import example

ACCEPTED = (200, 202)  # The catalog names the status of each source.


def post_event(run: SmokeRun, cleanup: ExitStack) -> None:
    """Post an event. Raises SetupError unless it is accepted. Delete its entity at the end."""
    cleanup.push(partial(delete_entity, run, run.run_id))
    response = run.post(run.run_id, "upsert")
    if response.status_code not in ACCEPTED:
        raise SetupError(f"POST {run.url} got {response.status_code}: {response.text}")


def post_with_unknown_key(run: SmokeRun) -> None:
    """Post with a key that nobody has. Raises SetupError unless it is refused."""
    with new_client(partial(add_api_key, key=uuid4().hex)) as http:
        status = post_json(http, run.url, b"{}", retries=0).status_code
    if status != 403:
        raise SetupError(f"POST {run.url} with an unknown key got {status} instead of 403.")


def wait_for_row(run: SmokeRun) -> None:
    """Wait until a reader gets the entity of the event."""
    row = f"The row of {run.model.entity_name} {run.run_id}"
    run.wait_for(lambda: run.read(run.run_id) == 200, row, run.dlq_hint(run.source))


def wait_for_change(run: SmokeRun, feed: Feed) -> None:
    """Wait for the change of the entity."""
    log = run.log_hint(run.deployment.function_names["changes"])
    run.wait_for(
        lambda: any(change.subject == run.run_id for change in feed.receive(1)),
        "The change of the row",
        f"{run.dlq_hint(CHANGES)} and {log}",
    )


def drop_dead_letter(run: SmokeRun) -> None:
    """Publish a text that is no event, wait for its dead letter, and drop it.

    Reads the dead-letter queue only once its backlog has grown: each read adds to the receive
    counts of all dead letters.
    """
    deployment = run.deployment
    queue = actions.dead_letter_queues(deployment, run.source)[run.source]
    before = backlog(queue.sqs, queue.url)
    deployment.client("sns").publish(
        TopicArn=deployment.topic_arn,
        Message=run.run_id,
        MessageGroupId=run.run_id,
        MessageDeduplicationId=run.run_id,
        MessageAttributes={"source": {"DataType": "String", "StringValue": run.source}},
    )
    drop = partial(actions.drop_matching, queue, lambda found: found.body == run.run_id)

    def drop_if_grown() -> int:
        return drop() if backlog(queue.sqs, queue.url) > before else 0

    hint = run.log_hint(deployment.function_names["workers"][run.source])
    with ExitStack() as unless_dropped:
        unless_dropped.callback(drop)
        run.wait_for(drop_if_grown, f"The dead letter of {run.source}", hint)
        unless_dropped.pop_all()


def upload_file(run: SmokeRun, cleanup: ExitStack) -> None:
    """Upload one row, and wait for its report. Delete its objects at the end."""
    row = {
        "entity_name": run.model.entity_name,
        "body": example(run.model) | {run.model.id_field(): f"{run.run_id}-row"},
    }
    content = to_json(row)
    bucket = Bucket(run.deployment.client("s3"), run.deployment.bucket_name)
    keys = uploader.upload_file(
        run.http,
        run.url,
        f"{run.run_id}.jsonl",
        BytesIO(content),
        len(content),
        bucket.find_version,
    )
    cleanup.callback(delete_objects, bucket, keys)
    cleanup.push(partial(delete_entity, run, f"{run.run_id}-row"))

    def report() -> Any:
        found = bucket.read_report(keys)
        return found[0] if found and found[0].is_settled else None

    settled = run.wait_for(report, f"The report of the file {keys.upload_id}", run.dlq_hint(FILES))
    if settled.accepted != 1:
        raise SetupError(
            f"The row of the file was refused: see s3://{bucket.name}/{keys.report_key}."
        )


def delete_entity(
    run: SmokeRun,
    entity_id: str,
    _type: type[BaseException] | None,
    error: BaseException | None,
    _traceback: TracebackType | None,
) -> None:
    """Delete an entity as the exit of a context.

    Raises SetupError, with the text of the earlier error, unless the API accepts the event.
    """
    try:
        response = run.post(entity_id, "delete")
    except httpx.RequestError:
        found = "no response"
    else:
        if response.status_code in ACCEPTED:
            return
        found = f"{response.status_code}: {response.text}"
    left = f"{run.model.entity_name} {entity_id} may be left behind: its delete event got {found}"
    raise SetupError(f"{error}\n{left}" if error else left)


def delete_objects(bucket: Bucket, keys: UploadKeys) -> None:
    """Delete all versions of the file, its parts, its marks, its rejected rows and its report."""
    found = bucket.read_report(keys)
    files = [found[0].key] if found else []
    folders = map(keys.prefix, get_args(Folder))
    for prefix in (*files, *folders, keys.report_key):
        listed = bucket.s3.list_object_versions(Bucket=bucket.name, Prefix=prefix)
        for version in listed.get("Versions", []):
            bucket.s3.delete_object(
                Bucket=bucket.name, Key=version["Key"], VersionId=version["VersionId"]
            )
