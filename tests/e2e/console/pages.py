"""The pages of the console, and opening one until it shows its content."""

from selenium.webdriver import Chrome

from tests.e2e.console.seed import Seed
from tests.support.browser.console import Console
from tests.support.browser.waiting import wait_for

ALIKE = "source=sourceB&reason=invalid_entity"
# They show the name of a contract or of a dead letter's contract, which is hostile.
HOSTILE_PAGES = [
    "/dead-letters/sourceB/console-lease-0",
    "/entities?entity=CONTRACT&sort=-changed",
    "/entities/CONTRACT/console/turbines",
    "/entities/correct/CONTRACT/console/turbines",
    "/entities/delete/CONTRACT/console/turbines",
    "/search?q=windmills",
]
PAGES = [
    *HOSTILE_PAGES,
    "/",
    "/dead-letters",
    f"/dead-letters?{ALIKE}",
    f"/dead-letters/redrive?{ALIKE}",
    f"/dead-letters/edit?{ALIKE}&path=data.contract_type&kind=text&value=works",
    f"/dead-letters/drop?{ALIKE}",
    "/files",
    "/files/{upload}",
    "/files/{upload}/rows",
    "/files/{upload}/retry",
    "/entities",
    "/entities/correct/CONTRACT/console/turbines?set=contract_type%3Dworks",
    "/search?q=%28",
    "/trace",
    "/trace?id=console-lease",
    "/audit",
    "/sources/sourceB",
    "/sources/sourceB/edit",
    "/sources/sourceB/pause",
    "/sources/sourceB/close",
    "/sources/sourceB/plan",
    "/progress/none",
    "/no-such-page",
]
_TEXT = "return document.querySelector('main')?.innerText"


def text_of(chrome: Chrome) -> str:
    """Return the text of the page, without its header and footer."""
    return str(chrome.execute_script(_TEXT))


def open_page(chrome: Chrome, console: Console, path: str, seed: Seed) -> str:
    """Open a page, wait until it has read what it shows, and return its text."""
    chrome.get(console.origin + path.format(upload=seed.upload_id))
    wait_for(lambda: "Reading " not in text_of(chrome))
    return text_of(chrome)
