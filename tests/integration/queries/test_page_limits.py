"""A page never exceeds what a response can hold, nor the time of a request."""

import json
from dataclasses import replace
from itertools import chain

import pytest
from botocore.exceptions import ConnectTimeoutError

from tests.integration.cloud import Cloud
from tests.integration.queries.reading import assert_problem, ids, stored_contracts, walk
from tests.support.canned import Canned, aws_error, canned, intercept, name_of
from tests.support.factories import CANARY, Json, contract, event, lines
from tests.support.invocations import request


def key(contract_id: str) -> Json:
    return {"ID": {"S": f"CONTRACT#{contract_id}"}, "ENTITY_NAME": {"S": "CONTRACT"}}


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
