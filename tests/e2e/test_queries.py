"""Readers and operators over HTTP: the applied gateway, functions, roles, keys and indexes."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import pytest

from ingestion.cli.environment import Deployment
from ingestion.event import timestamp
from tests.e2e.conftest import Checkout
from tests.e2e.test_cli import ingest
from tests.e2e.test_platform import JSON, wait_for
from tests.e2e.test_platform import post as post_to

CONTRACT = {"contract_name": "Turbines", "contract_type": "goods", "contract_status": "active"}
LARGE = "é" * 5_000


class Response(NamedTuple):
    """A response before it is decompressed."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.content)


def call(
    deployment: Deployment,
    method: str,
    path: str,
    body: Any = None,
    *,
    key: str | None = None,
    **headers: str,
) -> Response:
    """Send the path unchanged, because most clients normalize paths. Default: the reader's key."""
    url = urlsplit(deployment.api_url)
    keys = deployment.api_keys | {"reader": deployment.reader_api_key, "nobody": "no such key"}
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent |= {"x-api-key": keys[key or "reader"], "Accept": "*/*"}
    content = None if body is None else json.dumps(body)
    connection = HTTPConnection(str(url.hostname), url.port, timeout=30)
    connection.request(method, f"{url.path}/entities/{path}", content, sent | JSON)
    response = connection.getresponse()
    read = response.read()
    connection.close()
    return Response(response.status, dict(response.headers), read)


def get(deployment: Deployment, path: str, **headers: str) -> Response:
    return call(deployment, "GET", path, **headers)


def correct(
    deployment: Deployment, method: str, path: str, body: Any = None, **headers: str
) -> Response:
    return call(deployment, method, path, body, key="operator", **headers)


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


def test_a_list_is_ordered_by_id_and_paged_by_cursors(site: Deployment) -> None:
    query = {"source": "sourceA", "changed_since": "2026-01-01T00:00:00+01:00", "limit": "1"}
    ids = [item["id"] for item in walk(site, "EQUIPMENT", **query)]

    assert {"q-site", "q-line", "q/line/1 契約"} <= set(ids)
    assert ids == sorted(set(ids))


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


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    ("path", "key", "status"),
    [("CONTRACT/q-1", "sourceB", 403), ("CONTRACT/q-1", "reader", 403), ("X/q", "operator", 404)],
)
def test_a_correction_needs_the_operators_key_and_a_known_entity(
    site: Deployment, method: str, path: str, key: str, status: int
) -> None:
    response = call(site, method, path, CONTRACT if method == "PUT" else None, key=key)

    assert response.status == status
    assert response.headers["Content-Type"] == "application/problem+json"


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
    path = f"../{path}" if path.startswith("b") else path.removeprefix("entities/")

    patch, options = (call(site, method, path) for method in ("PATCH", "OPTIONS"))

    assert [patch.status, options.status] == [405, 204]
    assert [patch.headers["Allow"], options.headers["Allow"]] == [allowed, allowed]


def test_head_is_get_without_the_body(site: Deployment) -> None:
    get, head = (call(site, method, "CONTRACT/q-1") for method in ("GET", "HEAD"))

    assert head.status == 200
    assert head.content == b""
    assert head.headers["ETag"] == get.headers["ETag"]


def named(deployment: Deployment, contract_id: str) -> str | None:
    response = get(deployment, f"CONTRACT/{contract_id}")
    return response.document["entity"]["contract_name"] if response.status == 200 else None


def test_a_correction_is_stored_and_a_newer_event_replaces_it(deployment: Deployment) -> None:
    put = correct(deployment, "PUT", "CONTRACT/q-2", CONTRACT | {"contract_name": "corrected"})
    assert put.status == 202
    assert put.document["events"][0]["status"] == "accepted"
    wait_for(lambda: named(deployment, "q-2") == "corrected")
    newer = {
        "entity_name": "CONTRACT",
        "time": timestamp(datetime.now(UTC) + timedelta(minutes=4)),
        "body": {"contract_id": "q-2", **CONTRACT},
    }
    post_to(deployment, "b", newer, key="sourceB")
    wait_for(lambda: named(deployment, "q-2") == "Turbines")

    too_late = correct(deployment, "PUT", "CONTRACT/q-2", CONTRACT | {"contract_name": "too late"})

    assert too_late.status == 409
    assert too_late.document["stored_time"] == newer["time"]

    tag = get(deployment, "CONTRACT/q-2").headers["ETag"]
    freed = CONTRACT | {"contract_name": "freed"}
    accepted = correct(deployment, "PUT", "CONTRACT/q-2", freed, if_match=tag)
    wait_for(lambda: named(deployment, "q-2") == "freed")
    stale = correct(deployment, "DELETE", "CONTRACT/q-2", if_match=tag)

    assert [accepted.status, stale.status] == [202, 412]


def test_a_deletion_by_the_operator_deletes_the_entity(deployment: Deployment) -> None:
    correct(deployment, "PUT", "CONTRACT/q%2F3", CONTRACT)
    wait_for(lambda: get(deployment, "CONTRACT/q%2F3").status == 200)

    response = correct(deployment, "DELETE", "CONTRACT/q%2F3")

    assert response.status == 202
    wait_for(lambda: get(deployment, "CONTRACT/q%2F3").status == 404)


def test_an_invalid_correction_gets_422(deployment: Deployment) -> None:
    response = correct(deployment, "PUT", "CONTRACT/q-1", CONTRACT | {"contract_id": "q-2"})

    assert response.status == 422
    assert response.document["errors"][0]["field"] == "body.contract_id"


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
    with ThreadPoolExecutor(3) as pool:
        exported, related, checked = pool.map(lambda command: ingest(checkout, *command), arguments)

    assert exported.returncode == 0
    assert related.returncode == 0
    assert checked.returncode == 4
    with file.open(newline="", encoding="utf-8") as stream:
        ids = [row["equipment_id"] for row in csv.DictReader(stream, strict=True)]
    assert {"q-site", "q-line", "q/line/1 契約"} <= set(ids)
    assert [item["id"] for item in json.loads(related.stdout)] == ["q-line", "q-site", "q-m-1"]
    assert "q-gone" in [item["missing_id"] for item in json.loads(checked.stdout)["dangling"]]
