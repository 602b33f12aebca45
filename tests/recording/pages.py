"""Takes the pictures of docs/console.md: the pages of the local stack, after `make demo`.

Run it with `make recording`.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from infra.tools.paths import ROOT
from ingestion.cli.environment import Deployment
from tests.e2e.console.seed import publish_lease
from tests.support.browser.chromium import browser
from tests.support.browser.console import running_console
from tests.support.browser.view import VIEWS, View, look
from tests.support.browser.waiting import wait_for

PICTURES = ROOT / "docs" / "console"
DEAD_LETTERS = 12
WIDE_LIGHT, WIDE_DARK, NARROW_LIGHT, NARROW_DARK = VIEWS
TAKEN = {  # The path of a page, what it shows when it is complete, and the views.
    "overview": ("/", "table", VIEWS),
    "dead-letters": ("/dead-letters?source=sourceB", "table", [WIDE_LIGHT, NARROW_DARK]),
    "edit": ("/sources/sourceB/edit", "textarea", [WIDE_LIGHT]),
    "entity": ("/entities/EQUIPMENT/site-asuncion/line-1/washer", "dl", [WIDE_DARK]),
    "search": ("/search?q=pump", "mark", [NARROW_LIGHT]),
}


def main() -> None:
    """Write the pictures."""
    deployment = Deployment.load("local")
    for number in range(DEAD_LETTERS):
        publish_lease(deployment, f"lease-{number}")
    PICTURES.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as profile,
        running_console(ROOT) as console,
        browser(Path(profile)) as chrome,
    ):
        chrome.get(console.url)
        for name, (path, complete, views) in TAKEN.items():
            for view in views:
                _take(chrome, console.origin + path, complete, view, name)


def _take(chrome: Chrome, url: str, complete: str, view: View, name: str) -> None:
    look(chrome, view)
    chrome.get(url)
    wait_for(lambda: chrome.find_elements(By.CSS_SELECTOR, f"main {complete}"))
    file = PICTURES / f"{name}-{view.width}-{view.theme}.png"
    chrome.save_screenshot(file)


if __name__ == "__main__":
    main()
