"""A page in a real browser is kept current while it is seen, and says when that ended."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from ingestion.cli.checkout import Checkout
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.environment import Deployment
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.console.measured import complete
from tests.integration.console.overview.broken import break_all
from tests.support.browser.chromium import browser
from tests.support.browser.served_console import served
from tests.support.browser.waiting import wait_for

# A headless browser shows every tab. Let the test decide what the person sees.
HIDE = """
window.isUnseen = true;
Object.defineProperty(document, "hidden", {get: () => window.isUnseen});
"""
CHANGE = "window.isUnseen = arguments[0]; document.dispatchEvent(new Event('visibilitychange'));"


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with browser(tmp_path_factory.mktemp("profile")) as chrome:
        yield chrome


def read_at(chrome: Chrome) -> str:
    return str(chrome.execute_script("return document.querySelector('time').dateTime"))


def notice(chrome: Chrome) -> str:
    """Return what the page says about its connection; empty if it says nothing."""
    return chrome.find_element(By.ID, "connection").text


def open_overview(chrome: Chrome, runtime: Runtime) -> None:
    complete(runtime.deployment)
    chrome.get(f"{runtime.origin}/?token={runtime.token}")


def test_the_page_changes_in_place_and_the_focus_stays(chrome: Chrome, runtime: Runtime) -> None:
    open_overview(chrome, runtime)
    before = read_at(chrome)
    link = chrome.find_element(By.CSS_SELECTOR, 'a[href="/sources/sourceB"]')
    chrome.execute_script("arguments[0].focus()", link)

    changed = wait_for(lambda: read_at(chrome) != before)

    assert changed
    focused = chrome.switch_to.active_element.get_attribute("href")
    assert focused == f"{runtime.origin}/sources/sourceB"
    assert notice(chrome) == ""
    assert chrome.get_log("browser") == []  # type: ignore[no-untyped-call]


def test_what_the_operator_opened_stays_open(
    chrome: Chrome, runtime: Runtime, run: Ingest, cloud: Cloud
) -> None:
    open_overview(chrome, runtime)
    break_all(run, cloud, runtime.deployment)
    wait_for(lambda: chrome.find_elements(By.ID, "more-problems"))
    chrome.find_element(By.CSS_SELECTOR, "#more-problems summary").click()
    before = read_at(chrome)

    changed = wait_for(lambda: read_at(chrome) != before)

    assert changed
    assert chrome.find_element(By.ID, "problem-11").is_displayed()


def test_a_page_is_connected_only_while_it_is_seen(chrome: Chrome, runtime: Runtime) -> None:
    hiding = chrome.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": HIDE})
    open_overview(chrome, runtime)
    at_first = len(runtime.connections)
    chrome.execute_script(CHANGE, False)
    seen = wait_for(lambda: len(runtime.connections) == 1)
    chrome.execute_script(CHANGE, True)
    hidden = wait_for(lambda: not runtime.connections)
    chrome.execute_script(CHANGE, False)
    seen_again = wait_for(lambda: len(runtime.connections) == 1)
    chrome.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", hiding)

    assert (at_first, seen, hidden, seen_again) == (0, True, True, True)


def test_a_page_whose_session_ended_says_so(chrome: Chrome, runtime: Runtime) -> None:
    open_overview(chrome, runtime)
    chrome.delete_all_cookies()
    chrome.find_element(By.TAG_NAME, "body").send_keys(Keys.SHIFT)

    assert wait_for(lambda: notice(chrome))
    assert notice(chrome).startswith("This session has ended: ")


def test_a_page_of_a_console_that_was_stopped_says_so(
    chrome: Chrome,
    run: Ingest,  # noqa: ARG001 - makes the outputs
    checkout: Checkout,
) -> None:
    with served(Deployment.load("local", checkout)) as runtime:
        open_overview(chrome, runtime)
        connected = wait_for(lambda: runtime.connections)

    assert connected
    assert wait_for(lambda: notice(chrome))
    assert notice(chrome).startswith("The console does not answer")
