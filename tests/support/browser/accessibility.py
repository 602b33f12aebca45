"""What axe-core finds in the page that a browser shows."""

from functools import cache
from typing import Any, NamedTuple

from selenium.webdriver import Chrome

from infra.tools.paths import ROOT

_AXE = ROOT / ".venv-client" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
# The rules of WCAG 2.2 A and AA, and the practices that axe recommends.
_RUN = """
const answer = arguments[0];
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
  "best-practice"]}).then(found => answer(found.violations));
"""


class Barrier(NamedTuple):
    """A rule that a page breaks, and the elements that break it."""

    rule: str
    elements: list[str]


@cache
def _axe() -> str:
    return _AXE.read_text()


def find_barriers(chrome: Chrome) -> list[Barrier]:
    """Return the rules that the page breaks."""
    if not chrome.execute_script("return Boolean(window.axe)"):
        chrome.execute_script(_axe())
    found: list[dict[str, Any]] = chrome.execute_async_script(_RUN)
    return [Barrier(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
