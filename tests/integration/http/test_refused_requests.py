"""Requests that the API refuses as a whole. Nothing of them reaches the topic."""

from hashlib import sha256

import pytest
from pydantic_core import to_json

from tests.integration.cloud import Cloud
from tests.integration.response import Response
from tests.support.factories import CANARY, NOT_JSON, api_key, submission

MAX_BODY_BYTES = 4_400_000
TITLES = {  # The names of RFC 9110. Those of Python's http module differ.
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    503: "Service Unavailable",
}


def assert_problem(response: Response, status: int, detail: str) -> None:
    assert response.status == status
    assert response.headers == {"Content-Type": "application/problem+json"}
    assert response.document["title"] == TITLES[status]
    assert response.document["status"] == status
    assert detail in response.document["detail"]


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_a_body_that_is_not_json_gets_400(cloud: Cloud, body: bytes) -> None:
    response = cloud.post(body)

    assert_problem(response, 400, "not JSON: ")
    assert CANARY not in response.text
    assert cloud.routed() == 0


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="empty"),
        pytest.param('{"id": "\ud800"}', id="lone surrogate"),
        pytest.param("[" * 100_000, id="100,000 levels"),
    ],
)
def test_a_text_body_that_is_not_json_gets_400(cloud: Cloud, body: str) -> None:
    response = cloud.post(body)

    assert_problem(response, 400, "not JSON: ")
    assert cloud.routed() == 0


@pytest.mark.parametrize(
    "body", ["null", "7", "true", f'"{CANARY}"', "[null]", "[[]]", "{}", "1e999", '{"body": 1e999}']
)
def test_json_that_is_not_an_event_gets_422(cloud: Cloud, body: str) -> None:
    response = cloud.post(body)

    assert_problem(response, 422, "no event was accepted")
    assert response.statuses == ["rejected"]
    assert CANARY not in response.text
    assert cloud.routed() == 0


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param(api_key("sourceA"), id="another source's"),
        pytest.param(api_key("sourceB").upper(), id="in capitals"),
        pytest.param(sha256(api_key("sourceB").encode()).hexdigest(), id="the digest itself"),
        pytest.param("é\ud800", id="no text"),
    ],
)
def test_a_wrong_key_gets_403(cloud: Cloud, key: str | None) -> None:
    headers = {} if key is None else {"x_api_key": key}

    response = cloud.post(submission(), source=None, **headers)

    assert_problem(response, 403, "must hold this source's key")
    assert cloud.routed() == 0


def test_a_post_to_a_source_without_keys_gets_403(cloud: Cloud) -> None:
    cloud.environment.setenv("API_KEY_DIGESTS", "")
    cloud.rebuild()

    response = cloud.post(submission())

    assert_problem(response, 403, "must hold this source's key")


def test_the_key_is_checked_before_the_body(cloud: Cloud) -> None:
    response = cloud.post("{", source="sourceA", content_type="text/plain")

    assert_problem(response, 403, "must hold this source's key")


@pytest.mark.parametrize("path", ["d", "B", "sourceB"])
def test_a_post_to_an_unknown_path_gets_404(cloud: Cloud, path: str) -> None:
    response = cloud.post(submission(), path)

    assert_problem(response, 404, "no source has this path")
    assert cloud.routed() == 0


@pytest.mark.parametrize(("surplus", "status"), [(0, 202), (1, 413)])
def test_a_body_over_the_limit_gets_413(cloud: Cloud, surplus: int, status: int) -> None:
    body = to_json(submission()).ljust(MAX_BODY_BYTES + surplus)

    response = cloud.post(body)

    assert response.status == status


def test_the_response_to_an_oversized_body_states_the_limit(cloud: Cloud) -> None:
    body = "é" * (MAX_BODY_BYTES // 2 + 1)

    response = cloud.post(body)

    assert_problem(response, 413, "at most 4400000 bytes")


def test_501_events_get_413(cloud: Cloud) -> None:
    response = cloud.post([submission()] * 501)

    assert_problem(response, 413, "501 events in one request: send at most 500")
    assert cloud.routed() == 0


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; charset=us-ascii",
        "application/json;;charset=utf8;",
        'application/json; profile="a\\"b"; a!b=c',
        "text/json",
        "application/vnd.acme+json",
    ],
)
def test_json_in_utf_8_is_accepted(cloud: Cloud, content_type: str) -> None:
    response = cloud.post(submission(), content_type=content_type, content_encoding="Identity")

    assert response.status == 202


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json, text/plain",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/json; charset=",
        "application/json; charset=utf-8; charset=utf-16",
        pytest.param("application/json; charset=utf\0", id="null character"),
    ],
)
def test_every_other_content_type_gets_415(cloud: Cloud, content_type: str) -> None:
    response = cloud.post(submission(), content_type=content_type)

    assert_problem(response, 415, "must be application/json, application/cloudevents+json or ")
    assert cloud.routed() == 0


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "gzip, identity"])
def test_a_compressed_body_gets_415(cloud: Cloud, encoding: str) -> None:
    response = cloud.post(submission(), content_encoding=encoding)

    assert_problem(response, 415, "must not be encoded")
    assert cloud.routed() == 0


def test_the_longest_response_fits_the_limit_of_a_function(cloud: Cloud) -> None:
    worst = submission({f"{n}-{'x' * 700}": n for n in range(11)})

    response = cloud.post([worst] * 500)

    assert response.status == 422
    assert len(response.text) < 3_000_000


def test_a_path_without_a_route_in_the_function_gets_404(cloud: Cloud) -> None:
    response = cloud.post(submission(), path="/b")

    assert_problem(response, 404, "no operation has this path: see /openapi.json")
