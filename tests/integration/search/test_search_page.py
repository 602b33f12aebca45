"""The page of a search shows what `ingest search` prints, with the words marked."""

import re
from collections.abc import Iterator

import httpx
import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.files.mappers.rows import RowIds
from ingestion.files.upload import Upload
from tests.integration.console.reading import text_of
from tests.integration.search.api import Run
from tests.integration.search.events import contract_event, document_event
from tests.integration.search.platform import Platform
from tests.support.browser.served_console import operators_browser, served
from tests.support.factories import CANARY


@pytest.fixture
def console(run: Run, checkout: Checkout) -> Iterator[httpx.Client]:  # noqa: ARG001 - makes the outputs
    """Yield the operator's browser."""
    with (
        served(Deployment.load("local", checkout)) as runtime,
        operators_browser(runtime) as client,
    ):
        yield client


def test_words_are_marked_and_hits_lead_to_the_entity(
    platform: Platform, console: httpx.Client
) -> None:
    platform.put(contract_event(1, "a <b>full</b> test"), contract_event(2, "turbine"))

    response = console.get("/search", params={"q": "full"})

    assert '<a href="/entities/CONTRACT/c-1">CONTRACT c-1</a>' in response.text
    assert "&lt;b&gt;<mark>full</mark>&lt;/b&gt;" in response.text
    assert "c-2" not in response.text
    assert "ingest search for full" in text_of(response)


def test_a_hit_leads_to_its_uploaded_file(platform: Platform, console: httpx.Client) -> None:
    upload = Upload("uploads/documents/a.pdf", "v1", "0" * 16, "2026-01-31T12:00:00.000000Z", 1)
    of_file = contract_event(1, "a pump").model_copy(update={"id": RowIds(upload).row_id(1)})
    platform.put(of_file, contract_event(2, "a pump"))

    response = console.get("/search", params={"q": "pump"})

    found = re.findall(r'<a href="([^"]+)">The uploaded file</a>', response.text)
    assert found == [f"/files/{upload.keys.upload_id}"]


def test_hits_come_in_pages(platform: Platform, console: httpx.Client) -> None:
    platform.put(*(contract_event(number, "turbine") for number in range(25)))

    first = console.get("/search", params={"q": "turbine"})
    [following] = re.findall(r'<a href="([^"]+)" rel="next">', first.text)
    second = console.get(following.replace("&amp;", "&"))

    found = re.findall(r'href="/entities/CONTRACT/(c-\d+)"', first.text + second.text)
    assert sorted(found) == sorted(f"c-{number}" for number in range(25))
    assert len(found) == len(set(found))
    assert '<a href="/search?q=turbine">First page</a>' in second.text


@pytest.mark.parametrize(
    ("query", "sentence", "marked"),
    [
        ("turbine AND", "position 12: a word or a phrase is missing", "turbine AND<mark>⌃</mark>"),
        ("a:b", "no entity has a field a", "<mark>a</mark>:b"),
        ("(<b>", "position", "<mark>"),
    ],
)
def test_the_place_of_a_fault_in_the_query_is_marked(
    console: httpx.Client, query: str, sentence: str, marked: str
) -> None:
    response = console.get("/search", params={"q": query})

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert marked in response.text
    assert "<b>" not in response.text


def test_nothing_found_and_nothing_asked_are_no_errors(console: httpx.Client) -> None:
    nothing = console.get("/search", params={"q": "turbine", "source": "sourceB"})
    empty = console.get("/search")

    assert "Nothing in local matches: turbine" in text_of(nothing)
    assert "matches" not in text_of(empty)


def test_personal_text_is_shown_on_request(platform: Platform, console: httpx.Client) -> None:
    author = f"Ann {CANARY}"
    platform.put(document_event("d", text_key=None, author=author, owner=CANARY, name="manual"))

    hidden = console.get("/search", params={"q": "manual"})
    shown = console.get("/search", params={"q": "manual", "personal": "1"})

    assert CANARY not in hidden.text
    assert author in text_of(shown)
    assert "--show-personal" in text_of(shown)


def test_a_key_that_is_refused_is_read_again(
    console: httpx.Client, monkeypatch: pytest.MonkeyPatch, platform: Platform
) -> None:
    platform.put(contract_event(1, "turbine"))
    monkeypatch.setenv("INGEST_KEY", "wrong" * 8)
    refused = console.get("/search", params={"q": "turbine"})
    monkeypatch.delenv("INGEST_KEY")

    again = console.get("/search", params={"q": "turbine"})

    assert refused.status_code == 422
    assert "HTTP 403" in text_of(refused)
    assert "CONTRACT c-1" in text_of(again)
