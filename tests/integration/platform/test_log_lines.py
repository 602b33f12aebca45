"""The lines of the API and the worker about accepted events."""

import json

from tests.integration.cloud import Cloud
from tests.integration.conftest import Said
from tests.integration.platform.said import attributes, counted
from tests.support.canned import aws_error, intercept
from tests.support.factories import contract, event, submission
from tests.support.invocations import REQUEST_ID, record
from tests.support.logs.emf import published


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

    [not_stored, line] = said()
    assert not_stored["EventNotStored"] == [1]
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


def test_an_event_of_a_file_has_the_upload_id(cloud: Cloud, said: Said) -> None:
    cloud.extract(cloud.drop("c.jsonl", json.dumps(contract()) + "\n"))
    cloud.insert()
    upload_ids = {line["upload_id"] for line in said()}

    cloud.work(*cloud.queued())

    [line] = said()
    assert set(line["request_ids"]) == upload_ids
