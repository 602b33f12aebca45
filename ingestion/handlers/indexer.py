"""The indexer: writes changed entities into the search index, and builds it again on request."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError
from pydantic_core import to_json

from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.aws.start import build_at_start
from ingestion.errors import RejectedRecord
from ingestion.messaging.dead_letter import DeadLetterWriter
from ingestion.messaging.redelivery import Redelivery
from ingestion.search.commits import Commits
from ingestion.search.deleted_texts import DeletedTexts
from ingestion.search.entries import EntryReader, ReadEntries
from ingestion.search.indexing import index_keys
from ingestion.search.rebuilding import RebuildRun, start_rebuild
from ingestion.settings import BULK_CLIENT_CONFIG, POOL_SIZE, IndexerSettings
from ingestion.store.change import Change
from ingestion.store.reader import TableReader
from ingestion.telemetry.metrics import print_metrics
from ingestion.telemetry.redaction import hide_error_messages

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

SEARCH = "search"  # The `source` of metrics that belong to no source. No source has this name.

Record = dict[str, Any]
Rejected = tuple[Record, RejectedRecord]
Response = dict[str, Any] | None


@dataclass(frozen=True)
class Runtime:
    """What reads entities and commits the index, the texts of documents, and both queues.

    A swap that is lost is tried again if `spare_seconds` are left. A rebuild continues in another
    invocation if fewer than `hand_over_seconds` are left.
    """

    entries: EntryReader
    commits: Commits
    texts: DeletedTexts
    redelivery: Redelivery
    dead_letters: DeadLetterWriter
    lambda_client: "LambdaClient"
    spare_seconds: float = 20
    hand_over_seconds: float = 60

    @classmethod
    def build(cls, session: boto3.Session) -> Self:
        """Build the runtime from the function's environment."""
        settings = IndexerSettings()
        s3 = session.client("s3", config=BULK_CLIENT_CONFIG)
        sqs = session.client("sqs", config=BULK_CLIENT_CONFIG)
        table = TableReader(
            session.client("dynamodb", config=BULK_CLIENT_CONFIG), settings.table_name
        )
        return cls(
            EntryReader(table, s3, settings.bucket, ThreadPoolExecutor(POOL_SIZE)),
            Commits.build(s3, settings.index_bucket),
            DeletedTexts(s3, settings.bucket),
            Redelivery(sqs, settings.queue_url),
            DeadLetterWriter(sqs, settings.failures_queue_url),
            session.client("lambda", config=BULK_CLIENT_CONFIG),
        )


def index_batch(records: list[Record], context: LambdaContext, runtime: Runtime) -> Response:
    """Index the entities of a batch of changes. Return the records that the queue must redeliver.

    A change that can never be indexed goes to the failures queue and stops no other. The queue
    redelivers the others soon, also if the batch fails as a whole.
    """
    left = records
    try:
        left = _index_records(records, context, runtime)
    finally:
        runtime.redelivery.schedule(left)
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in left]}


def _index_records(records: list[Record], context: LambdaContext, runtime: Runtime) -> list[Record]:
    """Index the entities of a batch. Return the records that must be indexed again."""
    changes, rejected = _parse(records)
    found = _index({change.key for _, change in changes}, context, runtime)
    _delete_texts([change for _, change in changes], found, runtime)
    not_indexed = len(rejected) + sum(change.key in found.rejected for _, change in changes)
    # One dead letter for each entity is enough: a redrive reads the entity as it is then.
    by_key = {change.key: record for record, change in changes}
    rejected += [(by_key[key], rejection) for key, rejection in found.rejected.items()]
    for record, rejection in rejected:
        runtime.dead_letters.write(record, rejection)
    done = [c for _, c in changes if c.key not in found.failed | found.rejected]
    left = [record for record, change in changes if change.key in found.failed]
    print_metrics(
        SEARCH,
        {
            "ChangeIndexed": len(done),
            "ChangeNotIndexed": not_indexed,
            "ChangeIndexRetried": len(left),
            "IndexLag": [_oldest_lag(done)] if done else 0,
        },
        invocation_id=context.aws_request_id,
        not_indexed_for=sorted({rejection.reason for _, rejection in rejected}),
        failed_for=sorted({*found.failed.values()}),
    )
    return left


def _parse(records: list[Record]) -> tuple[list[tuple[Record, Change]], list[Rejected]]:
    """Return the records with their changes, and those that hold no change."""
    changes: list[tuple[Record, Change]] = []
    rejected: list[Rejected] = []
    for record in records:
        try:
            changes.append((record, Change.model_validate_json(record["body"])))
        except ValidationError as error:
            rejected.append((record, RejectedRecord.from_validation("invalid_change", error)))
    return changes, rejected


def _index(keys: set[str], context: LambdaContext, runtime: Runtime) -> ReadEntries:
    """Index these entities and print the metrics of the commit."""
    deadline = time.monotonic() + _seconds_left(context) - runtime.spare_seconds
    indexed = index_keys(keys, runtime.entries, runtime.commits, deadline)
    print_metrics(
        SEARCH,
        {"IndexCommitted": int(bool(keys)), "IndexSwapLost": indexed.swaps_lost},
        invocation_id=context.aws_request_id,
        entities=indexed.entity_count,
    )
    if indexed.needs_rebuild:
        _invoke_again({"rebuild": True}, context, runtime)
    return indexed.found


def _delete_texts(changes: list[Change], found: ReadEntries, runtime: Runtime) -> None:
    """Delete the texts of documents that the table no longer has. A failure is tried again."""
    for change in changes:
        if change.key not in found.deleted:
            continue
        try:
            runtime.texts.delete(change)
        except FAILED_CALL as error:
            found.failed[change.key] = failure_code(error)


def _oldest_lag(changes: list[Change]) -> int:
    """Return the milliseconds since the first of these changes was stored."""
    stored_at = min(change.data.cause.stored_datetime for change in changes)
    return max(0, round((datetime.now(UTC) - stored_at).total_seconds() * 1000))


def continue_rebuild(generation: str, context: LambdaContext, runtime: Runtime) -> None:
    """Continue a rebuild. If time runs out, invoke the function again."""

    def is_late() -> bool:
        return _seconds_left(context) < runtime.hand_over_seconds

    run = RebuildRun(runtime.entries, runtime.commits, generation, is_late)
    progress = run.commit_next_rows()
    while progress == "continues" and not is_late():
        progress = run.commit_next_rows()
    for key, rejection in run.rejected.items():
        Logger().warning("text_not_indexed", entity_key=key, reason=rejection.reason)
    rebuilt = {"IndexRebuilt": int(progress == "built"), "ChangeNotIndexed": len(run.rejected)}
    print_metrics(SEARCH, rebuilt, invocation_id=context.aws_request_id)
    if progress == "continues":
        _invoke_again({"rebuild": generation}, context, runtime)


def _invoke_again(event: dict[str, Any], context: LambdaContext, runtime: Runtime) -> None:
    """Invoke this function with an event that `handle` takes, without waiting for the end."""
    runtime.lambda_client.invoke(
        FunctionName=context.function_name, InvocationType="Event", Payload=to_json(event)
    )


def _seconds_left(context: LambdaContext) -> float:
    return context.get_remaining_time_in_millis() / 1000


def handle(event: dict[str, Any], context: LambdaContext, runtime: Runtime) -> Response:
    """Index a batch of the queue, or `rebuild` the whole index.

    `rebuild` is true to start, and the generation of a rebuild to continue it.
    """
    with hide_error_messages():
        match event:
            case {"Records": records}:
                return index_batch(records, context, runtime)
            case {"rebuild": True}:
                generation = context.aws_request_id  # The same in each retry by Lambda.
                start_rebuild(runtime.commits, generation)
                continue_rebuild(generation, context, runtime)
            case {"rebuild": str(generation)}:
                continue_rebuild(generation, context, runtime)
            case _:
                raise ValueError("the event must have Records or rebuild")
    return None


runtime = build_at_start(lambda: Runtime.build(boto3.Session()))


def handler(event: dict[str, Any], context: LambdaContext) -> Response:
    """Handle one batch, or a rebuild."""
    return handle(event, context, runtime())
