"""The page of the OpenAPI document in a real browser, used as a person does."""

import json
import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from urllib3 import PoolManager

from ingestion.cli.environment import Deployment
from tests.e2e.platform import in_index
from tests.support.browser.chromium import browser
from tests.support.browser.waiting import wait_for


@pytest.fixture(scope="module")
def page(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with browser(tmp_path_factory.mktemp("profile")) as chrome:
        chrome.get(f"{deployment.api_url}/docs")
        find(chrome, ".opblock")
        yield chrome


@pytest.fixture(scope="module")
def operation(page: Chrome, deployment: Deployment) -> WebElement:
    """Authorize with sourceA's key, and return its operation, ready to try out."""
    find(page, ".btn.authorize").click()
    find(page, ".auth-container input").send_keys(deployment.api_keys["sourceA"])
    find(page, ".auth-btn-wrapper .authorize").click()
    find(page, ".auth-btn-wrapper .btn-done").click()
    shown = find(page, "#operations-sourceA-sourceA")
    find(shown, ".opblock-summary-control").click()
    find(shown, ".try-out__btn").click()
    return shown


def find(within: Chrome | WebElement, selector: str) -> WebElement:
    """Wait until the page shows the element, and return the element."""
    return wait_for(lambda: within.find_elements(By.CSS_SELECTOR, selector))[0]


def event_id(deployment: Deployment, key: str) -> Any:
    """Return the id of the event that an entity comes from."""
    item = in_index(deployment, "EQUIPMENT").get(key)
    return item and item["_event"]["M"]["id"]["S"]


def served(deployment: Deployment) -> Any:
    return PoolManager().request("GET", f"{deployment.api_url}/openapi.json").json()


def test_the_page_lists_every_operation_of_the_served_document(
    page: Chrome, deployment: Deployment
) -> None:
    shown = {
        tuple(
            block.find_element(By.CSS_SELECTOR, f".opblock-summary-{part}").text
            for part in ("method", "path")
        )
        for block in page.find_elements(By.CSS_SELECTOR, ".opblock")
    }

    paths = served(deployment)["paths"]
    assert shown == {(method.upper(), path) for path, item in paths.items() for method in item}


def test_the_example_of_an_event_is_accepted_and_stored(
    operation: WebElement, deployment: Deployment
) -> None:
    find(operation, ".execute").click()

    assert find(operation, ".live-responses-table tbody .response-col_status").text == "202"
    [event] = json.loads(find(operation, ".live-responses-table tbody code").text)["events"]
    assert wait_for(lambda: event_id(deployment, "EQUIPMENT#equipment-1") == event["id"])


def test_the_example_of_a_cloudevent_is_stored(
    operation: WebElement, deployment: Deployment
) -> None:
    media_types = Select(find(operation, ".opblock-section-request-body select"))
    media_types.select_by_value("application/cloudevents+json")
    body = find(operation, "textarea")
    example = json.loads(body.get_attribute("value") or "")
    body.send_keys(Keys.CONTROL + "a")
    body.send_keys(json.dumps(example | {"id": "tried out"}))

    find(operation, ".execute").click()

    assert wait_for(lambda: event_id(deployment, "EQUIPMENT#equipment-1") == "tried out")


# The width of the whole page, and the classes of what is wider than the window.
SHOWN_WIDTH = """
const wider = [...document.querySelectorAll("*")].filter(
  element => element.getBoundingClientRect().right > arguments[0] + 1)
return [document.documentElement.scrollWidth, wider.map(element => element.className).slice(0, 30)]
"""


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_the_page_fits_the_width_of_a_phone_and_of_a_desktop(
    page: Chrome, operation: WebElement, width: int, height: int
) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    for method, path in (("get", "EQUIPMENT/{id}/related"), ("put", "EQUIPMENT/{id}")):
        block = find(page, f".opblock-{method}:has([data-path='/entities/{path}'])")
        if "is-open" not in (block.get_attribute("class") or ""):
            find(block, ".opblock-summary-control").click()
        find(block, ".responses-table")

    shown_width, wider = page.execute_script(SHOWN_WIDTH, width)

    assert operation.is_displayed()
    assert shown_width <= width, wider
    assert page.execute_script("return window.innerWidth") == width


def test_the_quickstart_works_as_it_is_written(page: Chrome, deployment: Deployment) -> None:
    post, read = (
        code.text for code in page.find_elements(By.CSS_SELECTOR, ".info .renderedMarkdown pre")
    )
    keys = {"KEY": deployment.api_keys["sourceA"], "READER_KEY": deployment.reader_api_key}

    assert run_shell(post, keys).startswith("HTTP/1.1 202")
    assert wait_for(lambda: run_shell(read, keys).startswith("HTTP/1.1 200"))


def run_shell(command: str, variables: dict[str, str]) -> str:
    return subprocess.run(
        ["bash", "-c", command],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("end", ["", "/"])
def test_the_root_of_the_api_leads_to_the_page(deployment: Deployment, end: str) -> None:
    response = PoolManager().request("GET", f"{deployment.api_url}{end}")

    assert response.status == 200
    assert response.json() == {
        "openapi": f"{deployment.api_url}/openapi.json",
        "docs": f"{deployment.api_url}/docs",
    }


def test_the_page_has_no_error_and_calls_only_the_platform(
    page: Chrome, deployment: Deployment
) -> None:
    urls = page.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")

    assert not page.find_elements(By.CSS_SELECTOR, ".errors-wrapper")
    assert page.get_log("browser") == []  # type: ignore[no-untyped-call]  # Selenium has no types.
    assert f"{deployment.api_url}/openapi.json" in urls
    assert all(each.startswith(deployment.api_url) for each in urls)
