"""The responses to readers: one entity, lists in pages, and never more than a response can hold."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ConnectTimeoutError

from ingestion.http.cursor import Scope, write_cursor
from ingestion.store.reader import Position
from tests.integration.answer import Answer
from tests.integration.cloud import Cloud
from tests.support.factories import (
    CANARY,
    Canned,
    Json,
    aws_error,
    canned,
    contract,
    delete_event,
    equipment,
    event,
    intercept,
    lines,
    name_of,
    request,
)

PROBLEM = "application/problem+json"


def stored_contracts(cloud: Cloud, *ids: str, **changes: Any) -> None:
    cloud.store(*(event(contract(contract_id), **changes) for contract_id in ids))


def walk(cloud: Cloud, path: str, **parameters: Any) -> list[Json]:
    """Return every page, by following the cursors."""
    pages: list[Json] = []
    cursor: Json = {}
    while not pages or cursor["cursor"]:
        response = cloud.read(path, query=parameters | cursor)
        assert response.status == 200, response.text
        pages.append(response.document)
        cursor = {"cursor": pages[-1]["next_cursor"]}
    return pages


def ids(pages: list[Json]) -> list[list[str]]:
    return [[item["id"] for item in page["items"]] for page in pages]


def assert_problem(response: Answer, status: int, detail: str) -> None:
    assert response.status == status
    assert response.headers["Content-Type"] == PROBLEM
    assert response.document["status"] == status
    assert detail in response.document["detail"]


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
    assert_problem(cloud.read(path), 404, "must be one of CONTRACT, EQUIPMENT, MILESTONE")


def test_a_path_that_is_not_utf_8_gets_400(cloud: Cloud) -> None:
    assert_problem(cloud.read("CONTRACT/%ff"), 400, "UTF-8")


@pytest.mark.parametrize("path", ["/entities", "/", "/entities//c-1", "/entities/CONTRACT/a\nb"])
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


def test_a_list_is_ordered_by_id_and_paged_by_cursors(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-3", "c-1", "c-5", "c-4", "c-2")
    cloud.store(event(equipment("e-1"), source="sourceA", entity_name="EQUIPMENT"))

    pages = walk(cloud, "CONTRACT", limit=2)

    assert ids(pages) == [["c-1", "c-2"], ["c-3", "c-4"], ["c-5"]]
    assert pages[0]["items"][0] == cloud.read("CONTRACT/c-1").document
    assert ids(walk(cloud, "CONTRACT")) == [["c-1", "c-2", "c-3", "c-4", "c-5"]]
    assert ids(walk(cloud, "CONTRACT/", limit=5)) == [["c-1", "c-2", "c-3", "c-4", "c-5"]]


def test_a_list_without_entities_is_empty(cloud: Cloud) -> None:
    assert cloud.read("CONTRACT").document == {"items": [], "next_cursor": None}


def test_a_cursor_stays_valid_when_entities_are_deleted_and_added(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1", "c-3", "c-5", "c-7")
    first = cloud.read("CONTRACT", query={"limit": 2}).document

    cloud.store(delete_event("c-3", time="2026-01-31T12:05:00Z"))
    stored_contracts(cloud, "c-2", "c-4")
    rest = cloud.read("CONTRACT", query={"cursor": first["next_cursor"]}).document

    assert ids([first, rest]) == [["c-1", "c-3"], ["c-4", "c-5", "c-7"]]


def test_a_list_can_be_filtered_by_source(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1", "c-3")
    stored_contracts(cloud, "c-2", source="operator")

    assert ids(walk(cloud, "CONTRACT", source="operator")) == [["c-2"]]
    assert ids(walk(cloud, "CONTRACT", source="sourceB", limit=1)) == [["c-1"], ["c-3"]]
    assert ids(walk(cloud, "CONTRACT", source="sourceX")) == [[]]


def test_a_list_can_be_filtered_by_time_of_change(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1")
    stored_contracts(cloud, "c-2")
    since = cloud.read("CONTRACT/c-2").document["event"]["stored_at"]
    cloud.store(event(contract("c-1"), time="2026-01-31T12:05:00Z"))

    assert ids(walk(cloud, "CONTRACT", changed_since=since)) == [["c-1", "c-2"]]
    later = cloud.read("CONTRACT/c-1").document["event"]["stored_at"]
    assert ids(walk(cloud, "CONTRACT", changed_since=later)) == [["c-1"]]
    assert ids(walk(cloud, "CONTRACT", changed_since=later, source="sourceA")) == [[]]
    assert ids(walk(cloud, "CONTRACT", changed_since="2999-01-01T01:00:00+02:00")) == [[]]


@pytest.mark.parametrize(
    ("path", "parameters", "detail"),
    [
        ("CONTRACT", {"limit": "0"}, "limit: Input should be greater than or equal to 1"),
        ("CONTRACT", {"limit": "1001"}, "limit: Input should be less than or equal to 1000"),
        ("CONTRACT", {"limit": "-1"}, "limit: must be a whole number"),
        ("CONTRACT", {"limit": "1e2"}, "limit: must be a whole number"),
        ("CONTRACT", {"limit": ""}, "limit: must be a whole number"),
        ("CONTRACT", {"limit": "٣"}, "limit: must be a whole number"),
        ("CONTRACT", {"limit": "9" * 5000}, "limit: must be a whole number"),
        ("CONTRACT", {"limit": [1, 2]}, "send each parameter once"),
        ("CONTRACT", {"changed_since": "yesterday"}, "changed_since: must be an RFC 3339 time"),
        ("CONTRACT", {"changed_since": "2026-01-31"}, "changed_since: must be an RFC 3339 time"),
        ("CONTRACT", {"source": "a b"}, "source: String should match"),
        ("CONTRACT", {"color": "red"}, "(parameters of this path: limit, cursor, source, changed"),
        ("CONTRACT", {"cursor": ""}, "cursor: must be a next_cursor"),
        ("CONTRACT/c-1/related", {"source": "sourceB"}, "(parameters of this path: limit, cursor)"),
        ("CONTRACT/c-1/related", {"cursor": "x"}, "cursor: must be a next_cursor"),
        ("CONTRACT/c-1", {"limit": "1"}, "(parameters of this path: none)"),
    ],
)
def test_an_invalid_parameter_gets_400_with_what_is_valid(
    cloud: Cloud, path: str, parameters: Json, detail: str
) -> None:
    stored_contracts(cloud, "c-1")

    assert_problem(cloud.read(path, query=parameters), 400, detail)


def test_a_cursor_is_valid_only_for_its_own_list(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1", "c-2")
    for number in (1, 2):
        made = equipment(f"e-{number}", contract_id="c-1")
        cloud.store(event(made, id=f"e{number}", source="sourceA", entity_name="EQUIPMENT"))
    cursor = cloud.read("CONTRACT", query={"limit": 1}).document["next_cursor"]
    related = cloud.read("CONTRACT/c-1/related", query={"limit": 1}).document["next_cursor"]

    assert cursor
    assert related
    for path, parameters in (
        ("CONTRACT", {"cursor": cursor, "source": "sourceB"}),
        ("CONTRACT", {"cursor": cursor, "changed_since": "2026-01-01T00:00:00Z"}),
        ("CONTRACT", {"cursor": related}),
        ("EQUIPMENT", {"cursor": cursor}),
        ("CONTRACT/c-1/related", {"cursor": cursor}),
        ("CONTRACT/c-2/related", {"cursor": related}),
        ("CONTRACT", {"cursor": cursor[:-1]}),
        ("CONTRACT", {"cursor": cursor + "A"}),
        ("CONTRACT", {"cursor": "WyJjLTEiXQ.c2lnbmF0dXJl"}),  # The signed form of earlier versions.
    ):
        assert_problem(cloud.read(path, query=parameters), 400, "cursor: must be a next_cursor")


@pytest.mark.parametrize(
    "position",
    [
        Position(""),
        Position("契約/7 #"),
        Position("", "refers_to", field="another"),
        Position("e-9", "referred_by", "EQUIPMENT", "another"),
        Position("e-9", "referred_by"),
        Position("e-9", "another"),
    ],
)
def test_a_cursor_that_a_caller_wrote_gets_200(cloud: Cloud, position: Position) -> None:
    stored_contracts(cloud, "c-1")

    scopes: dict[str, Scope] = {
        "CONTRACT": ["list", "CONTRACT", None, None],
        "CONTRACT/c-1/related": ["related", "CONTRACT", "c-1"],
    }
    for path, scope in scopes.items():
        response = cloud.read(path, query={"cursor": write_cursor(scope, position)})
        assert response.status == 200


@pytest.mark.parametrize("limit", [1000, 7])
def test_a_response_fits_the_limit_of_lambda(cloud: Cloud, limit: int) -> None:
    # A quote is escaped twice in a response, so this text grows most, except control characters.
    large = 'é"' * 40_000
    names = [f"c-{number:02}" for number in range(20)]
    cloud.store(
        *(
            event(contract(contract_id, contract_name=large), id=contract_id)
            for contract_id in names
        )
    )

    pages: list[Json] = []
    cursor: Json = {}
    while not pages or cursor["cursor"]:
        sent = request(
            "entities/CONTRACT",
            "",
            source="reader",
            method="GET",
            query={name: [str(value)] for name, value in ({"limit": limit} | cursor).items()},
        )
        response = cloud.query(sent)
        assert len(json.dumps(response)) < 6_000_000
        pages.append(json.loads(response["body"]))
        cursor = {"cursor": pages[-1]["next_cursor"]}

    assert list(chain(*ids(pages))) == names
    assert len(pages) > 1


def test_after_its_time_limit_a_list_continues_on_another_page(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1", "c-2", "c-3")
    cloud.query_runtime = replace(cloud.query_runtime, read_seconds=-1)

    pages = walk(cloud, "CONTRACT", source="sourceB")

    assert ids(pages) == [["c-1"], ["c-2"], ["c-3"], []]


def test_an_empty_page_has_a_cursor_to_the_next(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-2")
    pages = iter([canned({"Items": [], "LastEvaluatedKey": key("c-1")})])
    intercept(cloud.query_runtime.reader.dynamodb, "Query", lambda _: next(pages, None))
    cloud.query_runtime = replace(cloud.query_runtime, read_seconds=-1)

    assert ids(walk(cloud, "CONTRACT", source="sourceB")) == [[], ["c-2"], []]


def key(contract_id: str) -> Json:
    return {"ID": {"S": f"CONTRACT#{contract_id}"}, "ENTITY_NAME": {"S": "CONTRACT"}}


@pytest.mark.parametrize("path", ["CONTRACT", "CONTRACT/c-1", "CONTRACT/c-1/related"])
@pytest.mark.parametrize(
    "failure",
    [
        aws_error("ProvisionedThroughputExceededException"),
        aws_error("InternalServerError", 500),
        aws_error("AccessDeniedException"),
        ConnectTimeoutError(endpoint_url="https://dynamodb.example.com"),
    ],
    ids=name_of,
)
def test_an_unavailable_table_gets_503(
    cloud: Cloud, path: str, failure: Canned | Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Json) -> Canned:
        if isinstance(failure, Exception):
            raise failure
        return failure

    for operation in ("GetItem", "Query"):
        intercept(cloud.query_runtime.reader.dynamodb, operation, fail)

    response = cloud.read(path)

    assert_problem(response, 503, "the table is not available: repeat")
    assert response.headers["Retry-After"] == "5"
    [line] = lines(capsys.readouterr().out)
    assert line["QueryFailed"] == [1]
    assert line["failed_for"] == name_of(failure)


def test_every_response_is_counted_and_no_content_is_logged(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    stored_contracts(cloud, CANARY, "c-2")
    capsys.readouterr()

    first = cloud.read("CONTRACT", query={"limit": 1}).document
    cloud.read(f"CONTRACT/{CANARY}")
    cloud.read(f"CONTRACT/{CANARY}", key="sourceB")
    cloud.read("CONTRACT", query={"cursor": f"{first['next_cursor']}{CANARY}"})

    output = "".join(capsys.readouterr())
    counted = [set(line) & {"QueryAnswered", "QueryRefused"} for line in lines(output)]
    assert counted == [{"QueryAnswered"}, {"QueryAnswered"}, {"QueryRefused"}, {"QueryRefused"}]
    assert {line["source"] for line in lines(output)} == {"reader"}
    assert CANARY not in output
    assert first["next_cursor"] not in output


@pytest.mark.parametrize("path", ["CONTRACT/c-1", "CONTRACT", "CONTRACT/c-1/related"])
def test_an_unchanged_response_is_not_sent_again(cloud: Cloud, path: str) -> None:
    stored_contracts(cloud, "c-1")
    first = cloud.read(path)

    again = cloud.read(path, if_none_match=f'W/"other", {first.headers["ETag"]}')

    assert again.status == 304
    assert again.text == ""
    assert again.headers == {
        name: value for name, value in first.headers.items() if name != "Content-Type"
    }


def test_a_changed_response_is_sent_again(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1")
    tag = cloud.read("CONTRACT/c-1").headers["ETag"]
    cloud.store(event(contract("c-1", contract_name="new"), time="2026-01-31T12:05:00Z"))

    again = cloud.read("CONTRACT/c-1", if_none_match=tag)

    assert again.status == 200
    assert again.document["entity"]["contract_name"] == "new"
    assert again.headers["ETag"] != tag


@pytest.fixture
def large(cloud: Cloud) -> Callable[..., Answer]:
    """Store a large contract and return a function that reads it."""
    cloud.store(event(contract("c-1", contract_name="é" * 5_000)))
    return lambda **headers: cloud.read("CONTRACT/c-1", **headers)


@pytest.mark.parametrize("coding", ["gzip", "br, gzip;q=0.5", "gzip, deflate"])
def test_a_large_response_is_compressed_when_the_caller_accepts_gzip(
    large: Callable[..., Answer], coding: str
) -> None:
    packed, plain = large(accept_encoding=coding), large()

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.document == plain.document
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert large(if_none_match=packed.headers["ETag"]).status == 304
    assert large(if_none_match=plain.headers["ETag"], accept_encoding=coding).status == 304


@pytest.mark.parametrize("coding", ["", "identity", "br", "gzip;q=0", "gzip; q=0.00"])
def test_a_response_is_not_compressed_when_the_caller_does_not_accept_gzip(
    large: Callable[..., Answer], coding: str
) -> None:
    assert "Content-Encoding" not in large(accept_encoding=coding).headers


def test_a_small_response_is_not_compressed(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1")

    assert "Content-Encoding" not in cloud.read("CONTRACT/c-1", accept_encoding="gzip").headers


def test_without_an_accept_header_no_response_is_compressed(
    cloud: Cloud, large: Callable[..., Answer]
) -> None:
    assert large(accept_encoding="gzip").headers["Content-Encoding"] == "gzip"
    headers = {"Accept-Encoding": "gzip"}
    sent = request("entities/CONTRACT/c-1", "", source="reader", method="GET", headers=headers)
    for name in ("headers", "multiValueHeaders"):
        del sent[name]["Accept"]

    assert not cloud.query(sent)["isBase64Encoded"]
