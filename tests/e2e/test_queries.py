"""Readers get entities, lists and relations from the applied platform."""

import csv
import json
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.commands import ingest_here
from tests.e2e.conftest import Checkout
from tests.e2e.entity_requests import CONTRACT, call, get
from tests.e2e.platform import post as post_to
from tests.support.browser.waiting import wait_for

LARGE = "é" * 5_000


@pytest.fixture(scope="module")
def site(deployment: Deployment) -> Deployment:
    """Store a contract with a milestone and equipment in three levels, each by its own source."""
    posted: dict[str, list[Any]] = {
        "sourceA": [
            {"equipment_id": "q-site", "contract_id": "q-1", "cat_id": LARGE},
            {"equipment_id": "q-line", "parent_equipment_id": "q-site", "contract_id": "q-1"},
            {
                "equipment_id": "q/line/1 契約",
                "parent_equipment_id": "q-line",
                "current_milestone_id": "q-m-1",
                "contract_id": "q-gone",
            },
        ],
        "sourceB": [{"contract_id": "q-1", **CONTRACT}],
        "sourceC": [{"milestone_id": "q-m-1", "contract_id": "q-1"}],
    }
    names = {"sourceA": "EQUIPMENT", "sourceB": "CONTRACT", "sourceC": "MILESTONE"}
    for path, source in (("a", "sourceA"), ("b", "sourceB"), ("c", "sourceC")):
        events = [{"entity_name": names[source], "body": body} for body in posted[source]]
        assert post_to(deployment, path, events, key=source).status == 202
    awaited = ("EQUIPMENT/q%2Fline/1%20%E5%A5%91%E7%B4%84", "CONTRACT/q-1", "MILESTONE/q-m-1")
    for path in awaited:
        wait_for(lambda path=path: get(deployment, path).status == 200)  # type: ignore[misc]
    return deployment


def test_an_entity_is_returned_with_the_event_that_it_comes_from(site: Deployment) -> None:
    response = get(site, "CONTRACT/q-1")

    assert response.headers["Content-Type"] == "application/json"
    found = response.document
    assert found["entity_name"] == "CONTRACT"
    assert found["id"] == "q-1"
    assert found["entity"] == {"contract_id": "q-1", **CONTRACT}
    assert found["event"]["source"] == "sourceB"
    assert found["event"]["stored_at"] >= found["event"]["received_at"]


@pytest.mark.parametrize("path", ["q/line/1%20契約", "q%2Fline%2F1%20契約"])
def test_an_id_may_have_slashes_blanks_and_any_script(site: Deployment, path: str) -> None:
    assert get(site, f"EQUIPMENT/{quote(path, safe='/%')}").document["id"] == "q/line/1 契約"


@pytest.mark.parametrize("limit", ["1", "1000"])
def test_a_list_is_ordered_by_id_and_paged_by_cursors(site: Deployment, limit: str) -> None:
    ids = [item["id"] for item in walk(site, "EQUIPMENT", source="sourceA", limit=limit)]

    assert {"q-site", "q-line", "q/line/1 契約"} <= set(ids)
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("limit", ["1", "1000"])
def test_a_list_since_a_time_is_ordered_by_time_and_paged_by_cursors(
    site: Deployment, limit: str
) -> None:
    query = {"source": "sourceA", "changed_since": "2026-01-01T00:00:00+01:00", "limit": limit}
    found = walk(site, "EQUIPMENT", **query)

    stored = [(item["event"]["stored_at"], item["id"]) for item in found]
    assert {"q-site", "q-line", "q/line/1 契約"} <= {entity_id for _, entity_id in stored}
    assert stored == sorted(set(stored))
    newest = stored[-1][0]
    later = walk(site, "EQUIPMENT", **query | {"changed_since": newest})
    assert later == [item for item in found if item["event"]["stored_at"] == newest]


def walk(deployment: Deployment, path: str, **query: str) -> list[Any]:
    """Return all items, by following the cursors. The first page has the requested limit."""
    page = get(deployment, f"{path}?{urlencode(query)}").document
    items: list[Any] = page["items"]
    while page["next_cursor"]:
        query |= {"cursor": page["next_cursor"], "limit": "7"}
        page = get(deployment, f"{path}?{urlencode(query)}").document
        items += page["items"]
    return items


def relations(deployment: Deployment, path: str) -> list[tuple[str, str, bool]]:
    items = walk(deployment, f"{path}/related", limit="1")
    return [(item["field"], item["id"], item["entity"] is not None) for item in items]


def test_related_entities_are_found_in_both_directions(site: Deployment) -> None:
    assert relations(site, "CONTRACT/q-1") == [
        ("contract_id", "q-line", True),
        ("contract_id", "q-site", True),
        ("contract_id", "q-m-1", True),
    ]
    assert relations(site, "EQUIPMENT/q-line") == [
        ("contract_id", "q-1", True),
        ("parent_equipment_id", "q-site", True),
        ("parent_equipment_id", "q/line/1 契約", True),
    ]
    assert relations(site, f"EQUIPMENT/{quote('q/line/1 契約')}") == [
        ("contract_id", "q-gone", False),
        ("current_milestone_id", "q-m-1", True),
        ("parent_equipment_id", "q-line", True),
    ]


def test_an_unchanged_response_is_not_sent_again_and_a_large_one_is_compressed(
    site: Deployment,
) -> None:
    plain = get(site, "EQUIPMENT/q-site")
    packed = get(site, "EQUIPMENT/q-site", Accept_Encoding="gzip")
    known = get(site, "EQUIPMENT/q-site", If_None_Match=f"W/{plain.headers['ETag']}")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content[:2] == b"\x1f\x8b"
    assert len(packed.content) < len(plain.content) / 10
    assert plain.document["entity"]["cat_id"] == LARGE
    assert known.status == 304
    assert known.content == b""
    assert known.headers["ETag"] == plain.headers["ETag"]


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("CONTRACT/q-none", "reader", 404),
        ("CONTRACT/q-none/related", "reader", 404),
        ("ROCKET", "reader", 404),
        ("", "reader", 404),
        (f"CONTRACT/{'x' * 2_000}", "reader", 404),
        ("CONTRACT/%23", "reader", 404),
        ("CONTRACT?limit=0", "reader", 400),
        ("CONTRACT?cursor=x", "reader", 400),
        ("CONTRACT?changed_since=now", "reader", 400),
        ("CONTRACT?limit=1&limit=2", "reader", 400),
        ("CONTRACT/q-1?colour=red", "reader", 400),
        ("CONTRACT/q-1", "sourceB", 403),
        ("CONTRACT", "nobody", 403),
    ],
)
def test_a_refused_read_gets_a_problem_document(
    site: Deployment, path: str, key: str, status: int
) -> None:
    response = call(site, "GET", path, key=key)

    assert response.status == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.document["status"] == status
    assert response.document["detail"]


def test_the_command_exports_entities_and_checks_references(
    site: Deployment, checkout: Checkout
) -> None:
    assert site
    file = checkout.directory / "equipment.csv"
    arguments = (
        ("export", "EQUIPMENT", "--format", "csv", "--to", str(file)),
        ("related", "CONTRACT", "q-1", "-o", "json"),
        ("check", "references", "-o", "json"),
    )

    exported, related, checked = (ingest_here(checkout, *command) for command in arguments)

    assert exported.returncode == 0
    assert related.returncode == 0
    assert checked.returncode == 4
    with file.open(newline="", encoding="utf-8") as stream:
        ids = [row["equipment_id"] for row in csv.DictReader(stream, strict=True)]
    assert {"q-site", "q-line", "q/line/1 契約"} <= set(ids)
    assert [item["id"] for item in json.loads(related.stdout)] == ["q-line", "q-site", "q-m-1"]
    assert "q-gone" in [item["missing_id"] for item in json.loads(checked.stdout)["dangling"]]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("entities/CONTRACT", "GET, HEAD, OPTIONS"),
        ("entities/CONTRACT/q-1", "GET, HEAD, PUT, DELETE, OPTIONS"),
        ("b", "POST, OPTIONS"),
        ("b/uploads", "POST, OPTIONS"),
    ],
)
def test_the_gateway_passes_every_method_of_a_path_to_its_function(
    site: Deployment, path: str, allowed: str
) -> None:
    url, key = f"{site.api_url}/{path}", {"x-api-key": site.api_keys["sourceB"]}

    patch, options = (httpx.request(name, url, headers=key) for name in ("PATCH", "OPTIONS"))

    assert [patch.status_code, options.status_code] == [405, 204]
    assert [patch.headers["allow"], options.headers["allow"]] == [allowed, allowed]


def test_head_is_get_without_the_body(site: Deployment) -> None:
    get, head = (call(site, method, "CONTRACT/q-1") for method in ("GET", "HEAD"))

    assert head.status == 200
    assert head.content == b""
    assert head.headers["ETag"] == get.headers["ETag"]
