"""Only pages that may show personal data offer to show or to hide it."""

import httpx
import pytest

from tests.integration.console.dead_letters.pages import open_page
from tests.integration.console.reading import text_of


@pytest.mark.parametrize("path", ["/audit", "/trace", "/entities", "/files", "/progress/none"])
def test_a_page_without_personal_data_does_not_speak_of_it(
    console: httpx.Client, path: str
) -> None:
    pages = [console.get(path, params=query) for query in ({}, {"personal": "1"})]

    assert ["Personal data" in text_of(page) for page in pages] == [False, False]


@pytest.mark.parametrize("path", ["/dead-letters", "/entities?entity=CONTRACT"])
def test_a_page_that_may_show_personal_data_offers_it(console: httpx.Client, path: str) -> None:
    hidden = text_of(open_page(console, path))
    shown = text_of(console.get(httpx.URL(path).copy_merge_params({"personal": "1"})))

    assert "Personal data is hidden. Show it on this page" in hidden
    assert "Personal data is shown. Hide it" in shown
