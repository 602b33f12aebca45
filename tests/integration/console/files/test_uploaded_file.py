"""The page of an entity leads to the upload that holds it."""

import re

import httpx

from tests.integration.cloud import Cloud
from tests.integration.console.reading import text_of
from tests.integration.documents.conftest import SOURCE, Documents
from tests.support.factories import contract, event


def test_a_document_leads_to_its_uploaded_file(cloud: Cloud, console: httpx.Client) -> None:
    documents = Documents(cloud)
    documents.run(documents.drop("manual.txt", b"the manual of the pump"))

    entity = console.get("/entities/DOCUMENT/manual.txt")
    [url] = re.findall(r'href="([^"]+)">The uploaded file</a>', entity.text)
    upload = console.get(url)

    assert f"key uploads/{SOURCE}/manual.txt" in text_of(upload)


def test_an_entity_that_was_posted_leads_to_no_file(cloud: Cloud, console: httpx.Client) -> None:
    cloud.store(event(contract("c-1")))

    response = console.get("/entities/CONTRACT/c-1")

    assert "contract_name Turbines" in text_of(response)
    assert "The uploaded file" not in response.text
