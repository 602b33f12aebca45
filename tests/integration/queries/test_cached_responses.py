"""An unchanged response is not sent again, and a large one is compressed."""

from collections.abc import Callable

import pytest

from tests.integration.cloud import Cloud
from tests.integration.queries.reading import stored_contracts
from tests.integration.response import Response
from tests.support.factories import contract, event
from tests.support.invocations import request


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
def large(cloud: Cloud) -> Callable[..., Response]:
    """Store a large contract and return a function that reads it."""
    cloud.store(event(contract("c-1", contract_name="é" * 5_000)))
    return lambda **headers: cloud.read("CONTRACT/c-1", **headers)


@pytest.mark.parametrize("coding", ["gzip", "br, gzip;q=0.5", "gzip, deflate"])
def test_a_large_response_is_compressed_when_the_caller_accepts_gzip(
    large: Callable[..., Response], coding: str
) -> None:
    packed, plain = large(accept_encoding=coding), large()

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.document == plain.document
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert large(if_none_match=packed.headers["ETag"]).status == 304
    assert large(if_none_match=plain.headers["ETag"], accept_encoding=coding).status == 304


@pytest.mark.parametrize("coding", ["", "identity", "br", "gzip;q=0", "gzip; q=0.00"])
def test_a_response_is_not_compressed_when_the_caller_does_not_accept_gzip(
    large: Callable[..., Response], coding: str
) -> None:
    assert "Content-Encoding" not in large(accept_encoding=coding).headers


def test_a_small_response_is_not_compressed(cloud: Cloud) -> None:
    stored_contracts(cloud, "c-1")

    assert "Content-Encoding" not in cloud.read("CONTRACT/c-1", accept_encoding="gzip").headers


def test_without_an_accept_header_no_response_is_compressed(
    cloud: Cloud, large: Callable[..., Response]
) -> None:
    assert large(accept_encoding="gzip").headers["Content-Encoding"] == "gzip"
    headers = {"Accept-Encoding": "gzip"}
    sent = request("entities/CONTRACT/c-1", "", source="reader", method="GET", headers=headers)
    for name in ("headers", "multiValueHeaders"):
        del sent[name]["Accept"]

    assert not cloud.query(sent)["isBase64Encoded"]
