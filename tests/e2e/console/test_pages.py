"""Every page in a real browser: accessible, readable on a phone, in both themes, without errors."""

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.e2e.console.conftest import Console
from tests.e2e.console.seed import BIDI
from tests.support.browser.accessibility import find_barriers
from tests.support.browser.view import VIEWS, View, look, overflow

PAGES = [
    "/",
    "/dead-letters",
    "/dead-letters?source=sourceB&reason=invalid_entity",
    "/files",
    "/entities",
    "/entities?entity=CONTRACT",
    "/entities/CONTRACT/console/turbines",
    "/search?q=turbine",
    "/search?q=%28",
    "/trace",
    "/trace?id=console-lease",
    "/audit",
    "/sources/sourceB",
    "/sources/sourceB/edit",
    "/sources/sourceB/pause",
    "/no-such-page",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view.width}-{view.theme}")
@pytest.mark.usefixtures("seed")
def test_a_page_has_no_barrier_and_fits_the_window(
    chrome: Chrome, console: Console, path: str, view: View
) -> None:
    look(chrome, view)

    chrome.get(console.origin + path)

    assert find_barriers(chrome) == []
    assert overflow(chrome) <= 0
    assert [entry for entry in chrome.get_log("browser") if "404" not in entry["message"]] == []  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("seed")
def test_hostile_content_is_inert(chrome: Chrome, console: Console, path: str) -> None:
    chrome.get(console.origin + path)

    assert chrome.execute_script("return window.attacked") is None
    assert not chrome.find_elements(By.CSS_SELECTOR, "main img, main script, main iframe")
    assert BIDI not in chrome.find_element(By.TAG_NAME, "body").text


def test_the_keyboard_alone_reaches_the_content_and_each_page(
    chrome: Chrome, console: Console
) -> None:
    look(chrome, VIEWS[0])
    chrome.get(console.origin)

    chrome.switch_to.active_element.send_keys(Keys.TAB)
    skip = chrome.switch_to.active_element.text
    chrome.switch_to.active_element.send_keys(Keys.ENTER)
    content = chrome.switch_to.active_element.get_attribute("id")
    links = [link.get_attribute("tabindex") for link in chrome.find_elements(By.CSS_SELECTOR, "a")]

    assert (skip, content) == ("Skip to the content", "main")
    assert set(links) <= {None, "0", ""}


def test_no_page_asks_another_host(chrome: Chrome, console: Console) -> None:
    script = "return performance.getEntriesByType('resource').map(entry => entry.name)"
    asked: list[str] = []
    for path in PAGES:
        chrome.get(console.origin + path)
        asked += chrome.execute_script(script)

    assert asked
    assert [url for url in asked if not url.startswith(console.origin)] == []
