"""A part of a page that cannot be shown says why in its place, without a page around it."""

import httpx
import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.cloud import Cloud
from tests.integration.console.reading import text_of
from tests.integration.status.source_check.deployed import write_environment

PARTS = [
    ("GET", "/sources/sourceB/activity?since=soon", 422, "'soon' must be an age such as 30m"),
    ("POST", "/sources/sourceB/edit/check", 422, "config/sources.yaml: is not UTF-8"),
    ("GET", "/sources/sourceX/activity", 422, "the catalog has no source 'sourceX'"),
    ("GET", "/progress/none/part", 404, "this console has no record of the work"),
    ("GET", "/progress/none/no-such-part", 404, "There is no such page."),
]


@pytest.mark.parametrize(("method", "path", "status", "sentence"), PARTS)
def test_a_part_that_fails_is_one_sentence(
    console: httpx.Client,
    cloud: Cloud,
    checkout: Checkout,
    method: str,
    path: str,
    status: int,
    sentence: str,
) -> None:
    write_environment(cloud, checkout)
    checkout.catalog_file.write_bytes(b"\xff")

    response = console.request(method, path, headers={"HX-Request": "true"})

    assert response.status_code == status
    assert sentence in text_of(response)
    assert 'role="alert"' in response.text
    assert "<main" not in response.text
    assert "<h1" not in response.text
