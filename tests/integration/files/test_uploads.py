"""The URL that a source gets for a file, from the real handler on moto."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.integration.cloud import Cloud
from tests.integration.runtimes import MAX_UPLOAD_BYTES
from tests.support.factories import CANARY


def test_a_source_gets_a_url_for_a_file(cloud: Cloud) -> None:
    response = cloud.post({"name": "contracts.csv", "size": 1_000}, "b/uploads")

    place = response.document
    assert place["headers"] == {"Content-Length": "1000", "If-None-Match": "*"}
    assert (response.status, place["method"], place["max_bytes"]) == (201, "PUT", MAX_UPLOAD_BYTES)
    assert cloud.bucket in urlsplit(place["url"]).netloc + urlsplit(place["url"]).path
    assert urlsplit(place["url"]).path.endswith("/contracts.csv")
    assert place["key"].startswith("uploads/sourceB/")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": f"{CANARY}.pdf", "size": 5}, 422),
        ({"name": "../x.csv", "size": 5}, 422),
        ({"name": 7, "size": 5}, 422),
        ({}, 422),
        ([], 422),
        ([{"name": "x.csv", "size": 5}] * 2, 422),
        ({"name": "x.csv", "size": 5, "source": "sourceA"}, 422),
        (b"{", 400),
    ],
    ids=str,
)
def test_an_invalid_upload_is_refused(cloud: Cloud, body: Any, status: int) -> None:
    response = cloud.post(body, "b/uploads")

    assert response.status == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert CANARY not in response.text


@pytest.mark.parametrize(
    ("path", "source", "status"),
    [("b/uploads", "sourceA", 403), ("b/uploads", None, 403), ("x/uploads", "sourceB", 404)],
)
def test_only_the_source_itself_may_upload_files(
    cloud: Cloud, path: str, source: str | None, status: int
) -> None:
    response = cloud.post({"name": "x.csv", "size": 5}, path, source=source)

    assert response.status == status


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (..., "Field required"),
        (None, "Input should be a valid integer"),
        ("5", "Input should be a valid integer"),
        (5.5, "Input should be a valid integer"),
        (True, "Input should be a valid integer"),
        (-1, "Input should be greater than or equal to 0"),
        (MAX_UPLOAD_BYTES + 1, f"must be at most {MAX_UPLOAD_BYTES}: pack the file, or split it"),
        (10**30, f"must be at most {MAX_UPLOAD_BYTES}: pack the file, or split it"),
        (b'{"name": "x.csv", "size": 1e999999999}', "Input should be a valid integer"),
        (b'{"name": "x.csv", "size": 1e-999999999}', "Input should be a valid integer"),
    ],
    ids=str,
)
def test_a_size_that_is_missing_or_wrong_is_refused_with_its_name(
    cloud: Cloud, size: Any, message: str
) -> None:
    body = {"name": "x.csv"} | ({} if size is ... else {"size": size})

    response = cloud.post(size if isinstance(size, bytes) else body, "b/uploads")

    assert response.status == 422
    [error] = response.document["errors"]
    assert (error["field"], error["reason"]) == ("size", "invalid_upload")
    assert error["message"].startswith(message)


@pytest.mark.parametrize("size", [0, MAX_UPLOAD_BYTES, b'{"name": "x.csv", "size": 7.0}'])
def test_every_size_up_to_the_largest_is_accepted(cloud: Cloud, size: Any) -> None:
    body = size if isinstance(size, bytes) else {"name": "x.csv", "size": size}

    assert cloud.post(body, "b/uploads").status == 201


def test_another_media_type_is_refused(cloud: Cloud) -> None:
    assert cloud.post("x.csv", "b/uploads", content_type="text/plain").status == 415
