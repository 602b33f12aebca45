"""Changes show personal fields only with `--show-personal`, and the documents mark them."""

import json

import pytest

from ingestion.cli import tail
from ingestion.openapi import asyncapi, openapi
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.personal.persons import as_table_and_json, text
from tests.support.factories import CANARY, Json, catalog

SHOW_PERSONAL = "--show-personal"


@as_table_and_json
def test_personal_fields_of_an_undelivered_change_are_shown_on_request(
    staffed: Cloud, ingest: Ingest, output: str
) -> None:
    staffed.publish_changes(staffed.stream())
    [change] = staffed.published_changes()
    staffed.sqs.send_message(
        QueueUrl=staffed.subscriber_dead_letter_queue_url,
        MessageBody=change.json_bytes.decode(),
        MessageGroupId="g",
        MessageDeduplicationId="d",
    )

    masked, whole = (
        ingest("show", change.id, "-o", output, *options) for options in ([], [SHOW_PERSONAL])
    )

    assert CANARY not in text(masked)
    assert "turbines" in text(masked)
    assert CANARY in text(whole)


def test_personal_fields_of_a_followed_change_are_shown_on_request(
    staffed: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    staffed.publish_changes(staffed.stream())
    [change] = staffed.published_changes()
    capsys.readouterr()

    for show_personal in (False, True):
        tail.print_change(change, "json", show_personal)

    masked, whole = capsys.readouterr().out.splitlines()
    assert CANARY not in masked
    assert CANARY in whole
    assert json.loads(masked)["data"]["after"]["team"] == "turbines"
    assert json.loads(whole) == json.loads(change.json_bytes)


def test_the_openapi_and_asyncapi_documents_mark_personal_fields() -> None:
    documents = (
        openapi.document(catalog(), "https://api.example.com"),
        asyncapi.document("arn:aws:sns:eu-central-1:123456789012:changes.fifo"),
    )

    schemas = [schema for document in documents for schema in persons(document)]
    assert len(schemas) == 3  # What the API takes, what it returns, and what the feed publishes.
    for schema in schemas:
        fields = schema["properties"]
        marked = {name for name, field in fields.items() if field.get("x-personal")}
        assert marked == {"name", "email", "salary"}
        assert fields["phones"]["items"]["x-personal"] is True


def persons(document: Json) -> list[Json]:
    """Return the schemas of the entity PERSON in a document, for input and output."""
    schemas: dict[str, Json] = document["components"]["schemas"]
    return [
        schemas[name] for name in ("Person", "Person-Input", "Person-Output") if name in schemas
    ]
