"""Parts of pages in a real browser: the newest text is checked, and output can be read."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from ingestion.cli.console.catalog_edit import check_text
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.console.work import Progress
from tests.integration.cloud import Cloud
from tests.integration.console.measured import complete
from tests.integration.status.test_findings import send
from tests.support.browser.chromium import browser

SECONDS = 120


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with browser(tmp_path_factory.mktemp("profile")) as chrome:
        yield chrome


def test_what_is_typed_during_a_check_is_checked(
    chrome: Chrome, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, is_checking, may_end = check_text.check_text, Event(), Event()

    def check_slowly(file: Any, text: str, *, is_whole: bool) -> Any:
        if "one: 1" in text and "two: 2" not in text:
            is_checking.set()
            may_end.wait(SECONDS)
        return checked(file, text, is_whole=is_whole)

    monkeypatch.setattr("ingestion.cli.console.catalog_edit.editor.check_text", check_slowly)
    chrome.get(f"{runtime.origin}/sources/sourceB/edit?token={runtime.token}")
    chrome.get(f"{runtime.origin}/sources/sourceB/edit")
    area = chrome.find_element(By.ID, "text")
    area.send_keys("    one: 1\n")
    has_begun = is_checking.wait(SECONDS)
    area.send_keys("    two: 2\n")
    # An earlier result may be replaced while it is read.
    WebDriverWait(chrome, SECONDS, ignored_exceptions=[StaleElementReferenceException]).until(
        lambda chrome: "two" in chrome.find_element(By.ID, "checked").text
    )
    may_end.set()

    assert has_begun
    assert "two" in chrome.find_element(By.CSS_SELECTOR, "#checked .faults").text


def test_a_typed_text_outlives_the_session_and_is_saved_after_a_new_one(
    chrome: Chrome, runtime: Runtime
) -> None:
    chrome.get(f"{runtime.origin}/sources/sourceB/edit?token={runtime.token}")
    chrome.find_element(By.ID, "text").send_keys("    # A comment.\n")
    chrome.delete_all_cookies()  # As after a restart, whose token is another one.

    chrome.find_element(By.XPATH, "//button[.='Save']").click()
    notice = chrome.find_element(By.ID, "connection")
    WebDriverWait(chrome, SECONDS).until(lambda _: "session has ended" in notice.text)
    kept = chrome.find_element(By.ID, "text").get_property("value")
    page = chrome.current_window_handle
    chrome.switch_to.new_window("tab")
    chrome.get(f"{runtime.origin}/?token={runtime.token}")
    chrome.close()
    chrome.switch_to.window(page)
    chrome.find_element(By.XPATH, "//button[.='Save']").click()
    WebDriverWait(chrome, SECONDS).until(lambda chrome: "/plan?saved=1" in chrome.current_url)

    assert "# A comment." in str(kept)
    assert "    # A comment." in runtime.deployment.checkout.catalog_file.read_text()


def test_a_second_click_on_save_sends_nothing(
    chrome: Chrome, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, sent, again = check_text.check_text, list[str](), Event()

    def check_slowly(file: Any, text: str, *, is_whole: bool) -> Any:
        sent.append(text)
        if len(sent) > 1:
            again.set()
        again.wait(2)
        return checked(file, text, is_whole=is_whole)

    chrome.get(f"{runtime.origin}/sources/sourceB/edit?token={runtime.token}")
    monkeypatch.setattr("ingestion.cli.console.catalog_edit.editor.check_text", check_slowly)
    chrome.execute_script(
        """document.getElementById("text").value += "    # Twice.\\n";
        const save = document.querySelector("button.primary");
        setInterval(() => save.click(), 20);"""
    )
    WebDriverWait(chrome, SECONDS).until(lambda chrome: "/plan?saved=1" in chrome.current_url)

    assert len(sent) == 1


def asks_before_leaving(chrome: Chrome) -> bool:
    script = """const leaving = new Event("beforeunload", { cancelable: true });
        window.dispatchEvent(leaving); return leaving.defaultPrevented;"""
    return bool(chrome.execute_script(script))


def test_only_an_unsaved_text_asks_before_the_page_is_left(
    chrome: Chrome, runtime: Runtime
) -> None:
    note = """addEventListener("beforeunload",
        (leaving) => { sessionStorage.asked = leaving.defaultPrevented; })"""
    chrome.get(f"{runtime.origin}/sources/sourceB/edit?token={runtime.token}")
    untouched = asks_before_leaving(chrome)
    chrome.find_element(By.ID, "text").send_keys("    one: 1\n")
    typed = asks_before_leaving(chrome)
    chrome.execute_script(note)
    chrome.find_element(By.XPATH, "//button[.='Save']").click()
    WebDriverWait(chrome, SECONDS).until(
        lambda chrome: chrome.find_elements(By.CSS_SELECTOR, "[data-unsaved]")
    )
    asked_by_save = chrome.execute_script("return sessionStorage.asked")
    refused = asks_before_leaving(chrome)

    assert (untouched, typed, asked_by_save, refused) == (False, True, "false", True)


def test_a_line_that_was_deleted_after_the_check_is_not_selected(
    chrome: Chrome, runtime: Runtime
) -> None:
    chrome.get(f"{runtime.origin}/sources/sourceB/edit?token={runtime.token}")
    chrome.find_element(By.ID, "text").send_keys("    one: 1\n")
    WebDriverWait(chrome, SECONDS).until(
        lambda chrome: chrome.find_elements(By.CSS_SELECTOR, "[data-line]")
    )
    chrome.get_log("browser")  # type: ignore[no-untyped-call]

    chrome.execute_script("document.getElementById('text').value = ''")
    chrome.execute_script("document.querySelector('[data-line]').click()")

    assert chrome.get_log("browser") == []  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(("outcome", "text"), [("resolve", "Copied"), ("reject", "Not copied")])
def test_a_button_that_copies_says_what_it_did(
    chrome: Chrome, runtime: Runtime, cloud: Cloud, outcome: str, text: str
) -> None:
    send(cloud, complete(runtime.deployment).dead_letter_queue_urls["sourceA"])
    chrome.get(f"{runtime.origin}/?live=off&token={runtime.token}")
    chrome.execute_script(f"navigator.clipboard.writeText = () => Promise.{outcome}()")

    button = chrome.find_element(By.CSS_SELECTOR, "[data-copy][aria-label]")
    button.click()
    WebDriverWait(chrome, SECONDS).until(lambda _: button.text == text)

    assert button.get_attribute("aria-label") is None


def test_output_can_be_read_while_the_work_runs(chrome: Chrome, runtime: Runtime) -> None:
    may_go_on, may_end = Event(), Event()

    def act(progress: Progress) -> Iterator[str]:
        progress.lines.extend(map(str, range(500)))
        may_go_on.wait(SECONDS)
        progress.lines.append("one more")
        may_end.wait(SECONDS)
        yield "Counted."

    work = runtime.work.start("Count", act, back="/")
    chrome.get(f"{runtime.origin}{work.url}?token={runtime.token}")
    WebDriverWait(chrome, SECONDS).until(lambda chrome: chrome.find_elements(By.ID, "lines"))
    lines = chrome.find_element(By.ID, "lines")
    chrome.execute_script("arguments[0].focus(); arguments[0].scrollTop = 70", lines)
    may_go_on.set()
    WebDriverWait(chrome, SECONDS).until(lambda _: "one more" in lines.text)
    focused = chrome.switch_to.active_element.get_attribute("id")
    scrolled = chrome.execute_script("return arguments[0].scrollTop", lines)
    may_end.set()
    WebDriverWait(chrome, SECONDS).until(
        lambda chrome: "Counted." in chrome.find_element(By.ID, "work").text
    )

    assert (focused, scrolled) == ("lines", 70)
    assert not chrome.find_elements(By.CSS_SELECTOR, "#work[hx-trigger]")
