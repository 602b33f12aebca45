"""The metrics that CloudWatch extracts from the functions' lines: those that the runbook lists."""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest

from infra.tools.prices.fixed_units import NORMAL_METRICS
from ingestion.errors import TransientFailure
from ingestion.files.balance import write_mark
from ingestion.files.bucket import Bucket
from ingestion.files.upload import Upload
from ingestion.handlers import delivery
from ingestion.messaging.router import Router
from tests.integration.cloud import Cloud
from tests.integration.conftest import Said
from tests.support import emf
from tests.support.canned import aws_error, canned, intercept
from tests.support.endpoint import Endpoint
from tests.support.factories import (
    Json,
    catalog_document,
    contract,
    delete_event,
    event,
    event_fields,
    submission,
)
from tests.support.invocations import batch, context, record
from tests.support.terraform.planned import Plan
from tests.support.terraform.planning import plan

EARLIER = "2026-01-31T11:59:59.000000Z"

MAPPED: Json = {
    "map": [{"entity": "EQUIPMENT", "id": "item.id"}],
    "ignore": "payload.ping",
    "on_invalid": "quarantine",
}

Expected = dict[tuple[str, ...], int]


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan("metrics", {"sourceA": MAPPED})


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
    cloud.extract(cloud.drop("p.jsonl", '{"ping": 1}', source="sourceA"))
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


def of_source(source: str, **metrics: int) -> Expected:
    return {(metric, source): count for metric, count in metrics.items()}


SCENARIOS: dict[str, tuple[str, Callable[..., list[Json]], Expected]] = {
    "api": (
        "API",
        use_api,
        of_source("sourceB", EventAccepted=1, EventNotTaken=1, PublishRetried=1, EventRejected=1)
        | {("EventRejected", "sourceB", "invalid_event"): 1}
        | of_source("sourceA", EventIgnored=1, RequestQuarantined=1)
        | {("RequestQuarantined", "sourceA", "unreadable_payload"): 1},
    ),
    "worker": (
        "workers",
        use_worker,
        of_source("sourceB", EventStored=3, EventSuperseded=1, EventDuplicated=1)
        | of_source("sourceB", EventRedriven=1, RecordRetried=1, EventDeadLettered=1)
        | of_source("sourceB", EventNotStored=3)
        | {("EventDeadLettered", "sourceB", "invalid_entity"): 1},
    ),
    "extractor": (
        "extractor",
        use_extractor,
        of_source("sourceB", FileExtracted=1, RowAccepted=2, RowRejected=1, FileUnbalanced=1)
        | of_source("files", FileExtracted=1, FileRefused=1)
        | of_source("sourceA", FileExtracted=1, EventIgnored=1)
        | {("FileUnbalanced",): 1, ("FileRefused",): 1},
    ),
    "inserter": (
        "inserter",
        use_inserter,
        of_source("sourceB", EventAccepted=1, EventNotTaken=1, PublishRetried=1)
        | of_source("sourceB", FileUnbalanced=1)
        | {("FileUnbalanced",): 1},
    ),
    "changes": (
        "changes",
        use_changes,
        of_source("sourceB", ChangePublished=1)
        | of_source("changes", ChangeSkipped=1, ChangeRetried=1, PublishRetried=1),
    ),
    "delivery": (
        "delivery",
        use_deliver,
        of_source("subscriber billing", ChangeDelivered=1, DeliveryRetried=1),
    ),
    "query": (
        "read API",
        use_query,
        of_source("reader", QueryAnswered=1, QueryRefused=1, QueryFailed=1),
    ),
}
BY_ENTITY = ("EventAccepted", "EventStored", "EventSuperseded", "EventDuplicated")


@pytest.mark.parametrize("module", SCENARIOS)
@pytest.mark.parametrize("entities", [["CONTRACT"], ["CONTRACT", "MILESTONE"]], ids=str)
def test_a_function_emits_exactly_the_documented_metrics(
    cloud: Cloud, endpoint: Endpoint, said: Said, module: str, entities: list[str]
) -> None:
    cloud.pause(0.001)
    catalog = catalog_document()
    catalog["sources"]["sourceB"]["entities"] = entities
    catalog["sources"]["sourceA"] |= MAPPED
    cloud.write_catalog(catalog)
    function, use, expected = SCENARIOS[module]

    found = use(cloud, said, endpoint)

    several = len(entities) > 1
    by_entity = {(*key, "CONTRACT"): n for key, n in expected.items() if key[0] in BY_ENTITY}
    assert emf.published(found) == expected | (by_entity if several else {})
    documented = emf.documented()[function]
    assert emf.series(found) == {
        dimensions for dimensions in documented if several or "entity" not in dimensions
    }


def test_a_source_in_normal_operation_has_the_metrics_that_its_price_counts(
    cloud: Cloud, said: Said
) -> None:
    cloud.post([submission(contract("c-1"))])
    cloud.work(event(contract("c-1")))

    assert len(emf.series(said())) == NORMAL_METRICS


def test_every_planned_function_has_a_scenario(planned: Plan) -> None:
    modules = {function.handler.split(".")[2] for function in planned.functions}

    assert modules == SCENARIOS.keys()


def test_functions_log_plain_text_so_that_metrics_are_extracted(planned: Plan) -> None:
    """Lambda's JSON log format would wrap each line, and CloudWatch would find no metrics in it."""
    settings = [
        function.values["logging_config"] for function in planned.of_type("aws_lambda_function")
    ]

    assert settings
    assert not any(settings)
