"""Each function is granted exactly the actions of its code and those that AWS takes in its name.

Every test of this folder also fails, in the fixture `cloud`, when a handler lacks a grant.
"""

import json
from dataclasses import replace

import pytest
from boto3.exceptions import S3UploadFailedError

from ingestion.errors import TransientFailure
from ingestion.handlers import delivery, indexer
from ingestion.search.pointer import POINTER_KEY
from tests.integration.cloud import SOURCES, Cloud, limit
from tests.integration.implied_grants import implied
from tests.integration.queries.stored_by_time import index_all
from tests.integration.used_grants import RecordingSession, difference, used
from tests.support.canned import aws_error, canned, intercept
from tests.support.factories import NOON, contract, equipment, event, milestone, submission
from tests.support.invocations import batch, context, record
from tests.support.terraform.planned import Plan, via

KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd"
HEADER = "contract_id,contract_name,contract_type,contract_status"
ENTITIES = {
    "CONTRACT": contract(),
    "MILESTONE": milestone(),
    "EQUIPMENT": equipment(contract_id="c-1", current_milestone_id="m-1"),
}


def post(cloud: Cloud) -> None:
    assert cloud.post(submission()).status == 202
    assert cloud.post({"name": "x.csv", "size": 5}, "b/uploads").status == 201
    assert cloud.correct("DELETE", "CONTRACT/c-9").status == 202


def work(cloud: Cloud) -> None:
    """Store in each source's worker what it may send, and dead-letter one invalid message."""
    for source in SOURCES:
        cloud.serve(source)
        made = [event(body, source=source, entity_name=name) for name, body in ENTITIES.items()]
        assert cloud.work(*made, "no event") == []
    assert len(cloud.rows()) == len(ENTITIES)


def extract_in_two_runs(cloud: Cloud) -> None:
    """Extract a file with an invalid row in more than one invocation."""
    limit(cloud, part_rows=1)
    dropped = cloud.drop("x.csv", f"{HEADER}\nc-1\nc-1,Turbines,goods,active\n")
    intercept(
        cloud.extractor_runtime.lambda_client, "Invoke", lambda _: canned({"StatusCode": 202}, 202)
    )
    for _ in range(2):
        cloud.extract(dropped, seconds=50)
    cloud.insert()
    cloud.extract(dropped)
    assert len(cloud.keys("rejected/")) == 1
    assert len(cloud.keys("inserted/")) == 1


def insert(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("y.csv", f"{HEADER}\nc-1,Turbines,goods,active\n"))
    for _ in range(2):
        cloud.insert()
    assert len(cloud.keys("inserted/")) == 2


def read(cloud: Cloud) -> None:
    paths = ["CONTRACT", "CONTRACT/c-1", "CONTRACT/c-1/related", "MILESTONE/m-1/related"]
    for path in [*paths, "EQUIPMENT/e-1/related"]:
        assert cloud.read(path).status == 200
    index_all(cloud)
    assert cloud.read("CONTRACT", query={"changed_since": NOON}).document["items"]


def store_a_document(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("test.txt", "this is a full test", source="documents"))
    cloud.insert()
    cloud.serve("documents")
    assert cloud.work(*cloud.queued("documents")) == []


def index(cloud: Cloud) -> None:
    """Index a document, refuse and fail a change, and build the index again in two runs."""
    changes = [change.json_bytes.decode() for change in cloud.published_changes()]
    intercept(
        cloud.indexer_runtime.lambda_client, "Invoke", lambda _: canned({"StatusCode": 202}, 202)
    )
    cloud.index(*changes, "no change")
    fail(cloud, changes)
    retire_a_file(cloud)
    cloud.index(*changes)
    events = cloud.indexer_runtime.entries.table.dynamodb.meta.events
    events.register(
        "provide-client-params.dynamodb.Scan", lambda params, **_: params | {"Limit": 1}
    )
    indexer.handle({"rebuild": True}, context(1), cloud.indexer_runtime)


def fail(cloud: Cloud, changes: list[str]) -> None:
    """Index these changes while S3 returns no text."""
    slow = iter([aws_error("SlowDown", 503)])
    runtime = cloud.indexer_runtime
    intercept(
        runtime.entries.s3,
        "GetObject",
        lambda call: next(slow, None) if call["Key"].startswith("texts/") else None,
    )
    answer = indexer.handle(batch(*changes), context(300), runtime)
    assert answer
    assert len(answer["batchItemFailures"]) == 1


def fail_to_upload(cloud: Cloud) -> None:
    """Upload a large file of the index while S3 refuses one of its parts."""
    local = cloud.indexer_runtime.commits.local
    file = local.directory / "large"
    file.write_bytes(bytes(9_000_000))
    intercept(local.s3, "UploadPart", lambda _: aws_error("InvalidRequest", 400))
    with pytest.raises(S3UploadFailedError):
        local.upload(file, "index/large")


def delete_the_document(cloud: Cloud) -> None:
    later, deleted = "2026-02-01T12:00:00.000000Z", {"document_id": "test.txt"}
    cloud.serve("operator")
    fields = {"entity_name": "DOCUMENT", "operation": "delete", "source": "operator"}
    assert cloud.work(event(deleted, time=later, receivedat=later, **fields)) == []
    assert cloud.publish_changes(cloud.stream()) == []
    cloud.index(*(change.json_bytes.decode() for change in cloud.published_changes()))
    assert cloud.keys("texts/") == []


def retire_a_file(cloud: Cloud) -> None:
    """Name a file in the pointer that no reader can still load, so that the indexer deletes it."""
    place = {"Bucket": cloud.outputs["search_index_bucket"], "Key": POINTER_KEY}
    pointer = json.loads(cloud.s3.get_object(**place)["Body"].read())
    pointer["retired"] = [{"key": "index/old/commit/file", "since": "2026-01-01T00:00:00Z"}]
    cloud.s3.put_object(**place, Body=json.dumps(pointer).encode())


def test_each_function_is_granted_exactly_what_it_does(
    cloud: Cloud, session: RecordingSession, planned: Plan
) -> None:
    post(cloud)
    work(cloud)
    extract_in_two_runs(cloud)
    insert(cloud)
    store_a_document(cloud)
    read(cloud)
    assert cloud.publish_changes(cloud.stream()) == []
    index(cloud)
    fail_to_upload(cloud)
    assert cloud.search("full test").document["items"]
    delete_the_document(cloud)
    with pytest.raises(TransientFailure, match="no_live_secret"):
        delivery.handle(batch(record("{}")), context(), cloud.delivery_runtime)

    uses = used(planned, session.calls)
    needed = {
        function.name: uses[function.name] | implied(planned, function, uses[function.name])
        for function in planned.functions
    }
    assert difference(planned.grants, needed) == [], "granted, never used"
    assert difference(needed, planned.grants) == [], "used, not granted"


def test_an_encryption_key_may_be_used_only_through_the_services_of_the_function(
    planned: Plan,
) -> None:
    [api] = [
        found for found in planned.functions if found.handler == "ingestion.handlers.api.handler"
    ]
    without, with_key = (replace(api, key_arn=arn) for arn in (None, KEY_ARN))

    added = implied(planned, with_key, api.grants) - implied(planned, without, api.grants)

    assert added == {
        via("lambda", "kms:Decrypt", KEY_ARN),
        via("dynamodb", "kms:Decrypt", KEY_ARN),
        via("s3", "kms:Decrypt", KEY_ARN),
        via("s3", "kms:GenerateDataKey", KEY_ARN),
        via("sns", "kms:Decrypt", KEY_ARN),
        via("sns", "kms:GenerateDataKey", KEY_ARN),
    }
