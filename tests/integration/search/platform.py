"""The table, the buckets and the functions of search on moto."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, cast
from uuid import uuid4

import boto3
import pytest

import entities
from ingestion.auth.api_keys import key_digest
from ingestion.catalog import OPERATOR, READER
from ingestion.event import Event
from ingestion.handlers import indexer, search
from ingestion.search import entry
from ingestion.search.pointer import POINTER_KEY, Pointer
from ingestion.store.change import Change, change_of
from ingestion.store.table import ID, Store
from ingestion.telemetry.redaction import UnexpectedError
from tests.integration.response import Response, response_of
from tests.integration.search.writers.invocations import Invocations
from tests.support.factories import Json, api_key
from tests.support.invocations import as_lambda_event, batch, context, record, request

TABLE, UPLOADS, INDEX = "entities", "uploads", "index"


class Crash(Exception):
    """The function ends here, as if Lambda had stopped it."""


class Platform:
    """What search reads and writes. Each runtime is a function of its own, with its own disk."""

    def __init__(self, session: boto3.Session, environment: pytest.MonkeyPatch) -> None:
        self.session = session
        self.dynamodb, self.s3 = session.client("dynamodb"), session.client("s3")
        self.sqs = session.client("sqs")
        self.dynamodb.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": ID, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": ID, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        place: Any = {"CreateBucketConfiguration": {"LocationConstraint": "eu-central-1"}}
        self.s3.create_bucket(Bucket=UPLOADS, **place)
        self.s3.create_bucket(Bucket=INDEX, **place)
        self.queue = self.sqs.create_queue(QueueName="search")["QueueUrl"]
        self.failures = self.sqs.create_queue(QueueName="search-failures")["QueueUrl"]
        for name, value in {
            "TABLE_NAME": TABLE,
            "BUCKET": UPLOADS,
            "INDEX_BUCKET": INDEX,
            "QUEUE_URL": self.queue,
            "FAILURES_QUEUE_URL": self.failures,
            "READER_KEY_DIGESTS": reader_key_digests(),
        }.items():
            environment.setenv(name, value)
        self.invocations = Invocations()
        self._store = Store(self.dynamodb, TABLE, tombstone_days=30)
        self.indexer = self.new_indexer()

    def new_indexer(self) -> indexer.Runtime:
        """Return an indexer that has nothing on its disk."""
        built = indexer.Runtime.build(self.session)
        return replace(built, lambda_client=cast("Any", self.invocations))

    @cached_property
    def reader(self) -> search.Runtime:
        """The search function. It reads the pointer for each query.

        It returns whole pages, also on a busy machine.
        """
        built = search.Runtime.build(self.session)
        built.finder.index.max_age_seconds = 0
        return replace(built, read_seconds=300)

    def store(self, *events: Event) -> list[str]:
        """Put these into the table. Return the changes, as the queue holds them."""
        changes = []
        for event in events:
            key = {ID: {"S": event.key}}
            old = self.dynamodb.get_item(TableName=TABLE, Key=key).get("Item", {})
            entity = catalog_entity(event)
            self._store.put_entity(event, entity, datetime.now(UTC))
            new = self.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
            images = as_lambda_event({"OldImage": old, "NewImage": new})
            change = change_of({"eventID": f"change-{event.id}", "dynamodb": images})
            changes += [change.json_bytes.decode()] if isinstance(change, Change) else []
        return changes

    def index(self, changes: list[str], by: indexer.Runtime | None = None) -> list[str]:
        """Invoke the indexer with a batch. Return the ids of the records that it did not index."""
        event = batch(*map(record, changes))
        answer = indexer.handle(event, context(300), by or self.indexer)
        assert answer is not None
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def put(self, *events: Event) -> None:
        """Store these and index their changes."""
        assert self.index(self.store(*events)) == []

    def rebuild(self, how: Json | None = None, seconds: float = 300, run_id: str = "") -> None:
        """Invoke the indexer for a rebuild, which ends or is continued. A retry has the same id."""
        run = context(seconds, run_id or str(uuid4()))
        indexer.handle(how or {"rebuild": True}, run, self.indexer)

    def ask(self, q: str, *, key: str | None = READER, **query: Any) -> Response:
        """Let the search function answer a query."""
        sent = {name: [str(value)] for name, value in {"q": q, **query}.items()}
        event = request("search", "", source=key, method="GET", query=sent)
        return response_of(search.handle(event, context(), self.reader))

    def found(self, q: str, **query: Any) -> list[Json]:
        """Return the hits of a query."""
        answer = self.ask(q, **query)
        assert answer.status == 200, answer.document
        return cast("list[Json]", answer.document["items"])

    def ids(self, q: str, **query: Any) -> list[str]:
        """Return the ids of the hits in the order of the alphabet."""
        return sorted(item["id"] for item in self.found(q, **query))

    def pointer(self) -> Pointer:
        """Return the pointer."""
        body = self.s3.get_object(Bucket=INDEX, Key=POINTER_KEY)["Body"].read()
        return Pointer.model_validate_json(body)

    def objects(self) -> set[str]:
        """Return the keys of all files in the index bucket."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=INDEX)
        keys = {entry["Key"] for page in pages for entry in page.get("Contents", [])}
        return keys - {POINTER_KEY}

    def failed(self) -> list[tuple[str, str]]:
        """Return body and reason of what is in the failures queue."""
        found = self.sqs.receive_message(
            QueueUrl=self.failures, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return [
            (message["Body"], message["MessageAttributes"]["reason"]["StringValue"])
            for message in found.get("Messages", [])
        ]

    def put_text(self, key: str, *pages: str) -> None:
        """Write the text of a document."""
        self.s3.put_object(Bucket=UPLOADS, Key=key, Body=json.dumps({"content": pages}))


def reader_key_digests() -> str:
    """Return the digests of the keys that may search, as Terraform does."""
    return "".join(key_digest(READER, api_key(owner)) for owner in (READER, OPERATOR))


def catalog_entity(event: Event) -> Any:
    """Return the entity of an event, also of a source or an entity that the catalog lacks."""
    model = entities.models()[event.entity_name]
    is_delete = event.type.endswith(".delete")
    return (model.key_model() if is_delete else model).model_validate(event.data, strict=False)


def forget_models() -> None:
    """Read the models again, as functions do after a deployment."""
    for cached in (
        entities.models,
        entry.searchable_fields,
        entry.models_digest,
        entry.all_searchable_fields,
    ):
        cached.cache_clear()


Act = Callable[[], object]


@contextmanager
def before(runtime: indexer.Runtime, operation: str, key: str, act: Act) -> Iterator[None]:
    """Act before the runtime's first call of an S3 operation on a key with this part."""
    events, is_done = runtime.commits.local.s3.meta.events, False

    def check(params: Json, **_: Any) -> None:
        nonlocal is_done
        if not is_done and key in str(params.get("Key", params)):
            is_done = True
            act()

    event = f"provide-client-params.s3.{operation}"
    events.register(event, check)
    try:
        yield
        assert is_done, f"no {operation} of {key}"
    finally:
        events.unregister(event, check)


@contextmanager
def crashed(
    runtime: indexer.Runtime, operation: str, key: str, *, after: bool = False
) -> Iterator[None]:
    """Let the runtime end before, or after, an S3 operation on a key with this part."""
    events = runtime.commits.local.s3.meta.events

    def note(params: Json, context: Json, **_: Any) -> None:
        context["is_last"] = key in str(params.get("Key", params))
        if context["is_last"] and not after:
            raise Crash(operation)

    def end(context: Json, **_: Any) -> None:
        if context["is_last"] and after:
            raise Crash(operation)

    hooks: dict[str, Callable[..., None]] = {
        f"provide-client-params.s3.{operation}": note,
        f"after-call.s3.{operation}": end,
    }
    for event, hook in hooks.items():
        events.register(event, hook)
    try:
        with pytest.raises(UnexpectedError, match="Crash"):
            yield
    finally:
        for event, hook in hooks.items():
            events.unregister(event, hook)
