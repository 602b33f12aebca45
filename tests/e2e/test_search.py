"""A text file that is dropped into the bucket is found by its words."""

import json
from typing import Any

from ingestion.cli.environment import Deployment
from tests.e2e.commands import ingest_here
from tests.e2e.conftest import Checkout
from tests.support.browser.waiting import wait_for

NAME, TEXT = "test_3.txt", "this is a full test"


def test_a_dropped_text_file_is_found_by_its_words(
    checkout: Checkout, deployment: Deployment
) -> None:
    s3 = deployment.client("s3")
    search = ("search", "full test", "--entity", "DOCUMENT")

    def find_file() -> dict[str, Any] | None:
        found = json.loads(ingest_here(checkout, *search, "-o", "json").stdout)
        return next((hit for hit in found if hit["id"] == NAME), None)

    s3.put_object(Bucket=deployment.bucket_name, Key=f"uploads/{NAME}", Body=TEXT.encode())
    hit = wait_for(find_file)
    shown = ingest_here(checkout, *search).stdout

    assert (hit["entity_name"], hit["path"]) == ("DOCUMENT", f"/entities/DOCUMENT/{NAME}")
    assert hit["event"]["source"] == "documents"
    entity = hit["entity"]
    assert (entity["name"], entity["media_type"]) == (NAME, "text/plain")
    assert (entity["size_bytes"], entity["pages"]) == (str(len(TEXT)), "1")
    [highlight] = hit["highlights"]
    assert "".join(part["text"] for part in highlight).endswith(TEXT)
    matches = [part["text"] for part in highlight if part["match"]]
    assert matches == ["test", "full", "test"]  # The first is in the file's name.
    [line] = [line for line in shown.splitlines() if NAME in line]
    assert line.split()[:2] == ["DOCUMENT", NAME]
    assert TEXT in line
