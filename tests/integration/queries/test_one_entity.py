"""A reader gets one entity by its id, with the event that it comes from."""

import json
from urllib.parse import quote

import pytest

from tests.integration.cloud import Cloud
from tests.integration.queries.reading import assert_problem, stored_contracts
from tests.support.factories import contract, delete_event, event
from tests.support.invocations import request


def test_an_entity_is_returned_with_the_event_that_it_comes_from(cloud: Cloud) -> None:
    cloud.store(event(contract("c-1"), id="7"))

    response = cloud.read("CONTRACT/c-1")

    assert response.status == 200
    assert response.headers["Content-Type"] == "application/json"
    found = response.document
    made = found["event"]
    assert found == {
        "entity_name": "CONTRACT",
        "id": "c-1",
        "entity": contract("c-1"),
        "event": {
            "id": "7",
            "source": "sourceB",
            "time": "2026-01-31T12:00:00.000000Z",
            "received_at": "2026-01-31T12:00:00.000000Z",
            "stored_at": made["stored_at"],
        },
    }


def test_the_operators_key_may_read(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1")

    assert cloud.read("CONTRACT/c-1", key="operator").status == 200


@pytest.mark.parametrize("path", ["CONTRACT/c-1", "CONTRACT", "CONTRACT/c-1/related", "ROCKET"])
@pytest.mark.parametrize("key", [None, "sourceB"])
def test_every_other_key_gets_403(cloud: Cloud, path: str, key: str | None) -> None:
    stored_contracts(cloud, "c-1")

    response = cloud.read(path, key=key)

    assert_problem(response, 403, "must hold the reader's or the operator's key")


@pytest.mark.parametrize(
    "path",
    [
        "CONTRACT/c-2",
        "CONTRACT/c-2/related",
        "CONTRACT/gone",
        "CONTRACT/gone/related",
        "EQUIPMENT/c-1",
        "CONTRACT/C-1",
        "CONTRACT/..",
        "CONTRACT/%2E%2E%2FEQUIPMENT",
        "CONTRACT/c-1%23",
        "CONTRACT/%23",
        "CONTRACT/c-1%00",
        "CONTRACT/c-1%20",
        "CONTRACT/related",
        "CONTRACT//related",
        "CONTRACT/%E2%80%AE",
        "CONTRACT/\ud800",
        f"CONTRACT/{'x' * 513}",
        f"CONTRACT/{'x' * 8000}",
    ],
)
def test_a_missing_entity_gets_404(cloud: Cloud, path: str) -> None:
    stored_contracts(cloud, "c-1", "gone")
    cloud.store(delete_event("gone", time="2026-01-31T12:05:00Z"))

    assert_problem(cloud.read(path), 404, "there is no ")


@pytest.mark.parametrize("path", ["ROCKET", "ROCKET/r-1", "contract", "CONTRACT%20/c-1", "%2F/x"])
def test_an_unknown_entity_name_gets_404_with_the_known_names(cloud: Cloud, path: str) -> None:
    assert_problem(cloud.read(path), 404, "must be one of CONTRACT, DOCUMENT, EQUIPMENT, MILESTONE")


def test_a_path_that_is_not_utf_8_gets_400(cloud: Cloud) -> None:
    assert_problem(cloud.read("CONTRACT/%ff"), 400, "UTF-8")


@pytest.mark.parametrize("path", ["/entities", "/entities//c-1", "/entities/CONTRACT/a\nb"])
def test_a_path_without_a_route_gets_404(cloud: Cloud, path: str) -> None:
    response = cloud.query(request("x", "", source="reader", method="GET") | {"path": path})

    assert response["statusCode"] == 404
    assert json.loads(response["body"])["status"] == 404


@pytest.mark.parametrize(
    "entity_id",
    [
        "a/b",
        "/a",
        "a/",
        "a//b",
        "%",
        "100%25",
        "a%2Fb",
        "a/related",
        "related",
        ".",
        "..",
        "a b",
        "a+b?c&d=e",
        'a"b\\c',
        "契約-7",
        "🚀",
        "x" * 512,
        "é" * 256,
    ],
)
def test_an_entity_with_any_id_is_found_by_its_encoded_id(cloud: Cloud, entity_id: str) -> None:
    stored_contracts(cloud, entity_id)

    response = cloud.read(f"CONTRACT/{quote(entity_id, safe='')}")

    assert response.status == 200
    assert response.document["id"] == response.document["entity"]["contract_id"] == entity_id


@pytest.mark.parametrize("path", ["CONTRACT/a/b/", "CONTRACT/a%2Fb/", "CONTRACT/a%2fb%2f"])
def test_a_slash_in_an_id_may_be_sent_unencoded(cloud: Cloud, path: str) -> None:
    stored_contracts(cloud, "a/b/", "a/b")

    assert cloud.read(path).document["id"] == "a/b/"


def test_an_id_that_the_gateway_has_decoded_is_found(cloud: Cloud) -> None:
    stored_contracts(cloud, "契約/7 %")

    sent = request("x", "", source="reader", method="GET")
    response = cloud.query(sent | {"path": "/entities/CONTRACT/契約/7 %"})

    assert response["statusCode"] == 200
