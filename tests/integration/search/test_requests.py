"""Requests that the search function refuses, and what it says while a service fails."""

from typing import Any

import pytest

from ingestion.handlers import search
from ingestion.http.cursor import Scope, write_cursor
from ingestion.store.reader import Position
from tests.integration.response import response_of
from tests.integration.search.events import contract_event
from tests.integration.search.platform import Platform
from tests.support.canned import aws_error, intercept
from tests.support.factories import CANARY, lines
from tests.support.invocations import context, request


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({"q": "a AND"}, "q: position 6: a word or a phrase is missing at the end"),
        ({"q": "foo:bar"}, "q: position 1: no entity has a field foo that can be searched"),
        ({"q": ""}, "q: String should have at least 1 character"),
        ({"q": "word " * 10_000}, "q: String should have at most 1000 characters"),
        ({"q": "a", "entity": "CRANE"}, "entity: must be one of CONTRACT"),
        ({"q": "a", "limit": 0}, "limit: Input should be greater than or equal to 1"),
        ({"q": "a", "limit": -1}, "limit: Input should be greater than or equal to 1"),
        ({"q": "a", "limit": 10**9}, "limit: Input should be less than or equal to 100"),
        ({"q": "a", "limit": "1e2"}, "limit: must be a whole number"),
        ({"q": "a", "limit": 101}, "limit: Input should be less than or equal to 100"),
        ({"q": "a", "page": 2}, "page: unknown field (parameters of this path: q, entity, source"),
        ({"q": "a", "cursor": "x"}, "cursor: must be a next_cursor of the same path"),
    ],
)
def test_a_bad_request_is_refused(platform: Platform, query: dict[str, Any], detail: str) -> None:
    answer = platform.ask(**query)

    assert answer.status == 400
    assert answer.document["detail"].startswith(detail)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_bad_query_has_its_position_as_a_number(platform: Platform) -> None:
    assert platform.ask("(a").document["position"] == 1


def test_a_source_that_the_catalog_does_not_have_is_allowed(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine", source="removedSource"))

    assert platform.ids("turbine", source="removedSource") == ["c-1"]
    assert platform.ids("turbine", source="otherSource") == []


def test_a_request_without_q_is_refused(platform: Platform) -> None:
    event = request("search", "", source="reader", method="GET")

    answer = response_of(search.handle(event, context(), platform.reader))

    assert answer.status == 400
    assert answer.document["detail"].startswith("q: Field required")


def test_a_cursor_of_another_query_is_refused(platform: Platform) -> None:
    platform.put(*(contract_event(n, "turbine") for n in range(3)))
    cursor = platform.ask("turbine", limit=1).document["next_cursor"]

    assert cursor
    assert platform.ask("pump", limit=1, cursor=cursor).status == 400


@pytest.mark.parametrize("rank", ["", "-1", "x", "10001", "0010001", "9" * 512])
def test_a_cursor_that_is_no_rank_is_refused(platform: Platform, rank: str) -> None:
    scope: Scope = ["search", "turbine", None, None]

    answer = platform.ask("turbine", cursor=write_cursor(scope, Position(rank)))

    assert answer.status == 400
    assert answer.document["detail"].startswith("cursor: must be a next_cursor of")


@pytest.mark.parametrize(
    ("key", "status"), [("reader", 200), ("operator", 200), ("sourceA", 403), (None, 403)]
)
def test_only_the_reader_and_the_operator_may_search(
    platform: Platform, key: str | None, status: int
) -> None:
    assert platform.ask("turbine", key=key).status == status


@pytest.mark.parametrize(("method", "status"), [("OPTIONS", 204), ("POST", 405), ("DELETE", 405)])
def test_other_methods_get_the_offered_ones(platform: Platform, method: str, status: int) -> None:
    event = request("search", "", source="reader", method=method)

    answer = response_of(search.handle(event, context(), platform.reader))

    assert (answer.status, answer.headers["Allow"]) == (status, "GET, HEAD, OPTIONS")


def test_head_is_get_without_the_body(platform: Platform) -> None:
    event = request("search", "", source="reader", method="HEAD", query={"q": ["turbine"]})

    answer = response_of(search.handle(event, context(), platform.reader))

    assert (answer.status, answer.text) == (200, "")


def test_an_answer_that_the_caller_has_is_304(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"))
    etag = platform.ask("turbine").headers["ETag"]
    event = request(
        "search",
        "",
        source="reader",
        method="GET",
        query={"q": ["turbine"]},
        headers={"If-None-Match": etag},
    )

    answer = response_of(search.handle(event, context(), platform.reader))

    assert (answer.status, answer.text) == (304, "")


@pytest.mark.parametrize("operation", ["GetObject", "BatchGetItem"])
def test_a_service_that_fails_is_503_and_named_in_the_log(
    platform: Platform, operation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.put(contract_event(1, "turbine"))
    finder = platform.reader.finder
    client: Any = finder.index.pointers.s3 if operation == "GetObject" else finder.table.dynamodb
    intercept(client, operation, lambda _: aws_error("AccessDenied", 403))
    capsys.readouterr()

    answer = platform.ask("turbine")

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    [line] = lines(capsys.readouterr().out)
    assert (line["SearchFailed"], line["failed_for"]) == ([1.0], "AccessDenied")


def test_no_log_line_holds_the_query(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.put(contract_event(1, f"turbine {CANARY}"))

    platform.ask(CANARY)
    platform.ask(f"({CANARY}")

    assert CANARY not in capsys.readouterr().out
