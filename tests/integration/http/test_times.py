"""The bound of an event's time holds at every input, and an event out of it changes nothing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic_core import to_json

from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON
from ingestion.syntax.times import timestamp
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.support.factories import (
    NOON,
    Json,
    catalog_document,
    cloudevent,
    contract,
    deletion,
    event,
    event_fields,
    submission,
)

HEADER = "contract_id,contract_name,contract_type,contract_status,at"
ROW = "c-1,Turbines,goods,active"
FAR, OLD = "9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z"
OUT_OF_BOUNDS = {FAR: "is 9999-12-31T23:59:59.000000Z: must be ", OLD: "is 1969-12-31T23:59:59.00"}
BINARY = {"Ce-Specversion": "1.0", "Ce-Id": "7", "Ce-Source": "sourceB"}

times = pytest.mark.parametrize(("time", "message"), OUT_OF_BOUNDS.items(), ids=["far", "old"])


def posts(time: str) -> dict[str, tuple[Any, dict[str, str]]]:
    """Return the body and the headers of an event with this time in each form."""
    named = cloudevent(time=time)
    return {
        "native": (submission(time=time), {}),
        "delete": (deletion(time=time), {}),
        "array": ([submission(time=time)], {}),
        "structured": (named, {"Content-Type": STRUCTURED_JSON}),
        "batch": ([named], {"Content-Type": BATCH_JSON}),
        "binary": (contract(), BINARY | {"Ce-Type": "contract.upsert", "Ce-Time": time}),
    }


@times
@pytest.mark.parametrize("form", posts(NOON))
def test_a_posted_event_out_of_bounds_gets_422_with_its_time(
    cloud: Cloud, form: str, time: str, message: str
) -> None:
    body, headers = posts(time)[form]

    response = cloud.post(body, **headers)

    assert response.status == 422
    [error] = response.document["errors"]
    assert error["reason"] == "invalid_event"
    assert error["field"] == "time"
    assert error["message"].startswith(message)
    assert cloud.routed() == 0


def test_an_event_out_of_bounds_affects_only_itself_and_later_events_win(cloud: Cloud) -> None:
    first, last = timestamp(datetime.now(UTC)), timestamp(datetime.now(UTC) + timedelta(minutes=4))
    items = [
        submission(time=first),
        submission(contract(contract_name="frozen"), time=FAR),
        submission(contract(contract_name="last"), time=last),
    ]

    response = cloud.post(items)

    assert response.statuses == ["accepted", "rejected", "accepted"]
    assert cloud.work(*cloud.queued()) == []
    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "last"


def test_a_source_may_set_its_own_bound(cloud: Cloud) -> None:
    document = catalog_document()
    document["sources"]["sourceB"] |= {"max_ahead": "1h", "min_time": "2020-01-01"}
    cloud.write_catalog(document)
    ahead = timestamp(datetime.now(UTC) + timedelta(minutes=50))
    items = [submission(id=n, time=t) for n, t in {"1": ahead, "2": "2019-12-31T23:59:59Z"}.items()]

    response = cloud.post(items)

    assert response.statuses == ["accepted", "rejected"]
    [record] = cloud.queued()
    assert cloud.work(record) == []
    assert cloud.rows()["CONTRACT#c-1"]["_event"]["time"] == ahead


def files(time: str) -> dict[str, str | bytes]:
    """Return files of one row or event with this time, by name."""
    row = contract(at=time)
    return {
        "x.csv": f"{HEADER}\n{ROW},{time}\n",
        "x.tsv": f"{HEADER}\n{ROW},{time}\n".replace(",", "\t"),
        "x.json": to_json([row]),
        "x.jsonl": to_json(row),
        "event.json": to_json([submission(time=time)]),
        "event.jsonl": to_json(submission(time=time)),
        "cloudevent.jsonl": to_json(cloudevent(time=time)),
    }


@times
@pytest.mark.parametrize("name", files(NOON))
def test_a_row_out_of_bounds_is_rejected_with_its_time(
    cloud: Cloud, name: str, time: str, message: str
) -> None:
    document = catalog_document()
    document["sources"]["sourceB"]["files"] = {"time": "at"}
    cloud.write_catalog(document)

    cloud.extract(cloud.drop(name, files(time)[name]))

    [key] = cloud.keys("rejected/")
    [error] = json.loads(cloud.content(key))["errors"]
    assert error["reason"] == "invalid_event"
    assert error["field"] == ("time" if "event" in name else "at")
    assert error["message"].startswith(message)
    assert cloud.keys("extracted/") == []


@pytest.mark.parametrize("number", ["2026", "20260131", "46053"])
def test_a_number_that_is_no_epoch_is_rejected_with_its_time(cloud: Cloud, number: str) -> None:
    document = catalog_document()
    document["sources"]["sourceB"]["files"] = {"time": "at"}
    cloud.write_catalog(document)

    cloud.extract(cloud.drop("x.csv", f"{HEADER}\n{ROW},{number}\n"))

    [key] = cloud.keys("rejected/")
    [error] = json.loads(cloud.content(key))["errors"]
    assert error["message"].startswith("is 1970-")
    assert "must be 1990-01-01T00:00:00.000000Z or later" in error["message"]


def queued(time: str, **changes: Any) -> str:
    return json.dumps(event_fields(time=time, **changes))


@times
def test_a_queued_event_out_of_bounds_is_dead_lettered(
    cloud: Cloud, time: str, message: str
) -> None:
    assert cloud.work(queued(time)) == []

    [(_, reason, detail)] = cloud.dead_letters()
    assert reason == "invalid_event"
    assert detail.startswith(f"time: {message}")
    assert cloud.rows() == {}


def test_a_queued_event_is_held_to_the_bound_at_its_own_receipt(cloud: Cloud) -> None:
    within = event(contract("c-1"), id="1", time="2026-01-31T12:05:00.000000Z")
    beyond = event(contract("c-2"), id="2", time="2026-01-31T12:05:00.000001Z")

    assert cloud.work(within, beyond) == []

    assert list(cloud.rows()) == ["CONTRACT#c-1"]
    [(body, _, _)] = cloud.dead_letters()
    assert json.loads(body)["id"] == "2"


def test_a_dead_letter_that_waited_is_stored_by_a_redrive(cloud: Cloud, ingest: Ingest) -> None:
    cloud.work(queued("2026-01-31T12:05:00.000000Z", subject="c-2"))

    assert ingest("edit", "event-1", "--set", "subject=c-1").exit_code == 0
    assert ingest("redrive").exit_code == 0

    assert cloud.work(*cloud.queued()) == []
    assert list(cloud.rows()) == ["CONTRACT#c-1"]


@times
def test_an_edit_to_a_time_out_of_bounds_would_still_fail(
    cloud: Cloud, ingest: Ingest, time: str, message: str
) -> None:
    cloud.work(queued(NOON, subject="c-2"))

    result = ingest("edit", "event-1", "--set", "subject=c-1", "--set", f"time={time}")

    assert result.exit_code == 4
    assert f"would still fail: invalid_event: time: {message}" in result.stderr.replace("\n", "")
    assert ingest("redrive").exit_code == 4
    assert cloud.queued() == []


@pytest.mark.parametrize("path", ["receivedat", "revision"])
def test_what_the_platform_sets_cannot_be_edited(cloud: Cloud, ingest: Ingest, path: str) -> None:
    cloud.work(queued(NOON, subject="c-2"))

    result = ingest("edit", "event-1", "--set", f"{path}={FAR}")

    assert result.exit_code == 2
    assert f"{path} cannot be edited: the platform sets it" in result.stderr
    [(body, _, _)] = cloud.dead_letters()
    assert json.loads(body) == event_fields(subject="c-2")


def test_events_of_the_operator_are_held_to_the_default_bound(cloud: Cloud) -> None:
    sent: Json = {"source": "operator", "time": FAR}
    cloud.serve("operator")

    assert cloud.work(json.dumps(event_fields(**sent))) == []

    [(_, reason, detail)] = cloud.dead_letters("operator")
    assert reason == "invalid_event"
    assert "5m after its receipt" in detail
