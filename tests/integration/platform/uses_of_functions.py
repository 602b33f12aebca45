"""Uses each function once so that it emits its metrics."""

import json
from contextlib import suppress

from ingestion.errors import TransientFailure
from ingestion.files.balance import write_mark
from ingestion.files.bucket import Bucket
from ingestion.files.upload import Upload
from ingestion.handlers import delivery, indexer
from ingestion.messaging.router import Router
from ingestion.search.pointer import POINTER_KEY
from tests.integration.cloud import Cloud
from tests.integration.conftest import Said
from tests.support.canned import aws_error, canned, intercept
from tests.support.endpoint import Endpoint
from tests.support.factories import (
    Json,
    contract,
    delete_event,
    event,
    event_fields,
    submission,
)
from tests.support.invocations import batch, context, record

EARLIER = "2026-01-31T11:59:59.000000Z"
MAPPED: Json = {
    "map": [{"entity": "EQUIPMENT", "id": "item.id"}],
    "ignore": "payload.ping",
    "on_invalid": "quarantine",
}


def accept_one_of_two(router: Router) -> None:
    """Make the topic throttle one call, then accept the first of two messages only."""
    refused = {"Id": "1", "Code": "InvalidParameter", "SenderFault": True}
    partly = canned({"Successful": [{"Id": "0"}], "Failed": [refused]})
    responses = iter([aws_error("Throttled"), partly])
    intercept(router.sns, "PublishBatch", lambda _: next(responses, None))


def refuse(_: Json) -> None:
    raise RuntimeError


def use_api(cloud: Cloud, said: Said, _: Endpoint) -> list[Json]:
    accept_one_of_two(cloud.api_runtime.router)
    cloud.post([submission(contract("c-1")), submission(contract("c-2")), None])
    cloud.post({"ping": 1}, "a", source="sourceA")
    assert cloud.s3
    cloud.post("no JSON", "a", source="sourceA")
    return said()


def use_worker(cloud: Cloud, said: Said, _: Endpoint) -> list[Json]:
    broken = json.dumps(event_fields() | {"data": contract(contract_type="gifts")})
    redriven = {"redrive_count": {"stringValue": "1", "dataType": "Number"}}
    cloud.work(
        event(contract("c-1"), id="1"),
        event(contract("c-2"), id="2"),
        event(contract("c-1"), id="3", time=EARLIER),
        event(contract("c-2"), id="2"),
        broken,
    )
    cloud.work(record(event(contract("c-3"), id="4")) | {"messageAttributes": redriven})
    intercept(cloud.worker_runtime.store.dynamodb, "PutItem", refuse)
    cloud.work(event(contract("c-4"), id="5"))
    return said()


def use_extractor(cloud: Cloud, said: Said, _: Endpoint) -> list[Json]:
    rows = (contract("c-1"), contract(contract_type="gifts"), contract("c-2"))
    dropped = cloud.drop("c.jsonl", "\n".join(map(json.dumps, rows)))
    mark_as_inserted(cloud, dropped)
    cloud.extract(dropped)
    cloud.extract(cloud.drop("c.jsonl", "", source="sourceX"))
    cloud.extract(cloud.drop("p.csv", "ping\n1\n", source="sourceA"))
    return said()


def mark_as_inserted(cloud: Cloud, dropped: Json) -> None:
    """Write a mark that counts too few events."""
    mark = Upload.from_record(dropped).keys.part_key("inserted", 1)
    write_mark(Bucket(cloud.s3, cloud.bucket), mark, published=1)


def use_inserter(cloud: Cloud, said: Said, _: Endpoint) -> list[Json]:
    rows = (contract("c-1"), contract("c-2"))
    cloud.extract(cloud.drop("c.jsonl", "\n".join(map(json.dumps, rows))))
    marked = cloud.drop("d.jsonl", "\n".join(map(json.dumps, rows)))
    [part] = cloud.keys("extracted/")
    cloud.extract(marked)
    [marked_part] = {*cloud.keys("extracted/")} - {part}
    mark_as_inserted(cloud, marked)
    said()
    cloud.insert(marked_part)
    accept_one_of_two(cloud.inserter_runtime.router)
    with suppress(TransientFailure):  # Raised for the event that was not accepted.
        cloud.insert(part)
    return said()


def use_changes(cloud: Cloud, said: Said, _: Endpoint) -> list[Json]:
    for sent in (delete_event("c-1", id="1"), event(contract("c-2")), event(contract("c-3"))):
        cloud.work(sent)
    said()
    accept_one_of_two(cloud.changes_runtime.router)
    cloud.publish_changes(cloud.stream())
    return said()


def use_deliver(cloud: Cloud, said: Said, endpoint: Endpoint) -> list[Json]:
    endpoint.statuses["b-1"] = 500
    queued = [
        record(json.dumps({"id": change_id}), group_id=change_id) for change_id in ("a-1", "b-1")
    ]
    delivery.handle(batch(*queued), context(), cloud.delivery_runtime)
    return [line for line in said() if "source" in line]


def use_query(cloud: Cloud, said: Said, _: Endpoint) -> list[Json]:
    cloud.read("CONTRACT")
    cloud.read("CONTRACT", key=None)
    intercept(
        cloud.query_runtime.reader.dynamodb,
        "Query",
        lambda _: aws_error("InternalServerError", 500),
    )
    cloud.read("CONTRACT")
    return said()


def use_search(cloud: Cloud, said: Said, _: Endpoint) -> list[Json]:
    cloud.store(event(contract("c-1", contract_name="Turbines")))
    intercept_invocations(cloud)
    cloud.index(*changes_of(cloud))
    said()
    assert cloud.search("turbines").status == 200
    assert cloud.search("(").status == 400
    intercept(
        cloud.search_runtime.finder.table.dynamodb,
        "BatchGetItem",
        lambda _: aws_error("InternalServerError", 500),
    )
    assert cloud.search("turbines").status == 503
    return said()


def use_indexer(cloud: Cloud, said: Said, _: Endpoint) -> list[Json]:
    """Index a document after a lost swap, retry its text, refuse a message, and build again."""
    cloud.extract(cloud.drop("test.txt", "this is a full test", source="documents"))
    cloud.insert()
    cloud.serve("documents")
    cloud.work(*cloud.queued("documents"))
    [change] = changes_of(cloud)
    intercept_invocations(cloud)
    runtime = cloud.indexer_runtime
    said()
    cloud.index(change, "no change")
    lost = iter([aws_error("PreconditionFailed", 412)])
    intercept(
        runtime.commits.pointers.s3,
        "PutObject",
        lambda call: next(lost, None) if call["Key"] == POINTER_KEY else None,
    )
    cloud.index(change)
    indexer.handle({"rebuild": True}, context(120), runtime)
    intercept(
        runtime.entries.s3,
        "GetObject",
        lambda call: aws_error("SlowDown", 503) if call["Key"].startswith("texts/") else None,
    )
    answer = indexer.handle(batch(change), context(120), runtime)
    assert answer is not None
    assert len(answer["batchItemFailures"]) == 1
    return said()


def intercept_invocations(cloud: Cloud) -> None:
    """Take the invocations with which the indexer starts and continues a rebuild."""
    accepted = canned({"StatusCode": 202}, 202)
    intercept(cloud.indexer_runtime.lambda_client, "Invoke", lambda _: accepted)


def changes_of(cloud: Cloud) -> list[str]:
    """Publish the changes of the table. Return them as the queue of search holds them."""
    cloud.publish_changes(cloud.stream())
    return [change.json_bytes.decode() for change in cloud.published_changes()]
