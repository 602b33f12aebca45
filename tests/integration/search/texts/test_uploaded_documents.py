"""What a search finds of uploaded documents, and what a terminal shows of them."""

import pytest
from typer.testing import CliRunner

from entities.document import text_key
from ingestion.cli import app
from ingestion.cli.checkout import Checkout
from ingestion.event import Event
from tests.integration.search.api import Run
from tests.integration.search.platform import Platform
from tests.support.factories import NOON, event

SHA256 = "0123456789abcdef" * 4
TEXT = "The committee met on Monday. It then decided to buy the turbine from the second bidder."


def uploaded(platform: Platform, document_id: str = "a.txt", text: str = TEXT) -> Event:
    """Write a text, and return the event of its document."""
    key = text_key("documents", document_id)
    platform.put_text(key, text)
    data = {"document_id": document_id, "name": "a.txt", "media_type": "text/plain", "pages": "1"}
    data |= {"size_bytes": "5", "sha256": SHA256, "uploaded_at": NOON, "text_key": key}
    return event(data, entity_name="DOCUMENT", id=f"e-{document_id}", source="documents")


@pytest.mark.parametrize("word", ["document", "documents", "text", "texts", "plain", SHA256])
def test_what_describes_a_file_is_not_searched(platform: Platform, word: str) -> None:
    platform.put(uploaded(platform))

    assert platform.found(word) == []


def test_id_name_and_text_are_searched_and_highlights_begin_with_them(platform: Platform) -> None:
    platform.put(uploaded(platform, "offers/1"))

    assert [platform.ids(word) for word in ("offers", "name:a.txt", "bidder")] == [["offers/1"]] * 3
    [hit] = platform.found("committee")
    assert hit["highlights"][0][0]["text"] == "offers/1 a.txt The "


@pytest.mark.parametrize("field", ["media_type", "sha256", "text_key"])
def test_a_query_of_such_a_field_is_refused_with_the_fields_that_are_searched(
    platform: Platform, field: str
) -> None:
    answer = platform.ask(f"{field}:text")

    assert answer.status == 400
    assert f"no entity has a field {field} that can be searched" in answer.document["detail"]
    assert "name" in answer.document["detail"]


@pytest.mark.parametrize("columns", ["40", "60", "80"])
@pytest.mark.parametrize("document_id", ["a.txt", "0" * 36 + "/a.txt"])
@pytest.mark.usefixtures("run")
def test_a_narrow_terminal_shows_the_match(
    platform: Platform, checkout: Checkout, columns: str, document_id: str
) -> None:
    platform.put(uploaded(platform, document_id))
    runner = CliRunner(env={"COLUMNS": columns, "FORCE_COLOR": "1", "INGEST_KEY": ""})

    result = runner.invoke(app.app, ["search", "turbine"], obj=checkout)

    assert result.exit_code == 0, result.output
    assert "turbine" in result.stdout


def test_a_pipe_gets_the_whole_highlights(platform: Platform, run: Run) -> None:
    platform.put(uploaded(platform))

    result = run("search", "turbine")

    assert "on Monday. It then decided to buy the turbine from the second bidder." in result.stdout
