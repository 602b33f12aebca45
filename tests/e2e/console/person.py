"""A person before a page: clicks on what a text names, and counts the clicks."""

from functools import partial

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    StaleElementReferenceException,
)
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.e2e.console.pages import text_of
from tests.support.browser.waiting import wait_for


class Person:
    """Uses the pages of a console, from its overview on."""

    def __init__(self, chrome: Chrome, origin: str) -> None:
        self.chrome = chrome
        self.origin = origin
        self.clicks = 0
        chrome.get(origin)

    def click(self, text: str, within: str = "body") -> None:
        """Click on the first link or button whose text begins with `text`, as soon as it is there.

        An update of the page may replace it meanwhile: then the new one is clicked.
        """
        shown = f"//{within}//a[starts-with(normalize-space(), '{text}')]"
        shown += f" | //{within}//button[starts-with(normalize-space(), '{text}')]"
        wait_for(lambda: self._click_first(shown), seen=lambda: self._describe(text))
        self.clicks += 1

    def _click_first(self, shown: str) -> bool:
        try:
            for found in self.chrome.find_elements(By.XPATH, shown)[:1]:
                found.click()
                return True
        except (StaleElementReferenceException, ElementClickInterceptedException):
            pass
        return False

    def _describe(self, wanted: str) -> str:
        """Return what the page shows instead of what was wanted."""
        return f"no {wanted!r} at {self.chrome.current_url}: {text_of(self.chrome)}"

    def type(self, name: str, text: str) -> None:
        """Type into the field of this name, in place of what it holds."""
        field = self.field(name)
        field.clear()
        field.send_keys(text)

    def field(self, name: str) -> WebElement:
        """Return the field of this name."""
        probe = partial(self.chrome.find_elements, By.NAME, name)
        return wait_for(probe, seen=lambda: self._describe(name))[0]

    def sees(self, text: str) -> bool:
        """Wait until the page shows the text."""
        return wait_for(lambda: text in text_of(self.chrome), seen=lambda: self._describe(text))
