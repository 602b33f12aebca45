"""The log lines of the functions: one for each request and batch, linked by request ids."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from botocore.client import BaseClient

from ingestion.telemetry.redaction import UnexpectedError
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest, Said
from tests.support.emf import published
from tests.support.factories import (
    CANARY,
    REQUEST_ID,
    Json,
    aws_error,
    contract,
    event,
    event_fields,
    intercept,
    lines,
    record,
    submission,
)


def counted(metric: str) -> dict[tuple[str, ...], int]:
    return {(metric, "sourceB"): 1}


def attributes(**values: str) -> Json:
    """Return message attributes in the form that an event source mapping uses."""
    return {name: {"stringValue": value, "dataType": "String"} for name, value in values.items()}


def test_an_event_has_one_line_of_the_api_and_one_of_the_worker(cloud: Cloud, said: Said) -> None:
    cloud.post(submission())
    posted = said()

    cloud.work(*cloud.queued())

    [accepted], [stored] = posted, said()
    assert published([accepted]) == counted("EventAccepted")
    assert published([stored]) == counted("EventStored")
    assert accepted["request_id"] == REQUEST_ID
    assert stored["request_ids"] == [REQUEST_ID]


def test_a_stored_item_has_the_receipt_time_of_its_request(cloud: Cloud, said: Said) -> None:
    cloud.post([submission(contract(f"c-{n}")) for n in range(3)])
    [line] = said()

    cloud.work(*cloud.queued())

    received = {row["_event"]["received_at"] for row in cloud.rows().values()}
    assert received == {line["received_at"]}


def test_a_batch_names_each_request_once(cloud: Cloud, said: Said) -> None:
    records = [
        record(event(contract(f"c-{n}"), id=str(n)))
        | {"messageAttributes": attributes(request_id=f"r-{n % 2}")}
        for n in range(6)
    ]

    cloud.work(*records)

    [line] = said()
    assert line["request_ids"] == ["r-0", "r-1"]


def test_only_stored_events_have_a_lag(cloud: Cloud, said: Said) -> None:
    cloud.post([submission(contract(f"c-{n}"), id=str(n)) for n in range(3)])
    said()
    records = cloud.queued()

    cloud.work(*records, *records[:1])

    [line] = said()
    assert line["EventStored"] == [3]
    assert line["EventDuplicated"] == [1]
    assert len(line["LagFromReceipt"]) == 3
    assert len(line["LagFromEvent"]) == 3
    assert all(0 <= lag < 60_000 for lag in line["LagFromReceipt"] + line["LagFromEvent"])


def test_rejected_events_are_counted_by_reason_and_in_total(cloud: Cloud, said: Said) -> None:
    invalid = [submission(contract(contract_type="gifts")), submission(colour="red"), None]

    cloud.post([submission(), *invalid])

    found = said()
    assert len(found) == 3
    assert published(found) == {
        **counted("EventAccepted"),
        ("EventRejected", "sourceB"): 3,
        ("EventRejected", "sourceB", "invalid_entity"): 1,
        ("EventRejected", "sourceB", "invalid_event"): 2,
    }


def test_retried_publish_calls_are_counted(cloud: Cloud, said: Said) -> None:
    cloud.pause(0.001)
    throttles = iter([aws_error("Throttled")] * 2)
    intercept(cloud.api_runtime.router.sns, "PublishBatch", lambda _: next(throttles, None))

    cloud.post(submission())

    assert published(said()) == {
        ("PublishRetried", "sourceB"): 2,
        **counted("EventAccepted"),
    }


@pytest.mark.parametrize(
    ("headers", "status"), [({"content_type": "text/plain"}, 415), ({"source": None}, 403)]
)
def test_the_line_of_a_refused_request_names_its_source(
    cloud: Cloud, said: Said, headers: dict[str, Any], status: int
) -> None:
    cloud.post(submission(), **headers)

    assert refusals(said()) == [("sourceB", REQUEST_ID, status)]


def test_a_request_without_events_has_a_line(cloud: Cloud, said: Said) -> None:
    response = cloud.post([])

    assert response.status == 422
    assert refusals(said()) == [("sourceB", REQUEST_ID, 422)]


def test_a_request_to_an_unknown_path_has_a_line(cloud: Cloud, said: Said) -> None:
    cloud.post(submission(), path="nowhere")

    assert refusals(said()) == [(None, REQUEST_ID, 404)]


def test_the_line_of_an_announced_file_does_not_hold_its_name(cloud: Cloud, said: Said) -> None:
    cloud.post({"name": f"{CANARY}.csv"}, "b/uploads")

    [line] = said()
    assert line["message"] == "upload_prepared"
    assert line["source"] == "sourceB"
    assert line["request_id"] == REQUEST_ID
    assert CANARY not in str(line)


def test_a_record_that_fails_its_last_receive_counts_as_a_dead_letter(
    cloud: Cloud, said: Said
) -> None:
    cloud.pause(60)  # The first try is the last.
    cloud.dynamodb.delete_table(TableName=cloud.table_name)
    tried = {"1": "4", "2": "5", "3": "6"}

    failures = cloud.work(
        *(
            record(event(contract(f"c-{name}"), id=name), ApproximateReceiveCount=count)
            for name, count in tried.items()
        )
    )

    assert len(failures) == 3
    assert published(said()) == {
        ("RecordRetried", "sourceB"): 1,
        ("EventDeadLettered", "sourceB"): 2,
        ("EventDeadLettered", "sourceB", "retries_exhausted"): 2,
    }


def test_a_record_behind_a_failure_on_its_last_receive_counts_as_a_dead_letter(
    cloud: Cloud, said: Said
) -> None:
    cloud.pause(60)
    cloud.dynamodb.delete_table(TableName=cloud.table_name)
    ids = ["1", "2"]

    cloud.work(*(record(event(id=name), ApproximateReceiveCount="5") for name in ids))

    assert published(said())["EventDeadLettered", "sourceB", "retries_exhausted"] == 2


def test_a_dead_letter_and_its_redrive_keep_the_request_id(
    cloud: Cloud, ingest: Ingest, said: Said
) -> None:
    body = json.dumps(event_fields() | {"data": contract(contract_type="gifts")})
    cloud.work(record(body) | {"messageAttributes": attributes(request_id=REQUEST_ID)})
    shown = json.loads(ingest("show", "event-1", "-o", "json").output)
    ingest("edit", "event-1", "--set", "data.contract_type=works")
    ingest("redrive")
    said()

    cloud.work(*cloud.queued())

    found = said()
    assert shown["request_id"] == REQUEST_ID
    assert all(line["request_ids"] == [REQUEST_ID] for line in found)
    assert published(found) == {
        ("EventRedriven", "sourceB"): 1,
        **counted("EventStored"),
    }
    assert not any({"LagFromEvent", "LagFromReceipt"} & set(line) for line in found)


def test_an_event_of_a_file_has_the_upload_id(cloud: Cloud, said: Said) -> None:
    cloud.extract(cloud.drop("c.jsonl", json.dumps(contract()) + "\n"))
    cloud.insert()
    upload_ids = {line["upload_id"] for line in said()}

    cloud.work(*cloud.queued())

    [line] = said()
    assert set(line["request_ids"]) == upload_ids


def refusals(printed: list[Json]) -> list[tuple[str | None, str, int]]:
    """Return source, request id and status of each line of a refused request."""
    return [(line.get("source"), line["request_id"], line["refused"]) for line in printed]


def break_down(_: Json) -> None:
    raise RuntimeError(CANARY)


BREAKDOWNS: dict[str, Callable[[Cloud], tuple[BaseClient, str, Callable[[], object]]]] = {
    "api": lambda cloud: (
        cloud.api_runtime.router.sns,
        "PublishBatch",
        lambda: cloud.post(submission()),
    ),
    "query": lambda cloud: (
        cloud.query_runtime.reader.dynamodb,
        "Query",
        lambda: cloud.read("CONTRACT"),
    ),
    "extractor": lambda cloud: (
        cloud.extractor_runtime.extraction.bucket.s3,
        "GetObject",
        partial(cloud.extract, cloud.drop("c.jsonl", "{}")),
    ),
    "inserter": lambda cloud: (
        cloud.inserter_runtime.bucket.s3,
        "GetObject",
        lambda: cloud.insert("extracted/sourceB/1/part-00001.jsonl"),
    ),
    "changes": lambda cloud: (
        cloud.changes_runtime.router.sns,
        "PublishBatch",
        lambda: cloud.publish_changes(cloud.stream()),
    ),
}


@pytest.mark.parametrize("prepare", BREAKDOWNS.values(), ids=BREAKDOWNS)
def test_the_final_error_of_a_function_hides_its_message(
    cloud: Cloud, prepare: Callable[[Cloud], tuple[BaseClient, str, Callable[[], object]]]
) -> None:
    cloud.work(event())
    client, operation, act = prepare(cloud)
    intercept(client, operation, break_down)

    with pytest.raises(UnexpectedError, match=r"^RuntimeError at ") as raised:
        act()

    assert CANARY not in str(raised.value)


def test_the_worker_logs_where_a_bug_raised_but_not_its_message(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    intercept(cloud.worker_runtime.store.dynamodb, "PutItem", break_down)

    cloud.work(event())

    output = "".join(capsys.readouterr())
    assert lines(output)[0]["error"].startswith("RuntimeError at store/table.py:")
    assert CANARY not in output
