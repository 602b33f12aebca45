"""How a person looks at a page: the size of the window, and a light or a dark theme."""

from typing import Literal, NamedTuple

from selenium.webdriver import Chrome


class View(NamedTuple):
    """The size of the window in CSS pixels, and the theme that the person prefers."""

    width: int
    height: int
    theme: Literal["light", "dark"]


VIEWS = [
    View(width, height, theme)
    for width, height in ((1280, 900), (360, 740))
    for theme in ("light", "dark")
]


def look(chrome: Chrome, view: View) -> None:
    """Show pages from now on in this view."""
    size = {"width": view.width, "height": view.height, "deviceScaleFactor": 1, "mobile": False}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    preferred = [{"name": "prefers-color-scheme", "value": view.theme}]
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": preferred})


def overflow(chrome: Chrome) -> int:
    """Return by how many pixels the page is wider than the window."""
    script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(chrome.execute_script(script))
