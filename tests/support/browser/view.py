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

# The observer gets the entries of the past before the next frame but one.
_SHIFTS = """
const answer = arguments[0];
let sum = 0;
const add = list => list.getEntries().forEach(each => sum += each.hadRecentInput ? 0 : each.value);
new PerformanceObserver(add).observe({type: "layout-shift", buffered: true});
requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => answer(sum))));
"""


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


def layout_shift(chrome: Chrome) -> float:
    """Return how much the content of the page has moved so far without input.

    0: nothing moved. The sum of the Layout Instability API: the share of the window that moved,
    multiplied by the distance.
    """
    return float(chrome.execute_async_script(_SHIFTS))
