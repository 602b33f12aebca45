"""No text is written for a document that was deleted after its upload."""

import pytest

from ingestion.catalog import OPERATOR
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.failed_calls import Functions
from tests.integration.documents.conftest import Documents
from tests.support.factories import Json, event

DELETED_AT = "2026-01-31T12:05:00.000000Z"


def delete(documents: Documents, record: Json) -> None:
    """Delete the entity, and its text as the indexer does."""
    data, cloud = {"document_id": "a.txt"}, documents.cloud
    changes = {"entity_name": "DOCUMENT", "time": DELETED_AT, "source": OPERATOR}
    cloud.store(event(data, operation="delete", id="d-1", **changes))
    cloud.s3.delete_object(Bucket=cloud.bucket, Key=documents.text_key(record))


def test_an_upload_that_is_read_after_the_deletion_leaves_no_text(documents: Documents) -> None:
    first = documents.drop("a.txt", b"first")
    documents.run(first)
    second = documents.drop("a.txt", b"second")
    delete(documents, first)

    documents.run(second)

    assert documents.cloud.keys("texts/") == []
    assert documents.rows == {}
    report = documents.report(second)
    assert (report["state"], report["published"]) == ("done", 1)


def test_a_forced_retry_of_a_deleted_document_leaves_no_text(
    documents: Documents, run_quickly: Ingest, functions: Functions
) -> None:
    record = documents.drop("a.txt", b"words")
    documents.run(record)
    delete(documents, record)

    run_quickly("files", "retry", documents.keys(record).upload_id, "--force")
    [(_, payload)] = functions.calls
    documents.run(*payload["Records"])

    assert documents.cloud.keys("texts/") == []
    assert documents.rows == {}
    assert documents.report(record)["state"] == "done"


def test_an_upload_after_the_deletion_has_its_text(documents: Documents) -> None:
    first = documents.drop("a.txt", b"first")
    documents.run(first)
    delete(documents, first)
    second = documents.drop("a.txt", b"second")
    second["eventTime"] = "2026-01-31T12:06:00.000Z"

    documents.run(second)

    assert documents.text(second)["content"] == ["second"]
    assert [*documents.rows] == ["a.txt"]


@pytest.mark.parametrize("keeps_text", [True, False])
def test_a_text_is_written_for_a_later_version_only_if_that_names_it(
    documents: Documents, keeps_text: bool
) -> None:
    record = documents.drop("a.txt", b"words")
    key = documents.text_key(record)
    data = {"document_id": "a.txt", "name": "b.txt", "media_type": "text/plain", "pages": "1"}
    data |= {"size_bytes": "5", "sha256": "0" * 64, "uploaded_at": DELETED_AT}
    data |= {"text_key": key} if keeps_text else {}
    changes = {"entity_name": "DOCUMENT", "time": DELETED_AT, "source": OPERATOR}
    documents.cloud.store(event(data, **changes))

    documents.run(record)

    assert documents.cloud.keys("texts/") == ([key] if keeps_text else [])
    assert documents.rows["a.txt"]["name"] == "b.txt"
