"""The text of a document is deleted with its entity."""

import json

import pytest

from entities.document import text_key
from ingestion.event import Event
from tests.integration.search.platform import UPLOADS, Platform, before
from tests.support.factories import event

KEY = text_key("documents", "a.txt")


def time(minute: int) -> str:
    return f"2026-01-31T12:{minute:02}:00.000000Z"


def document(document_id: str = "a.txt", key: str = KEY, source: str = "documents") -> Event:
    """Return the event of a document that was uploaded at noon."""
    data = {"document_id": document_id, "name": "a.txt", "media_type": "text/plain", "pages": "1"}
    data |= {"size_bytes": "5", "sha256": "0" * 64, "uploaded_at": time(0), "text_key": key}
    return event(data, entity_name="DOCUMENT", id="e-1", time=time(0), source=source)


def deletion(document_id: str = "a.txt", source: str = "operator") -> Event:
    data = {"document_id": document_id}
    changes = {"entity_name": "DOCUMENT", "id": "d-1", "time": time(1), "source": source}
    return event(data, operation="delete", **changes)


def put_text(platform: Platform, minute: int) -> None:
    """Write the text of an upload at this minute past noon."""
    body = json.dumps({"content": ["full test"], "uploaded_at": time(minute)})
    platform.s3.put_object(Bucket=UPLOADS, Key=KEY, Body=body)


def texts(platform: Platform) -> list[str]:
    found = platform.s3.list_objects_v2(Bucket=UPLOADS).get("Contents", [])
    return [entry["Key"] for entry in found]


def test_the_text_is_deleted_with_its_document(platform: Platform) -> None:
    put_text(platform, 0)
    platform.put(document())
    assert platform.ids("full") == ["a.txt"]
    deleted = platform.store(deletion())

    assert platform.index(deleted) == []
    assert platform.index(deleted) == []

    assert texts(platform) == []
    assert platform.ids("full") == []
    assert platform.failed() == []


def test_a_document_that_is_there_again_keeps_its_text(platform: Platform) -> None:
    put_text(platform, 0)
    stored = platform.store(document())
    deleted = platform.store(deletion())
    put_text(platform, 2)
    again = platform.store(document().model_copy(update={"id": "e-2", "time": time(2)}))

    assert platform.index([*again, *deleted, *stored]) == []

    assert texts(platform) == [KEY]
    assert platform.ids("full") == ["a.txt"]


@pytest.mark.parametrize("is_late", [False, True])
def test_the_text_of_a_later_upload_stays(platform: Platform, is_late: bool) -> None:
    put_text(platform, 0)
    platform.put(document())
    deleted = platform.store(deletion())
    if is_late:
        with before(platform.indexer, "DeleteObject", KEY, lambda: put_text(platform, 2)):
            assert platform.index(deleted) == []
    else:
        put_text(platform, 2)
        assert platform.index(deleted) == []

    assert texts(platform) == [KEY]


def test_no_document_deletes_the_text_of_another(platform: Platform) -> None:
    put_text(platform, 0)
    platform.store(document("b.txt", source="sourceB"))

    assert platform.index(platform.store(deletion("b.txt", "sourceB"))) == []

    assert texts(platform) == [KEY]
