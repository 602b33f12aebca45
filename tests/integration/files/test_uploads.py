"""The URL that a source gets for a file, from the real handler on moto."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.integration.cloud import Cloud
from tests.integration.runtimes import MAX_UPLOAD_BYTES
from tests.support.factories import CANARY


def test_a_source_gets_a_url_for_a_file(cloud: Cloud) -> None:
    response = cloud.post({"name": "contracts.csv"}, "b/uploads")

    place = response.document
    assert (response.status, place["method"], place["max_bytes"]) == (201, "PUT", MAX_UPLOAD_BYTES)
    assert cloud.bucket in urlsplit(place["url"]).netloc + urlsplit(place["url"]).path
    assert urlsplit(place["url"]).path.endswith("/contracts.csv")
    assert place["key"].startswith("uploads/sourceB/")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": f"{CANARY}.pdf"}, 422),
        ({"name": "../x.csv"}, 422),
        ({"name": 7}, 422),
        ({}, 422),
        ([], 422),
        ([{"name": "x.csv"}] * 2, 422),
        ({"name": "x.csv", "source": "sourceA"}, 422),
        (b"{", 400),
    ],
    ids=str,
)
def test_an_invalid_file_name_is_refused(cloud: Cloud, body: Any, status: int) -> None:
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
    response = cloud.post({"name": "x.csv"}, path, source=source)

    assert response.status == status


def test_another_media_type_is_refused(cloud: Cloud) -> None:
    assert cloud.post("x.csv", "b/uploads", content_type="text/plain").status == 415
