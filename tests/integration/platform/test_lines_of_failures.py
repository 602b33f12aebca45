"""The lines about refused requests and dead letters."""

import json
from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest, Said
from tests.integration.platform.said import attributes, counted
from tests.support.factories import CANARY, Json, contract, event, event_fields, submission
from tests.support.invocations import REQUEST_ID, record
from tests.support.logs.emf import published


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
    cloud.post({"name": f"{CANARY}.csv", "size": 5}, "b/uploads")

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

    assert len(failures) == 1
    assert published(said()) == {
        ("RecordRetried", "sourceB"): 1,
        ("EventNotStored", "sourceB"): 2,
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


def refusals(printed: list[Json]) -> list[tuple[str | None, str, int]]:
    """Return source, request id and status of each line of a refused request."""
    return [(line.get("source"), line["request_id"], line["refused"]) for line in printed]
