"""An event that cannot be read affects no other event of its request."""

import json
from pathlib import Path

import pytest

from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON
from tests.integration.cloud import Cloud
from tests.support.factories import Json, cloudevent, contract, submission

CASES = Path(__file__).parents[2] / "cases"
JSON = "application/json"
FAULTY = {
    "lone surrogate": (b'"\\ud800"', "is not JSON: unexpected end of hex escape"),
    "low surrogate": (b'"\\udfff x"', "is not JSON: "),
    "wrong byte": (b'"\xff"', "is not UTF-8"),
    "encoded surrogate": (b'"\xed\xa0\x80"', "is not UTF-8"),
    "5,000 digits": (b"9" * 5_000, "is not JSON: number out of range"),
    "exponent": (b"1e99999999999999999999", "exponent is out of range"),
    "210 levels": (b"[" * 210 + b"]" * 210, "is not JSON: recursion limit"),
}
each_fault = pytest.mark.parametrize(("fault", "message"), FAULTY.values(), ids=FAULTY)


def event_of(content_type: str, contract_id: str, **changes: str) -> Json:
    """Return the event of a contract as this media type holds it."""
    data = contract(contract_id, **changes)
    if content_type == JSON:
        return submission(data)
    return cloudevent(data, id=contract_id)


@each_fault
@pytest.mark.parametrize("content_type", [JSON, BATCH_JSON])
def test_an_event_that_cannot_be_read_is_rejected_alone_with_its_index(
    cloud: Cloud, content_type: str, fault: bytes, message: str
) -> None:
    events = [
        event_of(content_type, f"c-{n}", contract_name="?" if n % 2 else "Turbines")
        for n in range(4)
    ]
    body = json.dumps(events).encode().replace(b'"?"', fault)

    response = cloud.post(body, content_type=content_type)

    assert response.status == 207
    assert response.statuses == ["accepted", "rejected", "accepted", "rejected"]
    assert [error["index"] for error in response.document["errors"]] == [1, 3]
    assert all(message in error["message"] for error in response.document["errors"])
    assert cloud.routed() == 2


@each_fault
@pytest.mark.parametrize(
    ("content_type", "status"), [(JSON, 400), (STRUCTURED_JSON, 400), (BATCH_JSON, 422)]
)
def test_an_event_that_is_alone_and_cannot_be_read_is_refused(
    cloud: Cloud, content_type: str, status: int, fault: bytes, message: str
) -> None:
    body = json.dumps(event_of(content_type, "c-1", contract_name="?")).encode()
    body = body.replace(b'"?"', fault)

    response = cloud.post(b"[%s]" % body if status == 422 else body, content_type=content_type)

    assert response.status == status
    assert message.removeprefix("is ") in response.text
    assert cloud.routed() == 0


def test_a_byte_order_mark_before_a_posted_event_is_ignored(cloud: Cloud) -> None:
    response = cloud.post((CASES / "bom.json").read_bytes(), "a", source="sourceA")

    assert response.status == 202


def test_a_byte_order_mark_before_a_correction_is_ignored(cloud: Cloud) -> None:
    body = b"\xef\xbb\xbf" + json.dumps(contract()).encode()

    assert cloud.correct("PUT", "CONTRACT/c-1", body).status == 202


def test_the_replacement_character_is_stored_as_it_was_sent(cloud: Cloud) -> None:
    cloud.post(submission(contract(contract_name="caf\ufffd")))
    cloud.work(*cloud.queued())

    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "caf\ufffd"


def test_a_faulty_array_of_too_many_items_is_refused_without_reading_all(cloud: Cloud) -> None:
    body = b'["\\ud800"' + b",1" * 100_000 + b"]"

    response = cloud.post(body)

    assert response.status == 413
    assert "send at most 500" in response.document["detail"]
