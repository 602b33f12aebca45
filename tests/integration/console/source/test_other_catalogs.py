"""The catalog in the checkout may be invalid, or older than the environment: pages still work."""

import json

import httpx
import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from tests.integration.cloud import Cloud
from tests.integration.console.reading import text_of
from tests.integration.status.source_check.deployed import write_environment
from tests.integration.uploads.conftest import read_file
from tests.support.factories import Json
from tests.support.files.dropped import table

NEWER = "The environment's sources have changed since this console started."
NEW: Json = {"path": "n", "entities": ["CONTRACT"], "auth": "api_key"}
HALF_TYPED = "sources:\n  sourceB:\n    path: [b\n"


@pytest.mark.usefixtures("deployment")
def test_a_source_that_the_file_lacks_leads_to_the_whole_file(
    console: httpx.Client, checkout: Checkout
) -> None:
    catalog = checkout.catalog_file
    catalog.write_text(catalog.read_text().replace("  sourceB:\n", "  sourceC2:\n"))

    page = console.get("/sources/sourceB")
    editor = console.get("/sources/sourceB/edit?whole=1")

    shown = text_of(page)
    assert "cannot be edited: config/sources.yaml has no sourceB. Edit the whole file" in shown
    assert 'href="/sources/sourceB/edit?whole=1"' in page.text
    assert 'href="/sources/sourceB/edit"' not in page.text
    assert "needs a checkout" not in shown
    assert editor.status_code == 200


@pytest.mark.usefixtures("deployment")
def test_a_missing_catalog_is_named(console: httpx.Client, checkout: Checkout) -> None:
    checkout.catalog_file.unlink()

    page = console.get("/sources/sourceB")

    shown = text_of(page)
    assert page.status_code == 200
    assert "config/sources.yaml is missing: restore it" in shown
    assert "There is no config/sources.yaml here: only the environment is checked." in shown
    assert "needs a checkout" not in shown
    assert 'href="/sources/sourceB/edit' not in page.text


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize("content", [HALF_TYPED.encode(), b"\xff"])
def test_an_invalid_catalog_hides_no_action_on_a_deployed_source(
    console: httpx.Client, checkout: Checkout, content: bytes
) -> None:
    checkout.catalog_file.write_bytes(content)

    page, activity = (console.get(f"/sources/sourceB{part}") for part in ("", "/activity"))

    shown = text_of(page)
    assert (page.status_code, activity.status_code) == (200, 200)
    assert 'href="/sources/sourceB/pause"' in page.text
    assert 'href="/sources/sourceB/edit?whole=1"' in page.text
    assert "config/sources.yaml in this checkout is invalid" in shown
    assert "sourceB: path: b" in shown
    assert "There is no config/sources.yaml here" not in shown


def test_an_invalid_catalog_hides_no_file(
    cloud: Cloud, console: httpx.Client, checkout: Checkout
) -> None:
    write_environment(cloud, checkout)
    upload_id = read_file(cloud, "half.csv", table(4, bad=lambda n: n > 2))
    checkout.catalog_file.write_text(HALF_TYPED)

    pages = [console.get(f"/files{part}") for part in ("", f"/{upload_id}", f"/{upload_id}/rows")]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "half.csv" in text_of(pages[0])
    assert "config/sources.yaml in this checkout is invalid" in text_of(pages[0])
    assert "invalid_entity 2" in text_of(pages[1])


def test_a_source_that_was_deployed_after_the_start_has_a_page(
    cloud: Cloud, console: httpx.Client, deployment: Deployment, checkout: Checkout
) -> None:
    file = checkout.outputs_file("local")
    known = json.loads(file.read_text())
    urls = known["queue_urls"] | {"sourceN": known["queue_urls"]["sourceB"]}
    file.write_text(json.dumps(known | {"queue_urls": urls}))
    write_environment(cloud, checkout, sourceN=NEW)
    file.write_text(json.dumps(known))

    page, other = console.get("/sources/sourceN"), console.get("/search")
    file.write_text(json.dumps(known | {"queue_urls": urls}))
    later = console.get("/search")

    assert "sourceN" not in deployment.queue_urls
    assert page.status_code == 200
    assert "0 waiting in the queue" in text_of(page)
    assert [NEWER in text_of(each) for each in (page, other, later)] == [True, False, True]
