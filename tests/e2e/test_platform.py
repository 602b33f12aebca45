"""The applied platform over HTTP: what sources send, and what is stored."""

from typing import Any

import pytest

from infra.tools.stack import ledger
from ingestion.cli.environment import Deployment
from tests.e2e.platform import (
    EQUIPMENT,
    JSON,
    in_index,
    post,
    publish,
    receive,
    wait_until_idle,
)
from tests.support.browser.waiting import wait_for


def test_a_posted_event_is_in_the_index(deployment: Deployment) -> None:
    response = post(deployment, "a", EQUIPMENT)

    assert response.status == 202
    item = wait_for(lambda: in_index(deployment, "EQUIPMENT").get("EQUIPMENT#e-1"))
    assert item["cat_id"] == {"S": "42"}
    assert item["contract_id"] == {"S": "c-1"}
    assert item["_event"]["M"]["source"] == {"S": "sourceA"}


def test_an_invalid_event_of_a_batch_does_not_reject_the_others(deployment: Deployment) -> None:
    valid = {"milestone_id": "m-7", "contract_id": "c-1", "end_date": "2026-01-31"}
    invalid = valid | {"milestone_id": "m-8", "start_date": "2026-02-01"}

    response = post(
        deployment,
        "c",
        [{"entity_name": "MILESTONE", "body": body} for body in (invalid, valid)],
        key="sourceC",
    )

    assert response.status == 207
    assert response.json()["errors"][0]["message"] == "end_date must not be before start_date"
    wait_for(lambda: "MILESTONE#m-7" in in_index(deployment, "MILESTONE"))
    assert "MILESTONE#m-8" not in in_index(deployment, "MILESTONE")


def contract(contract_id: str, day: int, name: str) -> dict[str, Any]:
    fields = {"contract_name": name, "contract_type": "works", "contract_status": "active"}
    body = {"contract_id": contract_id, **fields}
    return {"entity_name": "CONTRACT", "time": f"2026-01-{day:02}T00:00:00Z", "body": body}


def test_the_newest_wins_and_a_delete_stays_deleted(deployment: Deployment) -> None:
    gone = {"operation": "delete", "body": {"contract_id": "c-gone"}}
    history = [
        contract("c-kept", 2, "new"),
        contract("c-kept", 1, "late"),
        contract("c-gone", 2, "") | gone,
        contract("c-gone", 1, "late"),
    ]
    since_ms = wait_until_idle(deployment)

    response = post(deployment, "b", history, key="sourceB")

    assert response.status == 202
    wait_until_idle(deployment)
    assert ledger.outcomes(deployment, "sourceB", since_ms) == {"stored": 2, "superseded": 2}
    contracts = in_index(deployment, "CONTRACT")
    assert contracts["CONTRACT#c-kept"]["contract_name"] == {"S": "new"}
    assert "CONTRACT#c-gone" not in contracts


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        pytest.param("a", "sourceB", 403, id="another source's key"),
        pytest.param("a", None, 403, id="no key"),
        pytest.param("nowhere", "sourceA", 404, id="no such path"),
    ],
)
def test_only_the_source_itself_may_post_to_its_path(
    deployment: Deployment, path: str, key: str | None, status: int
) -> None:
    response = post(deployment, path, EQUIPMENT, key=key)

    assert response.status == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == status


HOSTILE = {
    "not JSON": (b"{", 400),
    "nothing": (b"", 400),
    "100,000 deep": (b"[" * 100_000, 400),
    "5,000-digit number": (b"9" * 5_000, 400),
    "NaN": (b'{"entity_name": NaN}', 400),
    "invalid UTF-8": (b'{"entity_name": "\xff"}', 400),
    "lone surrogate": (rb'{"entity_name": "\ud800"}', 400),
    "gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", 400),
    "7 MB": (b'"' + b"x" * 7_000_000 + b'"', 413),
    "null": (b"null", 422),
    "empty array": (b"[]", 422),
    "a number": (b"42", 422),
    "wrong types": (b'{"entity_name": 1, "body": []}', 422),
    "unknown field": (
        b'{"entity_name": "EQUIPMENT", "body": {"equipment_id": "h-1", "colour": "red"}}',
        422,
    ),
    "empty id": (b'{"entity_name": "EQUIPMENT", "body": {"equipment_id": ""}}', 422),
    "id with #": (b'{"entity_name": "EQUIPMENT", "body": {"equipment_id": "h#1"}}', 422),
    "right-to-left id": (
        '{"entity_name": "EQUIPMENT", "body": {"equipment_id": "h-\u202e1"}}'.encode(),
        422,
    ),
    "combining id": (
        '{"entity_name": "EQUIPMENT", "body": {"equipment_id": "he\u0301"}}'.encode(),
        422,
    ),
    "another source": (
        b'{"source": "sourceB", "entity_name": "EQUIPMENT", "body": {"equipment_id": "h-1"}}',
        422,
    ),
    "another source's entity": (
        b'{"entity_name": "CONTRACT", "body": {"contract_id": "h-1"}}',
        422,
    ),
}


def test_no_hostile_body_makes_the_api_fail_or_is_stored(deployment: Deployment) -> None:
    since_ms = wait_until_idle(deployment)

    responses = {name: post(deployment, "a", body).status for name, (body, _) in HOSTILE.items()}
    post(deployment, "a", EQUIPMENT | {"body": {"equipment_id": "after-the-hostile"}})

    assert responses == {name: status for name, (_, status) in HOSTILE.items()}
    wait_until_idle(deployment)
    assert "EQUIPMENT#after-the-hostile" in in_index(deployment, "EQUIPMENT")
    assert ledger.outcomes(deployment, "sourceA", since_ms) == {"stored": 1}


def test_a_compressed_body_or_another_media_type_gets_415(
    deployment: Deployment,
) -> None:
    form = post(deployment, "a", EQUIPMENT, headers={"Content-Type": "text/csv"})
    packed = post(deployment, "a", EQUIPMENT, headers={**JSON, "Content-Encoding": "gzip"})

    assert form.status == 415
    assert packed.status == 415
    assert "application/json" in form.json()["detail"]
    assert "must not be encoded: Content-Encoding is 'gzip'" in packed.json()["detail"]


@pytest.mark.parametrize("attributes", [{}, {"source": "sourceX"}], ids=["none", "unknown"])
def test_a_message_of_an_unknown_source_waits_in_the_unrouted_queue(
    deployment: Deployment, attributes: dict[str, str]
) -> None:
    marker = f"unrouted {attributes}"
    publish(deployment, marker, "g", entity_name="EQUIPMENT", **attributes)

    assert wait_for(
        lambda: marker in [m["Body"] for m in receive(deployment, deployment.unrouted_queue_url)]
    )


def test_a_poison_message_is_dead_lettered_with_its_reason_and_blocks_nothing(
    deployment: Deployment,
) -> None:
    publish(deployment, "poison", "MILESTONE#m-9", source="sourceC")
    body = {"milestone_id": "m-9", "contract_id": "c-1"}

    post(deployment, "c", {"entity_name": "MILESTONE", "body": body}, key="sourceC")

    wait_for(lambda: "MILESTONE#m-9" in in_index(deployment, "MILESTONE"))
    # Other tests leave dead letters in this queue too.
    url = deployment.dead_letter_queue_urls["sourceC"]
    [dead_letter] = wait_for(lambda: [m for m in receive(deployment, url) if m["Body"] == "poison"])
    assert dead_letter["MessageAttributes"]["reason"]["StringValue"] == "invalid_event"
