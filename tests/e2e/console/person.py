"""A person before a page: clicks on what a text names, and counts the clicks."""

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.support.browser.waiting import wait_for


class Person:
    """Uses the pages of a console, from its overview on."""

    def __init__(self, chrome: Chrome, origin: str) -> None:
        self.chrome = chrome
        self.origin = origin
        self.clicks = 0
        chrome.get(origin)

    def click(self, text: str, within: str = "body") -> None:
        """Click on the first link or button whose text begins with `text`."""
        shown = f"//{within}//a[starts-with(normalize-space(), '{text}')]"
        shown += f" | //{within}//button[starts-with(normalize-space(), '{text}')]"
        wait_for(lambda: self.chrome.find_elements(By.XPATH, shown))[0].click()
        self.clicks += 1

    def type(self, name: str, text: str) -> None:
        """Type into the field of this name, in place of what it holds."""
        field = self.field(name)
        field.clear()
        field.send_keys(text)

    def field(self, name: str) -> WebElement:
        """Return the field of this name."""
        return wait_for(lambda: self.chrome.find_elements(By.NAME, name))[0]

    def sees(self, text: str) -> bool:
        """Wait until the page shows the text."""
        return wait_for(lambda: text in self.chrome.find_element(By.TAG_NAME, "main").text)
