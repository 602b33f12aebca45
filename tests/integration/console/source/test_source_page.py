"""The page of a source shows what `ingest source check` knows, and leads to the next pages."""

import json
from shutil import rmtree

import httpx
import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_group_of
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.console.reading import text_of
from tests.integration.map_command.shop import CATALOG, order
from tests.integration.status.measured import platform, put_metric
from tests.integration.status.source_check.lines import accepted_line
from tests.integration.status.test_findings import log_lines
from tests.support.factories import contract, event
from tests.support.terraform.planned import Plan


@pytest.mark.usefixtures("deployment")
def test_the_page_shows_the_entry_the_state_and_the_actions(console: httpx.Client) -> None:
    response = console.get("/sources/sourceB")

    shown = text_of(response)
    assert "POST https://api.example.com/b takes events" in shown
    assert "sourceB: path: b entities: [CONTRACT] auth: api_key" in shown
    assert "stores events accepts requests 0 waiting in the queue" in shown
    assert "ingest source check sourceB" in shown
    for word in ("pause", "close", "edit", "plan"):
        assert f'href="/sources/sourceB/{word}"' in response.text


@pytest.mark.usefixtures("deployment")
def test_the_activity_shows_what_was_accepted_and_what_is_wrong(console: httpx.Client) -> None:
    response = console.get("/sources/sourceB/activity")

    shown = text_of(response)
    assert "No event of sourceB was accepted in the last 14 days: send one to try it." in shown
    assert "Nothing was refused in the last 24h." in shown
    assert "0 dead letters wait now." in shown


def test_a_mapped_source_shows_its_sample_beside_what_its_rules_make(
    console: httpx.Client, deployment: Deployment, checkout: Checkout, run: Ingest
) -> None:
    assert deployment.environment == "local"
    checkout.catalog_file.write_text(CATALOG)
    folder = checkout.samples_directory / "shop"
    folder.mkdir(parents=True)
    (folder / "order.headers.yaml").write_text("X-Tenant: north\n")
    (folder / "order.json").write_text(json.dumps(order()))
    assert run("map", "--record", "--source", "shop").exit_code == 0

    shown = text_of(console.get("/sources/shop"))

    assert "not deployed" in shown
    assert "1 sample makes 2 events: as expected." in shown
    assert '"title": "Turbines"' in shown
    assert "contract_name Turbines payload.order.title" in shown


@pytest.mark.usefixtures("deployment")
def test_the_operator_can_be_paused_and_not_edited(console: httpx.Client) -> None:
    response = console.get("/sources/operator")

    assert response.status_code == 200
    assert 'href="/sources/operator/pause"' in response.text
    assert 'href="/sources/operator/close"' not in response.text
    assert 'href="/sources/operator/edit"' not in response.text


@pytest.mark.usefixtures("deployment")
def test_without_a_checkout_the_page_shows_what_is_deployed(
    console: httpx.Client, checkout: Checkout
) -> None:
    rmtree(checkout.catalog_file.parent)

    response = console.get("/sources/sourceB")

    shown = text_of(response)
    assert "sourceB: path: b entities: - CONTRACT auth: api_key" in shown
    assert "editing a source needs a checkout of this project" in shown
    assert 'href="/sources/sourceB/edit"' not in response.text


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize("path", ["/sources/sourceX", "/sources/sourceX/activity"])
def test_a_source_that_no_catalog_has_is_named(console: httpx.Client, path: str) -> None:
    response = console.get(path)

    assert response.status_code == 422
    assert "the catalog has no source 'sourceX'" in text_of(response)


@pytest.mark.usefixtures("deployment")
def test_a_time_that_is_none_is_refused(console: httpx.Client) -> None:
    responses = [console.get(f"/sources/sourceB{part}?since=soon") for part in ("", "/activity")]

    assert {response.status_code for response in responses} == {422}
    assert all("'soon' must be an age such as 30m" in text_of(each) for each in responses)


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize(
    ("since", "status"),
    [("0001-01-01", 200), ("9999-12-31T23:59:59-23:59", 422), ("9999-12-31T23:59:59Z", 422)],
)
def test_an_extreme_time_is_shown_or_refused(
    console: httpx.Client, since: str, status: int
) -> None:
    response = console.get("/sources/sourceB/activity", params={"since": since})

    assert response.status_code == status


def test_stored_entities_are_named(
    console: httpx.Client, deployment: Deployment, cloud: Cloud, planned: Plan
) -> None:
    put_metric(platform(planned), "EventAccepted", "sourceB", 1, minutes_ago=1)
    api = log_group_of(deployment.function_names["api"])
    log_lines(api, accepted_line("r-1"), minutes_ago=1)
    cloud.store(event(contract("c-7"), id="e-7"))

    response = console.get("/sources/sourceB/activity", params={"since": "1h"})

    assert "CONTRACT c-7 e-7" in text_of(response)
    assert 'href="/entities/CONTRACT/c-7"' in response.text
    assert 'href="/trace?id=e-7"' in response.text
    assert 'href="/trace?id=r-1"' in response.text
