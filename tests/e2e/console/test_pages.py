"""The pages that `PAGES` lists, in a real browser: accessible, without errors, fit for a phone."""

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.e2e.console.pages import HOSTILE_PAGES, PAGES, open_page, text_of
from tests.e2e.console.seed import BIDI, HOSTILE, Seed
from tests.support.browser.accessibility import find_barriers
from tests.support.browser.console import Console
from tests.support.browser.view import VIEWS, layout_shift, look, overflow
from tests.support.browser.waiting import wait_for

MAX_SHIFT = 0.1  # Web Vitals call more a page that needs improvement.
MAX_TABS = 20
# Chromium reports a page that is a refusal as an error.
REFUSALS = ("status of 404", "status of 422")
SEEN = [VIEWS[0], VIEWS[3]]  # Both widths, and both themes.
_ASKED = "return performance.getEntriesByType('resource').map(entry => entry.name)"


def errors_of(chrome: Chrome) -> list[str]:
    """Return what the browser reports, except that the open page itself is a refusal."""
    messages = [entry["message"] for entry in chrome.get_log("browser")]  # type: ignore[no-untyped-call]
    return [
        text
        for text in messages
        if not (
            text.startswith(f"{chrome.current_url} ") and any(each in text for each in REFUSALS)
        )
    ]


def other_hosts_of(chrome: Chrome, console: Console) -> list[str]:
    """Return what the page requested from elsewhere than the console."""
    asked: list[str] = chrome.execute_script(_ASKED)
    assert asked
    return [url for url in asked if not url.startswith(console.origin)]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_barrier_fits_the_window_and_asks_no_other_host(
    chrome: Chrome, console: Console, seed: Seed, path: str
) -> None:
    shifts, elsewhere = [], []
    for view in SEEN:
        look(chrome, view)
        open_page(chrome, console, path, seed)
        shifts.append(layout_shift(chrome))
        elsewhere += other_hosts_of(chrome, console)

    barriers, overflows = {}, {}
    for view in reversed(SEEN):  # The page that is open serves both.
        look(chrome, view)
        barriers[view] = find_barriers(chrome)
        overflows[view] = overflow(chrome)

    assert barriers == {view: [] for view in SEEN}
    assert max(overflows.values()) <= 0
    assert max(shifts) <= MAX_SHIFT
    assert elsewhere == []
    assert errors_of(chrome) == []


@pytest.mark.parametrize("path", HOSTILE_PAGES)
def test_hostile_content_is_inert(chrome: Chrome, console: Console, seed: Seed, path: str) -> None:
    shown = open_page(chrome, console, path, seed)

    assert HOSTILE.partition("<img")[0] in shown
    assert chrome.execute_script("return window.attacked") is None
    assert not chrome.find_elements(By.CSS_SELECTOR, "main img, main script, main iframe")
    assert BIDI not in chrome.find_element(By.TAG_NAME, "body").text


def test_a_page_of_another_address_has_no_barrier(chrome: Chrome, console: Console) -> None:
    chrome.get(console.origin.replace("127.0.0.1", "localhost"))

    assert "This address is not the console's." in text_of(chrome)
    assert find_barriers(chrome) == []


def press_tab_to(chrome: Chrome, text: str) -> str:
    """Press Tab until a link or button with this text has the focus. Return what has it then."""
    focused = ""
    for _ in range(MAX_TABS):
        chrome.switch_to.active_element.send_keys(Keys.TAB)
        focused = chrome.switch_to.active_element.text
        if focused == text:
            break
    return focused


def test_the_keyboard_alone_skips_the_navigation(chrome: Chrome, console: Console) -> None:
    look(chrome, VIEWS[0])
    chrome.get(console.origin)

    skip = press_tab_to(chrome, "Skip to the content")
    chrome.switch_to.active_element.send_keys(Keys.ENTER)
    content = chrome.switch_to.active_element.get_attribute("id")

    assert (skip, content) == ("Skip to the content", "main")


def test_the_keyboard_alone_opens_a_file(chrome: Chrome, console: Console, seed: Seed) -> None:
    look(chrome, VIEWS[0])
    chrome.get(console.origin)

    page = press_tab_to(chrome, "Files")
    chrome.switch_to.active_element.send_keys(Keys.ENTER)
    wait_for(lambda: chrome.current_url == f"{console.origin}/files")
    file = press_tab_to(chrome, "half-bad.csv")
    chrome.switch_to.active_element.send_keys(Keys.ENTER)

    assert (page, file) == ("Files", "half-bad.csv")
    assert wait_for(lambda: chrome.current_url == f"{console.origin}/files/{seed.upload_id}")
