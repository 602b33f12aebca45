"""What CloudWatch makes of the functions' lines: each metric once, by the filters of their logs."""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest

from ingestion.errors import TransientFailure
from ingestion.handlers import delivery
from ingestion.messaging.router import Router
from tests.integration.cloud import Cloud
from tests.integration.conftest import Said
from tests.support import filters
from tests.support.endpoint import Endpoint
from tests.support.factories import (
    Json,
    aws_error,
    batch,
    canned,
    context,
    contract,
    delete_event,
    event,
    event_fields,
    intercept,
    record,
    submission,
)
from tests.support.planned import Plan

EARLIER = "2026-01-31T11:59:59.000000Z"

Expected = dict[tuple[str, ...], int]


def take_one_of_two(router: Router) -> None:
    """The topic throttles a call, then takes the first of two messages and not the second."""
    refused = {"Id": "1", "Code": "InvalidParameter", "SenderFault": True}
    partly = canned({"Successful": [{"Id": "0"}], "Failed": [refused]})
    answers = iter([aws_error("Throttled"), partly])
    intercept(router.sns, "PublishBatch", lambda _: next(answers, None))


def refuse(_: Json) -> None:
    raise RuntimeError


def use_api(cloud: Cloud, said: Said, _: Endpoint) -> list[Json]:
    take_one_of_two(cloud.api_runtime.router)
    cloud.post([submission(contract("c-1")), submission(contract("c-2")), None])
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
    cloud.extract(cloud.drop("c.jsonl", "\n".join(map(json.dumps, rows))))
    cloud.extract(cloud.drop("c.jsonl", "", source="sourceX"))
    return said()


def use_inserter(cloud: Cloud, said: Said, _: Endpoint) -> list[Json]:
    rows = (contract("c-1"), contract("c-2"))
    cloud.extract(cloud.drop("c.jsonl", "\n".join(map(json.dumps, rows))))
    said()
    take_one_of_two(cloud.inserter_runtime.router)
    with suppress(TransientFailure):  # For what was not taken.
        cloud.insert()
    return said()


def use_changes(cloud: Cloud, said: Said, _: Endpoint) -> list[Json]:
    for it in (delete_event("c-1", id="1"), event(contract("c-2")), event(contract("c-3"))):
        cloud.work(it)
    said()
    take_one_of_two(cloud.changes_runtime.router)
    cloud.tell(cloud.stream())
    return said()


def use_deliver(cloud: Cloud, said: Said, endpoint: Endpoint) -> list[Json]:
    endpoint.statuses["b-1"] = 500
    queued = [record(json.dumps({"id": it}), group_id=it) for it in ("a-1", "b-1")]
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


def of_contracts(**metrics: int) -> Expected:
    """sourceB's, in all and by entity."""
    return {
        (metric, "sourceB", *entity): count
        for metric, count in metrics.items()
        for entity in ((), ("CONTRACT",))
    }


def of_source(source: str, **metrics: int) -> Expected:
    return {(metric, source): count for metric, count in metrics.items()}


SCENARIOS: dict[str, tuple[Callable[..., list[Json]], Expected]] = {
    "api": (
        use_api,
        of_contracts(EventAccepted=1)
        | of_source("sourceB", EventNotTaken=1, PublishRetried=1, EventRejected=1)
        | {("EventRejected", "sourceB", "invalid_event"): 1},
    ),
    "worker": (
        use_worker,
        of_contracts(EventStored=3, EventSuperseded=1, EventDuplicated=1)
        | of_source("sourceB", EventRedriven=1, RecordRetried=1, EventDeadLettered=1)
        | {("EventDeadLettered", "sourceB", "invalid_entity"): 1},
    ),
    "extractor": (
        use_extractor,
        of_source("sourceB", FileExtracted=1, RowAccepted=2, RowRejected=1)
        | of_source("files", FileExtracted=1, FileRefused=1),
    ),
    "inserter": (
        use_inserter,
        of_contracts(EventAccepted=1) | of_source("sourceB", EventNotTaken=1, PublishRetried=1),
    ),
    "changes": (
        use_changes,
        of_source("sourceB", ChangePublished=1)
        | of_source("changes", ChangeSkipped=1, ChangeRetried=1, PublishRetried=1),
    ),
    "delivery": (
        use_deliver,
        of_source("subscriber billing", ChangeDelivered=1, DeliveryRetried=1),
    ),
    "query": (use_query, of_source("reader", QueryAnswered=1, QueryRefused=1, QueryFailed=1)),
}


@pytest.mark.parametrize("module", SCENARIOS)
def test_a_functions_lines_become_its_metrics_and_its_filters_have_no_other(
    cloud: Cloud, endpoint: Endpoint, planned: Plan, said: Said, module: str
) -> None:
    cloud.pause(0.001)
    use, expected = SCENARIOS[module]
    its_own = filters.filters_of(planned, module)

    found = use(cloud, said, endpoint)

    assert filters.published(found, its_own) == expected
    made = {(it.metric, *dict(it.dimensions)) for it in filters.data(found, its_own)}
    assert made == {(it.metric, *sorted(it.dimensions)) for it in its_own}


def test_every_function_that_is_planned_has_a_scenario(planned: Plan) -> None:
    modules = {function.handler.split(".")[2] for function in planned.functions()}

    assert modules == SCENARIOS.keys()


def test_a_lag_is_of_one_series_be_it_alone_or_one_of_several(
    cloud: Cloud, planned: Plan, said: Said
) -> None:
    its_own = filters.filters_of(planned, "worker")

    cloud.work(event(contract("c-1"), id="1"))
    cloud.work(event(contract("c-2"), id="2"), event(contract("c-3"), id="3"))

    alone, several = said()
    one, two = filters.data([alone], its_own), filters.data([several], its_own)
    lags = [it for it in two if it.unit == "Milliseconds"]
    assert ("_aws" in alone, "_aws" in several) == (False, True)
    assert len(lags) == 8  # Two lags of two events, with the entity and without.
    assert {it[:4] for it in one} == {it[:4] for it in two}


def test_functions_log_lines_as_they_print_them(planned: Plan) -> None:
    """In Lambda's own JSON a line would be a text within, where no filter finds a key."""
    settings = [it.values["logging_config"] for it in planned.of_type("aws_lambda_function")]

    assert settings
    assert not any(settings)
